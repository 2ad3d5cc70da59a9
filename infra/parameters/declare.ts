import { CfnParameter } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Patterns of the IDs of AWS Organizations. */
export const organizationIds = {
  root: 'r-[0-9a-z]{4,32}',
  unit: 'ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}',
  account: '\\d{12}',
} as const;

/** The pattern of the partition in an ARN. */
export const partition = 'aws(-[a-z]+)*';

/**
 * The pattern of the ARN of IAM roles, in which `*` and `?` are wildcards. The first character of the name is none, so
 * that no such ARN matches every role.
 */
export const rolePattern = `arn:(${partition}|\\*):iam::(${organizationIds.account}|\\*):role/[\\w+=.@-][\\w+=.@/*?-]{0,511}`;

/** A CloudFormation parameter of type String: a Number cannot be empty, and StackSets forward strings. */
export interface StackParameter {
  /** The console shows it above the field. */
  readonly label: string;
  readonly description: string;
  /** Without a default, a deployment has to give a value. */
  readonly default?: string;
  readonly allowedValues?: readonly string[];
  /** The whole value must match; it can be empty only if the pattern allows it. */
  readonly allowedPattern?: string;
  /** What CloudFormation says about a value that does not match: "must be ...". */
  readonly constraint?: string;
  /** Characters. */
  readonly maxLength?: number;
}

/** Parameters by name, in the order in which the console shows them. */
export type StackParameters = Readonly<Record<string, StackParameter>>;

export function declareParameters<Name extends string>(
  scope: Construct,
  definitions: Readonly<Record<Name, StackParameter>>,
): Record<Name, CfnParameter> {
  const declared: Partial<Record<Name, CfnParameter>> = {};
  for (const name of Object.keys(definitions) as Name[]) {
    const { description, allowedValues, allowedPattern, constraint, maxLength, ...rest } =
      definitions[name];
    declared[name] = new CfnParameter(scope, name, {
      type: 'String',
      description,
      ...(rest.default === undefined ? {} : { default: rest.default }),
      ...(allowedValues === undefined ? {} : { allowedValues: [...allowedValues] }),
      ...(allowedPattern === undefined ? {} : { allowedPattern }),
      ...(constraint === undefined ? {} : { constraintDescription: constraint }),
      ...(maxLength === undefined ? {} : { maxLength }),
    });
  }
  return declared as Record<Name, CfnParameter>;
}

export function withDefaults<Name extends string>(
  definitions: Readonly<Record<Name, StackParameter>>,
  defaults: Readonly<Partial<Record<NoInfer<Name>, string>>>,
): Record<Name, StackParameter> {
  const names = Object.keys(definitions) as Name[];
  const changed = names.map((name): [Name, StackParameter] => {
    const other = defaults[name];
    return [
      name,
      other === undefined ? definitions[name] : { ...definitions[name], default: other },
    ];
  });
  return Object.fromEntries(changed) as Record<Name, StackParameter>;
}

/** A heading in the console's form, and the parameters below it. */
export interface ParameterGroup {
  readonly label: string;
  readonly parameters: StackParameters;
}

/** The template metadata by which the console arranges its form (AWS::CloudFormation::Interface). */
export function parameterInterface(groups: readonly ParameterGroup[]): Record<string, unknown> {
  const all = groups.flatMap(({ parameters }) => Object.entries(parameters));
  return {
    'AWS::CloudFormation::Interface': {
      ParameterGroups: groups.map(({ label, parameters }) => ({
        Label: { default: label },
        Parameters: Object.keys(parameters),
      })),
      ParameterLabels: Object.fromEntries(
        all.map(([name, { label }]) => [name, { default: label }]),
      ),
    },
  };
}

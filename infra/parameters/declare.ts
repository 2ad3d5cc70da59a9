import { CfnParameter } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Patterns of what AWS Organizations gives its root, its units and accounts. */
export const organizationIds = {
  root: 'r-[0-9a-z]{4,32}',
  unit: 'ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}',
  account: '\\d{12}',
} as const;

/** The pattern of the partition in an ARN. */
export const partition = 'aws(-[a-z]+)*';

/** A CloudFormation parameter. All are strings: a Number could not be empty, and StackSets pass strings on. */
export interface StackParameter {
  /** What the console shows above the field. */
  readonly label: string;
  readonly description: string;
  /** Without one, whoever deploys has to give a value. */
  readonly default?: string;
  readonly allowedValues?: readonly string[];
  /** What the whole value must match; the field may be empty only if this admits it. */
  readonly allowedPattern?: string;
  /** What is said of a value that does not match. */
  readonly constraint?: string;
  /** Characters. */
  readonly maxLength?: number;
}

/** Parameters by name, in the order in which they are shown. */
export type StackParameters = Readonly<Record<string, StackParameter>>;

/** Takes a stack, and definitions by name. Declares the parameters and gives them back by name. */
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

/** Takes definitions by name, and other defaults for some. Gives back the definitions with these. */
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

/** A headline of the console's form, and the parameters below it. */
export interface ParameterGroup {
  readonly label: string;
  readonly parameters: StackParameters;
}

/** Takes groups of parameters. Gives back what CloudFormation's console arranges its form by. */
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

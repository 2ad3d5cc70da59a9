import { Aws, type CfnParameter, CfnStackSet, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  type OrganizationParameters,
  type PassedOnName,
  passedOnParameters,
  stackSetName,
} from '../parameters/organization.ts';
import type { Wave } from '../settings/settings.ts';
import { choose, isGiven } from '../shared/conditions.ts';

/** What the accounts' stacks are made of, and where they go. */
export interface StackSetProps {
  readonly parameters: OrganizationParameters;
  /** Where they go, unless waves say it. */
  readonly targets: CfnParameter | undefined;
  readonly waves: readonly Wave[];
  /** The account stack's parameters CentralEventBusArn, CentralTopicArn and CentralKeyArn. */
  readonly central: Readonly<Record<string, string>>;
}

/**
 * Takes a stack and what the accounts' stacks are made of. Makes the StackSet, which puts one into every account of
 * the targets in this Region, and into accounts that join later.
 */
export function createStackSet(scope: Construct, props: StackSetProps): CfnStackSet {
  const { parameters, targets, waves, central } = props;
  const { RecorderStackSetArn: recorders } = parameters;
  const passedOn = (Object.keys(passedOnParameters) as PassedOnName[]).map(
    (name) => [name, parameters[name].valueAsString] as const,
  );
  return new CfnStackSet(scope, 'StackSet', {
    stackSetName,
    description: 'Judges, revokes and restores IAM credentials in the accounts of the organization',
    permissionModel: 'SERVICE_MANAGED',
    callAs: parameters.CallAs.valueAsString,
    templateUrl: parameters.TemplateUrl.valueAsString,
    // The account stack's roles have names.
    capabilities: ['CAPABILITY_NAMED_IAM'],
    parameters: toList([...passedOn, ...Object.entries(central)]),
    autoDeployment: {
      enabled: true,
      // What stayed in an account that comes back would be in the way, by its names.
      retainStacksOnAccountRemoval: false,
      dependsOn: choose(isGiven(recorders), [recorders.valueAsString]) as unknown as string[],
    },
    // Operations that do not touch one account run at the same time; others wait, and do not fail.
    managedExecution: { Active: true },
    // A tenth of the accounts at a time, and a stop when more than a tenth failed: what is wrong with a template
    // or a parameter shows in the first accounts. With fewer than ten, one at a time and none may fail.
    operationPreferences: { failureTolerancePercentage: 10, maxConcurrentPercentage: 10 },
    stackInstancesGroup:
      targets === undefined
        ? waves.map((wave) => instances([...wave.organizationalUnitIds], wave.parameters))
        : [instances(Fn.split(',', targets.valueAsString))],
  });
}

function instances(
  organizationalUnitIds: string[],
  overrides: Wave['parameters'] = {},
): CfnStackSet.StackInstancesProperty {
  const parameterOverrides = toList(Object.entries(overrides));
  return {
    deploymentTargets: { organizationalUnitIds },
    regions: [Aws.REGION],
    ...(parameterOverrides.length === 0 ? {} : { parameterOverrides }),
  };
}

function toList(values: readonly (readonly [string, string])[]): CfnStackSet.ParameterProperty[] {
  return values.map(([parameterKey, parameterValue]) => ({ parameterKey, parameterValue }));
}

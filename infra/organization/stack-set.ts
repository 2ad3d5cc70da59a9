import { Aws, type CfnParameter, CfnStackSet, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  type AccountInputName,
  accountInputs,
  type OrganizationParameters,
  stackSetName,
} from '../parameters/organization.ts';
import type { Wave } from '../settings/settings.ts';
import { choose, isGiven } from '../shared/conditions.ts';

interface StackSetProps {
  readonly parameters: OrganizationParameters;
  /** The organizational units, unless waves name them. */
  readonly targets: CfnParameter | undefined;
  readonly waves: readonly Wave[];
  /** The account stack's parameters CentralEventBusArn, CentralTopicArn and CentralKeyArn. */
  readonly central: Readonly<Record<string, string>>;
}

/**
 * Creates the StackSet. It deploys the account stack in this Region to every account of the targets, and to
 * accounts that join later.
 */
export function createStackSet(scope: Construct, props: StackSetProps): CfnStackSet {
  const { parameters, targets, waves, central } = props;
  const { RecorderStackSetArn: recorders } = parameters;
  const inputs = (Object.keys(accountInputs) as AccountInputName[]).map(
    (name) => [name, parameters[name].valueAsString] as const,
  );
  return new CfnStackSet(scope, 'StackSet', {
    stackSetName,
    description:
      'Finds, revokes and restores unused IAM credentials in the accounts of the organization',
    permissionModel: 'SERVICE_MANAGED',
    callAs: parameters.CallAs.valueAsString,
    templateUrl: parameters.TemplateUrl.valueAsString,
    // The account stack's roles have names.
    capabilities: ['CAPABILITY_NAMED_IAM'],
    parameters: toList([...inputs, ...Object.entries(central)]),
    autoDeployment: {
      enabled: true,
      // If the account comes back, the names of retained resources would collide.
      retainStacksOnAccountRemoval: false,
      dependsOn: choose(isGiven(recorders), [recorders.valueAsString]) as unknown as string[],
    },
    // Operations on different accounts run at the same time; others wait instead of failing.
    managedExecution: { Active: true },
    // A tenth of the accounts at a time, and a stop when more than a tenth failed: an error in the template or a
    // parameter shows in the first accounts. With fewer than ten accounts, one at a time, and none may fail.
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

import {
  Aws,
  CfnOutput,
  type CfnParameter,
  aws_config as config,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../../rule/core/names.ts';
import { acknowledge, organizationAcknowledgements } from '../acknowledgements.ts';
import { createOrganizationChecks, createRegionCheck } from '../parameters/checks.ts';
import { declareParameters, parameterInterface, withDefaults } from '../parameters/declare.ts';
import {
  organizationParameterGroups,
  organizationParameters,
  targetParameters,
} from '../parameters/organization.ts';
import { createProtectionPolicies } from '../protection/policy.ts';
import type { Settings } from '../settings/settings.ts';
import { isTrue } from '../shared/conditions.ts';
import { aggregatorPolicyArn, createRole } from '../shared/roles.ts';
import { createCentralEvents, createCentralTopic } from './central-messages.ts';
import { createStackSet } from './stack-set.ts';

interface OrganizationStackProps extends StackProps {
  readonly settings: Settings;
}

/** Deploys the account stack to the accounts of an organization, and collects their results and messages. */
export class OrganizationStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: OrganizationStackProps) {
    super(scope, id, {
      description:
        'Deploys UnusedIamCredentials to the accounts of an organization, and collects their results and messages',
      // Larger than 51,200 bytes, it would need a bucket to be deployed from.
      suppressTemplateIndentation: true,
      ...props,
    });
    const { defaults, waves } = settings;
    const hasWaves = waves.length > 0;
    const targets = hasWaves ? undefined : declareParameters(this, targetParameters);
    const parameters = declareParameters(this, withDefaults(organizationParameters, defaults));
    this.templateOptions.metadata = parameterInterface(organizationParameterGroups(hasWaves));
    createRegionCheck(this);
    createOrganizationChecks(this, parameters, waves);

    const units =
      targets?.OrganizationalUnitIds.valueAsString ??
      waves.flatMap(({ organizationalUnitIds }) => organizationalUnitIds).join(',');
    const central = createCentralTopic(this, parameters, units);
    const { topic, key } = central;
    const events = createCentralEvents(this, parameters, topic);
    createAggregator(this, parameters.CreateAggregator);
    const stackSet = createStackSet(this, {
      parameters,
      targets: targets?.OrganizationalUnitIds,
      waves,
      central: {
        CentralEventBusArn: events.bus.attrArn,
        CentralTopicArn: topic.ref,
        CentralKeyArn: key.attrArn,
      },
    });
    // EventBridge checks, when an account's rule is created, whether the bus takes its events, and the first
    // evaluation publishes to the topic. On deletion, the accounts come first.
    for (const policy of [events.policy, central.policy]) stackSet.addResourceDependency(policy);
    const isProtected = isTrue(parameters.ProtectByPolicy);
    createProtectionPolicies(this, parameters, waves, isProtected);

    acknowledge(this, organizationAcknowledgements);
    new CfnOutput(this, 'EventBusArn', { value: events.bus.attrArn });
    new CfnOutput(this, 'TopicArn', { value: topic.ref });
    new CfnOutput(this, 'KeyArn', { value: key.attrArn });
    new CfnOutput(this, 'StackSetId', { value: stackSet.ref });
  }
}

/** Creates the aggregator of all accounts' results in this Region. */
function createAggregator(scope: Construct, isWanted: CfnParameter): void {
  const condition = isTrue(isWanted);
  // AWS documents no condition for the trust policy.
  const role = createRole(scope, 'AggregatorRole', {
    name: 'Aggregator',
    description: 'Role that AWS Config assumes to read the accounts of the organization',
    principal: { Service: 'config.amazonaws.com' },
    statements: [],
    managedPolicyArns: [aggregatorPolicyArn],
    condition,
  });
  const aggregator = new config.CfnConfigurationAggregator(scope, 'Aggregator', {
    configurationAggregatorName: prefix,
    organizationAggregationSource: { roleArn: role.attrArn, awsRegions: [Aws.REGION] },
  });
  aggregator.cfnOptions.condition = condition;
}

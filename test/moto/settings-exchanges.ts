import type { Difference } from './differences.ts';
import type { Exchange } from './exchanges.ts';
import { topicArn as TopicArn } from './scenario.ts';
import { names } from './settings.ts';

const { document: Name, recorder, function: FunctionName } = names;
const DocumentFormat = 'YAML';

/** The exchanges that read how everything is set up. */
export const settingsExchanges: readonly Exchange[] = Object.entries<Exchange['send']>({
  'DescribeConfigRuleEvaluationStatus of one': ({ config }) =>
    config.describeConfigRuleEvaluationStatus({ ConfigRuleNames: ['unused'] }),
  'DescribeConfigRuleEvaluationStatus of no rule': ({ config }) =>
    config.describeConfigRuleEvaluationStatus({ ConfigRuleNames: ['no-rule'] }),
  'DescribeRemediationConfigurations of one': ({ config }) =>
    config.describeRemediationConfigurations({ ConfigRuleNames: ['unused'] }),
  'DescribeRemediationConfigurations of nothing': ({ config }) =>
    config.describeRemediationConfigurations({ ConfigRuleNames: [] }),
  'DescribeConfigurationRecorders of all': ({ config }) =>
    config.describeConfigurationRecorders({}),
  'DescribeConfigurationRecorders of none': ({ config }) =>
    config.describeConfigurationRecorders({ ConfigurationRecorderNames: ['none'] }),
  'DescribeConfigurationRecorderStatus of one': ({ config }) =>
    config.describeConfigurationRecorderStatus({ ConfigurationRecorderNames: [recorder] }),
  'DescribeConfigurationRecorderStatus of none': ({ config }) =>
    config.describeConfigurationRecorderStatus({ ConfigurationRecorderNames: ['none'] }),
  'GetDocument in YAML': ({ ssm }) => ssm.getDocument({ Name, DocumentFormat }),
  'GetDocument of none': ({ ssm }) => ssm.getDocument({ Name: 'None', DocumentFormat }),
  'ListSecrets of a path': ({ secrets }) =>
    secrets.listSecrets({ Filters: [{ Key: 'name', Values: ['rule/'] }] }),
  'ListSecrets, one a page': ({ secrets }) => secrets.listSecrets({ MaxResults: 1 }),
  'ListSecrets, 101 a page': ({ secrets }) => secrets.listSecrets({ MaxResults: 101 }),
  'ListSubscriptionsByTopic of a topic': ({ sns }) => sns.listSubscriptionsByTopic({ TopicArn }),
  'ListSubscriptionsByTopic of no topic': ({ sns }) =>
    sns.listSubscriptionsByTopic({ TopicArn: `${TopicArn}-2` }),
  'GetFunctionConfiguration of one': ({ lambda }) =>
    lambda.getFunctionConfiguration({ FunctionName }),
  'GetFunctionConfiguration of none': ({ lambda }) =>
    lambda.getFunctionConfiguration({ FunctionName: 'none' }),
}).map(([name, send]) => ({ name, send }));

/** The differences that show in them. */
export const settingsDifferences: readonly Difference[] = [
  {
    exchanges: ['ListSecrets, 101 a page'],
    ...{ local: 'ValidationException 400', moto: 'object' },
    why: 'moto does not read MaxResults so far; AWS’s model allows 1 to 100 secrets a page.',
  },
  {
    exchanges: ['ListSecrets of a path', 'ListSecrets, one a page'],
    paths: [`.SecretList[].SecretVersionsToStages.${'b'.repeat(32)}`],
    ...{ local: 'absent', moto: 'list' },
    why: 'AWS documents that versions without a label are not listed.',
  },
  ...Object.entries({
    list: ['Architectures', 'Layers'],
    number: ['CodeSize', 'MemorySize', 'Timeout'],
    object: ['EphemeralStorage', 'SnapStart', 'TracingConfig'],
    text: ['CodeSha256', 'LastModified', 'PackageType', 'Role'],
  }).map(([moto, members]) => ({
    exchanges: ['GetFunctionConfiguration of one'],
    paths: members.map((member) => `.${member}`),
    ...{ local: 'absent', moto },
    why: 'The local account describes of a function what is read here, and runs none by it.',
  })),
];

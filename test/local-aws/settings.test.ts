import type { Filter } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deny } from '../../local-aws/faults.ts';
import { expectError, type Fixture, START, startFixture } from './fixture.ts';

const TopicArn = 'arn:aws:sns:us-east-1:123456789012:topic';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

describe('AWS Config', () => {
  it('tells of a rule’s triggers and evaluations what it was given', async () => {
    const { account, config } = fixture;
    const sourceDetails = [{ EventSource: 'aws.config', MessageType: 'ScheduledNotification' }];
    const evaluationStatus = { LastSuccessfulEvaluationTime: START, LastErrorMessage: 'late' };
    const rule = { sourceIdentifier: 'x', inputParameters: {}, sourceDetails, evaluationStatus };
    account.config.ruleDefinitions.set('rule', rule);
    const { ConfigRules } = await config.describeConfigRules({ ConfigRuleNames: ['rule'] });
    expect(ConfigRules?.[0]?.Source?.SourceDetails).toEqual(sourceDetails);
    const { ConfigRulesEvaluationStatus } = await config.describeConfigRuleEvaluationStatus({});
    expect(ConfigRulesEvaluationStatus).toEqual([
      {
        ...{ ConfigRuleName: 'rule', LastErrorMessage: 'late' },
        LastSuccessfulEvaluationTime: new Date(START),
      },
    ]);
  });

  it('tells a remediation’s dynamic parameter from the static ones', async () => {
    const { account, config } = fixture;
    const parameters = { IAMResourceId: 'RESOURCE_ID', DryRun: 'true' };
    account.config.remediations.set('rule', { documentName: 'Document', parameters });
    const ConfigRuleNames = ['rule', 'other'];
    const answer = await config.describeRemediationConfigurations({ ConfigRuleNames });
    expect(answer.RemediationConfigurations).toMatchObject([
      {
        ...{ ConfigRuleName: 'rule', TargetId: 'Document', Automatic: false },
        Parameters: {
          IAMResourceId: { ResourceValue: { Value: 'RESOURCE_ID' } },
          DryRun: { StaticValue: { Values: ['true'] } },
        },
      },
    ]);
  });

  it('has no recorder, or one', async () => {
    const { account, config } = fixture;
    expect(await config.describeConfigurationRecorders({})).toMatchObject({
      ConfigurationRecorders: [],
    });
    account.config.recorder = { name: 'default', recording: true, lastStatus: 'Success' };
    const { ConfigurationRecordersStatus } = await config.describeConfigurationRecorderStatus({});
    expect(ConfigurationRecordersStatus).toMatchObject([{ name: 'default', recording: true }]);
    await expectError(
      config.describeConfigurationRecorders({ ConfigurationRecorderNames: ['other'] }),
      'NoSuchConfigurationRecorderException 400',
    );
  });
});

it('gives the text of a document, in YAML only', async () => {
  const { account, ssm } = fixture;
  account.automation.documents.set('Document', 'a: 1\n');
  const read = (Name: string, DocumentFormat: 'YAML' | 'JSON') =>
    ssm.getDocument({ Name, DocumentFormat });
  expect(await read('Document', 'YAML')).toMatchObject({ Content: 'a: 1\n', Status: 'Active' });
  await expectError(read('Document', 'JSON'), 'ValidationException 400', /DocumentFormat/);
  await expectError(read('None', 'YAML'), 'InvalidDocument 400');
});

it('lists secrets by the beginning of their names, with dates, in pages', async () => {
  const { account, secrets } = fixture;
  for (const Name of ['a/1', 'a/2', 'b/1']) await secrets.createSecret({ Name });
  const found = account.secrets.get('a/1');
  if (found) found.accessedAt = START - (START % 86_400_000);
  const Filters: Filter[] = [{ Key: 'name', Values: ['a/'] }];
  const page = await secrets.listSecrets({ Filters, MaxResults: 1 });
  expect(page.SecretList).toMatchObject([
    { Name: 'a/1', CreatedDate: new Date(START), LastAccessedDate: new Date('2026-11-01') },
  ]);
  const rest = await secrets.listSecrets({ Filters, NextToken: page.NextToken });
  expect(rest.SecretList?.map(({ Name }) => Name)).toEqual(['a/2']);
  const odd = secrets.listSecrets({ Filters: [{ Key: 'tag-key', Values: ['a'] }] });
  await expectError(odd, 'InvalidParameterException 400');
});

it('lists the subscriptions of a topic', async () => {
  const { account, sns } = fixture;
  const subscription = { arn: 'PendingConfirmation', protocol: 'email', endpoint: 'a&b@x.org' };
  account.subscriptions = new Map([[TopicArn, [subscription]]]);
  expect((await sns.listSubscriptionsByTopic({ TopicArn })).Subscriptions).toEqual([
    {
      ...{ SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'a&b@x.org' },
      ...{ Owner: '123456789012', TopicArn },
    },
  ]);
  const other = sns.listSubscriptionsByTopic({ TopicArn: `${TopicArn}s` });
  await expectError(other, 'NotFoundException 404');
});

it('describes a function in the manner of REST, and refuses under the names that Lambda has', async () => {
  const { account, aws, lambda } = fixture;
  account.functions = new Map([['evaluate', { description: 'Judges', state: 'Pending' }]]);
  const read = (FunctionName: string) => lambda.getFunctionConfiguration({ FunctionName });
  expect(await read('evaluate')).toMatchObject({
    ...{ Description: 'Judges', State: 'Pending', LastUpdateStatus: 'Successful' },
    FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:evaluate',
  });
  await expectError(read('none'), 'ResourceNotFoundException 404', /Function not found/);
  aws.faults.push(deny('GetFunctionConfiguration'));
  await expectError(read('evaluate'), 'AccessDeniedException 403', /lambda:GetFunctionConf/);
});

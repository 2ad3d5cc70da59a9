import { beforeAll, describe, expect, it } from 'vitest';
import { readBundle } from '../../../infra/account/functions.ts';
import { readDocument } from '../../../local-aws/automation/document.ts';
import { contentHash, documents, revokeDocument } from '../../../remediation-docs/documents.ts';
import { functionNames } from '../../../rule/core/names.ts';
import { accountId, central, ofType, propertiesOf, resolveAccount } from '../resolved.ts';
import { type AccountTemplate, accountTemplate } from '../synthesized.ts';

let template: AccountTemplate;
let resources: Awaited<ReturnType<typeof resolveAccount>>;
beforeAll(async () => {
  template = await accountTemplate();
  resources = await resolveAccount();
});

const fromConfig = { EventSource: 'aws.config' };
const onSchedule = {
  ...{ ...fromConfig, MessageType: 'ScheduledNotification' },
  MaximumExecutionFrequency: 'TwentyFour_Hours',
};
const evaluateArn = `arn:aws:lambda:us-east-1:${accountId}:function:${functionNames.evaluate}`;

describe('the rule', () => {
  const ruleWith = async (parameters: Record<string, string>) =>
    propertiesOf(await resolveAccount(parameters), 'Rule');

  it('is evaluated every day and on changes of users, by the function', () => {
    expect(propertiesOf(resources, 'Rule')).toEqual({
      ConfigRuleName: 'unused-iam-credentials',
      Description: expect.stringMatching(/^.{50,256}$/u),
      InputParameters: { maxCredentialUsageAge: '45' },
      Scope: { ComplianceResourceTypes: ['AWS::IAM::User'] },
      Source: {
        ...{ Owner: 'CUSTOM_LAMBDA', SourceIdentifier: evaluateArn },
        SourceDetails: [
          onSchedule,
          { ...fromConfig, MessageType: 'ConfigurationItemChangeNotification' },
          { ...fromConfig, MessageType: 'OversizedConfigurationItemChangeNotification' },
        ],
      },
    });
  });

  it('has no scope at all where it is evaluated on a schedule only: AWS Config refuses one', async () => {
    const rule = await ruleWith({ EvaluateOnChange: 'false' });
    expect(Object.keys(rule)).not.toContain('Scope');
    expect(rule).toMatchObject({ Source: { SourceDetails: [onSchedule] } });
  });

  it('is evaluated as often as the parameter says', async () => {
    const details = [{ MaximumExecutionFrequency: 'One_Hour' }, {}, {}];
    const rule = await ruleWith({ MaximumExecutionFrequency: 'One_Hour' });
    expect(rule).toMatchObject({ Source: { SourceDetails: details } });
  });

  it('has no parameter that is left empty', async () => {
    expect(await ruleWith({ MaxCredentialUsageAge: '' })).toMatchObject({ InputParameters: {} });
    const one = await ruleWith({ MaxCredentialUsageAge: '', EvaluationScope: 'user' });
    expect(one['InputParameters']).toEqual({ evaluationScope: 'user' });
  });

  it('has every parameter that is given, as text of at most 1,024 characters at the largest values', async () => {
    const { InputParameters } = await ruleWith({
      ...{ MaxCredentialUsageAge: '3650', MaxPasswordUsageAge: '3650' },
      ...{ MaxAccessKeyUsageAge: '3650', MaxExemptionDays: '3650' },
      EvaluationScope: 'console-password',
      // Without what JSON escapes: AWS Config itself refuses a longer text, before anything is evaluated.
      ExemptPathPrefixes: `/${'x'.repeat(510)}/`,
      ExemptUntilTag: 'x'.repeat(128),
    });
    const days = { maxCredentialUsageAge: '3650', maxPasswordUsageAge: '3650' };
    expect(InputParameters).toEqual({
      ...{ ...days, maxAccessKeyUsageAge: '3650', maxExemptionDays: '3650' },
      evaluationScope: 'console-password',
      exemptPathPrefixes: expect.any(String),
      exemptUntilTag: expect.any(String),
    });
    expect(JSON.stringify(InputParameters).length).toBeLessThanOrEqual(1024);
  });

  it('comes after the permission to invoke its function, without which AWS Config refuses it', () => {
    expect(template.Resources['Rule']).toMatchObject({ DependsOn: ['EvaluatePermission'] });
  });
});

const sizes = {
  evaluate: { MemorySize: 512, Timeout: 900 },
  planRevocation: { MemorySize: 512, Timeout: 300 },
  planRestoration: { MemorySize: 256, Timeout: 300 },
  issuePassword: { MemorySize: 256, Timeout: 300 },
};
const functionCases = Object.entries(functionNames).map(([key, name]) => {
  return {
    name,
    id: `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    key: key as keyof typeof sizes,
  };
});

describe.each(functionCases)('the function $name', ({ name, id, key }) => {
  it('is the bundle, byte for byte, on Node.js 24 and Graviton', () => {
    const { Code, Description, Environment, ...rest } = propertiesOf(resources, id);
    expect(Code).toEqual({ ZipFile: readBundle(name) });
    expect(rest).toEqual({
      ...{ FunctionName: name, Runtime: 'nodejs24.x', Architectures: ['arm64'] },
      ...{ Handler: 'index.handler', ...sizes[key] },
      Role: `arn:aws:iam::${accountId}:role/UnusedIamCredentials-${id}-us-east-1`,
      LoggingConfig: { LogGroup: expect.stringContaining(`${id}Log`) },
    });
  });

  it('tells at the end of its description which bundle it is', () => {
    const { Description } = propertiesOf(resources, id);
    const hash = contentHash(readBundle(name));
    expect(Description).toMatch(new RegExp(`^.{30,} \\(content ${hash}\\)$`, 'u'));
    expect(String(Description).length).toBeLessThanOrEqual(256);
  });

  it('logs to a group without a fixed name, which is kept as long as the parameter says and stays when the stack goes, but not where its making failed', async () => {
    const { Properties, ...policies } = template.Resources[`${id}Log`] ?? {};
    expect(Properties).toEqual({ RetentionInDays: { Ref: 'LogRetentionDays' } });
    expect(policies).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(propertiesOf(resources, `${id}Log`)).toEqual({ RetentionInDays: '365' });
  });
});

it('evaluate has a limit of its own at a time only where the parameter says so', async () => {
  const limits = async (parameters: Record<string, string>) =>
    [...ofType(await resolveAccount(parameters), 'AWS::Lambda::Function').values()].map(
      ({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions,
    );
  const none = undefined;
  expect(await limits({})).toEqual([none, none, none, none]);
  expect(await limits({ ConcurrentEvaluations: '20' })).toEqual(['20', none, none, none]);
});

it('the functions are told the topic and the reader of passwords, and nothing else', async () => {
  const environments = async (parameters: Record<string, string> = {}) => {
    const functions = ofType(await resolveAccount(parameters), 'AWS::Lambda::Function');
    return [...functions.values()].map(({ Environment }) => Environment);
  };
  const told = (topic: unknown, reader: string) => [
    { Variables: { NOTIFICATION_TOPIC_ARN: topic } },
    ...[undefined, undefined],
    { Variables: { PASSWORD_READER_ROLE_ARN: reader } },
  ];
  const PasswordReaderRoleArn = 'arn:aws:iam::{account}:role/Helpdesk';
  const ownTopic = expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:.*Topic/u);
  expect(await environments()).toEqual(told(ownTopic, ''));
  expect(await environments({ ...central, PasswordReaderRoleArn })).toEqual(
    told(central.CentralTopicArn, PasswordReaderRoleArn),
  );
});

it.each(documents)(
  'the document $name is the file’s text, and an update becomes its default version',
  ({ name, load }) => {
    const found = [...ofType(resources, 'AWS::SSM::Document').values()];
    expect(found.find(({ Name }) => Name === name)).toEqual({
      ...{ Name: name, DocumentType: 'Automation', DocumentFormat: 'YAML' },
      ...{ Content: load(), UpdateMethod: 'NewVersion' },
    });
  },
);

describe('the remediation', () => {
  const document = readDocument(revokeDocument.load());
  const statics = (parameters: unknown) =>
    Object.fromEntries(
      Object.entries(parameters as Record<string, { StaticValue?: { Values: string[] } }>).flatMap(
        ([name, { StaticValue }]) =>
          StaticValue === undefined ? [] : [[name, StaticValue.Values]],
      ),
    );

  it('is started by hand unless the parameter says automatically', async () => {
    expect(propertiesOf(resources, 'Remediation')).toMatchObject({ Automatic: false });
    const automatic = await resolveAccount({ AutomaticRemediation: 'true' });
    expect(propertiesOf(automatic, 'Remediation')).toMatchObject({ Automatic: true });
  });

  it('starts the document for each user of the rule, one in a hundred at a time', () => {
    const { Parameters, ...rest } = propertiesOf(resources, 'Remediation');
    expect(rest).toEqual({
      ...{ ConfigRuleName: 'unused-iam-credentials', Automatic: false },
      ...{ TargetType: 'SSM_DOCUMENT', TargetId: revokeDocument.name },
      ...{ MaximumAutomaticAttempts: 5, RetryAttemptSeconds: 3600 },
      ExecutionControls: {
        SsmControls: { ConcurrentExecutionRatePercentage: 1, ErrorPercentage: 20 },
      },
    });
    expect(Parameters).toMatchObject({
      IAMResourceId: { ResourceValue: { Value: 'RESOURCE_ID' } },
    });
  });

  it('gives every required parameter of the document and no unknown one, at most 25', () => {
    const { Parameters } = propertiesOf(resources, 'Remediation');
    const given = Object.keys(Parameters ?? {});
    const required = Object.entries(document.parameters).filter(
      ([, each]) => each.default === undefined,
    );
    expect(given).toEqual(expect.arrayContaining(required.map(([name]) => name)));
    expect(Object.keys(document.parameters)).toEqual(expect.arrayContaining(given));
    expect(given.length).toBeLessThanOrEqual(25);
    // Somebody who only looks starts the document by hand.
    expect(Object.keys(document.parameters).filter((name) => !given.includes(name))).toEqual([
      'DryRun',
    ]);
  });

  it.each([
    ['at the defaults', {}],
    [
      'in an organization',
      { ...central, CentralTopicArn: central.CentralTopicArn.padEnd(256, 'x') },
    ],
    [
      'with other values',
      { PasswordAction: 'Keep', MinimumIdleDays: '3650', EnforceFrom: '2027-01-31' },
    ],
  ])('gives values that the document takes, of 1 to 256 characters: %s', async (_, parameters) => {
    const { Parameters } = propertiesOf(
      await resolveAccount(parameters, 'ap-southeast-1'),
      'Remediation',
    );
    const values = statics(Parameters);
    expect(values).toMatchObject(
      Object.fromEntries(
        Object.entries(parameters).flatMap(([name, value]) =>
          name.startsWith('Central') ? [] : [[name, [value]]],
        ),
      ),
    );
    for (const [name, [value = '', ...more]] of Object.entries(values)) {
      const { allowedValues, allowedPattern = '[^]*' } = document.parameters[name] ?? {};
      expect(more, name).toEqual([]);
      expect(value, name).toMatch(/^.{1,256}$/u);
      expect(allowedValues ?? [value], name).toContain(value);
      expect(value, name).toMatch(new RegExp(allowedPattern, 'u'));
    }
  });

  it('runs as the role of the document, says which rule it is for, tells the topic, and carries a hash of the document', async () => {
    const { Parameters } = propertiesOf(await resolveAccount(central), 'Remediation');
    expect(statics(Parameters)).toMatchObject({
      AutomationAssumeRole: [
        `arn:aws:iam::${accountId}:role/UnusedIamCredentials-Revoke-us-east-1`,
      ],
      ConfigRuleName: ['unused-iam-credentials'],
      NotificationTopicArn: [central.CentralTopicArn],
      ContentHash: [contentHash(revokeDocument.load())],
    });
  });

  it('comes after the function that plans, since it may begin at once', () => {
    expect(template.Resources['Remediation']).toMatchObject({ DependsOn: ['PlanRevocation'] });
  });
});

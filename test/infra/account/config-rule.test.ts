import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../local-aws/automation/document.ts';
import { contentHash } from '../../../remediation-docs/content-hash.ts';
import { revokeDocument } from '../../../remediation-docs/documents.ts';
import { functionNames } from '../../../rule/core/names.ts';
import {
  accountId,
  central,
  inOrganization,
  propertiesOf,
  reader,
  resolveAccount,
  resources,
  template,
} from '../resolved.ts';

const fromConfig = { EventSource: 'aws.config' };
const onSchedule = {
  ...{ ...fromConfig, MessageType: 'ScheduledNotification' },
  MaximumExecutionFrequency: 'TwentyFour_Hours',
};
const evaluateArn = `arn:aws:lambda:us-east-1:${accountId}:function:${functionNames.evaluate}`;

describe('the rule', () => {
  const ruleWith = (parameters: Record<string, string>) =>
    propertiesOf(resolveAccount(parameters), 'Rule');

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

  it('has no scope if it has only a schedule: AWS Config refuses one', () => {
    const rule = ruleWith({ EvaluateOnChange: 'false' });
    expect(Object.keys(rule)).not.toContain('Scope');
    expect(rule).toMatchObject({ Source: { SourceDetails: [onSchedule] } });
  });

  it('is evaluated as often as the parameter says', () => {
    const details = [{ MaximumExecutionFrequency: 'One_Hour' }, {}, {}];
    const rule = ruleWith({ MaximumExecutionFrequency: 'One_Hour' });
    expect(rule).toMatchObject({ Source: { SourceDetails: details } });
  });

  it('does not get parameters that are left empty', () => {
    expect(ruleWith({ MaxCredentialUsageAge: '' })).toMatchObject({ InputParameters: {} });
    const one = ruleWith({ MaxCredentialUsageAge: '', EvaluationScope: 'user' });
    expect(one['InputParameters']).toEqual({ evaluationScope: 'user' });
  });

  it('gets every given parameter, and at most 1,024 characters even with the largest values', () => {
    const { InputParameters } = ruleWith({
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

describe('the remediation', () => {
  const document = readDocument(revokeDocument.load());
  const statics = (parameters: unknown) =>
    Object.fromEntries(
      Object.entries(parameters as Record<string, { StaticValue?: { Values: string[] } }>).flatMap(
        ([name, { StaticValue }]) =>
          StaticValue === undefined ? [] : [[name, StaticValue.Values]],
      ),
    );

  it('is started by hand unless AutomaticRemediation is true', () => {
    expect(propertiesOf(resources, 'Remediation')).toMatchObject({ Automatic: false });
    const automatic = resolveAccount({ ...reader, AutomaticRemediation: 'true' });
    expect(propertiesOf(automatic, 'Remediation')).toMatchObject({ Automatic: true });
  });

  it('starts the document for each user of the rule, a tenth of them at a time', () => {
    const { Parameters, ...rest } = propertiesOf(resources, 'Remediation');
    expect(rest).toEqual({
      ...{ ConfigRuleName: 'unused-iam-credentials', Automatic: false },
      ...{ TargetType: 'SSM_DOCUMENT', TargetId: revokeDocument.name },
      ...{ MaximumAutomaticAttempts: 5, RetryAttemptSeconds: 3600 },
      ExecutionControls: {
        SsmControls: { ConcurrentExecutionRatePercentage: 10, ErrorPercentage: 20 },
      },
    });
    expect(Parameters).toMatchObject({
      IAMResourceId: { ResourceValue: { Value: 'RESOURCE_ID' } },
    });
  });

  it('passes every required parameter of the document and no unknown one, at most 25', () => {
    const { Parameters } = propertiesOf(resources, 'Remediation');
    const given = Object.keys(Parameters ?? {});
    const required = Object.entries(document.parameters).filter(
      ([, each]) => each.default === undefined,
    );
    expect(given).toEqual(expect.arrayContaining(required.map(([name]) => name)));
    expect(Object.keys(document.parameters)).toEqual(expect.arrayContaining(given));
    expect(given.length).toBeLessThanOrEqual(25);
    // Without automatic remediation, a person starts the document.
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
  ])('passes values of 1 to 256 characters that the document accepts: %s', (_, parameters) => {
    const { Parameters } = propertiesOf(
      resolveAccount(parameters, 'ap-southeast-1'),
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

  it('passes the role, the rule, the topic and a hash of the document', () => {
    const { Parameters } = propertiesOf(inOrganization, 'Remediation');
    expect(statics(Parameters)).toMatchObject({
      AutomationAssumeRole: [
        `arn:aws:iam::${accountId}:role/UnusedIamCredentials-Revoke-us-east-1`,
      ],
      ConfigRuleName: ['unused-iam-credentials'],
      NotificationTopicArn: [central.CentralTopicArn],
      ContentHash: [contentHash(revokeDocument.load())],
    });
  });

  it('is created after the planning function, because it may start at once', () => {
    expect(template.Resources['Remediation']).toMatchObject({ DependsOn: ['PlanRevocation'] });
  });
});

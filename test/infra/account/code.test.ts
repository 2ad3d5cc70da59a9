import { describe, expect, it } from 'vitest';
import { functionVariables } from '../../../cli/doctor/checks/function.ts';
import { readBundle } from '../../../infra/account/functions.ts';
import { contentHash } from '../../../remediation-docs/content-hash.ts';
import { documents } from '../../../remediation-docs/documents.ts';
import { functionNames } from '../../../rule/core/names.ts';
import {
  accountId,
  central,
  ofType,
  propertiesOf,
  reader,
  resolveAccount,
  resources,
  template,
} from '../resolved.ts';

const sizes = {
  evaluate: { MemorySize: 512, Timeout: 900 },
  planRevocation: { MemorySize: 512, Timeout: 300 },
  planRetirement: { MemorySize: 512, Timeout: 300 },
  planRestoration: { MemorySize: 256, Timeout: 300 },
  planPurge: { MemorySize: 512, Timeout: 300 },
  issuePassword: { MemorySize: 256, Timeout: 300 },
  restorePermissions: { MemorySize: 256, Timeout: 300 },
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

  it('ends its description with the hash of the bundle', () => {
    const { Description } = propertiesOf(resources, id);
    const hash = contentHash(readBundle(name));
    expect(Description).toMatch(new RegExp(`^.{30,} \\(content ${hash}\\)$`, 'u'));
    expect(String(Description).length).toBeLessThanOrEqual(256);
  });

  it('logs to a group without a fixed name, which outlives the stack unless its creation failed', () => {
    const { Properties, ...policies } = template.Resources[`${id}Log`] ?? {};
    expect(Properties).toEqual({ RetentionInDays: { Ref: 'LogRetentionDays' } });
    expect(policies).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(propertiesOf(resources, `${id}Log`)).toEqual({ RetentionInDays: '365' });
  });
});

it('evaluate has reserved concurrency only if the parameter is set', () => {
  const limits = (parameters: Record<string, string>) =>
    [...ofType(resolveAccount({ ...reader, ...parameters }), 'AWS::Lambda::Function').values()].map(
      ({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions,
    );
  const none = undefined;
  const others = [none, none, none, none, none, none];
  expect(limits({})).toEqual([none, ...others]);
  expect(limits({ ConcurrentEvaluations: '20' })).toEqual(['20', ...others]);
});

describe('the variables of the functions', () => {
  const variablesOf = (parameters: Record<string, string> = {}) => {
    const functions = ofType(resolveAccount(parameters), 'AWS::Lambda::Function');
    return Object.fromEntries(
      [...functions].map(([id, { Environment }]) => [
        id,
        (Environment as { Variables: Record<string, string> }).Variables,
      ]),
    );
  };
  const ruleName = 'unused-iam-credentials';
  const operator = `arn:aws:iam::${accountId}:role/UnusedIamCredentials-Operator-us-east-1`;

  const planning = (PASSWORDS: string, NOTIFICATION_TOPIC_ARN: unknown) => ({
    ...{ PASSWORDS, NOTIFICATION_TOPIC_ARN, REVOCATION_LIMITS: expect.any(String) },
    ...{ RULE_PARAMETERS: expect.any(String), OWNER_TAG: 'owner' },
  });

  it('hold the rule, the topic, the limits and the abilities of a restoration, and nothing else', () => {
    const topic = expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:.*Topic/u);
    expect(variablesOf()).toEqual({
      Evaluate: {
        CONFIG_RULE_NAME: ruleName,
        NOTIFICATION_TOPIC_ARN: topic,
        ...{ REPORT_UNCHANGED: 'Weekly', AUTOMATIC_REMEDIATION: 'false' },
        RULE_PARAMETERS: expect.any(String),
        ...{ OWNER_TAG: 'owner', DIGEST_PER_OWNER: 'false', WARNING_DAYS: '14' },
      },
      ...{ PlanRevocation: planning('None', topic), PlanRetirement: planning('None', topic) },
      PlanRestoration: {
        ...{ CONFIG_RULE_NAME: ruleName, PASSWORDS: 'None', RESTORE_OPERATOR_ARNS: '' },
        ...{ NOTIFICATION_TOPIC_ARN: topic, RULE_PARAMETERS: expect.any(String) },
        OWNER_TAG: 'owner',
      },
      PlanPurge: {
        ...{ NOTIFICATION_TOPIC_ARN: topic, RULE_PARAMETERS: expect.any(String) },
        ...{ PURGE_LIMITS: expect.any(String), OWNER_TAG: 'owner', DIGEST_PER_OWNER: 'false' },
      },
      RestorePermissions: {
        ...{ NOTIFICATION_TOPIC_ARN: topic, RESTORE_OPERATOR_ARNS: '', OWNER_TAG: 'owner' },
      },
    });
    const NOTIFICATION_TOPIC_ARN = central.CentralTopicArn;
    const reporting = { ReportUnchanged: 'Always', AutomaticRemediation: 'true' };
    expect(variablesOf({ ...central, ...reader, ...reporting })).toEqual({
      Evaluate: {
        ...{ CONFIG_RULE_NAME: ruleName, NOTIFICATION_TOPIC_ARN },
        ...{ REPORT_UNCHANGED: 'Always', AUTOMATIC_REMEDIATION: 'true' },
        RULE_PARAMETERS: expect.any(String),
        ...{ OWNER_TAG: 'owner', DIGEST_PER_OWNER: 'false', WARNING_DAYS: '14' },
      },
      PlanRevocation: planning('Issued', NOTIFICATION_TOPIC_ARN),
      PlanRetirement: planning('Issued', NOTIFICATION_TOPIC_ARN),
      PlanRestoration: {
        ...{ CONFIG_RULE_NAME: ruleName, PASSWORDS: 'Issued', RESTORE_OPERATOR_ARNS: '' },
        ...{ NOTIFICATION_TOPIC_ARN, RULE_PARAMETERS: expect.any(String) },
        OWNER_TAG: 'owner',
      },
      PlanPurge: {
        ...{ NOTIFICATION_TOPIC_ARN, RULE_PARAMETERS: expect.any(String) },
        ...{ PURGE_LIMITS: expect.any(String), OWNER_TAG: 'owner', DIGEST_PER_OWNER: 'false' },
      },
      IssuePassword: {
        ...{ NOTIFICATION_TOPIC_ARN, PASSWORD_READER_ROLE_ARN: reader.PasswordReaderRoleArn },
        OWNER_TAG: 'owner',
      },
      RestorePermissions: {
        ...{ NOTIFICATION_TOPIC_ARN, RESTORE_OPERATOR_ARNS: '', OWNER_TAG: 'owner' },
      },
    });
  });

  it("limit revocations to the stack's values, which AWS Config gets too", () => {
    const limits = {
      ...{ PasswordAction: 'Keep', AccessKeyAction: 'Delete', NeverUsedAccessKeyAction: 'Keep' },
      ...{ MinimumIdleDays: '60', MaxRevocationsPerDay: '7', EnforceFrom: '2027-01-31' },
    };
    const { PlanRevocation, PlanRetirement } = variablesOf({ ...central, ...limits });
    expect(PlanRetirement?.['REVOCATION_LIMITS']).toBe(PlanRevocation?.['REVOCATION_LIMITS']);
    expect(JSON.parse(PlanRevocation?.['REVOCATION_LIMITS'] ?? '')).toEqual({
      ...{ ConfigRuleName: ruleName, ...limits, NotificationTopicArn: central.CentralTopicArn },
    });
    const own = JSON.parse(variablesOf()['PlanRevocation']?.['REVOCATION_LIMITS'] ?? '');
    expect(own).toMatchObject({
      ...{ PasswordAction: 'Delete', MinimumIdleDays: '30', MaxRevocationsPerDay: '20' },
      NotificationTopicArn: expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:.*Topic/u),
    });
  });

  it("limit deletions to the stack's values", () => {
    const limits = {
      ...{ DeleteAfterDays: '90', MaxRevocationsPerDay: '7', EnforceFrom: '2027-01-31' },
    };
    const { PlanPurge } = variablesOf({ ...central, ...limits });
    expect(JSON.parse(PlanPurge?.['PURGE_LIMITS'] ?? '')).toEqual({
      ...{ ConfigRuleName: ruleName, ...limits },
    });
  });

  it('show whether passwords are issued again, created by hand if the stack confirms it, or neither', () => {
    const passwords = (parameters: Record<string, string>) =>
      variablesOf(parameters)['PlanRestoration']?.['PASSWORDS'];
    const PasswordsComeBackByHand = 'true';
    expect(passwords({ ...reader, PasswordsComeBackByHand })).toBe('Issued');
    expect(passwords({ PasswordsComeBackByHand })).toBe('ByHand');
    expect(passwords({})).toBe('None');
  });

  it("name who may restore, including the operators' role", () => {
    const operators = (parameters: Record<string, string>) =>
      variablesOf(parameters)['PlanRestoration']?.['RESTORE_OPERATOR_ARNS'];
    const RestoreOperatorArns =
      'arn:aws:iam::{account}:role/Helpdesk,arn:aws:iam::{account}:user/ops';
    const OperatorPrincipalArn = 'arn:aws:iam::*:role/OnCall';
    const both = { RestoreOperatorArns, OperatorPrincipalArn };
    expect(operators({ RestoreOperatorArns })).toBe(RestoreOperatorArns);
    expect(operators(both)).toBe(`${RestoreOperatorArns},${operator}`);
    expect(operators({ OperatorPrincipalArn })).toBe('');
  });
});

it('without PasswordReaderRoleArn, the stack has neither issue-password nor its role and log group', () => {
  const text = JSON.stringify(
    resolveAccount()
      .filter(({ type }) => !/Document|Lambda::Function|Alarm/u.test(type))
      .map(({ id, properties }) => [id, properties]),
  );
  expect(text).not.toContain('unused-iam-credentials-issue-password');
  expect(text).not.toMatch(/iam:CreateLoginProfile|secretsmanager:(Create|Put|Update)/u);
  const all = resources.map(({ id }) => id).filter((id) => !/IssuePassword/u.test(id));
  expect(resolveAccount().map(({ id }) => id)).toEqual(all);
  expect(resources.length - all.length).toBe(3);
});

it('the functions that judge, revoke, retire, restore and delete have the parameters of the rule as the stack has them', () => {
  const given = { MaxPasswordUsageAge: '90', ExemptPathPrefixes: '/a/,/b/' };
  const functions = [...ofType(resolveAccount(given), 'AWS::Lambda::Function').values()];
  const parameters = functions.flatMap(({ Environment }) => {
    const { RULE_PARAMETERS: text } = Object(Environment).Variables;
    return text === undefined ? [] : [JSON.parse(text)];
  });
  const written = {
    ...{ maxCredentialUsageAge: '45', maxPasswordUsageAge: '90', maxAccessKeyUsageAge: '' },
    ...{ evaluationScope: '', exemptPathPrefixes: '/a/,/b/', exemptUntilTag: '' },
    maxExemptionDays: '',
  };
  expect(parameters).toEqual([written, written, written, written, written]);
});

it('doctor knows every environment variable of a function', () => {
  for (const { FunctionName, Environment } of ofType(resources, 'AWS::Lambda::Function').values()) {
    const variables = Object.keys(Object(Environment).Variables ?? {});
    expect(functionVariables[String(FunctionName)]).toEqual(expect.arrayContaining(variables));
  }
});

it.each(documents)(
  "the document $name is the file's text, and an update becomes its default version",
  ({ name, load }) => {
    const found = [...ofType(resources, 'AWS::SSM::Document').values()];
    expect(found.find(({ Name }) => Name === name)).toEqual({
      ...{ Name: name, DocumentType: 'Automation', DocumentFormat: 'YAML' },
      ...{ Content: load(), UpdateMethod: 'NewVersion' },
    });
  },
);

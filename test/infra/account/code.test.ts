import { describe, expect, it } from 'vitest';
import { functionVariables } from '../../../cli/doctor/checks/function.ts';
import { readBundle } from '../../../infra/account/functions.ts';
import { contentHash, documents } from '../../../remediation-docs/documents.ts';
import { functionNames } from '../../../rule/core/names.ts';
import {
  accountId,
  central,
  ofType,
  propertiesOf,
  resolveAccount,
  resources,
  template,
} from '../resolved.ts';

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

it('evaluate has reserved concurrency only if the parameter says so', () => {
  const limits = (parameters: Record<string, string>) =>
    [...ofType(resolveAccount(parameters), 'AWS::Lambda::Function').values()].map(
      ({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions,
    );
  const none = undefined;
  expect(limits({})).toEqual([none, none, none, none]);
  expect(limits({ ConcurrentEvaluations: '20' })).toEqual(['20', none, none, none]);
});

it('the functions get the rule and its parameters, the topic and the reader of passwords, and no other variable', () => {
  const environments = (parameters: Record<string, string> = {}) => {
    const functions = ofType(resolveAccount(parameters), 'AWS::Lambda::Function');
    return [...functions.values()].map(({ Environment }) => Environment);
  };
  const variables = (topic: unknown, reader: string) => [
    {
      Variables: {
        ...{ CONFIG_RULE_NAME: 'unused-iam-credentials', NOTIFICATION_TOPIC_ARN: topic },
        RULE_PARAMETERS: expect.any(String),
      },
    },
    ...[undefined, undefined],
    { Variables: { PASSWORD_READER_ROLE_ARN: reader } },
  ];
  const PasswordReaderRoleArn = 'arn:aws:iam::{account}:role/Helpdesk';
  const ownTopic = expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:.*Topic/u);
  expect(environments()).toEqual(variables(ownTopic, ''));
  expect(environments({ ...central, PasswordReaderRoleArn })).toEqual(
    variables(central.CentralTopicArn, PasswordReaderRoleArn),
  );
});

it('the function evaluate has the parameters of the rule as the stack has them', () => {
  const given = { MaxPasswordUsageAge: '90', ExemptPathPrefixes: '/a/,/b/' };
  const functions = [...ofType(resolveAccount(given), 'AWS::Lambda::Function').values()];
  const { Environment } = Object(functions[0]);
  expect(JSON.parse(Environment.Variables.RULE_PARAMETERS)).toEqual({
    ...{ maxCredentialUsageAge: '45', maxPasswordUsageAge: '90', maxAccessKeyUsageAge: '' },
    ...{ evaluationScope: '', exemptPathPrefixes: '/a/,/b/', exemptUntilTag: '' },
    maxExemptionDays: '',
  });
});

it('doctor knows every environment variable of a function', () => {
  for (const { FunctionName, Environment } of ofType(resources, 'AWS::Lambda::Function').values()) {
    const variables = Object.keys(Object(Environment).Variables ?? {});
    expect(functionVariables[String(FunctionName)]).toEqual(expect.arrayContaining(variables));
  }
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

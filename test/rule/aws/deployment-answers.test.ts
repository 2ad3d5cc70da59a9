import { createServer } from 'node:http';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clients, connect } from '../../../rule/aws/clients.ts';
import { readRecorder, readRemediation } from '../../../rule/aws/config-rule.ts';
import { readFunction } from '../../../rule/aws/lambda.ts';
import { listIssuedSecrets } from '../../../rule/aws/secrets.ts';
import {
  listEarlierRestorations,
  listRestorations,
  readDocument,
} from '../../../rule/aws/ssm-automation.ts';
import { encodeRestoredData } from '../../../rule/formats/restored-data.ts';

/** What the server answers, by operation; a REST request has none. */
let answers: Record<string, object>;
let status: number;
/** Errors, by operation. */
let failures: Record<string, object>;
let clients: Clients;

const server = createServer((request, response) => {
  const target = request.headers['x-amz-target'];
  const operation = typeof target === 'string' ? (target.split('.')[1] ?? '') : 'REST';
  request.resume();
  const failure = failures[operation];
  response.writeHead(failure === undefined ? status : 400);
  response.end(JSON.stringify(failure ?? answers[operation] ?? {}));
});

beforeEach(async () => {
  [answers, failures, status] = [{}, {}, 200];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  clients = connect(
    {
      iam: IAMClient,
      config: ConfigServiceClient,
      ssm: SSMClient,
      secrets: SecretsManagerClient,
      sns: SNSClient,
      lambda: LambdaClient,
    },
    {
      endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
    },
  );
});
afterEach(async () => {
  const { iam, config, ssm, secrets, sns, lambda } = clients;
  for (const client of [iam, config, ssm, secrets, sns, lambda]) client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

describe('half an answer is an error', () => {
  it.each([
    ['FunctionArn', { State: 'Active', LastUpdateStatus: 'Successful' }],
    ['State', { FunctionArn: 'x', LastUpdateStatus: 'Successful' }],
    ['LastUpdateStatus', { FunctionArn: 'x', State: 'Active' }],
  ])('of a function without %s', async (field, answer) => {
    answers['REST'] = { Configuration: answer, Code: { Location: 'https://example.com' } };
    await expect(readFunction(clients.lambda, 'x')).rejects.toThrow(`answered without ${field}`);
  });

  it.each([
    ['Status', { Content: 'x' }],
    ['Content', { Status: 'Active' }],
  ])('of a document without %s', async (field, answer) => {
    answers['GetDocument'] = answer;
    await expect(readDocument(clients.ssm, 'x')).rejects.toThrow(`answered without ${field}`);
  });

  it.each([
    ['SecretList', {}],
    ['Name', { SecretList: [{ CreatedDate: 1 }] }],
    ['CreatedDate', { SecretList: [{ Name: 'unused-iam-credentials/x' }] }],
  ])('of secrets without %s', async (field, answer) => {
    answers['ListSecrets'] = answer;
    await expect(listIssuedSecrets(clients.secrets)).rejects.toThrow(`answered without ${field}`);
  });
});

it('a secret with another prefix is not listed, however AWS filters', async () => {
  const named = (Name: string) => ({ Name, CreatedDate: 60 });
  answers['ListSecrets'] = {
    SecretList: [named('prod/unused-iam-credentials/x'), named('unused-iam-credentials/x')],
  };
  expect(await listIssuedSecrets(clients.secrets)).toEqual([
    { name: 'unused-iam-credentials/x', changedAt: 60_000, accessedAt: null },
  ]);
});

it('the recorder of another service does not count', async () => {
  const ofService = { name: 'AWSConfigurationRecorderForX', servicePrincipal: 'x.amazonaws.com' };
  answers['DescribeConfigurationRecorders'] = { ConfigurationRecorders: [ofService] };
  expect(await readRecorder(clients.config)).toBeNull();
  answers['DescribeConfigurationRecorders'] = {
    ConfigurationRecorders: [ofService, { name: 'default' }],
  };
  answers['DescribeConfigurationRecorderStatus'] = {
    ConfigurationRecordersStatus: [{ name: 'default', recording: true }],
  };
  expect(await readRecorder(clients.config)).toMatchObject({ name: 'default', recording: true });
});

it.each([
  ['says so', 400, { __type: 'NoSuchRemediationConfigurationException', message: 'none' }],
  ['answers nothing', 200, {}],
])('there is no remediation if AWS %s', async (_, code, answer) => {
  [status, answers] = [code, { DescribeRemediationConfigurations: answer }];
  expect(await readRemediation(clients.config, 'rule')).toBeNull();
});

describe('what the restorations of the last 30 days gave back', () => {
  const [userId, id] = ['AIDAFRANK00000000', '11111111-2222-4333-8444-555555555555'];
  const data = { userId, restored: ['AKIA1', 'group a,'] };
  const verified = { 'Result.RestoredData': [encodeRestoredData(data)] };
  const notRun = ['No output available yet because the step is not successfully executed'];
  const failed = { 'Result.RestoredData': notRun, 'Decision.Outcome': ['Restore'] };
  const unchanged = { 'Result.RestoredData': notRun, 'Decision.Outcome': ['NothingRestorable'] };
  const execution = {
    ...{ AutomationExecutionId: id, DocumentName: 'UnusedIamCredentials-Restore' },
    ...{ AutomationExecutionStatus: 'Failed', ExecutionStartTime: 7 },
  };
  const Inputs = { Api: 'UpdateAccessKey', AccessKeyId: 'AKIA2' };
  const asked = (listed: object | undefined, own: object | undefined) => {
    const Parameters = { IAMResourceId: [userId] };
    const StepExecutions = [{ StepName: 'Reactivate', StepStatus: 'Success', Inputs }];
    answers = {
      DescribeAutomationExecutions: {
        AutomationExecutionMetadataList: [{ ...execution, Outputs: listed }],
      },
      GetAutomationExecution: { AutomationExecution: { ...execution, Parameters, Outputs: own } },
      DescribeAutomationStepExecutions: { StepExecutions },
    };
    return listRestorations(clients.ssm);
  };
  const startedAt = 7_000;

  it.each([
    ['the list has its outputs', verified, undefined],
    ['only the execution itself has them', undefined, verified],
    ['the list has other outputs', failed, verified],
  ])('is what its verification says, if %s', async (_, listed, own) => {
    expect(await asked(listed, own)).toEqual([{ startedAt, ...data }]);
  });

  it.each([
    ['nobody verified it', failed, failed],
    ['it has no outputs', undefined, undefined],
    ['it is of an earlier version', { 'Result.Restored': ['access key AKIA1'] }, {}],
  ])('is what its steps did, if %s', async (_, listed, own) => {
    expect(await asked(listed, own)).toEqual([{ startedAt, userId, restored: ['AKIA2'] }]);
  });

  it.each([
    ['in the list', unchanged, failed],
    ['in the execution itself', {}, unchanged],
  ])('is nothing if its plan restores nothing: %s', async (_, listed, own) => {
    expect(await asked(listed, own)).toEqual([]);
  });

  it('includes nothing of an execution that Automation no longer has', async () => {
    const asking = asked({}, {});
    const forgotten = { __type: 'AutomationExecutionNotFoundException', message: 'gone' };
    failures = { GetAutomationExecution: forgotten };
    expect(await asking).toEqual([]);
  });
});

describe('a restoration that is still queued, so that AWS names no start,', () => {
  const place = { partition: 'aws', accountId: '123456789012', region: 'us-east-1' };
  const role = 'arn:aws:iam::123456789012:role/UnusedIamCredentials-Restore-us-east-1';
  const ids = ['11111111-2222-4333-8444-555555555555', '99999999-2222-4333-8444-555555555555'];
  const queued = {
    ...{ AutomationExecutionId: ids[0], DocumentName: 'UnusedIamCredentials-Restore' },
    AutomationExecutionStatus: 'Pending',
  } as const;
  beforeEach(() => {
    const Parameters = { IAMResourceId: ['AIDASOMEONE'], AutomationAssumeRole: [role] };
    answers['DescribeAutomationExecutions'] = { AutomationExecutionMetadataList: [queued] };
    answers['GetAutomationExecution'] = { AutomationExecution: { ...queued, Parameters } };
  });

  it.each([
    ['is not waited for by one that runs', { ExecutionStartTime: new Date(0) }, []],
    ['comes before another queued one with a greater ID', {}, [ids[0]]],
  ])('%s', async (_, start, earlier) => {
    const own = { AutomationExecutionId: ids[1], ...start };
    expect(await listEarlierRestorations(clients.ssm, 'AIDASOMEONE', place, own)).toEqual(earlier);
  });

  it('has restored nothing', async () => {
    expect(await listRestorations(clients.ssm)).toEqual([]);
  });
});

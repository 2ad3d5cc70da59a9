import { afterEach, beforeEach, expect, it } from 'vitest';
import { addUser, createAccount } from '../../../local-aws/account.ts';
import { operations } from '../../../local-aws/operations.ts';
import { authorizations } from '../../../local-aws/policy/authorize.ts';
import type { Input } from '../../../local-aws/protocol.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { START } from '../fixture.ts';

const caller = 'arn:aws:sts::123456789012:assumed-role/Reader/session';
const frank = { UserName: 'frank' };
const user = 'arn:aws:iam::123456789012:user/staff/eu/frank';
const ssm = 'arn:aws:ssm:us-east-1:123456789012';
const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:path/name';
const lambda = 'arn:aws:lambda:us-east-1:123456789012:function:plan';
const topic = 'arn:aws:sns:us-east-1:123456789012:alerts';

let aws: LocalAws;
beforeEach(async () => {
  const account = createAccount({ roles: new Map([['Reader', []]]) });
  const key = { accessKeyId: 'AKIAFRANK', status: 'Active' as const };
  const accessKeys = [{ ...key, createDate: START, lastRotated: START }];
  addUser(account, { userName: 'frank', path: '/staff/eu/', createDate: START, accessKeys });
  const versions = { tags: [], versions: [] };
  account.secrets.set('path/name', { arn: `${secret}-x1y2z3`, name: 'path/name', ...versions });
  aws = await startLocalAws(account);
});
afterEach(() => aws.close());

/** What a role without permissions is told that it lacks. */
function lacking(service: string, operation: string, input: Input): string {
  try {
    aws.perform({ service, operation, input, caller });
  } catch (error) {
    const [, action, resource] =
      /perform: (\S+) on resource: (\S+) because no/.exec(String(error)) ?? [];
    return `${action} ${resource}`;
  }
  throw new Error('It was allowed');
}

it('every operation is authorized, and nothing else is', () => {
  const known = operations.map(({ service, operation }) => `${service}:${operation}`);
  expect(new Set(Object.keys(authorizations))).toEqual(new Set(known));
});

it.each([
  ...['GenerateCredentialReport', 'GetCredentialReport', 'GetAccountAuthorizationDetails'],
  ...['ListUsers', 'GetAccountPasswordPolicy'],
])('iam:%s is on *', (operation) => {
  expect(lacking('iam', operation, {})).toBe(`iam:${operation} *`);
});

it.each([
  ...['GetUser', 'GetLoginProfile', 'ListAccessKeys', 'ListAttachedUserPolicies'],
  ...['UpdateAccessKey', 'DeleteAccessKey', 'CreateLoginProfile', 'DeleteLoginProfile'],
  ...['TagUser', 'UntagUser'],
])('iam:%s is on the user with the path, or on the name where there is no user', (operation) => {
  expect(lacking('iam', operation, frank)).toBe(`iam:${operation} ${user}`);
  const nobody = 'arn:aws:iam::123456789012:user/nobody';
  expect(lacking('iam', operation, { UserName: 'nobody' })).toBe(`iam:${operation} ${nobody}`);
});

it.each([
  ['AKIAFRANK', user],
  ['AKIANOBODY', 'arn:aws:iam::123456789012:user/*'],
])('iam:GetAccessKeyLastUsed of %s is on %s', (AccessKeyId, resource) => {
  const action = 'iam:GetAccessKeyLastUsed';
  expect(lacking('iam', 'GetAccessKeyLastUsed', { AccessKeyId })).toBe(`${action} ${resource}`);
});

const rule = 'arn:aws:config:us-east-1:123456789012:config-rule/unused';
const execution = { AutomationExecutionId: 'abc' };
it.each([
  ['config', 'PutEvaluations', {}, '*'],
  ['config', 'GetComplianceDetailsByConfigRule', { ConfigRuleName: 'unused' }, rule],
  ['config', 'GetResourceConfigHistory', {}, '*'],
  ['config', 'DescribeConfigRules', {}, '*'],
  ['config', 'DescribeConfigRuleEvaluationStatus', {}, '*'],
  ['config', 'DescribeRemediationConfigurations', {}, '*'],
  ['config', 'DescribeConfigurationRecorders', {}, '*'],
  ['config', 'DescribeConfigurationRecorderStatus', {}, '*'],
  ['config', 'StartRemediationExecution', {}, '*'],
  [
    'ssm',
    'StartAutomationExecution',
    { DocumentName: 'Go' },
    `${ssm}:automation-definition/Go:$DEFAULT`,
  ],
  ['ssm', 'GetAutomationExecution', execution, `${ssm}:automation-execution/abc`],
  ['ssm', 'DescribeAutomationStepExecutions', execution, `${ssm}:automation-execution/abc`],
  ['ssm', 'GetDocument', { Name: 'Go' }, `${ssm}:document/Go`],
  ['ssm', 'PutParameter', { Name: '/a/b' }, `${ssm}:parameter/a/b`],
  ['ssm', 'GetParameter', { Name: '/a/b' }, `${ssm}:parameter/a/b`],
  ['ssm', 'GetParameter', { Name: 'flat' }, `${ssm}:parameter/flat`],
  ['ssm', 'GetParametersByPath', { Path: '/a' }, `${ssm}:parameter/a`],
  ['ssm', 'GetParametersByPath', { Path: '/' }, `${ssm}:parameter/`],
  ['ssm', 'GetParameterHistory', { Name: '/a/b' }, `${ssm}:parameter/a/b`],
  ['ssm', 'DescribeParameters', {}, '*'],
  [
    'ssm',
    'AddTagsToResource',
    { ResourceType: 'Parameter', ResourceId: '/a' },
    `${ssm}:parameter/a`,
  ],
  ['ssm', 'ListTagsForResource', { ResourceId: '/a' }, `${ssm}:parameter/a`],
  ['secretsmanager', 'CreateSecret', { Name: 'new' }, secret.replace('path/name', 'new-AbCdEf')],
  ['secretsmanager', 'PutResourcePolicy', { SecretId: 'path/name' }, `${secret}-x1y2z3`],
  ['secretsmanager', 'PutSecretValue', { SecretId: `${secret}-x1y2z3` }, `${secret}-x1y2z3`],
  ['secretsmanager', 'DescribeSecret', { SecretId: 'path/name' }, `${secret}-x1y2z3`],
  ['secretsmanager', 'DescribeSecret', { SecretId: 'none' }, 'none'],
  ['secretsmanager', 'DescribeSecret', { SecretId: `${secret}-000000` }, `${secret}-000000`],
  ['secretsmanager', 'UpdateSecretVersionStage', { SecretId: 'path/name' }, `${secret}-x1y2z3`],
  ['secretsmanager', 'ListSecrets', {}, '*'],
  ['sns', 'Publish', { TopicArn: topic }, topic],
  ['sns', 'ListSubscriptionsByTopic', { TopicArn: topic }, topic],
  ['lambda', 'GetFunctionConfiguration', { FunctionName: 'plan' }, lambda],
])('%s:%s of %o is on %s', (service, operation, input, resource) => {
  expect(lacking(service, operation, input)).toBe(`${service}:${operation} ${resource}`);
});

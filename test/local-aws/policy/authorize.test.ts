import { afterEach, beforeEach, expect, it } from 'vitest';
import { addUser, createAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { operations } from '../../../local-aws/operations.ts';
import { authorizations, listPermissions } from '../../../local-aws/policy/authorize.ts';
import type { Statement } from '../../../local-aws/policy/policy.ts';
import type { Input } from '../../../local-aws/protocol.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { START } from '../fixture.ts';

const caller = 'arn:aws:sts::123456789012:assumed-role/Revoker/session';
const operator = 'arn:aws:iam::123456789012:user/operator';
const users = 'arn:aws:iam::123456789012:user';
const frank = `${users}/staff/eu/frank`;
const ssm = 'arn:aws:ssm:us-east-1:123456789012';
const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:path/name';

let aws: LocalAws;
let now = START;

beforeEach(async () => {
  const account = createAccount({ roles: new Map([['Revoker', []]]) });
  const key = { accessKeyId: 'AKIAFRANK', status: 'Active' as const };
  const accessKeys = [{ ...key, createDate: START, lastRotated: START }];
  addUser(account, { userName: 'frank', path: '/staff/eu/', createDate: START, accessKeys });
  const versions = { tags: [], versions: [] };
  account.secrets.set('path/name', { arn: `${secret}-x1y2z3`, name: 'path/name', ...versions });
  now = START;
  aws = await startLocalAws(account, { clock: () => now });
});

afterEach(() => aws.close());

const allow = (
  Action: string | string[],
  Resource: string,
  Condition: NonNullable<Statement['Condition']> = {},
): Statement => ({ Effect: 'Allow', Action, Resource, Condition });

function permit(...Statement: Statement[]): void {
  aws.account.roles = new Map([['Revoker', [{ Version: '2012-10-17', Statement }]]]);
}

/** Calls as the role. Returns `done` or the error's code and message. */
function call(service: string, operation: string, input: Input = {}, by = caller): string {
  try {
    aws.perform({ service, operation, input, caller: by });
    return 'done';
  } catch (error) {
    const { code, message } = error as Error & { code: string };
    return `${code}: ${message}`;
  }
}

const denied = (code: string) => expect.stringMatching(new RegExp(`^${code}: User: `));

it("exactly the local account's operations have an authorization", () => {
  const known = operations.map(({ service, operation }) => `${service}:${operation}`);
  expect(new Set(Object.keys(authorizations))).toEqual(new Set(known));
});

const UserName = 'frank';
it.each<[operation: string, input: Input, resource: string]>([
  ['iam:GetUser', { UserName }, frank],
  ['iam:GetUser', { UserName: 'nobody' }, `${users}/nobody`],
  ['iam:GetAccessKeyLastUsed', { AccessKeyId: 'AKIAFRANK' }, frank],
  ['iam:GetAccessKeyLastUsed', { AccessKeyId: 'AKIANOBODY' }, `${users}/*`],
  ['ssm:GetParameter', { Name: 'flat' }, `${ssm}:parameter/flat`],
  ['ssm:GetParametersByPath', { Path: '/' }, `${ssm}:parameter/`],
  ['secretsmanager:CreateSecret', { Name: 'new' }, secret.replace('path/name', 'new-AbCdEf')],
  ['secretsmanager:PutSecretValue', { SecretId: 'path/name' }, `${secret}-x1y2z3`],
  ['secretsmanager:DescribeSecret', { SecretId: 'none' }, 'none'],
  ['secretsmanager:DescribeSecret', { SecretId: `${secret}-000000` }, `${secret}-000000`],
])('%s with %j is checked on %s', (operation, input, resource) => {
  const [service = '', name = ''] = operation.split(':');
  const message = `not authorized to perform: ${operation} on resource: ${resource} because no`;
  expect(call(service, name, input)).toContain(message);
});

it('a role may do what its policies allow, and each service has its own code for a denial', () => {
  permit(allow('iam:GetUser', `${users}/*`));
  expect(call('iam', 'GetUser', { UserName })).toBe('done');
  expect(call('iam', 'ListUsers')).toBe(
    `AccessDenied: User: ${caller} is not authorized to perform: iam:ListUsers on resource: * because no identity-based policy allows the iam:ListUsers action`,
  );
  expect(call('ssm', 'GetParameter', { Name: 'a' })).toEqual(denied('AccessDeniedException'));
  expect(call('config', 'DescribeConfigRules')).toEqual(denied('AccessDeniedException'));
  expect(call('sns', 'Publish', { TopicArn: 'x' })).toEqual(denied('AuthorizationError'));
  permit(allow('*', '*'), { Effect: 'Deny', Action: 'iam:GetUser', Resource: '*' });
  const explicit = / on resource: .*\/frank with an explicit deny in an identity-based policy$/;
  expect(call('iam', 'GetUser', { UserName })).toMatch(explicit);
});

it('an unknown role and a role of another account may do nothing, a user everything', () => {
  permit(allow('*', '*'));
  for (const other of [caller.replace('Revoker', 'Other'), caller.replace('1234', '4321')]) {
    expect(call('iam', 'ListUsers', {}, other)).toEqual(denied('AccessDenied'));
  }
  permit();
  expect(call('iam', 'ListUsers', {}, operator)).toBe('done');
  const role = 'arn:aws:iam::123456789012:role/Revoker';
  expect(call('iam', 'ListUsers', {}, role)).toMatch(/^InternalFailure: .*role\/Revoker/);
  aws.account.roles = undefined;
  expect(call('iam', 'ListUsers')).toBe('done');
  expect(aws.account.permissionsUsed.size).toBe(0);
});

it('a policy that is not supported is an error, not a denial', () => {
  permit(allow('*', '*', { Bool: { 'aws:SecureTransport': 'true' } }));
  expect(call('iam', 'ListUsers')).toMatch(/^InternalFailure: .*SecureTransport/);
});

it('an operation is authorized before a fault applies, and an unknown operation is still reported as unknown', () => {
  permit(allow('iam:GetUser', `${users}/*`));
  aws.faults.push({ code: 'ServiceFailure', status: 500 }, deny('GetUser'));
  expect(call('iam', 'ListUsers')).toEqual(denied('AccessDenied'));
  expect(call('iam', 'GetUser', { UserName })).toMatch(/^ServiceFailure/);
  expect(call('iam', 'ListGroups')).toMatch(/^InvalidAction/);
});

const tagged = { Null: { 'aws:ResourceTag/bound': 'false' } };

it('a condition on the tags of a user is checked for the user who has the name, even if a fault changes which user that is', () => {
  permit(allow('iam:GetUser', `${users}/*`, tagged));
  const [found] = aws.account.users;
  found?.tags.push({ Key: 'Bound', Value: 'yes' });
  expect(call('iam', 'GetUser', { UserName })).toBe('done');
  const pass = () => {
    Object.assign(found ?? {}, { userName: 'francis' });
    addUser(aws.account, { userName: 'frank', createDate: START });
  };
  aws.faults.push({ operation: 'GetUser', before: pass, times: 1 });
  expect(call('iam', 'GetUser', { UserName })).toEqual(denied('AccessDenied'));
  expect(call('iam', 'GetUser', { UserName: 'francis' })).toBe('done');
});

it.each([
  [{ reads: 1_000, authorization: 2_000 }, ['0 denied', '0 denied', '1 denied', '1 done']],
  [{ reads: 2_000, authorization: 1_000 }, ['0 denied', '0 denied', '0 done', '1 done']],
])('with a lag of %j, reads and conditions see a tag only after it', (tagLagMs, expected) => {
  permit(allow('iam:GetUser', `${users}/*`, tagged));
  aws.account.tagLagMs = tagLagMs;
  const look = (later: number) => {
    now = START + later;
    const answer = call('iam', 'GetUser', { UserName }) === 'done' ? 'done' : 'denied';
    return `${aws.account.users[0]?.tags.length} ${answer}`;
  };
  const before = look(0);
  call('iam', 'TagUser', { UserName, Tags: [{ Key: 'bound', Value: 'yes' }] }, operator);
  expect([before, look(0), look(1_000), look(2_000)]).toEqual(expected);
});

it('the permissions that allow or deny a call are recorded, so that the others show as unused', () => {
  permit(
    { ...allow(['iam:Get*', 'iam:ListUsers', 'ssm:GetParameter'], '*'), Sid: 'Read' },
    { Effect: 'Deny', Action: ['iam:GetUser', 'iam:TagUser'], Resource: `${users}/*` },
  );
  for (const operation of ['ListUsers', 'GetUser', 'ListAccessKeys']) {
    call('iam', operation, { UserName });
  }
  const { permissionsUsed: used, roles = new Map() } = aws.account;
  expect([...used]).toEqual([
    'Revoker iam:ListUsers * (Allow, Read of policy 1)',
    `Revoker iam:GetUser ${users}/* (Deny, 2 of policy 1)`,
  ]);
  expect([...listPermissions(roles)].filter((permission) => !used.has(permission))).toEqual([
    'Revoker iam:Get* * (Allow, Read of policy 1)',
    'Revoker ssm:GetParameter * (Allow, Read of policy 1)',
    `Revoker iam:TagUser ${users}/* (Deny, 2 of policy 1)`,
  ]);
});

it('conditions see the tags of the user, and those of a request to tag or untag', () => {
  const keys = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } };
  const value = { StringEquals: { 'aws:RequestTag/a': '1' } };
  permit(
    allow('iam:TagUser', `${users}/*`, { ...keys, ...value }),
    allow('iam:UntagUser', `${users}/*`, keys),
    allow('iam:GetUser', `${users}/*`, { Null: { 'aws:ResourceTag/b': 'false' } }),
  );
  const refused = denied('AccessDenied');
  const tag = (...pairs: string[]) => {
    const Tags = pairs.map((pair) => ({ Key: pair.charAt(0), Value: pair.charAt(1) }));
    return call('iam', 'TagUser', { UserName, Tags });
  };
  const untag = (...TagKeys: string[]) => call('iam', 'UntagUser', { UserName, TagKeys });
  expect(call('iam', 'GetUser', { UserName })).toEqual(refused);
  expect([tag('a1', 'b2'), tag('a2'), tag('a1', 'c1')]).toEqual(['done', refused, refused]);
  expect(call('iam', 'GetUser', { UserName })).toBe('done');
  expect([untag('a'), untag('a', 'c')]).toEqual(['done', refused]);
});

it('conditions see whether a parameter is overwritten; tagging what is new needs the permission', () => {
  const parameters = `${ssm}:parameter/records/*`;
  permit(
    allow('ssm:PutParameter', parameters, { StringEquals: { 'ssm:Overwrite': 'false' } }),
    allow('secretsmanager:CreateSecret', secret.replace('path/name', 'new-??????')),
  );
  const parameter = { Name: '/records/1', Value: 'x', Type: 'String' };
  const put = (more: Input) => call('ssm', 'PutParameter', { ...parameter, ...more });
  const Tags = [{ Key: 'a', Value: '1' }];
  expect(put({ Tags })).toMatch(/ssm:AddTagsToResource on resource/);
  expect([put({}), put({ Overwrite: true })]).toEqual(['done', denied('AccessDeniedException')]);
  const create = (more: Input) => call('secretsmanager', 'CreateSecret', { Name: 'new', ...more });
  expect(create({ Tags })).toMatch(/secretsmanager:TagResource on resource: .*:secret:new-/);
  expect(create({})).toBe('done');
});

it('starting a document requires iam:PassRole on its role', () => {
  const AutomationAssumeRole = ['arn:aws:iam::123456789012:role/Other'];
  const input = { DocumentName: 'Go', Parameters: { AutomationAssumeRole } };
  const start = () => call('ssm', 'StartAutomationExecution', input);
  const begin = allow('ssm:StartAutomationExecution', `${ssm}:automation-definition/Go:*`);
  const toAutomation = { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } };
  permit(begin);
  expect(start()).toMatch(/iam:PassRole on resource: .*:role\/Other /);
  permit(begin, allow('iam:PassRole', String(AutomationAssumeRole), toAutomation));
  expect(start()).toMatch(/^AutomationDefinitionNotFoundException/);
});

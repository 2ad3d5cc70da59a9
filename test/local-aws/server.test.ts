import { afterEach, beforeEach, expect, it } from 'vitest';
import { addUser } from '../../local-aws/account.ts';
import { deny, throttle } from '../../local-aws/faults.ts';
import { expectError, type Fixture, START, startFixture } from './fixture.ts';

const UserName = 'mia';
let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

function addUsers(...names: string[]) {
  for (const userName of names) addUser(fixture.account, { userName, createDate: START });
}

it('counts every request, and throttles and denies as often as the fault specifies', async () => {
  const { aws, iam } = fixture;
  aws.faults.push(throttle('ListUsers', 1), deny('GetLoginProfile'));
  await expectError(iam.listUsers({}), 'Throttling 400', /^Rate exceeded$/);
  await iam.listUsers({});
  const denied = /^User: arn:aws:sts::.* is not authorized to perform: iam:GetLoginProfile on /;
  await expectError(iam.getLoginProfile({ UserName }), 'AccessDenied 403', denied);
  expect(aws.requests.counts).toEqual({ ListUsers: 2, GetLoginProfile: 1 });
  expect(aws.requests.entries.slice(0, 2)).toEqual([
    { service: 'iam', operation: 'ListUsers', error: 'Throttling' },
    { service: 'iam', operation: 'ListUsers' },
  ]);
  aws.requests.reset();
  expect(aws.requests.counts).toEqual({});
});

it.each<[operation: string, throttled: string, denied: string, call: () => Promise<unknown>]>([
  [
    'PutEvaluations',
    'ThrottlingException 400',
    'AccessDeniedException 400',
    () => fixture.config.putEvaluations({ ResultToken: 'x' }),
  ],
  [
    'GetParameter',
    'ThrottlingException 400',
    'AccessDeniedException 400',
    () => fixture.ssm.getParameter({ Name: 'a' }),
  ],
  [
    'DescribeSecret',
    'ThrottlingException 400',
    'AccessDeniedException 400',
    () => fixture.secrets.describeSecret({ SecretId: 'a' }),
  ],
  [
    'Publish',
    'ThrottledException 429',
    'AuthorizationErrorException 403',
    () => fixture.sns.publish({ TopicArn: 'x', Message: 'x' }),
  ],
  [
    'GetFunctionConfiguration',
    'TooManyRequestsException 429',
    'AccessDeniedException 403',
    () => fixture.lambda.getFunctionConfiguration({ FunctionName: 'x' }),
  ],
])('%s has the errors of its service: %s, %s', async (operation, throttled, denied, call) => {
  fixture.aws.faults.push(throttle(operation, 1), deny(operation));
  await expectError(call(), throttled, /^Rate exceeded$/);
  await expectError(call(), denied, new RegExp(`:${operation} on resource`));
});

it('a fault strikes only the input it names, with the error it names', async () => {
  addUsers(UserName, 'bob');
  const when = (input: Record<string, unknown>) => input['UserName'] === 'bob';
  const error = { code: 'ServiceFailure', status: 500, message: 'Sorry' };
  fixture.aws.faults.push({ service: 'iam', when, ...error });
  await fixture.iam.getUser({ UserName });
  const failing = fixture.iam.getUser({ UserName: 'bob' });
  await expectError(failing, 'ServiceFailureException 500', /^Sorry$/);
});

it('a fault limits the rate of one service, after any pause to the burst', async () => {
  const { aws, config, iam } = fixture;
  aws.faults.push({ service: 'iam', perSecond: 2, burst: 3 });
  const spend = async (requests: number) => {
    for (let index = 0; index < requests; index += 1) await iam.listUsers({});
    await expectError(iam.listUsers({}), 'Throttling 400');
  };
  await spend(3);
  fixture.now += 500;
  await spend(1);
  await config.putEvaluations({ ResultToken: 'x', TestMode: true });
  fixture.now += 60_000;
  await spend(3);
});

it('answers an unknown operation with the error of its service', async () => {
  await expectError(fixture.iam.listGroups({}), 'InvalidAction 400');
  await expectError(fixture.sns.listTopics({}), 'InvalidAction 400');
  const unknown = fixture.config.listDiscoveredResources({ resourceType: 'AWS::IAM::User' });
  await expectError(unknown, 'UnknownOperationException 400');
  const odd = fixture.iam.getAccountAuthorizationDetails({});
  await expectError(odd, 'ValidationError 400', /Filter/);
});

it('if a user is deleted between two pages, no other user is missing', async () => {
  addUsers('d', 'B', 'c', 'a');
  const namesOf = (page: { Users?: { UserName?: string | undefined }[] | undefined }) =>
    page.Users?.map((user) => user.UserName);
  const first = await fixture.iam.listUsers({ MaxItems: 2 });
  expect([namesOf(first), first.IsTruncated]).toEqual([['a', 'B'], true]);
  fixture.account.users = fixture.account.users.filter(({ userName }) => userName !== 'B');
  const { Marker } = first;
  const second = await fixture.iam.listUsers({ MaxItems: 2, Marker });
  expect([namesOf(second), second.IsTruncated]).toEqual([['c', 'd'], false]);
  const other = fixture.iam.getAccountAuthorizationDetails({ Filter: ['User'], Marker });
  await expectError(other, 'ValidationError 400');
});

it('a write to IAM shows only after the read lag, but is validated at once', async () => {
  addUsers(UserName);
  fixture.account.iamReadLagMs = 2000;
  const Tags = [{ Key: 'team', Value: 'blue' }];
  const read = async () => (await fixture.iam.getUser({ UserName })).User?.Tags;
  await fixture.iam.tagUser({ UserName, Tags });
  await expectError(fixture.iam.deleteLoginProfile({ UserName }), 'NoSuchEntityException 404');
  fixture.now += 1999;
  expect(await read()).toBeUndefined();
  fixture.now += 1;
  expect(await read()).toEqual(Tags);
});

it('any text is unchanged after it was sent as XML', async () => {
  const tags = [{ Key: 'Ünïcode & <x>', Value: `"it's" + 100% &lt;\r` }];
  addUser(fixture.account, { userName: UserName, createDate: START, tags });
  expect((await fixture.iam.getUser({ UserName })).User?.Tags).toEqual(tags);
});

it('a user cannot have more policies than IAM allows, however they are added', async () => {
  const add = (userName: string, policies: object) =>
    addUser(fixture.account, { userName, createDate: START, ...policies });
  const attachedPolicies = Array.from({ length: 10 }, (_, index) => `Job${index}`);
  const inline = (letters: number) => {
    const document = `{"Version":"2012-10-17","Statement":[],"Id":"${'x'.repeat(letters)}"}`;
    return { name: 'own', document: document.padEnd(4_000) };
  };
  add('full', { attachedPolicies, inlinePolicies: [inline(2_001)] });
  expect(() => add('more', { attachedPolicies: [...attachedPolicies, 'Job10'] })).toThrow(
    'User more has 11 attached policies; IAM allows 10',
  );
  expect(() => add('more', { inlinePolicies: [inline(2_002)] })).toThrow(
    'has 2049 characters of inline policies; IAM allows 2048',
  );
  const PolicyArn = 'arn:aws:iam::aws:policy/Job10';
  const attach = () => fixture.iam.attachUserPolicy({ UserName: 'full', PolicyArn });
  await expectError(attach(), 'LimitExceededException 409');
  fixture.account.attachedPoliciesPerUser = 20;
  await attach();
});

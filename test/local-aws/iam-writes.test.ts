import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser, type LocalUser } from '../../local-aws/account.ts';
import { expectError, type Fixture, START, startFixture } from './fixture.ts';

const CREATED = START - 1_000_000;
const [UserName, AccessKeyId, Password] = ['mia', 'AKIA0000000000000001', 'Correct-Horse-7'];
const MISSING = 'NoSuchEntityException 404';
const INVALID = 'ValidationError 400';

let fixture: Fixture;
let mia: LocalUser;

beforeEach(async () => {
  fixture = await startFixture();
  const key = { accessKeyId: AccessKeyId, createDate: CREATED, lastRotated: CREATED };
  const accessKeys = [{ ...key, status: 'Active' as const }];
  mia = addUser(fixture.account, { userName: UserName, createDate: CREATED, accessKeys });
});

afterEach(() => fixture.close());

const deactivate = () => fixture.iam.updateAccessKey({ UserName, AccessKeyId, Status: 'Inactive' });
const tag = (Key: string, Value: string) =>
  fixture.iam.tagUser({ UserName, Tags: [{ Key, Value }] });

async function readTags() {
  const { User } = await fixture.iam.getUser({ UserName });
  return User?.Tags;
}

describe('an access key', () => {
  it('is deactivated without a rotation, unless the account counts a change as one', async () => {
    await deactivate();
    expect(mia.accessKeys).toMatchObject([{ status: 'Inactive', lastRotated: CREATED }]);
    fixture.account.reactivationMovesLastRotated = true;
    await deactivate();
    expect(mia.accessKeys).toMatchObject([{ lastRotated: CREATED }]);
    await fixture.iam.updateAccessKey({ UserName, AccessKeyId, Status: 'Active' });
    expect(mia.accessKeys).toMatchObject([{ status: 'Active', lastRotated: START }]);
  });

  it('is deleted, once', async () => {
    await fixture.iam.deleteAccessKey({ UserName, AccessKeyId });
    expect(mia.accessKeys).toEqual([]);
    await expectError(fixture.iam.deleteAccessKey({ UserName, AccessKeyId }), MISSING);
  });

  it('is not found with another user, and never becomes Expired', async () => {
    addUser(fixture.account, { userName: 'bob', createDate: CREATED });
    const bobs = { UserName: 'bob', AccessKeyId };
    const message = /^The Access Key with id AKIA0000000000000001 cannot be found\.$/;
    const update = fixture.iam.updateAccessKey({ ...bobs, Status: 'Inactive' });
    await expectError(update, MISSING, message);
    await expectError(fixture.iam.deleteAccessKey(bobs), MISSING, message);
    const expire = fixture.iam.updateAccessKey({ UserName, AccessKeyId, Status: 'Expired' });
    await expectError(expire, INVALID, /Status/);
  });
});

describe('a password', () => {
  it('is made with the time of now, kept for tests only, and deleted once', async () => {
    const profile = { UserName, CreateDate: new Date('2026-11-01T12:00:00Z') };
    const made = await fixture.iam.createLoginProfile({
      ...{ UserName, Password, PasswordResetRequired: true },
    });
    expect(made.LoginProfile).toEqual({ ...profile, PasswordResetRequired: true });
    expect(mia.loginProfile).toEqual({
      ...{ createDate: START, lastChanged: START, passwordResetRequired: true, password: Password },
    });
    const again = fixture.iam.createLoginProfile({ UserName, Password });
    await expectError(again, 'EntityAlreadyExistsException 409');
    await fixture.iam.deleteLoginProfile({ UserName });
    expect(mia.loginProfile).toBeUndefined();
    const noPassword = /^Login Profile for User mia cannot be found\.$/;
    await expectError(fixture.iam.deleteLoginProfile({ UserName }), MISSING, noPassword);
  });

  it('has 8 characters of three kinds where the account has no policy', async () => {
    const refused = 'PasswordPolicyViolationException 400';
    for (const Password of ['Short-7', 'only-lower-case', 'UPPER-OR-DASH']) {
      await expectError(fixture.iam.createLoginProfile({ UserName, Password }), refused);
    }
    await fixture.iam.createLoginProfile({ UserName, Password: 'lower-7-' });
    expect(mia.loginProfile).toMatchObject({ passwordResetRequired: false });
    const none = /^The Password Policy with domain name 123456789012 cannot be found\.$/;
    await expectError(fixture.iam.getAccountPasswordPolicy({}), MISSING, none);
  });

  it('meets the policy of an account that has one, which can be read', async () => {
    const policy = {
      ...{ MinimumPasswordLength: 12, AllowUsersToChangePassword: true },
      ...{ RequireUppercaseCharacters: true, RequireLowercaseCharacters: false },
      ...{ RequireNumbers: false, RequireSymbols: true },
    };
    fixture.account.passwordPolicy = policy;
    const { PasswordPolicy } = await fixture.iam.getAccountPasswordPolicy({});
    expect(PasswordPolicy).toEqual({ ...policy, ExpirePasswords: false });
    for (const Password of ['TOO-SHORT', 'WITHOUTSYMBOLS', 'without-upper']) {
      const request = fixture.iam.createLoginProfile({ UserName, Password });
      await expectError(request, 'PasswordPolicyViolationException 400');
    }
    await fixture.iam.createLoginProfile({ UserName, Password: 'LONG-AND-UPPER' });
  });
});

describe('tags', () => {
  it('are replaced by tags whose keys differ in case only, and removed in any case', async () => {
    await tag('Team', 'blue');
    await tag('TEAM', '');
    expect(await readTags()).toEqual([{ Key: 'TEAM', Value: '' }]);
    await fixture.iam.untagUser({ UserName, TagKeys: ['team', 'absent'] });
    expect(await readTags()).toBeUndefined();
    const Tags = ['a', 'A'].map((Key) => ({ Key, Value: '' }));
    await expectError(fixture.iam.tagUser({ UserName, Tags }), 'InvalidInputException 400');
  });

  it('are at most 50, and replacing the 50th is no addition', async () => {
    const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `tag${index}`, Value: 'x' }));
    await fixture.iam.tagUser({ UserName, Tags });
    await expectError(tag('another', 'x'), 'LimitExceededException 409');
    await tag('TAG49', 'y');
    expect(mia.tags).toHaveLength(50);
    const many = [...Tags, { Key: 'another', Value: 'x' }];
    await expectError(fixture.iam.tagUser({ UserName, Tags: many }), INVALID);
  });

  it('hold letters, digits, spaces and _.:/=+-@ and nothing else', async () => {
    await tag('ünïcode _.:/=+-@', '2026-11-01T12:00:00Z key=AKIA+1 @x');
    for (const Value of ['{"json":1}', 'a,b', 'a;b', 'x'.repeat(257)]) {
      await expectError(tag('key', Value), INVALID, /Tags\.member\.1\.Value/);
    }
    await expectError(tag('', 'x'), INVALID);
  });
});

it('gives the managed policies of a user, in pages and in the details of the account', async () => {
  mia.attachedPolicies = ['ReadOnlyAccess', 'AWSDenyAll'];
  const [AWSDenyAll, ReadOnlyAccess] = ['AWSDenyAll', 'ReadOnlyAccess'].map((PolicyName) => ({
    ...{ PolicyName, PolicyArn: `arn:aws:iam::aws:policy/${PolicyName}` },
  }));
  const first = await fixture.iam.listAttachedUserPolicies({ UserName, MaxItems: 1 });
  expect(first).toMatchObject({ AttachedPolicies: [AWSDenyAll], IsTruncated: true });
  const { Marker } = first;
  const second = await fixture.iam.listAttachedUserPolicies({ UserName, Marker });
  expect(second).toMatchObject({ AttachedPolicies: [ReadOnlyAccess], IsTruncated: false });
  const details = await fixture.iam.getAccountAuthorizationDetails({ Filter: ['User'] });
  const AttachedManagedPolicies = [ReadOnlyAccess, AWSDenyAll];
  expect(details.UserDetailList).toMatchObject([{ AttachedManagedPolicies }]);
});

describe('a write', () => {
  it('shows only when the read lag is over, and is validated at once', async () => {
    fixture.account.iamReadLagMs = 2000;
    await deactivate();
    await tag('team', 'blue');
    await expectError(fixture.iam.deleteLoginProfile({ UserName }), MISSING);
    const statuses = async () => {
      const { AccessKeyMetadata } = await fixture.iam.listAccessKeys({ UserName });
      return AccessKeyMetadata?.map(({ Status }) => Status);
    };
    fixture.now += 1999;
    expect(await statuses()).toEqual(['Active']);
    expect(await readTags()).toBeUndefined();
    fixture.now += 1;
    expect(await statuses()).toEqual(['Inactive']);
    expect(await readTags()).toEqual([{ Key: 'team', Value: 'blue' }]);
  });

  it('that a fault ignores succeeds without an effect, and is counted', async () => {
    fixture.aws.faults.push({ operation: 'UpdateAccessKey', times: 1, ignored: true });
    await deactivate();
    expect(mia.accessKeys).toMatchObject([{ status: 'Active' }]);
    await deactivate();
    expect(mia.accessKeys).toMatchObject([{ status: 'Inactive' }]);
    expect(fixture.aws.requests.counts).toEqual({ UpdateAccessKey: 2 });
  });

  it('can be refused for a while, as IAM does shortly after another', async () => {
    const code = 'EntityTemporarilyUnmodifiable';
    fixture.aws.faults.push({ operation: 'DeleteLoginProfile', code, status: 409, times: 1 });
    const request = fixture.iam.deleteLoginProfile({ UserName });
    await expectError(request, 'EntityTemporarilyUnmodifiableException 409');
  });
});

describe('an operation performed without a request', () => {
  const caller = 'arn:aws:sts::123456789012:assumed-role/automation/session';
  const perform = (operation: string, input: object, service = 'iam') =>
    fixture.aws.perform({ service, operation, input: { ...input }, caller });

  it('does what a request does, with nested input, and is counted', () => {
    const Tags = [{ Key: 'team', Value: 'blue' }];
    expect(perform('TagUser', { UserName, Tags })).toEqual({});
    expect(mia.tags).toEqual(Tags);
    perform('CreateLoginProfile', { UserName, Password, PasswordResetRequired: true });
    expect(mia.loginProfile).toMatchObject({ passwordResetRequired: true });
    const { entries } = fixture.aws.requests;
    expect(entries.map(({ operation }) => operation)).toEqual(['TagUser', 'CreateLoginProfile']);
  });

  it('throws what a request would be answered, and an internal failure for no answer', () => {
    const missing = { code: 'NoSuchEntity', status: 404 };
    const attempt = (operation: string, input: object, service?: string) => {
      try {
        return perform(operation, input, service);
      } catch (error) {
        return error;
      }
    };
    expect(attempt('GetUser', { UserName: 'bob' })).toMatchObject(missing);
    expect(attempt('ListGroups', {})).toMatchObject({ code: 'InvalidAction' });
    expect(attempt('ListBuckets', {}, 's3')).toMatchObject({ code: 'UnknownService' });
    fixture.aws.faults.push({ operation: 'GetUser', hang: true });
    const failure = { code: 'InternalFailure', status: 500 };
    expect(attempt('GetUser', { UserName })).toMatchObject(failure);
    const errors = fixture.aws.requests.entries.map(({ error }) => error);
    expect(errors).toEqual(['NoSuchEntity', 'InvalidAction', 'no answer']);
  });

  it('publishes to a topic', () => {
    const [TopicArn, Subject] = ['arn:aws:sns:us-east-1:123456789012:topic', 'A subject'];
    const publish = (input: object) => () => perform('Publish', input, 'sns');
    expect(publish({ TopicArn, Subject, Message: 'a\nb' })()).toHaveProperty('MessageId');
    expect(publish({ TopicArn, Message: 'x' })()).toHaveProperty('MessageId');
    expect(fixture.account.published).toEqual([
      { topicArn: TopicArn, subject: Subject, message: 'a\nb' },
      { topicArn: TopicArn, subject: undefined, message: 'x' },
    ]);
    expect(publish({ TopicArn: 'arn:aws:sqs:x', Message: 'x' })).toThrow('does not exist');
    for (const Subject of ['a\nb', 'ü', 'x'.repeat(101)]) {
      expect(publish({ TopicArn, Subject, Message: 'x' })).toThrow(/Subject/);
    }
    expect(publish({ TopicArn, Message: 'x'.repeat(262_145) })).toThrow(/Message/);
  });
});

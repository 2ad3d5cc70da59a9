import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser } from '../../local-aws/account.ts';
import { expectError, type Fixture, START, startFixture } from './fixture.ts';

const CREATED = Date.UTC(2024, 2, 2, 10, 11, 12, 999);
const CREATED_SECOND = new Date('2024-03-02T10:11:12Z');
const HOUR = 3_600_000;

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

function addUsers(...names: string[]) {
  for (const userName of names) addUser(fixture.account, { userName, createDate: CREATED });
}

describe('users', () => {
  it('are paged without loss when one is deleted between two pages', async () => {
    addUsers('d', 'B', 'c', 'a');
    const first = await fixture.iam.listUsers({ MaxItems: 2 });
    expect(first).toMatchObject({
      IsTruncated: true,
      Users: [{ UserName: 'a' }, { UserName: 'B' }],
    });
    fixture.account.users = fixture.account.users.filter(({ userName }) => userName !== 'B');
    const { Marker } = first;
    const second = await fixture.iam.listUsers({ MaxItems: 2, Marker });
    expect(second).toMatchObject({
      IsTruncated: false,
      Users: [{ UserName: 'c' }, { UserName: 'd' }],
    });
    expect(second.Marker).toBeUndefined();
    await expectError(
      fixture.iam.getAccountAuthorizationDetails({ Filter: ['User'], Marker }),
      'ValidationError 400',
    );
    await expectError(fixture.iam.listUsers({ Marker: 'elsewhere' }), 'ValidationError 400');
  });

  it('come 100 a page unless asked otherwise, at most 1,000, and fewer where the account says so', async () => {
    for (let index = 0; index < 1001; index += 1) addUsers(`user${index}`);
    expect((await fixture.iam.listUsers({})).Users).toHaveLength(100);
    const details = await fixture.iam.getAccountAuthorizationDetails({
      Filter: ['User'],
      MaxItems: 1000,
    });
    expect(details).toMatchObject({ UserDetailList: { length: 1000 }, IsTruncated: true });
    await expectError(fixture.iam.listUsers({ MaxItems: 1001 }), 'ValidationError 400', /MaxItems/);
    await expectError(fixture.iam.listUsers({ MaxItems: 0 }), 'ValidationError 400');
    fixture.account.pageSize = 7;
    expect(await fixture.iam.listUsers({ MaxItems: 50 })).toMatchObject({
      Users: { length: 7 },
      IsTruncated: true,
    });
  });

  it('have tags in details and GetUser, last use in ListUsers and GetUser, and whole seconds', async () => {
    const Tags = [
      { Key: 'Ünïcode & <x>', Value: `"it's" + 100% &lt;\r` },
      { Key: 'empty', Value: '' },
    ];
    const common = { userName: 'mia', path: '/staff/', createDate: CREATED, tags: Tags };
    const { userId } = addUser(fixture.account, { ...common, passwordLastUsed: CREATED });
    const user = {
      ...{ UserName: 'mia', Path: '/staff/', UserId: userId, CreateDate: CREATED_SECOND },
      Arn: 'arn:aws:iam::123456789012:user/staff/mia',
    };
    const PasswordLastUsed = CREATED_SECOND;
    const details = await fixture.iam.getAccountAuthorizationDetails({ Filter: ['User'] });
    const empty = { GroupList: [], AttachedManagedPolicies: [] };
    expect(details.UserDetailList).toEqual([{ ...user, Tags, ...empty, UserPolicyList: [] }]);
    expect((await fixture.iam.listUsers({})).Users).toEqual([{ ...user, PasswordLastUsed }]);
    expect((await fixture.iam.getUser({ UserName: 'mia' })).User).toEqual({
      ...user,
      PasswordLastUsed,
      Tags,
    });
    expect(userId).toMatch(/^AIDA[A-Z2-7]{17}$/);
  });

  it('are listed by path prefix', async () => {
    addUser(fixture.account, { userName: 'robot', path: '/robots/', createDate: CREATED });
    addUsers('mia');
    const { Users } = await fixture.iam.listUsers({ PathPrefix: '/robots/' });
    expect(Users?.map((user) => user.UserName)).toEqual(['robot']);
  });

  it('answer NoSuchEntity 404 in the wording of AWS for a missing user, password or key', async () => {
    addUsers('mia');
    const missing = 'NoSuchEntityException 404';
    const noUser = /^The user with name bob cannot be found\.$/;
    await expectError(fixture.iam.getUser({ UserName: 'bob' }), missing, noUser);
    await expectError(fixture.iam.listAccessKeys({ UserName: 'bob' }), missing, noUser);
    await expectError(fixture.iam.getLoginProfile({ UserName: 'bob' }), missing, noUser);
    const noPassword = /^Login Profile for User mia cannot be found\.$/;
    await expectError(fixture.iam.getLoginProfile({ UserName: 'mia' }), missing, noPassword);
    const noKey = /^The Access Key with id AKIAX cannot be found\.$/;
    await expectError(fixture.iam.getAccessKeyLastUsed({ AccessKeyId: 'AKIAX' }), missing, noKey);
    await expectError(fixture.iam.getUser({ UserName: 'arn:x' }), 'ValidationError 400');
    await expectError(fixture.iam.getUser({}), 'ValidationError 400');
  });
});

describe('credentials', () => {
  it('of a user are the login profile and the keys, with their last use or N/A', async () => {
    const date = START - HOUR;
    addUser(fixture.account, {
      userName: 'mia',
      createDate: CREATED,
      loginProfile: { createDate: CREATED, lastChanged: START, passwordResetRequired: true },
      accessKeys: [
        {
          ...{ accessKeyId: 'AKIA1', status: 'Expired', createDate: CREATED, lastRotated: START },
          lastUsed: { date, region: 'eu-west-1', serviceName: 's3' },
        },
        { accessKeyId: 'AKIA2', status: 'Active', createDate: CREATED, lastRotated: CREATED },
      ],
    });
    const UserName = 'mia';
    const CreateDate = CREATED_SECOND;
    const { LoginProfile } = await fixture.iam.getLoginProfile({ UserName });
    expect(LoginProfile).toEqual({ UserName, CreateDate, PasswordResetRequired: true });
    const first = { UserName, AccessKeyId: 'AKIA1', Status: 'Expired', CreateDate };
    const page = await fixture.iam.listAccessKeys({ UserName, MaxItems: 1 });
    expect(page).toMatchObject({ AccessKeyMetadata: [first], IsTruncated: true });
    const { AccessKeyMetadata } = await fixture.iam.listAccessKeys({
      UserName,
      Marker: page.Marker,
    });
    expect(AccessKeyMetadata?.map((key) => key.AccessKeyId)).toEqual(['AKIA2']);
    const LastUsedDate = new Date('2026-11-01T11:00:00Z');
    expect(await fixture.iam.getAccessKeyLastUsed({ AccessKeyId: 'AKIA1' })).toMatchObject({
      UserName,
      AccessKeyLastUsed: { LastUsedDate, Region: 'eu-west-1', ServiceName: 's3' },
    });
    const never = await fixture.iam.getAccessKeyLastUsed({ AccessKeyId: 'AKIA2' });
    expect(never.AccessKeyLastUsed).toEqual({ Region: 'N/A', ServiceName: 'N/A' });
  });
});

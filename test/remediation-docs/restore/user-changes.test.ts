import { expect, it } from 'vitest';
import { password, user } from '../../builders/account.ts';
import { type RestorationCase, revoked } from '../restoration-case.ts';
import { changes, currentSecrets, isMarked, output, statusesOf } from '../restoration-views.ts';

const asked = { RestorePassword: 'true' };
const notRestored = 'Decision.NotRestored';

it('restores a key that was used after its revocation only if AccessKeyId names it', async () => {
  const { local, frank } = await revoked();
  const [first] = frank.accessKeys;
  if (first) first.lastUsed = { date: local.now + 3_600_000, region: 'us-east-1', serviceName: '' };
  local.now += 7_200_000;
  const done = await local.restore(frank.userId);
  expect(done.status).toBe('Success');
  expect(statusesOf(frank)).toEqual(['Inactive', 'Active']);
  expect(output(done, notRestored)).toContain(
    `${first?.accessKeyId}: was last used 2026-11-21T07:40`,
  );
  expect(output(done, notRestored)).toContain('use AccessKeyId (--access-key) to restore it');
  const named = await local.restore(frank.userId, { AccessKeyId: first?.accessKeyId ?? '' });
  expect([named.status, first?.status]).toEqual(['Success', 'Active']);
});

const sinceThen: [string, (frank: RestorationCase['frank']) => void, RegExp][] = [
  [
    'reactivated',
    ({ accessKeys: [first] }) => Object.assign(first ?? {}, { status: 'Active' }),
    /access key AKIA\w+: is already Active; it is left unchanged/,
  ],
  [
    'deleted',
    (frank) => Object.assign(frank, { accessKeys: frank.accessKeys.slice(1) }),
    /access key AKIA\w+: was deleted since, and cannot be restored/,
  ],
  [
    're-issued',
    (frank) => Object.assign(frank, password(0)),
    /password: a new one was issued since; it is left unchanged/,
  ],
];
it.each(sinceThen)(
  'reports what someone else has %s since, and leaves it unchanged',
  async (_, act, why) => {
    const found = await revoked();
    const { local, frank, account } = found;
    act(frank);
    const { loginProfile } = structuredClone(frank);
    const inactive = frank.accessKeys.filter(({ status }) => status === 'Inactive');
    const done = await local.restore(frank.userId, {
      RestorePassword: String(loginProfile !== undefined),
    });
    expect(done.status).toBe('Success');
    expect(output(done, notRestored)).toMatch(why);
    expect(local.aws.requests.counts['UpdateAccessKey']).toBe(inactive.length);
    expect(frank.accessKeys.every(({ status }) => status === 'Active')).toBe(true);
    expect(frank.loginProfile).toEqual(loginProfile);
    expect(account.secrets.size).toBe(0);
    expect(isMarked(found)).toBe(loginProfile !== undefined);
  },
);

it('ends with Gone and changes nothing for a user who no longer exists', async () => {
  const { local, frank, account } = await revoked();
  account.users = [];
  const done = await local.restore(frank.userId);
  expect(done.status).toBe('Success');
  expect(output(done, 'Decision.Outcome')).toBe('Gone');
  expect(output(done, 'Decision.Reason')).toContain(frank.userId);
  expect(changes(local.aws)).toEqual([]);
});

it('finds a user who was renamed since', async () => {
  const { local, frank, account } = await revoked();
  frank.userName = 'francis';
  account.users.push({
    ...structuredClone(frank),
    userName: 'frank',
    userId: 'AIDAANOTHERFRANK00',
  });
  const done = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(done.status).toBe('Success');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(account.users.map(statusesOf)[1]).toEqual(['Inactive', 'Inactive']);
  expect(currentSecrets(account)).toEqual([
    { userName: 'francis', password: frank.loginProfile?.password },
  ]);
});
it.each(['TagUser', 'UpdateAccessKey', 'CreateLoginProfile'])(
  'fails if the user is deleted right before %s',
  async (operation) => {
    const found = await revoked();
    const { local, account, aws, frank } = found;
    aws.faults.push({ operation, before: () => account.users.splice(0), times: 1 });
    const done = await local.restore(frank.userId, asked);
    expect(done.status).toBe('Failed');
    expect(account.users).toEqual([]);
    expect(isMarked(found)).toBe(false);
    const again = await local.restore(frank.userId, asked);
    expect(output(again, 'Decision.Outcome')).toBe('Gone');
  },
);

it('does not exempt another user who has the name since the plan', async () => {
  const { local, account, aws, frank } = await revoked();
  const state = structuredClone(frank);
  const pass = () => {
    frank.userName = 'frank-before';
    user(account, 'frank', { userId: 'AIDAANOTHERFRANK00001' });
  };
  aws.faults.push({ operation: 'GetParameterHistory', before: pass, times: 1 });
  const failed = await local.restore(frank.userId, asked);
  expect(failed.status).toBe('Failed');
  expect(failed.failureMessage).toContain(
    'Step ConfirmBoundUser failed: Exception: The user name now',
  );
  expect(frank).toEqual({ ...state, userName: 'frank-before' });
  expect(account.users[1]).toMatchObject({ userName: 'frank', tags: [] });
  expect(changes(aws)).toEqual(['TagUser', 'UntagUser']);
  const again = await local.restore(frank.userId, asked);
  expect(again.status).toBe('Success');
  expect(account.users.map(statusesOf)).toEqual([['Active', 'Active'], []]);
});

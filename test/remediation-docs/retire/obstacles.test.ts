import { expect, it } from 'vitest';
import type { LocalUser } from '../../../local-aws/account.ts';
import { accessKey, ago, password } from '../../builders/account.ts';
import { configRemediation } from '../../builders/remediation.ts';
import { problemsOfEvent } from '../../infra/event-schemas.ts';
import { everything, held, isDenied, permissions, startCase } from '../retirement-case.ts';
import { changes, ending, nextReport, onWait, storeReport } from '../revocation-case.ts';

const reasonOf = ({ outputs }: { outputs: Record<string, string[] | undefined> }) =>
  outputs['Decision.Reason']?.join() ?? '';

it('refuses an execution that AWS Config or an unknown principal started, and alerts', async () => {
  const { account, local, frank } = await startCase();
  const before = structuredClone(frank);
  const parameters = { IAMResourceId: frank.userId, ...everything };
  for (const [starter, why] of [
    [configRemediation, 'service-linked role'],
    ['arn:aws:iam::210987654321:user/stranger', 'Automation does not say who started'],
  ] as const) {
    account.published.length = 0;
    const done = await local.ended(local.start('retire', parameters, starter));
    expect(ending(done)).toBe('Failed Refused');
    expect(done.failureMessage).toContain(why);
    expect(account.published.map(({ subject }) => subject)).toEqual([
      `Retirement of an IAM user refused: ${frank.userId}`,
    ]);
  }
  expect(changes(local).filter((name) => name !== 'Publish')).toEqual([]);
  expect(frank).toEqual(before);
});

it('puts an event if the execution names a rule other than the deployed one', async () => {
  const { account, local, frank } = await startCase();
  const done = await local.retire(frank.userId, { ConfigRuleName: 'another' });
  expect([done.status, changes(local)]).toEqual(['Failed', []]);
  const [event] = account.events;
  expect(problemsOfEvent({ ...event })).toEqual([]);
  expect(event).toMatchObject({
    'detail-type': 'Revocation Refused',
    detail: { operation: 'retire', executionId: done.id },
  });
});

const recentKey = accessKey(300, 3);
const tag = (name: string, Value: string) => [{ Key: `unused-iam-credentials:${name}`, Value }];
it.each<[string, Partial<LocalUser>, string, string]>([
  [
    'a key is in use',
    { accessKeys: [recentKey] },
    'NotInactive',
    `not unused for long enough: access key ${recentKey.accessKeyId} used 2026-11-18 (3 days, limit 45)`,
  ],
  [
    'nothing is usable, and they were never retired',
    { accessKeys: [], loginProfile: undefined },
    'NotInactive',
    'no-credentials;',
  ],
  ['they are protected', { tags: tag('protected', 'true') }, 'Protected', ':protected'],
  ['they are exempt', { tags: tag('exempt-until', '2026-12-31') }, 'Exempt', '2026-12-31'],
])('does not retire a user if %s', async (_, rest, outcome, why) => {
  const { local, frank } = await startCase(rest);
  const before = structuredClone(frank);
  const done = await local.retire(frank.userId, everything);
  expect(ending(done)).toBe(`Success ${outcome}`);
  expect(reasonOf(done)).toContain(why);
  expect([changes(local), frank]).toEqual([[], before]);
});

it.each<[string, Record<string, string>, string, string]>([
  ['MinimumIdleDays', { MinimumIdleDays: '95' }, 'NotInactive', 'MinimumIdleDays (95)'],
  ['EnforceFrom', { EnforceFrom: '2027-01-31' }, 'NotYet', '2027-01-31'],
])("applies the stack's limit: %s", async (_, limits, outcome, why) => {
  const { local, frank } = await startCase();
  local.limits = { ...local.limits, ...limits };
  const done = await local.retire(frank.userId, everything);
  expect(ending(done)).toBe(`Success ${outcome}`);
  expect(reasonOf(done)).toContain(why);
  expect([changes(local), isDenied(frank)]).toEqual([[], false]);
});

it('keeps the credentials that the stack keeps, but denies the user everything, and never deletes a key', async () => {
  const { local, frank, key } = await startCase({}, { evaluationScope: 'console-password' });
  local.limits = { ...local.limits, PasswordAction: 'Keep' };
  const done = await local.retire(frank.userId);
  expect(ending(done)).toBe('Success Retire');
  expect(reasonOf(done)).toContain(
    'password stays (kept, because PasswordAction is Keep), but is denied everything',
  );
  expect([isDenied(frank), key.status, frank.loginProfile]).toEqual([
    true,
    'Inactive',
    expect.anything(),
  ]);
});

it('counts retirements and revocations together, and stops while paused', async () => {
  const { account, local, frank } = await startCase();
  const others = ['one', 'two'].map((userName, index): LocalUser => {
    const userId = `AIDAOTHERUSEROTHER000${index}`;
    const rest = { userName, userId, ...password(400, 100), accessKeys: [] };
    return { ...structuredClone(frank), ...rest };
  });
  account.users.push(...others);
  local.limits = { ...local.limits, MaxRevocationsPerDay: '2' };
  const [one, two] = others;
  expect(ending(await local.revoke(one?.userId ?? ''))).toBe('Success Revoke');
  expect(ending(await local.retire(two?.userId ?? ''))).toBe('Success Retire');
  const third = await local.retire(frank.userId);
  expect(ending(third)).toBe('Success LimitReached');
  expect(reasonOf(third)).toContain('revocations of 2 other users');
  const pause = { Name: '/unused-iam-credentials/pause', Value: 'x', Type: 'String' };
  const caller = 'arn:aws:iam::123456789012:user/ops';
  local.aws.perform({ service: 'ssm', operation: 'PutParameter', input: pause, caller });
  expect(ending(await local.retire(frank.userId))).toBe('Success Paused');
  expect(isDenied(frank)).toBe(false);
});

it('waits for a new credential report before it deletes a password', async () => {
  const { local, frank } = await startCase();
  storeReport(local, 3_600_000);
  const waits = onWait(local);
  expect(ending(await local.retire(frank.userId))).toBe('Success Retire');
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeLessThanOrEqual(nextReport);
});

it('does not retire a user who was restored within the grace period, whatever the tags say', async () => {
  const { local, frank } = await startCase();
  await local.revoke(frank.userId);
  await local.restore(frank.userId);
  frank.tags = [];
  const done = await local.retire(frank.userId);
  expect(ending(done)).toBe('Success Exempt');
  expect(isDenied(frank)).toBe(false);
});

it('does not retire a retired user again, except to remove what is requested later', async () => {
  const { local, frank } = await startCase();
  await local.retire(frank.userId);
  expect(ending(await local.retire(frank.userId))).toBe('Success NothingDue');
  expect(ending(await local.retire(frank.userId, everything))).toBe('Success Retire');
  expect(held(frank)).toEqual([]);
  expect(frank.permissionsBoundary).toBe(permissions.permissionsBoundary);
});

it('does not change a user with more permissions than the document can record', async () => {
  // IAM does not count white space, but keeps it.
  const document = `{"Version":"2012-10-17","Statement":[]${' '.repeat(80_000)}}`;
  const { local, frank } = await startCase({ inlinePolicies: [{ name: 'long', document }] });
  const done = await local.retire(frank.userId, everything);
  expect(done.failureMessage).toContain('a step of Automation passes on at most 95000');
  expect(changes(local)).toEqual([]);
  expect(frank.createDate).toBeLessThan(ago(0));
});

const policies = (count: number) => Array.from({ length: count }, (_, index) => `Job${index}`);

it.each([10, 20])(
  'does not change a user with as many attached policies as IAM allows (%i), who cannot be denied everything',
  async (quota) => {
    const { account, local, frank } = await startCase();
    account.attachedPoliciesPerUser = quota;
    frank.attachedPolicies = policies(quota);
    for (const parameters of [everything, { ...everything, DryRun: 'true' }]) {
      const done = await local.retire(frank.userId, parameters);
      expect(ending(done)).toBe('Success TooManyPolicies');
      expect(reasonOf(done)).toContain(`user frank has ${quota} attached policies`);
      expect(reasonOf(done)).toContain('detach a policy by hand');
    }
    expect(changes(local)).toEqual([]);
    frank.attachedPolicies?.pop();
    expect(ending(await local.retire(frank.userId, everything))).toBe('Success Retire');
    expect(isDenied(frank)).toBe(true);
  },
);

it('retires a user who has as many policies as IAM allows, if AWSDenyAll is one of them', async () => {
  const attachedPolicies = [...policies(9), 'AWSDenyAll'];
  const { local, frank } = await startCase({ attachedPolicies });
  expect(ending(await local.retire(frank.userId, everything))).toBe('Success Retire');
  expect(frank.attachedPolicies).toEqual(['AWSDenyAll']);
});

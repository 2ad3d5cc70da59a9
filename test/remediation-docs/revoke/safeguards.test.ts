import { expect, it } from 'vitest';
import type { LocalRuleDefinition } from '../../../local-aws/account.ts';
import { accessKey, day, password, user } from '../../builders/account.ts';
import { ruleName } from '../../builders/local-rule.ts';
import {
  changes,
  ending,
  type RevocationCase,
  startCase,
  storeReport,
  usable,
} from '../revocation-case.ts';

const pause = ({ account }: RevocationCase) => {
  const version = { value: 'audit', version: 1, date: 0, user: 'ops' };
  account.parameters.set('/unused-iam-credentials/pause', { versions: [version], tags: new Map() });
};
const allKept = { PasswordAction: 'Keep', AccessKeyAction: 'Keep' };

it.each<[string, string, Record<string, string>, RegExp, ((held: RevocationCase) => void)?]>([
  ['a pause', 'Paused', {}, /SSM parameter \/unused-iam-credentials\/pause exists/, pause],
  ['an announcement', 'NotYet', { EnforceFrom: '2026-11-22' }, /before 2026-11-22 \(EnforceFrom\)/],
  ['a floor', 'NothingDue', { MinimumIdleDays: '101' }, /less than MinimumIdleDays \(101\)/],
  [
    'Keep',
    'NothingDue',
    allKept,
    /^password: .*PasswordAction is Keep; access key .*AccessKeyAction is Keep/,
  ],
  ['a dry run', 'DryRun', { DryRun: 'true' }, /^would revoke: access key .*; password \(Delete\)/],
])('nothing changes under %s, and the reason says why', async (_, outcome, given, why, prepare) => {
  const held = await startCase();
  prepare?.(held);
  const before = structuredClone(held.frank);
  const done = await held.local.revoke(held.frank.userId, given);
  expect(ending(done)).toBe(`Success ${outcome}`);
  expect(done.outputs['Decision.Outcome']).toEqual([outcome]);
  expect(done.outputs['Decision.Reason']).toEqual([expect.stringMatching(why)]);
  expect(changes(held.local)).toEqual([]);
  expect(held.frank).toEqual(before);
});

it('a dry run lists what would be revoked, and does not wait for a report', async () => {
  const { local, frank } = await startCase();
  storeReport(local, 3_600_000);
  const begun = local.now;
  const { outputs } = await local.revoke(frank.userId, { DryRun: 'true' });
  expect(outputs['Decision.ToRevoke']).toHaveLength(2);
  expect(outputs['Decision.RecordName']).toEqual(['None']);
  const why = expect.stringContaining('a deletion needs a credential report');
  expect(outputs['Decision.Reason']).toEqual([why]);
  expect(local.now - begun).toBeLessThan(60_000);
});

it('a pause ends when its parameter is deleted', async () => {
  const held = await startCase();
  pause(held);
  expect(ending(await held.local.revoke(held.frank.userId))).toBe('Success Paused');
  held.account.parameters.clear();
  expect(ending(await held.local.revoke(held.frank.userId))).toBe('Success Revoke');
});

it('the day of EnforceFrom begins at midnight UTC', async () => {
  const { local, frank } = await startCase();
  const given = { EnforceFrom: '2026-11-22' };
  local.now = Date.parse('2026-11-21T23:59:57Z');
  expect(ending(await local.revoke(frank.userId, given))).toBe('Success NotYet');
  local.now = Date.parse('2026-11-22T00:00:00Z');
  expect(ending(await local.revoke(frank.userId, given))).toBe('Success Revoke');
});

it('records of the last 24 hours, of any user, count towards the daily limit', async () => {
  const { account, local, frank } = await startCase();
  const other = user(account, 'other', { ...password(400, 100), accessKeys: [accessKey(300)] });
  const given = { MaxRevocationsPerDay: '1' };
  expect(ending(await local.revoke(frank.userId, given))).toBe('Success Revoke');
  const [recordedAt = Number.NaN] = [...account.parameters.values()].map(
    ({ versions }) => versions[0]?.date,
  );
  local.now = recordedAt + day - 5_000;
  local.aws.requests.reset();
  const held = await local.revoke(other.userId, given);
  expect(ending(held)).toBe('Success LimitReached');
  expect(held.outputs['Decision.Reason']).toEqual([
    'revocations of 1 other user were recorded within 24 hours; MaxRevocationsPerDay is 1',
  ]);
  expect([changes(local), usable(other)]).toEqual([[], [expect.any(String), 'password']]);
  local.now = recordedAt + day;
  expect(ending(await local.revoke(other.userId, given))).toBe('Success Revoke');
  expect(usable(other)).toEqual([]);
});

it('a limit of 0 means no limit, and a higher one is not reached', async () => {
  const { account, local, frank } = await startCase();
  const people = ['one', 'two'].map((name) => user(account, name, password(400, 100)));
  await local.revoke(frank.userId);
  const [one, two] = people.map(({ userId }) => userId);
  const ends = [
    await local.revoke(one ?? '', { MaxRevocationsPerDay: '0' }),
    await local.revoke(two ?? '', { MaxRevocationsPerDay: '3' }),
  ];
  expect(ends.map(ending)).toEqual(['Success Revoke', 'Success Revoke']);
});

it('a typing error in the rule does not revoke anything below MinimumIdleDays', async () => {
  const recent = { ...password(400, 29), accessKeys: [accessKey(300, 29)] };
  const { local, frank } = await startCase(recent, { maxCredentialUsageAge: '4' });
  expect(ending(await local.revoke(frank.userId))).toBe('Success NothingDue');
  expect(changes(local)).toEqual([]);
});

const source = (account: string, name: string) =>
  `arn:aws:lambda:us-east-1:${account}:function:${name}`;
const otherFunction = source('123456789012', 'another');
const otherAccount = source('999999999999', 'unused-iam-credentials-evaluate');

it.each<[string, Partial<LocalRuleDefinition> | null, RegExp]>([
  ['is missing', null, /There is no AWS Config rule unused-iam-credentials in us-east-1/],
  ['is being deleted', { state: 'DELETING' }, /There is no AWS Config rule unused-iam-credentials/],
  [
    'has invalid parameters',
    { inputParameters: { maxCredentialUsageAge: 'x' } },
    /maxCredentialUsageAge.*"?x"?/,
  ],
  [
    'is of another function',
    { sourceIdentifier: otherFunction },
    /The source of AWS Config rule unused-iam-credentials is .*:function:another; expected/,
  ],
  [
    'is of another account',
    { sourceIdentifier: otherAccount },
    /is arn:.*:999999999999:.*expected/,
  ],
])('a rule that %s fails the run, and nothing is changed', async (_, changed, why) => {
  const { account, local, frank } = await startCase();
  const { ruleDefinitions } = account.config;
  const rule = ruleDefinitions.get(ruleName);
  if (changed === null) ruleDefinitions.delete(ruleName);
  else if (rule !== undefined) Object.assign(rule, changed);
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Failed -');
  expect(done.failureMessage).toMatch(why);
  expect([changes(local), usable(frank).length]).toEqual([[], 2]);
});

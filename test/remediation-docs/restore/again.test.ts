import { expect, it } from 'vitest';
import { day } from '../../builders/account.ts';
import { ruleName } from '../../builders/local-rule.ts';
import { type RestorationCase, revoked } from '../restoration-case.ts';
import { isMarked, output } from '../restoration-views.ts';

const asked = { RestorePassword: 'true' };
const minute = 60_000;
const statuses = ({ frank }: RestorationCase) => frank.accessKeys.map(({ status }) => status);
const tagsOf = ({ account, recordName }: RestorationCase) => [
  ...(account.parameters.get(recordName)?.tags.keys() ?? []),
];

it('a stale read of IAM right after the revocation closes no record', async () => {
  const found = await revoked();
  const { local, aws, frank } = found;
  local.now -= 9 * minute;
  const [first, second] = frank.accessKeys;
  const show = (status: 'Active' | 'Inactive') => {
    for (const key of [first, second]) if (key) key.status = status;
  };
  // One look shows the keys as they were before; the next one as they are.
  aws.faults.push({ operation: 'ListAccessKeys', times: 1, before: () => show('Active') });
  aws.faults.push({ operation: 'GetUser', times: 1, before: () => show('Inactive') });
  const stale = await local.restore(frank.userId, asked);
  expect(output(stale, 'Decision.NotRestored')).toContain('is already Active');
  expect(isMarked(found)).toBe(false);

  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(statuses(found)).toEqual(['Active', 'Active']);
});

it('a user with 50 tags, one of them ours, can be restored', async () => {
  const found = await revoked();
  const { local, frank } = found;
  for (let index = 0; index < 49; index += 1) frank.tags.push({ Key: `own-${index}`, Value: 'x' });
  expect(frank.tags).toHaveLength(50);
  const done = await local.restore(frank.userId);
  expect([done.status, statuses(found)]).toEqual(['Success', ['Active', 'Active']]);
  expect(frank.tags).toHaveLength(50);
});

it('keys that were given back and then deactivated by somebody stay so when the password is restored', async () => {
  const found = await revoked();
  const { local, frank } = found;
  await local.restore(frank.userId);
  expect(statuses(found)).toEqual(['Active', 'Active']);
  expect([tagsOf(found), isMarked(found)]).toEqual([
    ['applied', ...frank.accessKeys.map(({ accessKeyId }) => `restored-${accessKeyId}`)],
    false,
  ]);
  for (const key of frank.accessKeys) key.status = 'Inactive';
  local.now += 5 * day;
  const done = await local.restore(frank.userId, asked);
  expect(statuses(found)).toEqual(['Inactive', 'Inactive']);
  expect(output(done, 'Decision.NotRestored')).toContain('was restored before');
  expect(frank.loginProfile).toBeDefined();
  expect(isMarked(found)).toBe(true);
});

it('a password that was issued and used by somebody else, and deleted since, is not issued again', async () => {
  const found = await revoked();
  const { local, frank } = found;
  local.now += 20 * day;
  frank.passwordLastUsed = local.now - day;
  const done = await local.restore(frank.userId, asked);
  expect(output(done, 'Decision.NotRestored')).toContain('password: a new one was used');
  expect(frank.loginProfile).toBeUndefined();
});

it('a password that somebody issued in the middle is not passed off as ours', async () => {
  const found = await revoked();
  const { local, account, aws, frank } = found;
  const at = local.now;
  const issue = () => {
    frank.loginProfile = { createDate: at, lastChanged: at, passwordResetRequired: true };
  };
  aws.faults.push({ operation: 'CreateLoginProfile', times: 1, before: issue });
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(output(done, 'Result.Restored')).not.toContain('password');
  expect(output(done, 'Result.NotRestored')).toContain('somebody else issued one meanwhile');
  const message = account.published.at(-1)?.message;
  expect(message).not.toContain('The new password is in the secret');
  expect(message).toContain('Not restored:\n- password');
  const [secret] = account.secrets.values();
  expect(secret?.versions.flatMap(({ stages }) => stages)).not.toContain(done.id);
});

it('a user who is quarantined in the middle gets no password', async () => {
  const { local, account, aws, frank } = await revoked();
  const quarantine = () => {
    frank.attachedPolicies = ['AWSCompromisedKeyQuarantineV3'];
  };
  aws.faults.push({ operation: 'UntagUser', times: 1, before: quarantine });
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Failed');
  expect([frank.loginProfile, account.secrets.size]).toEqual([undefined, 0]);
  const alerts = local.log.filter(({ alert }) => alert === true);
  expect(alerts).toMatchObject([{ reason: expect.stringContaining('QuarantineV3') }]);
});

it('without the rule of the default name, the rule that revoked says how to exempt', async () => {
  const { local, account, frank } = await revoked();
  const rule = account.config.ruleDefinitions.get(ruleName);
  if (rule === undefined) throw new Error('expected the rule');
  const inputParameters = { exemptUntilTag: 'keep-until', maxExemptionDays: '7' };
  account.config.ruleDefinitions.set(ruleName, { ...rule, inputParameters });
  const done = await local.restore(frank.userId, { ConfigRuleName: 'renamed' });
  expect(done.status).toBe('Success');
  expect(frank.tags.map(({ Key }) => Key)).toEqual(['keep-until']);
  expect(output(done, 'Decision.Reason')).not.toContain('AWS Config rule');
});

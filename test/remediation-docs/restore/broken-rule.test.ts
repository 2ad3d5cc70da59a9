import { expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { ruleName } from '../../builders/local-rule.ts';
import { revoked } from '../restoration-case.ts';
import { output } from '../restoration-views.ts';
import { ask, running } from '../running-restoration.ts';

const statusesOf = (keys: readonly { status: string }[]) => keys.map(({ status }) => status);

it.each([
  ['an invalid parameter', { inputParameters: { maxCredentialUsageAge: '45 days' } }],
  ['another function as its source', { sourceIdentifier: 'arn:aws:lambda:us-east-1:1:function:x' }],
])('a rule with %s does not stand in the way back', async (_, broken) => {
  const { local, account, frank } = await revoked();
  const rule = account.config.ruleDefinitions.get(ruleName);
  if (rule === undefined) throw new Error('expected the rule');
  account.config.ruleDefinitions.set(ruleName, { ...rule, ...broken });
  const done = await local.restore(frank.userId);
  expect([done.status, statusesOf(frank.accessKeys)]).toEqual(['Success', ['Active', 'Active']]);
  expect(output(done, 'Decision.Reason')).toContain('no valid AWS Config rule');
});

it('a rule that cannot be read now fails the restoration: it may say how to exempt', async () => {
  const { local, aws, frank } = await revoked();
  aws.faults.push(deny('DescribeConfigRules'));
  const done = await local.restore(frank.userId);
  expect([done.status, statusesOf(frank.accessKeys)]).toEqual(['Failed', ['Inactive', 'Inactive']]);
});

it('a key that IAM shows as used since its revocation is restored if it is named', async () => {
  const { local, frank } = await revoked();
  const [first] = frank.accessKeys;
  local.now += 24 * 3_600_000;
  if (first) first.lastUsed = { date: local.now, region: 'us-east-1', serviceName: 's3' };
  const any = await local.restore(frank.userId);
  expect(output(any, 'Decision.NotRestored')).toContain('use AccessKeyId to restore it');
  expect(first?.status).toBe('Inactive');
  const named = await local.restore(frank.userId, { AccessKeyId: first?.accessKeyId ?? '' });
  expect([named.status, first?.status]).toEqual(['Success', 'Active']);
});

it('issue-password refuses what the plan refuses: a password issued, used and deleted since', async () => {
  const found = await revoked();
  running(found);
  found.frank.passwordLastUsed = found.local.now + 3_600_000;
  await expect(ask(found)).rejects.toMatchObject({
    name: 'RefusedError',
    message: expect.stringContaining('a new one was used'),
  });
  expect(found.local.log.filter(({ alert }) => alert === true)).toHaveLength(1);
});

import { describe, expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { formatInstant } from '../../../rule/core/instant.ts';
import { day } from '../../builders/account.ts';
import { ruleName, startLocalRule, steppingSleep } from '../../builders/local-rule.ts';
import { type RestorationCase, revoked } from '../restoration-case.ts';
import { changes, output, statusesOf, tagsOf } from '../restoration-views.ts';

const exemptTag = 'unused-iam-credentials:exempt-until';

/** Frank's compliance type in a scheduled evaluation. */
async function judge(
  { account, local, frank }: RestorationCase,
  ruleParameters: Record<string, string> = {},
): Promise<string | undefined> {
  const clock = { now: () => local.now, sleep: steppingSleep() };
  const rule = await startLocalRule(account, clock);
  try {
    await rule.schedule({ ruleParameters });
    return rule.compliance()[frank.userName];
  } finally {
    await rule.close();
  }
}

it('exempts the user before a credential can be used, and removes the tags of the revocation and its own', async () => {
  const { local, frank } = await revoked();
  expect(Object.keys(tagsOf(frank))).toEqual(['unused-iam-credentials:revoked']);
  const end = formatInstant(local.now + 14 * day);
  await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(tagsOf(frank)).toEqual({ [exemptTag]: end });
  const order = changes(local.aws);
  expect(order.slice(0, 3)).toEqual(['TagUser', 'UntagUser', 'TagUser']);
  expect(order.slice(3)).toEqual(expect.arrayContaining(['UpdateAccessKey', 'CreateLoginProfile']));
});

it('exempts for GraceDays', async () => {
  const { local, frank } = await revoked();
  const end = formatInstant(local.now + 3 * day);
  const done = await local.restore(frank.userId, { GraceDays: '3' });
  expect(tagsOf(frank)).toEqual({ [exemptTag]: end });
  expect(output(done, 'Decision.ExemptUntil')).toBe(end);
});

it('keeps an exemption that is valid for the rule and lasts longer', async () => {
  const { local, frank } = await revoked();
  const longer = formatInstant(local.now + 60 * day).slice(0, 10);
  frank.tags.push({ Key: exemptTag, Value: longer });
  await local.restore(frank.userId);
  expect(tagsOf(frank)).toEqual({ [exemptTag]: longer });
});

it.each([
  ['ended', -1],
  ['shorter', 5],
  ['longer than the rule honors', 4_000],
])('replaces an exemption that is %s', async (_, days) => {
  const { local, frank } = await revoked();
  frank.tags.push({ Key: exemptTag, Value: formatInstant(local.now + days * day) });
  const end = formatInstant(local.now + 14 * day);
  await local.restore(frank.userId);
  expect(tagsOf(frank)).toEqual({ [exemptTag]: end });
});

it("uses the rule's own tag, and an exemption no longer than the rule allows", async () => {
  const rule = { exemptUntilTag: 'keep-until', maxExemptionDays: '7' };
  const found = await revoked({ rule });
  const { local, frank } = found;
  const longest = local.now + 7 * day;
  await local.restore(frank.userId, { RestorePassword: 'true' });
  const tags = tagsOf(frank);
  expect(Object.keys(tags)).toEqual(['keep-until']);
  const until = Date.parse(String(tags['keep-until']));
  expect(until).toBeLessThan(longest);
  expect(until).toBeGreaterThan(longest - day / 24);
  expect(await judge(found, rule)).toBe('COMPLIANT');
});

it.each([false, true])(
  'is valid for the rule until it ends, with reactivationMovesLastRotated %s',
  async (moves) => {
    const found = await revoked({ account: { reactivationMovesLastRotated: moves } });
    const { local, frank, account } = found;
    await local.restore(frank.userId);
    expect(await judge(found)).toBe('COMPLIANT');
    local.now += 13.9 * day;
    expect(await judge(found)).toBe('COMPLIANT');
    local.now += 0.2 * day;
    expect(await judge(found)).toBe(moves ? 'COMPLIANT' : 'NON_COMPLIANT');
    const again = await local.revoke(frank.userId);
    expect(output(again, 'Decision.Outcome')).toBe(moves ? 'NothingDue' : 'Revoke');
    expect(account.parameters.size).toBe(moves ? 1 : 2);
  },
);

it('keeps automatic remediation from revoking again what was just restored', async () => {
  const { local, frank } = await revoked();
  await local.restore(frank.userId, { RestorePassword: 'true' });
  const again = await local.revoke(frank.userId);
  expect(output(again, 'Decision.Outcome')).toBe('Exempt');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
});

it('restores without the rule, with the default tag, and says so', async () => {
  const { local, frank, account } = await revoked();
  account.config.rules.delete(ruleName);
  account.config.ruleDefinitions.delete(ruleName);
  const end = formatInstant(local.now + 14 * day);
  const done = await local.restore(frank.userId);
  expect(done.status).toBe('Success');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(tagsOf(frank)).toEqual({ [exemptTag]: end });
  expect(output(done, 'Decision.Reason')).toContain(
    `there is no valid AWS Config rule ${ruleName}, so the default exemption tag is used`,
  );
});

it('fails for a rule other than the deployed one, names both, and changes nothing', async () => {
  const { local, account, aws, frank } = await revoked();
  const rule = account.config.ruleDefinitions.get(ruleName);
  if (rule === undefined) throw new Error('expected the rule');
  account.config.ruleDefinitions.set('my-rule', {
    ...rule,
    inputParameters: { exemptUntilTag: 'keep-until' },
  });
  const done = await local.restore(frank.userId, { ConfigRuleName: 'my-rule' });
  expect(done.status).toBe('Failed');
  expect(done.failureMessage).toContain(
    'ConfigRuleName is my-rule, but the deployed rule is unused-iam-credentials',
  );
  expect(changes(aws)).toEqual([]);
});

it.each([
  ['an invalid parameter', { inputParameters: { maxCredentialUsageAge: '45 days' } }],
  ['another function as its source', { sourceIdentifier: 'arn:aws:lambda:us-east-1:1:function:x' }],
])('a rule with %s does not prevent a restoration', async (_, broken) => {
  const { local, account, frank } = await revoked();
  const rule = account.config.ruleDefinitions.get(ruleName);
  if (rule === undefined) throw new Error('expected the rule');
  account.config.ruleDefinitions.set(ruleName, { ...rule, ...broken });
  const done = await local.restore(frank.userId);
  expect([done.status, statusesOf(frank)]).toEqual(['Success', ['Active', 'Active']]);
  expect(output(done, 'Decision.Reason')).toContain('no valid AWS Config rule');
});

it('a rule that cannot be read fails the restoration, because it may define the exemption', async () => {
  const { local, aws, frank } = await revoked();
  aws.faults.push(deny('DescribeConfigRules'));
  const done = await local.restore(frank.userId);
  expect([done.status, statusesOf(frank)]).toEqual(['Failed', ['Inactive', 'Inactive']]);
});

describe("with the stack's parameters of the rule", () => {
  const stack = { exemptUntilTag: 'keep-until', maxExemptionDays: '7', exemptPathPrefixes: '' };
  const broken: [string, (found: RestorationCase) => void][] = [
    [
      'has another exemption tag and limit',
      ({ account }) => {
        const rule = account.config.ruleDefinitions.get(ruleName);
        if (rule === undefined) throw new Error('expected the rule');
        rule.inputParameters = { exemptUntilTag: 'mallory', maxExemptionDays: '1' };
      },
    ],
    [
      'has an invalid parameter',
      ({ account }) => {
        const rule = account.config.ruleDefinitions.get(ruleName);
        if (rule === undefined) throw new Error('expected the rule');
        rule.inputParameters = { maxCredentialUsageAge: '45 days' };
      },
    ],
    [
      'is missing',
      ({ account: { config } }) => {
        config.rules.delete(ruleName);
        config.ruleDefinitions.delete(ruleName);
      },
    ],
    ['cannot be read', ({ aws }) => aws.faults.push(deny('DescribeConfigRules'))],
  ];

  it.each(broken)(
    "a restoration uses the stack's tag and limit although the rule %s, and logs that",
    async (_, damage) => {
      const found = await revoked();
      const { local, frank } = found;
      local.ruleParameters = stack;
      damage(found);
      const until = local.now + 7 * day;
      const done = await local.restore(frank.userId);
      expect([done.status, statusesOf(frank)]).toEqual(['Success', ['Active', 'Active']]);
      const tags = tagsOf(frank);
      expect(Object.keys(tags)).toEqual(['keep-until']);
      const end = Date.parse(String(tags['keep-until']));
      expect(end).toBeLessThan(until);
      expect(end).toBeGreaterThan(until - day / 24);
      expect(output(done, 'Decision.Reason')).not.toContain('default exemption tag');
      expect(local.log).toContainEqual(expect.objectContaining({ message: 'rule ignored' }));
    },
  );

  it("a restoration logs nothing about a rule with the stack's parameters", async () => {
    const { exemptUntilTag, maxExemptionDays } = stack;
    const { local, frank } = await revoked({ rule: { exemptUntilTag, maxExemptionDays } });
    local.ruleParameters = stack;
    await local.restore(frank.userId);
    expect(Object.keys(tagsOf(frank))).toEqual(['keep-until']);
    expect(local.log).not.toContainEqual(expect.objectContaining({ message: 'rule ignored' }));
  });
});

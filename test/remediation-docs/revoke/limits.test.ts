import { describe, expect, it } from 'vitest';
import { accessKey, password } from '../../builders/account.ts';
import { loosest, topicArn } from '../../builders/remediation.ts';
import { changes, ending, startCase, usable } from '../revocation-case.ts';

/** Parameters that somebody with permissions for AWS Config alone can pass to the document. */
const greedy = {
  ...{ MinimumIdleDays: '1', MaxRevocationsPerDay: '0', EnforceFrom: '2000-01-01' },
  ...{ AccessKeyAction: 'Delete', NeverUsedAccessKeyAction: 'Delete' },
};

describe('without limits of its own, the function holds every execution to the defaults of the document', () => {
  it('a user who signed in two days before keeps the password, whatever parameters are given', async () => {
    const recent = { ...password(400, 2), accessKeys: [accessKey(300, 2)] };
    const { local, frank } = await startCase(recent, { maxCredentialUsageAge: '1' });
    local.limits = undefined;
    const done = await local.remediate(frank.userId, greedy);
    expect([ending(done), changes(local)]).toEqual(['Success NothingDue', []]);
    expect(usable(frank)).toHaveLength(2);
    const why = 'the deployment limits MinimumIdleDays to 30 (given: 1)';
    expect(String(done.outputs['Decision.Reason'])).toContain(why);
  });

  it('a key is deactivated, not deleted, and the reason names the limit', async () => {
    const { local, frank, key } = await startCase();
    local.limits = undefined;
    const done = await local.revoke(frank.userId, greedy);
    expect([ending(done), key.status]).toEqual(['Success Revoke', 'Inactive']);
    const why = 'the deployment limits AccessKeyAction to Deactivate (given: Delete)';
    expect(String(done.outputs['Decision.Reason'])).toContain(why);
  });

  it('the topic is the one that is given', async () => {
    const { account, local, frank } = await startCase();
    local.limits = undefined;
    await local.revoke(frank.userId);
    expect(account.published.map(({ topicArn: to }) => to)).toEqual([topicArn]);
  });
});

it.each([
  ['PasswordAction', 'Keep', 'Success NothingDue', ['password']],
  ['EnforceFrom', '2026-11-30', 'Success NotYet', ['password']],
  ['MinimumIdleDays', '3650', 'Success NothingDue', ['password']],
  ['PasswordAction', 'Delete', 'Success Revoke', []],
])('a limit %s=%s of the deployment counts: %s', async (name, limit, end, left) => {
  const { local, frank } = await startCase({ accessKeys: [] });
  local.limits = { ...loosest, [name]: limit };
  expect(ending(await local.revoke(frank.userId, greedy))).toBe(end);
  expect(usable(frank)).toEqual(left);
});

it('given parameters can be stricter than the limits', async () => {
  const { local, frank, key } = await startCase();
  const done = await local.revoke(frank.userId, { PasswordAction: 'Keep' });
  expect([ending(done), usable(frank), key.status]).toEqual([
    ...['Success Revoke', ['password'], 'Inactive'],
  ]);
  expect(String(done.outputs['Decision.Reason'])).not.toContain('the deployment limits');
});

it('a rule other than the deployed one is an error that names both, and nothing changes', async () => {
  const { account, local, frank } = await startCase();
  const { ruleDefinitions } = account.config;
  const rule = ruleDefinitions.get('unused-iam-credentials');
  if (rule === undefined) throw new Error('expected the rule');
  ruleDefinitions.set('mine', { ...rule, inputParameters: { maxCredentialUsageAge: '1' } });
  const done = await local.remediate(frank.userId, { ConfigRuleName: 'mine' });
  expect([ending(done), changes(local)]).toEqual(['Failed -', []]);
  expect(done.failureMessage).toContain(
    'ConfigRuleName is mine, but this deployment uses only AWS Config rule unused-iam-credentials',
  );
});

it('limits that cannot be read fail the run, and nothing changes', async () => {
  const { local, frank } = await startCase();
  local.limits = { ...loosest, MinimumIdleDays: 'x' };
  const done = await local.revoke(frank.userId);
  expect([ending(done), changes(local)]).toEqual(['Failed -', []]);
  expect(done.failureMessage).toContain('REVOCATION_LIMITS is not valid: MinimumIdleDays');
});

describe("the stack's parameters of the rule", () => {
  const stack = { maxCredentialUsageAge: '45', exemptPathPrefixes: '/break-glass/' };
  const breakGlass = { path: '/break-glass/' };
  const written = { ...stack, maxPasswordUsageAge: '', exemptUntilTag: '' };

  it('a rule that no longer exempts a path revokes nobody, and the message names what changed', async () => {
    const { local, frank } = await startCase(breakGlass, {});
    local.ruleParameters = written;
    const done = await local.remediate(frank.userId);
    expect([ending(done), changes(local)]).toEqual(['Failed -', []]);
    expect(done.failureMessage).toContain(
      'AWS Config rule unused-iam-credentials was changed since its deployment: ' +
        'exemptPathPrefixes is none, in the stack /break-glass/. ',
    );
    expect(usable(frank)).toHaveLength(2);
  });

  it('every parameter that differs is named, for a person as well', async () => {
    const { local, frank } = await startCase(breakGlass, {
      ...{ exemptPathPrefixes: '/break-glass/', maxAccessKeyUsageAge: '1' },
      ...{ evaluationScope: 'user', exemptUntilTag: 'mallory', maxExemptionDays: '1' },
    });
    local.ruleParameters = written;
    const done = await local.revoke(frank.userId);
    expect([ending(done), changes(local)]).toEqual(['Failed -', []]);
    expect(done.failureMessage).toContain(
      'deployment: maxAccessKeyUsageAge is 1, in the stack 45; evaluationScope is user, in the stack credential; ' +
        'exemptUntilTag is mallory, in the stack unused-iam-credentials:exempt-until; ' +
        'maxExemptionDays is 1, in the stack 365. ',
    );
  });

  it.each([
    ['as the stack says', stack],
    ['with the defaults written out', { ...stack, maxPasswordUsageAge: '45' }],
  ])('a rule %s exempts the path and revokes others', async (_, rule) => {
    const exempt = await startCase(breakGlass, rule);
    exempt.local.ruleParameters = written;
    expect(ending(await exempt.local.remediate(exempt.frank.userId))).toBe('Success Exempt');
    const { local, frank } = await startCase({}, rule);
    local.ruleParameters = written;
    expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  });

  it('without the variable, the rule alone counts', async () => {
    const { local, frank } = await startCase(breakGlass, {});
    expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  });
});

it.each(['none', 'arn:aws:sns:us-east-1:123456789012:of-the-starter'])(
  "the deployment's topic is notified, whatever the starter gave: %s",
  async (given) => {
    const { account, local, frank } = await startCase();
    await local.revoke(frank.userId, { NotificationTopicArn: given });
    expect(account.published).toEqual([
      expect.objectContaining({
        topicArn,
        message: expect.stringContaining(`NotificationTopicArn=${topicArn},`),
      }),
    ]);
  },
);

describe('a user with 50 tags', () => {
  const tags = (first: string) =>
    Array.from({ length: 50 }, (_, index) => ({ Key: index ? `t${index}` : first, Value: 'x' }));

  it('fails the plan with 49 too, because the restoration would need two', async () => {
    const { local, frank } = await startCase({ tags: tags('t0').slice(1) });
    expect([ending(await local.revoke(frank.userId)), changes(local)]).toEqual(['Failed -', []]);
  });

  it('fails the plan, which names the reason, and keeps everything', async () => {
    const { local, frank } = await startCase({ tags: tags('t0') });
    const done = await local.revoke(frank.userId);
    expect([ending(done), changes(local)]).toEqual(['Failed -', []]);
    expect(done.failureMessage).toContain(
      'User frank has 50 tags. IAM allows 50, so there is no room for the tags unused-iam-credentials:revoking and unused-iam-credentials:revoked.',
    );
  });

  it('is revoked if both tags are among them', async () => {
    const both = [{ Key: 'unused-iam-credentials:revoked', Value: 'x' }];
    const { local, frank } = await startCase({
      tags: [...tags('Unused-IAM-Credentials:Revoking').slice(0, 49), ...both],
    });
    await local.revoke(frank.userId);
    expect(usable(frank)).toEqual([]);
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import type { LocalUser } from '../../../../local-aws/account.ts';
import { deny, type Fault, throttle } from '../../../../local-aws/faults.ts';
import { accessKey, ago, day, now, pair, user } from '../../../builders/account.ts';
import { digestTopicArn, type LocalRule, startLocalRule } from '../../../builders/local-rule.ts';
import { startRuleWithTopic } from '../../../builders/rule-with-topic.ts';
import { inVirtualTime } from '../../../builders/virtual-time.ts';

const operation = 'ListServiceSpecificCredentials';
const serviceName = 'bedrock.amazonaws.com';

function credential(id: string, expires?: number): NonNullable<LocalUser['serviceCredentials']> {
  return [{ id, serviceName, status: 'Active', createDate: ago(90), expires }];
}

/** An unused user, one in use, and one with every kind of credential that is not evaluated. */
function mixed() {
  const account = pair();
  const [idle] = account.users;
  Object.assign(idle ?? {}, {
    tags: [{ Key: 'owner', Value: 'team-a' }],
    serviceCredentials: credential('ACCA1', now + 9 * day),
  });
  user(account, 'other', {
    accessKeys: [accessKey(300, 1), accessKey(200, 1), accessKey(100, 1)],
    certificates: [{ active: true, lastRotated: ago(300) }],
    additionalCredentials: '1 more access key: use ListAccessKeys',
    serviceCredentials: [...credential('ACCA2'), ...credential('ACCA3')],
  });
  return account;
}

const total = /^NON_COMPLIANT in total.*\n(.*)$/mu;
const lineAfterTotal = ({ account }: LocalRule) =>
  account.published.map(({ message }) => total.exec(message)?.[1]);

describe('the digest', () => {
  it('counts what is not evaluated, in a few requests for the whole account', async () => {
    const rule = await startRuleWithTopic(mixed());
    await rule.schedule();
    expect(lineAfterTotal(rule)).toEqual([
      'Not evaluated: 3 service-specific credentials (1 expires within 30 days), 1 signing certificate. More than two access keys: 1 IAM user.',
    ]);
    expect(rule.aws.requests.counts).toHaveProperty(operation, 1);
    expect(rule.account.published[0]?.message).not.toMatch(/ACCA|bedrock/u);
  });

  it('reads further pages', async () => {
    const rule = await startRuleWithTopic(mixed());
    rule.account.pageSize = 1;
    await rule.schedule();
    expect(lineAfterTotal(rule)[0]).toContain('3 service-specific credentials');
    expect(rule.aws.requests.counts).toHaveProperty(operation, 3);
  });

  it("of one owner counts those of the owner's users only", async () => {
    const rule = await startRuleWithTopic(mixed());
    await rule.schedule({ digestPerOwner: true });
    expect(lineAfterTotal(rule)).toEqual([
      'Not evaluated: 1 service-specific credential (1 expires within 30 days).',
    ]);
  });

  it('is not published because of them alone, and nothing is read without a digest', async () => {
    const rule = await startRuleWithTopic(mixed());
    await rule.schedule();
    rule.time.now += day;
    rule.aws.requests.reset();
    await rule.schedule();
    expect(rule.account.published).toHaveLength(1);
    expect(rule.aws.requests.counts).not.toHaveProperty(operation);
  });

  it('has no such line in an account without any', async () => {
    const rule = await startRuleWithTopic(pair());
    await rule.schedule();
    expect(lineAfterTotal(rule)[0]).toMatch(/^For the current list/u);
  });

  it.each<[string, Fault, RegExp]>([
    ['is denied', deny(operation), /failed: AccessDenied\.$/u],
    ['is throttled for ever', throttle(operation, Number.POSITIVE_INFINITY), /counted: .+\.$/u],
    ['gets no answer', { operation, hang: true }, /counted: .+\.$/u],
  ])('is published anyway if reading them %s', async (_, fault, reason) => {
    const rule = await inVirtualTime(now, async () => {
      const started = await startLocalRule(mixed(), undefined, digestTopicArn);
      onTestFinished(started.close);
      started.aws.faults.push(fault);
      const { summary } = await started.schedule({ remaining: 40_000 });
      expect(summary).toMatchObject({ outcome: 'succeeded', announced: 1, failed: 0 });
      return started;
    });
    const [line] = lineAfterTotal(rule);
    expect(line).toMatch(
      /^Not evaluated: 1 signing certificate\. More than two .*Service-specific credentials could not be counted: /u,
    );
    expect(line).toMatch(reason);
    // Without the text of AWS, which names the role.
    expect(line).not.toContain('not authorized');
    expect(rule.log).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: 'service-specific credentials not counted',
      }),
    );
  });
});

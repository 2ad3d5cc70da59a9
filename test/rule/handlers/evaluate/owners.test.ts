import { describe, expect, it } from 'vitest';
import { createAccount, type LocalAccount } from '../../../../local-aws/account.ts';
import { deny, type Fault } from '../../../../local-aws/faults.ts';
import { day, password, user } from '../../../builders/account.ts';
import { digestTopicArn } from '../../../builders/local-rule.ts';
import { startRuleWithTopic } from '../../../builders/rule-with-topic.ts';

const weekly = { reportUnchanged: 'Weekly', automaticRemediation: false } as const;

/** Two users of team-a, one of a hostile owner, one of nobody: all unused. */
function ownedUsers() {
  const account = createAccount();
  const add = (name: string, owner?: string, key = 'owner') =>
    user(account, name, {
      ...password(400, 112),
      tags: owner === undefined ? [] : [{ Key: key, Value: owner }],
    });
  add('ann', 'team-a');
  add('ben', 'team-a', 'Owner');
  add('eve', 'x"\u2028,"owner":"team-a');
  add('nobodys');
  return account;
}

/** The users whom each message names, by its attribute `owner`. */
const named = ({ published }: LocalAccount) =>
  Object.fromEntries(
    published.map(({ attributes, message }) => [
      attributes['owner'] ?? 'everyone',
      [...message.matchAll(/^- ([^:]+): /gmu)].map(([, name]) => name),
    ]),
  );

const eventsOf = ({ events }: LocalAccount) =>
  new Set(events.map(({ detail }) => `${Object(detail['user']).name} of ${detail['owner']}`));

const everyone = ['ann of team-a', 'ben of team-a', 'eve of x owner : team-a', 'nobodys of none'];

describe('the digest', () => {
  it('is one by default, without an owner; each user has an event with theirs', async () => {
    const { account, schedule } = await startRuleWithTopic(ownedUsers());
    await schedule({ digestPerOwner: false });
    expect(account.published.map(({ attributes }) => attributes)).toEqual([
      { event: 'user-newly-noncompliant', account: '123456789012' },
    ]);
    expect(named(account)['everyone']).toHaveLength(4);
    expect(eventsOf(account)).toEqual(new Set(everyone));
  });

  it("is one for each owner with DigestPerOwner, and names only the owner's users", async () => {
    const { account, schedule, time, aws } = await startRuleWithTopic(ownedUsers());
    const { summary } = await schedule({ digestPerOwner: true, reporting: weekly });
    expect(named(account)).toEqual({
      'team-a': ['ann', 'ben'],
      'x owner : team-a': ['eve'],
      none: ['nobodys'],
    });
    expect(summary).toMatchObject({ announced: 4 });
    const [first] = account.published;
    expect(first?.message).toContain('NON_COMPLIANT in total for this owner: 2 IAM users.');
    expect(eventsOf(account)).toEqual(new Set(everyone));
    time.now += day;
    aws.requests.reset();
    await schedule({ digestPerOwner: true, reporting: weekly });
    expect(account.published).toHaveLength(3);
    expect(aws.requests.counts).not.toHaveProperty('Publish');
    expect(aws.requests.counts).not.toHaveProperty('PutEvents');
  });

  it("of one owner that cannot be published leaves only that owner's users for the next run", async () => {
    const { account, schedule, time, aws } = await startRuleWithTopic(ownedUsers());
    const when = (input: Record<string, unknown>) => Object.values(input).includes('team-a');
    aws.faults.push({ ...deny('Publish'), when, times: 1 });
    const run = schedule({ digestPerOwner: true, reporting: weekly });
    await expect(run).rejects.toThrow(
      `topic ${digestTopicArn}: 1 of 3 digests not published: sns:Publish failed`,
    );
    const open = account.config.evaluations
      .filter(({ annotation }) => annotation?.includes('not announced yet'))
      .map(({ resourceId }) => account.users.find((each) => each.userId === resourceId)?.userName);
    expect(new Set(open)).toEqual(new Set(['ann', 'ben']));
    expect(eventsOf(account)).toEqual(new Set(everyone.slice(2)));
    account.published.length = 0;
    time.now += day;
    await schedule({ digestPerOwner: true, reporting: weekly });
    expect(named(account)).toEqual({ 'team-a': ['ann', 'ben'] });
    expect(eventsOf(account)).toEqual(new Set(everyone));
  });
});

it.each<[string, Fault, RegExp]>([
  ['is denied', deny('PutEvents'), /PutEvents failed: AccessDenied/u],
  ['answers without a result', { operation: 'PutEvents', ignored: true }, /without Entries/u],
])(
  'an event bus that %s does not fail an evaluation, and the log has an alert',
  async (_, fault, why) => {
    const { account, schedule, aws, log } = await startRuleWithTopic(ownedUsers());
    aws.faults.push(fault);
    const { summary } = await schedule();
    expect(summary).toMatchObject({ outcome: 'succeeded', announced: 4 });
    expect(account.events).toEqual([]);
    const alert = { level: 'error', alert: true, reason: expect.stringMatching(why) };
    expect(log).toContainEqual(expect.objectContaining({ message: 'events not put', ...alert }));
  },
);

import { expect, it } from 'vitest';
import { createAccount, type LocalUser, userArn } from '../../../../local-aws/account.ts';
import { deny } from '../../../../local-aws/faults.ts';
import { accessKey, day, password, user } from '../../../builders/account.ts';
import type { LocalRule } from '../../../builders/local-rule.ts';
import { changeMessage } from '../../../builders/rule-event.ts';
import { type RuleWithTopic, startRuleWithTopic } from '../../../builders/rule-with-topic.ts';

const weekly = { reportUnchanged: 'Weekly', automaticRemediation: false } as const;
let rule: RuleWithTopic;

/** An account with one key that was used 25 days ago, and another rule user who is idle. */
async function start(): Promise<LocalUser> {
  const account = createAccount();
  const owner = [{ Key: 'Owner', Value: 'team-a' }];
  const frank = user(account, 'frank', { accessKeys: [accessKey(300, 25)], tags: owner });
  rule = await startRuleWithTopic(account);
  return frank;
}

/** Runs daily for some days; resolves to the messages by the day on which each came. */
async function run(days: number, options: Parameters<LocalRule['schedule']>[0] = {}) {
  const messages: [number, string][] = [];
  for (let each = 1; each <= days; each += 1) {
    rule.time.now += day;
    const before = rule.account.published.length;
    await rule.schedule({ warningDays: 14, reporting: weekly, ...options }).catch(() => undefined);
    for (const { message = '' } of rule.account.published.slice(before)) {
      messages.push([each, /^- .*$/mu.exec(message)?.[0] ?? message]);
    }
  }
  return messages;
}

it('a credential is named 14 days before it becomes unused, once more 3 days before, and then as NON_COMPLIANT', async () => {
  await start();
  expect(await run(21)).toEqual([
    [6, '- frank: key 1 (used 2026-10-27) becomes unused 2026-12-11, in 14 days'],
    [17, '- frank: key 1 (used 2026-10-27) becomes unused 2026-12-11, in 3 days'],
    [20, expect.stringMatching(/^- frank: key \w+ used 2026-10-27 \(45 days, limit 45\)/u)],
  ]);
  const [first] = rule.account.published;
  expect(first).toMatchObject({
    subject: 'Becoming unused soon: credentials of 1 IAM user in account 123456789012',
    attributes: { event: 'credential-becoming-unused', account: '123456789012' },
  });
  expect(
    rule.account.events
      .filter((event) => event['detail-type'] === 'Credential Becoming Unused')
      .map(({ detail }) => detail),
  ).toMatchObject([
    { warning: 'first', daysLeft: 14, owner: 'team-a', user: { name: 'frank' } },
    { warning: 'last', daysLeft: 3 },
  ]);
});

it('a user whose second key becomes unused some days after the first is warned of each key twice', async () => {
  const account = createAccount();
  user(account, 'frank', { accessKeys: [accessKey(300, 25), accessKey(200, 23)] });
  rule = await startRuleWithTopic(account);
  expect(await run(19)).toEqual([
    [6, '- frank: key 1 (used 2026-10-27) becomes unused 2026-12-11, in 14 days'],
    [8, '- frank: key 2 (used 2026-10-29) becomes unused 2026-12-13, in 14 days'],
    [17, '- frank: key 1 (used 2026-10-27) becomes unused 2026-12-11, in 3 days'],
    [19, '- frank: key 2 (used 2026-10-29) becomes unused 2026-12-13, in 3 days'],
  ]);
});

it('a key that somebody activates gets a warning, although the other key had one with a later date', async () => {
  const account = createAccount();
  const inactive = accessKey(300, 27, { status: 'Inactive' });
  const frank = user(account, 'frank', { accessKeys: [inactive, accessKey(200, 23)] });
  rule = await startRuleWithTopic(account);
  expect((await run(9)).map(([on]) => on)).toEqual([8]);
  const [key] = frank.accessKeys;
  if (key) key.status = 'Active';
  expect(await run(6)).toEqual([
    [1, '- frank: key 1 (used 2026-10-25) becomes unused 2026-12-09, in 8 days'],
    [6, expect.stringContaining('- frank: key 1 (used 2026-10-25) becomes unused 2026-12-09')],
  ]);
});

it('costs one result for each warning, and no request to IAM', async () => {
  await start();
  await run(5);
  const iam = () =>
    Object.entries(rule.aws.requests.counts).filter(([name]) =>
      /^(Get|List)(Login|User|Access)/u.test(name),
    );
  rule.aws.requests.reset();
  await run(1);
  expect(rule.aws.requests.counts).toMatchObject({ PutEvaluations: 1, Publish: 1 });
  expect(iam()).toEqual([]);
});

it('a configuration change between two runs does not lead to a second warning', async () => {
  const frank = await start();
  await run(7);
  frank.tags.push({ Key: 'team', Value: 'blue' });
  const item = {
    ...{ resourceId: frank.userId, resourceName: 'frank', ARN: userArn(rule.account, frank) },
    configurationItemCaptureTime: new Date(rule.time.now + 1000).toISOString(),
  };
  await rule.send(changeMessage(item), { warningDays: 14, reporting: weekly });
  expect(
    rule.account.config.evaluations.find(({ resourceId }) => resourceId === frank.userId),
  ).toMatchObject({ annotation: expect.stringContaining('; warning sent: key 1 2026-12-11') });
  expect((await run(11)).map(([on]) => on)).toEqual([10]);
});

it('after an annotation of an earlier version, there is one more warning and one more result, and the digest names users whom none has named', async () => {
  const frank = await start();
  const gina = user(rule.account, 'gina', {
    accessKeys: [accessKey(300, 90), accessKey(300, 28)],
  });
  await run(7);
  for (const evaluation of rule.account.config.evaluations) {
    const { resourceId, annotation = '' } = evaluation;
    const former = annotation.replace(/warning sent: key \d/gu, 'warning sent for');
    if (resourceId === frank.userId) evaluation.annotation = former;
    if (resourceId === gina.userId) evaluation.annotation = `${former}; not announced yet`;
  }
  rule.account.published = [];
  rule.aws.requests.reset();
  expect(await run(1)).toEqual([[1, expect.stringContaining('- gina: key')]]);
  const [digest] = rule.account.published;
  expect(digest?.message).toContain('- frank: key 1 (used 2026-10-27) becomes unused 2026-12-11');
  expect(rule.aws.requests.counts).toMatchObject({ PutEvaluations: 1 });
  await run(8);
  expect(rule.account.published.slice(1).map(({ message }) => message)).toEqual([
    expect.not.stringContaining('frank'),
  ]);
});

it('a warning that could not be published comes with the next run', async () => {
  await start();
  await run(5);
  rule.aws.faults.push({ ...deny('Publish'), times: 1 });
  expect((await run(3)).map(([on]) => on)).toEqual([2]);
});

it('after a use of the credential, there are no warnings until it enters the window again', async () => {
  const frank = await start();
  await run(7);
  const [key] = frank.accessKeys;
  if (key) key.lastUsed = { date: rule.time.now, serviceName: 's3', region: 'us-east-1' };
  expect((await run(40)).map(([on]) => on)).toEqual([31]);
});

it('in scope console-password, an event has the date that the use of a key sets, and another ID in each window', async () => {
  const account = createAccount();
  const frank = user(account, 'frank', {
    ...password(400, 200),
    accessKeys: [accessKey(300, 35)],
  });
  rule = await startRuleWithTopic(account);
  const scope = { ruleParameters: { evaluationScope: 'console-password' } };
  await run(1, scope);
  const [key] = frank.accessKeys;
  if (key) key.lastUsed = { date: rule.time.now, serviceName: 's3', region: 'us-east-1' };
  await run(35, scope);
  const events = rule.account.events
    .filter((event) => event['detail-type'] === 'Credential Becoming Unused')
    .map(({ detail }) => detail);
  expect(events).toMatchObject([
    { unusedFrom: '2026-12-01T06:30:00Z', daysLeft: 9, warning: 'first' },
    { unusedFrom: expect.stringMatching('^2027-01-06T'), daysLeft: 14, warning: 'first' },
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
});

it('with a digest for each owner, each owner is warned about their own users', async () => {
  const frank = await start();
  user(rule.account, 'gina', { accessKeys: [accessKey(300, 25)] });
  await run(6, { digestPerOwner: true });
  expect(
    rule.account.published.map(({ attributes, message }) => [attributes?.['owner'], message]),
  ).toEqual(
    expect.arrayContaining([
      ['team-a', expect.stringContaining(`- ${frank.userName}: key 1`)],
      ['none', expect.stringContaining('- gina: key 1')],
    ]),
  );
  expect(rule.account.published).toHaveLength(2);
});

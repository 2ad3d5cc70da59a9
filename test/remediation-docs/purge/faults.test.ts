import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../local-aws/automation/document.ts';
import { deny } from '../../../local-aws/faults.ts';
import { purgeDocument } from '../../../remediation-docs/documents.ts';
import { revokingTag } from '../../../rule/core/names.ts';
import { day } from '../../builders/account.ts';
import { allReadings } from '../all-readings.ts';
import { output } from '../restoration-views.ts';
import { before as whenRequested } from '../revocation-case.ts';
import {
  ending,
  keyOf,
  marksOf,
  type PurgeCase,
  rememberState,
  revokedUsers,
  userOf,
  withKeys,
} from './purge-case.ts';

/** Refuses to delete the key of a user. */
const refuseDeletion = ({ local }: PurgeCase, userName: string, times?: number) =>
  void local.aws.faults.push({
    ...deny('DeleteAccessKey'),
    when: ({ UserName }) => UserName === userName,
    ...(times === undefined ? {} : { times }),
  });

/** Every key that is gone was announced 7 days before, and has a mark of its deletion. */
function expectAnnounced(found: PurgeCase): void {
  for (const each of found.users) {
    const { accessKeyId } = keyOf(each);
    if (withKeys(found).includes(userOf(each).userName)) continue;
    const marks = marksOf(found, each);
    const [announced, deleted] = ['deletion-announced', 'deleted'].map((mark) =>
      Date.parse(marks[`${mark}-${accessKeyId}`] ?? ''),
    );
    expect(Number(deleted) - Number(announced)).toBeGreaterThanOrEqual(7 * day);
  }
}

const bindings = ({ account }: PurgeCase) =>
  account.users.flatMap(({ tags }) => tags.filter(({ Key }) => Key === revokingTag));

describe('an execution', () => {
  it.each(allReadings)(
    'continues after a key that fails, and names it, under %o',
    async (readings) => {
      const found = await revokedUsers('frank', 'grace', 'heidi');
      found.account.automation.readings = readings;
      expect(ending(await found.purgeOn(23))).toBe('Success Announce');
      refuseDeletion(found, 'grace');
      const failed = await found.purgeOn(30);
      expect([failed.status, withKeys(found)]).toEqual(['Failed', ['grace']]);
      expect(failed.failureMessage).toMatch(/Not deleted: access key \w+ of grace/u);
      expect(output(failed, 'Result.Deleted')).toMatch(/frank.*heidi/u);
      const last = found.account.published.at(-1)?.message;
      expect(last).toMatch(/frank.*heidi.*Not deleted, because a step failed:.*grace/su);
      expectAnnounced(found);
      expect(bindings(found)).toEqual([]);
    },
  );

  it.each([
    ...[{ failureInLoop: 'ends' as const }, { failureInLoop: 'next' as const }],
    { loopKeepsOutputs: true },
    { failureInLoop: 'next' as const, loopKeepsOutputs: true },
  ])(
    'deletes only confirmed keys, however a loop continues after a failure: %o [?]',
    async (rest) => {
      const found = await revokedUsers('frank', 'grace', 'heidi');
      const { account, local, users } = found;
      Object.assign(account.automation.readings, rest);
      await found.purgeOn(23);
      const lastUsed = () => {
        const use = { date: local.now, region: 'us-east-1', serviceName: 's3' };
        Object.assign(keyOf(users[1]), { lastUsed: use });
      };
      // Used between the plan and its own confirmation.
      local.aws.faults.push(whenRequested('DeleteAccessKey', lastUsed));
      const failed = await found.purgeOn(30);
      expect([failed.status, failed.failureMessage]).toEqual([
        ...['Failed', expect.stringContaining('of grace')],
      ]);
      expect(withKeys(found)).toEqual(
        rest.failureInLoop === 'ends' ? ['grace', 'heidi'] : ['grace'],
      );
      // Other users' keys wait at most one more day.
      const after = await found.purgeOn(31);
      expect([after.failureMessage, withKeys(found)]).toEqual([undefined, ['grace']]);
      expect(bindings(found)).toEqual([]);
      expectAnnounced(found);
    },
  );

  it('reports a key by whether it exists: as deleted although the step failed, and as left although the step succeeded', async () => {
    const found = await revokedUsers('frank', 'grace');
    const { account, local, users } = found;
    await found.purgeOn(23);
    const frank = userOf(users[0]);
    local.aws.faults.push(
      whenRequested('DeleteAccessKey', () => frank.accessKeys.splice(0)),
      { operation: 'DeleteAccessKey', ignored: true, when: ({ UserName }) => UserName === 'grace' },
    );
    const done = await found.purgeOn(30);
    expect([done.status, withKeys(found)]).toEqual(['Failed', ['grace']]);
    expect(output(done, 'Result.Deleted')).toContain('frank');
    expect(done.failureMessage).toContain('grace');
    // The mark of a deletion does not count while the key exists.
    const back = await local.restore(userOf(users[1]).userId);
    expect(output(back, 'Result.Restored')).toContain('access key');
    local.aws.faults.splice(0);
    account.published = [];
    await found.purgeOn(60);
    expect(withKeys(found)).toEqual(['grace']);
  });

  it('deletes no key of a user whom a restoration is changing at the same time, in any order', async () => {
    for (const first of ['purge', 'restore'] as const) {
      const found = await revokedUsers('frank');
      const { local, users } = found;
      await found.purgeOn(23);
      found.onDay(30);
      const IAMResourceId = userOf(users[0]).userId;
      const start = {
        purge: () => local.start('purge', { DeleteAfterDays: '30' }),
        restore: () => local.start('restore', { IAMResourceId, RevocationId: 'All' }),
      };
      const second = first === 'purge' ? 'restore' : 'purge';
      const ids = [start[first](), start[second]()];
      const [one, two] = await Promise.all(ids.map((id) => local.ended(id)));
      const restoration = first === 'restore' ? one : two;
      // Either the key works again, or it is gone and the restoration says so.
      const isBack = keyOf(users[0]).status === 'Active' && withKeys(found).includes('frank');
      const said = `${restoration?.failureMessage} ${restoration?.outputs['Decision.Reason']}`;
      expect(isBack || /UnusedIamCredentials-Purge|Deleted or expired since/u.test(said)).toBe(
        true,
      );
      expect(bindings(found)).toEqual([]);
    }
  });

  it('does not delete the key of another user who got the name in the meantime', async () => {
    const found = await revokedUsers('frank');
    const { local, users } = found;
    await found.purgeOn(23);
    const swap = () => Object.assign(userOf(users[0]), { userId: 'AIDAANOTHERUSERANOTHER' });
    local.aws.faults.push(whenRequested('TagUser', swap));
    const failed = await found.purgeOn(30);
    expect([failed.status, withKeys(found)]).toEqual(['Success', ['frank']]);
    expect(output(failed, 'Result.Deleted')).toBe('');
    expect(found.account.published).toHaveLength(1);
    expect(
      Object.values(failed.steps)
        .map(({ failureMessage }) => failureMessage)
        .join(),
    ).toContain('no longer belongs to this user');
  });
});

const notReached = ['FailRefused', 'FailIncomplete', 'FailUnknownAnswer', 'EndUnchanged'];
const { mainSteps } = readDocument(purgeDocument.load());
const steps = mainSteps
  .flatMap((step) => [
    step.name,
    ...(step.action === 'aws:loop' ? step.inputs.Steps.map(({ name }) => name) : []),
  ])
  .filter((name) => !notReached.includes(name));

/** The steps of an execution that only announces, and of one that only deletes. */
const announcing = [...steps.slice(0, steps.indexOf('DeleteKeys')), 'EndAnnounced'];
const deleting = steps.filter((name) => !/Announce/u.test(name));

it('an execution that is stopped after any step never deletes what was not announced, and the next ones complete it', async () => {
  const found = await revokedUsers('frank');
  const reached = new Set<string>();
  const stopOn = async (days: number, step: string) => {
    found.account.automation.stopAfter = step;
    const { steps: ran } = await found.purgeOn(days);
    found.account.automation.stopAfter = undefined;
    if (ran.some(({ name }) => name === step)) reached.add(step);
    expectAnnounced(found);
  };
  const complete = async (step: string, ...days: number[]) => {
    for (const day of days) expect((await found.purgeOn(day)).failureMessage).toBeUndefined();
    expect([step, withKeys(found), bindings(found).length <= 1]).toEqual([step, [], true]);
    expectAnnounced(found);
  };
  const unannounced = rememberState(found);
  for (const step of announcing) {
    unannounced();
    await stopOn(23, step);
    await complete(step, 24, 31);
  }
  unannounced();
  await found.purgeOn(23);
  const announced = rememberState(found);
  for (const step of deleting) {
    announced();
    await stopOn(30, step);
    await complete(step, 31);
  }
  expect(steps.filter((step) => !reached.has(step))).toEqual([]);
});

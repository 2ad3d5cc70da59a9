import { describe, expect, it } from 'vitest';
import {
  type KeyDecision,
  noPurge,
  type PurgedKey,
  type PurgeOutcome,
  type PurgePlan,
  planPurge,
} from '../../../rule/core/purge-plan.ts';
import {
  toPurgeAnswer,
  toRefusedPurge,
  toVerifiedPurge,
} from '../../../rule/formats/purge-answer.ts';
import { encodeItem, encodeItems } from '../../../rule/formats/purge-item.ts';
import { parsePurgeRequest } from '../../../rule/formats/purge-request.ts';
import { ago, now } from '../../builders/account.ts';
import { executionId, record, userId } from '../../builders/revocation.ts';

const key = (name: string, rest: Partial<PurgedKey> = {}): PurgedKey => ({
  ...{ id: `AKIA${name}`.padEnd(16, '0'), userId, userName: name.toLowerCase() },
  ...{ record: record([]), since: ago(100), lastUsed: undefined, announcedAt: ago(8) },
  ...{ deletedFrom: ago(-7), ...rest },
});
const [first, second] = [key('FRANK', { lastUsed: ago(200) }), key('ERIN')];
const keys = {
  FRANK: `access key AKIAFRANK0000000 of frank (${userId}): deactivated 2026-08-13, last used 2026-05-05`,
  ERIN: `access key AKIAERIN00000000 of erin (${userId}): deactivated 2026-08-13, never used`,
};
const plan = (outcome: PurgeOutcome, rest: Partial<PurgePlan> = {}): PurgePlan => ({
  ...{ outcome, why: null, toAnnounce: [second], toDelete: [first], ...rest },
});
const held: KeyDecision = { kind: 'Held', key: key('GRACE'), why: 'it was used' };
const waiting: KeyDecision = { kind: 'Announced', key: second };
const answer = (of: PurgePlan, decisions: KeyDecision[] = [], limits: string[] = []) =>
  toPurgeAnswer(of, decisions, 90, limits, now);

describe('the answer of a plan to purge', () => {
  it('names the keys for the document, and describes in words what happens to each', () => {
    expect(answer(plan('Delete'), [held, waiting])).toEqual({
      ...{ Proceed: 'Yes', Outcome: 'Delete', DeleteAfterDays: '90' },
      Reason: '1 access key to delete, 1 access key to announce; 1 access key held back',
      ...{ Announce: 'Yes', ToAnnounce: [encodeItem(second)] },
      ...{ Delete: 'Yes', ToDelete: [encodeItem(first)], Items: encodeItems([first]) },
      KeysToDelete: [keys.FRANK],
      KeysToAnnounce: [`${keys.ERIN}; will be deleted on or after 2026-11-28`],
      KeysAnnounced: [`${keys.ERIN}; will be deleted on or after 2026-11-28`],
      KeysHeld: [`${keys.ERIN.replace('ERIN0', 'GRACE').replace('erin', 'grace')}: it was used`],
      PlannedAt: '2026-11-21T06:30:00Z',
    });
  });

  it('says only what there is to do', () => {
    expect(answer(plan('Announce', { toDelete: [] }))).toMatchObject({
      ...{ Proceed: 'Yes', Outcome: 'Announce', Announce: 'Yes', Delete: 'No' },
      ...{ ToDelete: [], Items: encodeItems([]), KeysAnnounced: [], KeysHeld: [] },
    });
    expect(answer(plan('Delete', { toAnnounce: [] }))).toMatchObject({
      ...{ Proceed: 'Yes', Announce: 'No', ToAnnounce: [], Delete: 'Yes' },
    });
  });

  it.each(['DryRun', 'LimitReached', 'NothingDue', 'Paused'] as const)(
    'has nothing for the document to do if the outcome is %s, but lists the keys',
    (outcome) => {
      expect(answer(plan(outcome))).toMatchObject({
        ...{ Proceed: 'No', Outcome: outcome, Announce: 'No', ToAnnounce: [] },
        ...{ Delete: 'No', ToDelete: [], Items: encodeItems([]), KeysToDelete: [keys.FRANK] },
      });
    },
  );

  it('has items that the verification reads', () => {
    const { Items } = answer(plan('Delete', { toDelete: [first, second] }));
    const verify = parsePurgeRequest({ mode: 'verify', executionId, items: Items });
    expect(verify).toMatchObject({ items: [{ userName: 'frank' }, { userName: 'erin' }] });
  });

  it.each<[PurgeOutcome, string | null, string]>([
    ['Delete', null, '2 access keys to delete, 0 access keys to announce; 1 access key held back'],
    ['Announce', 'few', '2 access keys to delete, 0 access keys to announce; few; 1 access key'],
    ['LimitReached', 'few', '2 access keys to delete, 0 access keys to announce; few; 1 access'],
    ['DryRun', 'few', 'would change: 2 access keys to delete, 0 access keys to announce; few; 1'],
    ['NothingDue', null, 'no access key is due for an announcement or a deletion; 1 access key'],
    ['Off', 'DeleteAfterDays is 0', 'DeleteAfterDays is 0'],
    ['Paused', 'the parameter exists', 'the parameter exists'],
    ['NotYet', 'until December', 'until December'],
    ['Running', 'another one runs', 'another one runs'],
    ['Running', null, 'Running'],
  ])('says why the outcome is %s', (outcome, why, reason) => {
    const of = plan(outcome, { why, toDelete: [first, second], toAnnounce: [] });
    expect(String(answer(of, [held, waiting])['Reason']).startsWith(reason)).toBe(true);
  });

  it('does not mention held keys if there are none, and names the limits of the deployment', () => {
    const none = answer(plan('NothingDue'), [waiting], ['the deployment limits it']);
    expect(none['Reason']).toBe(
      'no access key is due for an announcement or a deletion; the deployment limits it',
    );
  });

  it.each([
    ['Delete', 25],
    ['DryRun', 60],
  ] as const)(
    'lists of keys that wait or are held, if the outcome is %s, at most %i',
    (outcome, most) => {
      const many = Array.from({ length: 101 }, () => [held, waiting]).flat();
      const { KeysAnnounced, KeysHeld, Reason } = answer(plan(outcome), many);
      expect([KeysAnnounced?.length, KeysHeld?.length]).toEqual([most, most]);
      expect(Reason).toContain('101 access keys held back');
    },
  );

  it.each(['Delete', 'DryRun'] as const)(
    'stays below the 100 KB that a step returns, with as many and as long names as can be, if the outcome is %s',
    (outcome) => {
      const longest = (id: string) => key(id, { userName: 'x'.repeat(64), lastUsed: ago(200) });
      const decisions = Array.from({ length: 400 }, (_, index): KeyDecision => {
        // A path that exempts a user has at most 512 characters.
        const why = `the user is exempt by path ${'w'.repeat(512)}`;
        const of = longest(`KEY${index}`);
        switch (index % 4) {
          case 0:
            return { kind: 'Held', key: of, why };
          case 1:
            return { kind: 'Announced', key: of };
          default:
            return { kind: index % 4 === 2 ? 'Announce' : 'Delete', key: of };
        }
      });
      const options = { deleteAfterDays: 90, maxRevocationsPerDay: 0 };
      const planned = planPurge(decisions, options, 0, outcome === 'DryRun', now);
      expect(planned.outcome).toBe(outcome);
      const bytes = JSON.stringify(answer(planned, decisions)).length;
      expect(bytes).toBeGreaterThan(70_000);
      expect(bytes).toBeLessThan(95_000);
    },
  );

  it('of a refused starter fails the document, and names no key', () => {
    expect(toRefusedPurge('a role of the service', now)).toMatchObject({
      ...{ Proceed: 'Alert', Outcome: 'Refused', Reason: 'a role of the service' },
      ...{ Announce: 'No', Delete: 'No', KeysToDelete: [], KeysToAnnounce: [], KeysHeld: [] },
      ...{ DeleteAfterDays: '0', PlannedAt: '2026-11-21T06:30:00Z' },
    });
  });

  it('changes nothing if there is a reason against the plan', () => {
    expect(answer(noPurge('Paused', 'the parameter exists'))).toMatchObject({
      ...{ Proceed: 'No', KeysToDelete: [], KeysToAnnounce: [], Reason: 'the parameter exists' },
    });
  });
});

describe('the result of a purge', () => {
  const item = (userName: string) => ({
    ...{ userId, userName, accessKeyId: `AKIA-${userName}`, recordName: '/record' },
  });
  const nothing = { deleted: [], left: [], gone: [], problem: null };
  const named = (userName: string) => `access key AKIA-${userName} of ${userName} (${userId})`;
  const [frank, erin] = [item('frank'), item('erin')];

  it('is Deleted if every key is gone and everybody was notified', () => {
    expect(toVerifiedPurge({ ...nothing, deleted: [frank, erin] })).toEqual({
      ...{ Outcome: 'Deleted', Reason: '2 deleted', Deleted: [named('frank'), named('erin')] },
    });
  });

  it('is Deleted, and says so, if a user was deleted meanwhile', () => {
    expect(toVerifiedPurge({ ...nothing, deleted: [frank], gone: [erin] })).toEqual({
      ...{ Outcome: 'Deleted', Deleted: [named('frank')] },
      Reason: `1 deleted; ${named('erin')}: the user was deleted meanwhile`,
    });
  });

  it('is Incomplete if a key still exists', () => {
    expect(toVerifiedPurge({ ...nothing, left: [frank, erin], gone: [erin] })).toEqual({
      ...{ Outcome: 'Incomplete', Deleted: [] },
      Reason: `Not deleted: ${named('frank')}; ${named('erin')}. The failed step says why. The next execution tries again`,
    });
  });

  it('is Incomplete if nobody was notified of a deletion', () => {
    const problem = 'the message failed';
    expect(toVerifiedPurge({ ...nothing, deleted: [frank], left: [erin], problem })).toEqual({
      ...{ Outcome: 'Incomplete', Deleted: [named('frank')] },
      Reason: `Not deleted: ${named('erin')}. The failed step says why. The next execution tries again. 1 deleted, but the message failed`,
    });
  });
});

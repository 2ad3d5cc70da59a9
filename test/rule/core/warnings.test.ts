import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotateMessages, judge } from '../../../rule/core/annotation.ts';
import { writeAnnotation } from '../../../rule/core/annotation-clauses.ts';
import type { AccessKey } from '../../../rule/core/credentials.ts';
import { millisecondsPerDay as day, formatDate, type Instant } from '../../../rule/core/instant.ts';
import { daysUntil, findWarnings, type Warning } from '../../../rule/core/warnings.ts';
import { ago, now } from '../../builders/account.ts';
import { coreKey, coreUser, parameters } from '../../builders/core-user.ts';

const basis = { parameters: parameters(), warningDays: 14, now };
const keyUsed = (days: number) => coreKey({ used: ago(days) });

/** `first 2026-12-05`: what a run without earlier results warns of. */
function warningsOf(user: Parameters<typeof judge>[0], rest: Partial<typeof basis> = {}): string[] {
  const by = { ...basis, ...rest };
  const { assessment } = judge(user, by);
  return kindsOf(findWarnings(assessment, null, by).warnings);
}

/** The warnings of a run about such a user, and the clauses it leaves, if the previous run left `earlier`. */
function afterwards(accessKeys: readonly AccessKey[], earlier: string | null) {
  const { assessment } = judge(coreUser({ accessKeys }), basis);
  const { warnings, sent, kept } = findWarnings(assessment, earlier, basis);
  return [kindsOf(warnings), writeAnnotation(sent), writeAnnotation(kept)];
}

function kindsOf(warnings: readonly Warning[]): string[] {
  return warnings.map(({ kind, at }) => `${kind} ${formatDate(at)}`);
}

describe('a warning', () => {
  it.each([
    [30, []],
    [31, ['first 2026-12-05']],
    [41, ['first 2026-11-25']],
    [42, ['last 2026-11-24']],
    [44, ['last 2026-11-22']],
    [45, []],
  ])('about a key that was used %i days ago, with a limit of 45 days: %j', (used, expected) => {
    expect(warningsOf(coreUser({ accessKeys: [keyUsed(used)] }))).toEqual(expected);
  });

  it('comes for each credential of a user, also of one who is NON_COMPLIANT because of another', () => {
    const accessKeys = [keyUsed(40), coreKey({ id: 'AKIA2', slot: 2, used: ago(43) })];
    const user = coreUser({ accessKeys, password: { used: ago(90), created: ago(400) } });
    expect(warningsOf(user)).toEqual(['last 2026-11-23', 'first 2026-11-26']);
  });

  it('comes once in scope user, for the last credential that keeps the user compliant', () => {
    const accessKeys = [keyUsed(40), coreKey({ id: 'AKIA2', slot: 2, used: ago(35) })];
    const by = parameters({ evaluationScope: 'user' });
    expect(warningsOf(coreUser({ accessKeys }), { parameters: by })).toEqual(['first 2026-12-01']);
  });

  it('does not come in scope user for a user who is NON_COMPLIANT or has no credential', () => {
    const by = parameters({ evaluationScope: 'user' });
    expect(warningsOf(coreUser({ accessKeys: [keyUsed(50)] }), { parameters: by })).toEqual([]);
    expect(warningsOf(coreUser(), { parameters: by })).toEqual([]);
  });

  it('does not come for an exempt user, nor with 0 days', () => {
    const today = coreUser({ accessKeys: [keyUsed(44.5)] });
    expect(warningsOf(today)).toEqual(['last 2026-11-21']);
    expect(warningsOf(today, { warningDays: 0 })).toEqual([]);
    const accessKeys = [keyUsed(40)];
    const tags = [{ key: 'unused-iam-credentials:exempt-until', value: '2026-12-31' }];
    expect(warningsOf(coreUser({ accessKeys, tags }))).toEqual([]);
    expect(warningsOf(coreUser({ accessKeys }), { warningDays: 0 })).toEqual([]);
  });

  it('waits for half of a short limit, so that a key that is used every day causes none', () => {
    const by = parameters({ maxCredentialUsageAge: '10' });
    const used = (days: number) =>
      warningsOf(coreUser({ accessKeys: [keyUsed(days)] }), { parameters: by });
    expect([used(1), used(4), used(5)]).toEqual([[], [], ['first 2026-11-26']]);
  });
});

describe('the annotation says which credentials were warned of', () => {
  const second = (days: number) => coreKey({ id: 'AKIA2', slot: 2, used: ago(days) });
  const both = 'last warning sent: key 1 2026-11-22; warning sent: key 2 2026-12-04';
  it.each<[string, readonly AccessKey[], string | null, [string[], string, string]]>([
    [
      'each that is warned of now',
      [keyUsed(44), second(32)],
      null,
      [['last 2026-11-22', 'first 2026-12-04'], both, ''],
    ],
    ['each that was warned of before', [keyUsed(44), second(32)], both, [[], both, both]],
    [
      'a first warning, although another key enters the last days',
      [keyUsed(43), second(32)],
      'warning sent: key 1 2026-11-23; warning sent: key 2 2026-12-04',
      [
        ['last 2026-11-23'],
        'last warning sent: key 1 2026-11-23; warning sent: key 2 2026-12-04',
        'warning sent: key 1 2026-11-23; warning sent: key 2 2026-12-04',
      ],
    ],
    [
      'a key that somebody activated, although the other key was warned of with a later date',
      [keyUsed(33), second(32)],
      'warning sent: key 2 2026-12-04',
      [
        ['first 2026-12-03'],
        'warning sent: key 1 2026-12-03; warning sent: key 2 2026-12-04',
        'warning sent: key 2 2026-12-04',
      ],
    ],
    [
      'a key that somebody activated, although the other key was warned of with the same date',
      [keyUsed(32), second(32)],
      'warning sent: key 2 2026-12-04',
      [
        ['first 2026-12-04'],
        'warning sent: key 1 2026-12-04; warning sent: key 2 2026-12-04',
        'warning sent: key 2 2026-12-04',
      ],
    ],
    [
      'a key whose date moved earlier, because a limit was shortened',
      [keyUsed(33)],
      'warning sent: key 1 2026-12-04',
      [['first 2026-12-03'], 'warning sent: key 1 2026-12-03', 'warning sent: key 1 2026-12-04'],
    ],
    [
      'the last warning of a key that no first one was sent for',
      [keyUsed(32)],
      'last warning sent: key 1 2026-12-04',
      [[], 'warning sent: key 1 2026-12-04', 'last warning sent: key 1 2026-12-04'],
    ],
    [
      'a key whose slot is not known as the one of that date',
      [coreKey({ slot: null, used: ago(32) })],
      'warning sent: key 1 2026-12-04',
      [[], 'warning sent: key 2026-12-04', 'warning sent: key 1 2026-12-04'],
    ],
    [
      'a key whose slot was not known before as the one of that date',
      [keyUsed(32)],
      'warning sent: key 2026-12-04',
      [[], 'warning sent: key 1 2026-12-04', 'warning sent: key 2026-12-04'],
    ],
    [
      'no key because of a password of the same date',
      [keyUsed(32)],
      'warning sent: password 2026-12-04',
      [['first 2026-12-04'], 'warning sent: key 1 2026-12-04', ''],
    ],
    ['nothing once the keys are used again', [keyUsed(1)], both, [[], '', '']],
    [
      'nothing of a date before that of the key',
      [keyUsed(32)],
      'warning sent: key 1 2026-11-22',
      [['first 2026-12-04'], 'warning sent: key 1 2026-12-04', ''],
    ],
    [
      'nothing of what else was or was not sent',
      [keyUsed(32)],
      'not announced yet',
      [['first 2026-12-04'], 'warning sent: key 1 2026-12-04', ''],
    ],
    ['nothing of an annotation of another version', [keyUsed(1)], 'told 2026-12-04', [[], '', '']],
  ])('%s', (_, accessKeys, earlier, expected) => {
    expect(afterwards(accessKeys, earlier)).toEqual(expected);
  });
});

it('in scope user, the sent warning is kept if a change shows that another credential decides', () => {
  const by = { ...basis, parameters: parameters({ evaluationScope: 'user' }) };
  const password = { used: ago(200), created: ago(300) };
  // Only the credential report knows that the password was changed.
  const [live, reported] = [password, { ...password, changed: ago(32) }].map((each) => {
    const user = coreUser({ password: each, accessKeys: [keyUsed(33)] });
    return findWarnings(judge(user, by).assessment, 'warning sent: password 2026-12-04', by);
  });
  expect(writeAnnotation(live?.kept ?? [])).toBe('warning sent: password 2026-12-04');
  expect(reported?.warnings).toEqual([]);
});

it.each([
  [1, 1],
  [day, 1],
  [day + 1, 2],
  [14 * day, 14],
])('%i milliseconds before, it is %i days', (left, days) => {
  expect(daysUntil(now + left, now)).toBe(days);
});

const days = (min: number) => fc.integer({ min, max: 90 });
const key = fc.record({
  // Equal dates of both keys are common.
  uses: fc.array(fc.oneof(fc.constantFrom(0, 20), days(0)), { maxLength: 3 }),
  activated: fc.oneof(fc.constant(0), days(1)),
});

/** A month and more in the life of a user: when runs happen, when each of two keys is used and activated (days). */
const lives = fc.record({
  runs: fc.array(days(1), { minLength: 30, maxLength: 90 }),
  hours: fc.integer({ min: 0, max: 23 }),
  keys: fc.tuple(key, key),
  limit: fc.constantFrom(10, 30, 45),
  lost: days(0),
});

it('each credential gets one warning of each kind in each window, whenever runs happen and keys are used and activated', () => {
  fc.assert(
    fc.property(lives, ({ runs, hours, keys, limit, lost }) => {
      const by = parameters({ maxCredentialUsageAge: String(limit) });
      const sent = new Map<string, number>();
      let earlier: string | null = null;
      for (const dayOfRun of [...new Set(runs)].toSorted((a, b) => a - b)) {
        const at: Instant = now + dayOfRun * day + hours * 3_600_000;
        const lastUse = (uses: readonly number[]) =>
          now + Math.max(0, ...uses.filter((each) => each < dayOfRun)) * day;
        const accessKeys = keys.map(({ uses, activated }, index) =>
          coreKey({
            ...{ id: `AKIA${index}`, slot: index === 0 ? 1 : 2, used: lastUse(uses) },
            status: activated <= dayOfRun ? 'Active' : 'Inactive',
          }),
        );
        const context = { parameters: by, warningDays: 14, now: at };
        const judgement = judge(coreUser({ accessKeys }), context);
        const found = findWarnings(judgement.assessment, earlier, context);
        // One run cannot publish; the next one sends what it did not.
        const published = dayOfRun !== lost;
        for (const { credential, at: flip, kind } of published ? found.warnings : []) {
          const warning = `${credential.id} ${formatDate(flip)} ${kind}`;
          sent.set(warning, (sent.get(warning) ?? 0) + 1);
        }
        if (published) {
          for (const { id, unused, unusedFrom } of judgement.assessment.credentials) {
            const left = Date.parse(formatDate(unusedFrom)) - Date.parse(formatDate(at));
            const window = Math.min(14, Math.floor(limit / 2)) * day;
            if (unused || left > window) continue;
            const kind = left <= 3 * day ? 'last' : 'first';
            expect(sent.get(`${id} ${formatDate(unusedFrom)} ${kind}`)).toBe(1);
          }
        }
        const warned = published ? found.sent : found.kept;
        earlier = annotateMessages(judgement, by, { unannounced: false, warned });
      }
      expect([...sent.values()].filter((count) => count > 1)).toEqual([]);
    }),
    { numRuns: 300, seed: 20261129 },
  );
});

it('the clauses leave room for the rest of a user with more access keys than IAM usually allows', () => {
  const accessKeys = [100, ...Array.from({ length: 9 }, () => 44)].map((days, index) =>
    coreKey({ id: `AKIA${index}`, slot: null, used: ago(days) }),
  );
  const context = { parameters: parameters(), warningDays: 14, now };
  const judgement = judge(coreUser({ accessKeys }), context);
  const annotation = annotateMessages(judgement, context.parameters, {
    unannounced: true,
    warned: findWarnings(judgement.assessment, null, context).sent,
  });
  const sent = Array.from({ length: 5 }, () => 'last warning sent: key 2026-11-22').join('; ');
  expect(annotation).toBe(
    `key AKIA0 used 2026-08-13 (100 days, limit 45); ${sent}; not announced yet`,
  );
});

it('the clauses survive in the longest annotation', () => {
  const accessKeys = [keyUsed(43)];
  const user = coreUser({ accessKeys, path: `/${'x'.repeat(60)}/` });
  const judgement = judge(user, basis);
  const { sent } = findWarnings(judgement.assessment, null, basis);
  const annotation = annotateMessages(judgement, basis.parameters, {
    unannounced: false,
    warned: sent,
  });
  expect(annotation).toBe('becomes unused 2026-11-23: key 1; last warning sent: key 1 2026-11-23');
});

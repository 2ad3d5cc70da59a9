import { describe, expect, it } from 'vitest';
import type { User } from '../../../rule/core/credentials.ts';
import { decideRevocation, findBlocker, planChanges } from '../../../rule/core/revocation-plan.ts';
import { describeSkip } from '../../../rule/formats/revocation-answer.ts';
import { ago, day, now } from '../../builders/account.ts';
import { coreKey, coreUser, exemptUntil } from '../../builders/core-user.ts';
import { assess, options, userId } from '../../builders/revocation.ts';

const minute = 60_000;
const idle = { used: ago(100), changed: ago(400) };
const busy = { used: ago(1), changed: ago(400) };
const user = coreUser({ password: idle });
const usedKey = coreKey({ id: 'AKIAUSED', ...idle });
const keyOnly = coreUser({ accessKeys: [usedKey] });

describe('planChanges', () => {
  const everything = coreUser({
    password: idle,
    accessKeys: [usedKey, coreKey({ id: 'AKIANEVER', changed: ago(90) })],
  });
  function changes(someone: User, rest = {}, by = {}) {
    const { revocations, skipped } = planChanges(assess(someone, by), options(rest));
    return {
      revoked: revocations.map(
        ({ credential, action }) => `${credential.id ?? 'password'} ${action}`,
      ),
      skipped: skipped.map(
        ({ credential, due, why }) =>
          `${credential.id ?? 'password'}${due ? ' (due)' : ''}: ${describeSkip(why)}`,
      ),
    };
  }

  it('revokes everything due, access keys first because they can be restored', () => {
    expect(changes(everything)).toEqual({
      revoked: ['AKIAUSED Deactivate', 'AKIANEVER Deactivate', 'password Delete'],
      skipped: [],
    });
  });

  it('follows the action for used keys, for keys never used and for passwords', () => {
    const actions = { accessKeyAction: 'Delete', neverUsedAccessKeyAction: 'Keep' } as const;
    expect(changes(everything, { ...actions, passwordAction: 'Keep' })).toEqual({
      revoked: ['AKIAUSED Delete'],
      skipped: [
        'password (due): kept, because PasswordAction is Keep',
        'AKIANEVER (due): kept, because NeverUsedAccessKeyAction is Keep',
      ],
    });
    expect(changes(everything, { accessKeyAction: 'Keep' }).skipped).toEqual([
      'AKIAUSED (due): kept, because AccessKeyAction is Keep',
    ]);
  });

  it('skips what is not due, also by the evaluation scope', () => {
    const mixed = coreUser({ password: busy, accessKeys: [usedKey] });
    expect(changes(mixed)).toEqual({
      revoked: ['AKIAUSED Deactivate'],
      skipped: ['password: not due'],
    });
    expect(changes(mixed, {}, { evaluationScope: 'user' }).revoked).toEqual([]);
  });

  it('applies MinimumIdleDays to the millisecond, regardless of the rule', () => {
    const just = (milliseconds: number) =>
      coreUser({ password: { used: ago(30) + milliseconds, changed: ago(400) } });
    const typo = { maxCredentialUsageAge: '4' };
    expect(changes(just(0), {}, typo).revoked).toEqual(['password Delete']);
    expect(changes(just(1), {}, typo)).toEqual({
      revoked: [],
      skipped: ['password (due): idle for less than MinimumIdleDays (30)'],
    });
    expect(changes(just(26 * day), { minimumIdleDays: 1 }, typo).revoked).toEqual([
      'password Delete',
    ]);
  });

  it('skips a credential that keeps coming back, and revokes the third key instead', () => {
    const keys = ['AKIA1', 'AKIA2', 'AKIA3'].map((id) => coreKey({ id, ...idle }));
    const someone = coreUser({
      password: idle,
      accessKeys: [...keys, coreKey({ id: 'AKIA4', ...busy })],
    });
    const returning = new Map([
      ['AKIA1', [ago(1)]],
      ['AKIA4', [ago(2)]],
      ['password', [ago(3)]],
    ]);
    const { revocations, skipped } = planChanges(assess(someone), options(), returning);
    expect(revocations.map(({ credential }) => credential.id)).toEqual(['AKIA2', 'AKIA3']);
    expect(skipped.map(({ why }) => why)).toEqual([
      { kind: 'KeepsComingBack', revokedAt: [ago(3)] },
      { kind: 'KeepsComingBack', revokedAt: [ago(1)] },
      { kind: 'NotDue' },
    ]);
  });

  it('leaves a third access key, for which the document has no step, for the next run', () => {
    const keys = ['AKIA1', 'AKIA2', 'AKIA3'].map((id) => coreKey({ id, ...idle }));
    expect(changes(coreUser({ accessKeys: keys }))).toEqual({
      revoked: ['AKIA1 Deactivate', 'AKIA2 Deactivate'],
      skipped: ['AKIA3 (due): left for the next run'],
    });
  });
});

describe('findBlocker', () => {
  const protect = (value: string, key = 'unused-iam-credentials:protected') => ({ key, value });
  const tagged = (...tags: User['tags']) => ({ ...user, tags });
  const why = 'the user has the tag unused-iam-credentials:protected';
  const unclear = `${why}, whose value is neither true nor false`;
  const exempt = exemptUntil('2027-01-31');
  const otherCase = protect(' TRUE ', 'Unused-IAM-Credentials:Protected');
  const byPath = { exemptPathPrefixes: '/x/' };
  const path = '/x/y/';

  it.each<[string, string, string | null, User, object?, object?]>([
    ['a protected user', 'Protected', why, tagged(protect('true'))],
    ['a protected user, in any case of key and value', 'Protected', why, tagged(otherCase)],
    ['a protection tag of unclear value', 'Protected', unclear, tagged(protect('no'))],
    ['a user exempt by tag', 'Exempt', 'exempt until 2027-01-31', tagged(exempt)],
    [
      'a user exempt by path',
      'Exempt',
      'the user is exempt by path /x/',
      { ...user, path },
      {},
      byPath,
    ],
    ['a user who is protected and exempt', 'Protected', why, tagged(exempt, protect('true'))],
    ['a user with nothing due', 'NothingDue', null, coreUser()],
    ['a user whose due credentials are kept', 'NothingDue', null, user, { passwordAction: 'Keep' }],
    ['a user idle for too few days', 'NothingDue', null, user, { minimumIdleDays: 101 }],
  ])('finds %s', (_, outcome, expected, someone, rest = {}, by = {}) => {
    const assessment = assess(someone, by);
    const found = findBlocker(someone, assessment, planChanges(assessment, options(rest)));
    expect(found).toEqual({ outcome, why: expected, waitUntil: null });
  });

  it.each([
    ['a protection tag that is false', tagged(protect(' FALSE '))],
    ['a refused exemption', tagged(exemptUntil('next summer'))],
  ])('ignores %s', (_, someone) => {
    const assessment = assess(someone);
    expect(findBlocker(someone, assessment, planChanges(assessment, options()))).toBeNull();
  });
});

describe('decideRevocation', () => {
  const fresh = { generatedAt: now - 15 * minute, complete: true };
  const stale = { generatedAt: now - 15 * minute - 1, complete: true };
  const partial = { ...fresh, complete: false };
  const byPerson = { userId, automaticSince: null };
  // Follows from the user's ID alone.
  const spread = 76_000;
  const tooOld =
    'a deletion needs a credential report of the last 15 minutes; the stored one is from 2026-11-21T06:14:59.999Z';

  function decide(someone: User, rest = {}, evidence = fresh, paused = false, trigger = {}) {
    const changes = planChanges(assess(someone), options(rest));
    const by = { ...byPerson, ...trigger };
    return decideRevocation(changes, paused, evidence, options(rest), by, now);
  }

  it('checks Paused, NotYet, DryRun and Wait in this order', () => {
    const all = { enforceFrom: now + day, dryRun: true };
    const begun = { ...all, enforceFrom: now };
    const cases = [
      decide(user, all, stale, true),
      decide(user, all, stale),
      decide(user, begun, stale),
      decide(user, { ...begun, dryRun: false }, stale),
      decide(user, { ...begun, dryRun: false }, fresh),
    ];
    expect(cases.map(({ outcome, why }) => [outcome, why])).toEqual([
      ['Paused', 'the SSM parameter /unused-iam-credentials/pause exists'],
      ['NotYet', 'nothing is revoked before 2026-11-22 (EnforceFrom)'],
      ['DryRun', tooOld],
      ['Wait', tooOld],
      ['Revoke', null],
    ]);
    expect(decide(user, { dryRun: true }).why).toBeNull();
  });

  it('waits for a fresh report before a deletion only', () => {
    expect(decide(user, {}, stale)).toMatchObject({
      outcome: 'Wait',
      waitUntil: stale.generatedAt + 241 * minute + spread,
    });
    expect(decide(keyOnly, {}, stale).outcome).toBe('Revoke');
    expect(decide(keyOnly, { accessKeyAction: 'Delete' }, stale).outcome).toBe('Wait');
    const both = coreUser({ password: idle, accessKeys: [usedKey] });
    expect(decide(both, {}, stale).outcome).toBe('Wait');
  });

  describe('in an automatic execution', () => {
    const began = (milliseconds: number) => ({ automaticSince: fresh.generatedAt + milliseconds });

    it('deletes a password only by a report made since the second in which the execution began', () => {
      expect(decide(user, {}, fresh, false, began(0)).outcome).toBe('Revoke');
      expect(decide(user, {}, fresh, false, began(999)).outcome).toBe('Revoke');
      expect(decide(user, {}, fresh, false, began(1000))).toMatchObject({
        outcome: 'Wait',
        why: 'an automatic deletion of a password needs a credential report made after 2026-11-21T06:15:01Z, when the execution began; the stored one is from 2026-11-21T06:15:00Z',
        waitUntil: fresh.generatedAt + 241 * minute + spread,
      });
      expect(decide(user, { dryRun: true }, fresh, false, began(1000)).why).toContain('automatic');
    });

    it('deletes a password by such a report only while it is fresh', () => {
      expect(decide(user, {}, stale, false, began(-day)).outcome).toBe('Wait');
    });

    it('changes keys by an earlier report, deleting them only while it is fresh', () => {
      const deleting = { accessKeyAction: 'Delete' };
      expect(decide(keyOnly, {}, stale, false, began(day)).outcome).toBe('Revoke');
      expect(decide(keyOnly, deleting, fresh, false, began(day)).outcome).toBe('Revoke');
      expect(decide(keyOnly, deleting, stale, false, began(day)).outcome).toBe('Wait');
    });
  });

  it('waits before any change that the report does not cover', () => {
    expect(decide(keyOnly, {}, partial)).toMatchObject({
      outcome: 'Wait',
      why: "the credential report of 2026-11-21T06:15:00Z does not cover all of the user's credentials",
    });
  });

  it('never waits until an instant in the past', () => {
    const old = { generatedAt: now - 10 * day, complete: true };
    expect(decide(user, {}, old).waitUntil).toBe(now + minute + spread);
  });

  it('spreads the end of the wait over ten minutes, a different second for each user', () => {
    const changes = planChanges(assess(user), options());
    const waits = Array.from({ length: 200 }, (_, index) => {
      const id = `AIDATESTUSER${index}`;
      return (
        decideRevocation(changes, false, stale, options(), { ...byPerson, userId: id }, now)
          .waitUntil ?? 0
      );
    });
    const first = stale.generatedAt + 241 * minute;
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(first);
    expect(Math.max(...waits)).toBeLessThan(first + 10 * minute);
    expect(new Set(waits).size).toBeGreaterThan(100);
  });
});

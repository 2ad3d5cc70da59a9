import { describe, expect, it } from 'vitest';
import { assessUser } from '../../../rule/core/assess-user.ts';
import { ago, day, now } from '../../builders/account.ts';
import { coreKey, coreUser, parameters } from '../../builders/core-user.ts';

describe('the last activity', () => {
  it.each([
    ['use', { used: ago(3), created: ago(20), changed: ago(10) }, 'used', 3],
    [
      "creation, as of a re-issued password that still shows the old one's use",
      { used: ago(300), created: ago(2) },
      'created',
      2,
    ],
    [
      'change, as of a reactivated key whose last_rotated moved',
      { used: ago(300), created: ago(300), changed: ago(4) },
      'changed',
      4,
    ],
    [
      'use before creation and change of the same instant',
      { used: ago(3), created: ago(3), changed: ago(3) },
      'used',
      3,
    ],
    [
      'creation before change of the same instant',
      { used: ago(9), created: ago(3), changed: ago(3) },
      'created',
      3,
    ],
  ] as const)('is the latest of all: %s', (_, password, basis, days) => {
    const [credential] = assessUser(coreUser({ password }), parameters(), now).credentials;
    expect(credential).toMatchObject({ basis, lastActivity: ago(days), idleDays: days });
  });

  it('of a reactivated key is its old use, if last_rotated does not move', () => {
    const key = coreKey({ used: ago(300), created: ago(400), changed: ago(400) });
    expect(assessUser(coreUser({ accessKeys: [key] }), parameters(), now).compliance).toBe(
      'NON_COMPLIANT',
    );
  });

  it('tells idle time in milliseconds and whole days, and when the credential becomes unused', () => {
    const used = ago(3.75);
    const [credential] = assessUser(
      coreUser({ password: { used } }),
      parameters(),
      now,
    ).credentials;
    expect(credential).toEqual({
      type: 'password',
      id: null,
      slot: null,
      basis: 'used',
      everUsed: true,
      lastActivity: used,
      idle: 3.75 * day,
      idleDays: 3,
      threshold: 45,
      unused: false,
      unusedFrom: used + 45 * day,
    });
  });

  it.each([1, day - 1, day])('up to 24 hours ahead (%i ms) counts as idle 0', (ahead) => {
    const [credential] = assessUser(
      coreUser({ password: { used: now + ahead } }),
      parameters(),
      now,
    ).credentials;
    expect(credential).toMatchObject({ idle: 0, idleDays: 0, unused: false });
  });

  it('further ahead is an error for that user that names the credential and the date', () => {
    const user = coreUser({ accessKeys: [coreKey({ slot: 2, used: now + day + 1 })] });
    expect(() => assessUser(user, parameters(), now)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message:
          'key 2: used 2026-11-22T06:30:00.001Z, more than 24 hours after 2026-11-21T06:30:00Z; expected a date that has passed',
      }),
    );
  });

  it('after an evaluation that looks back counts as idle 0, but not 24 hours after the present', () => {
    const back = ago(100);
    const user = coreUser({ password: { used: ago(1), created: ago(300) } });
    expect(assessUser(user, parameters(), back, now).credentials[0]).toMatchObject({ idle: 0 });
    const ahead = coreUser({ password: { used: now + day + 1 } });
    expect(() => assessUser(ahead, parameters(), back, now)).toThrow(
      /more than 24 hours after 2026-11-21/u,
    );
    expect(assessUser(ahead, parameters(), now + day, now).credentials[0]).toMatchObject({
      idle: 0,
    });
  });

  it('is an error for that user if no date is known', () => {
    expect(() => assessUser(coreUser({ password: {} }), parameters(), now)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: 'password: no date of use, creation or change is known; expected at least one',
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { CredentialAssessment } from '../../../rule/core/assess-credential.ts';
import {
  accessKeyDeleted,
  credentialBecomingUnused,
  credentialsRestored,
  credentialsRevoked,
  type EventUser,
  eventUser,
  type ProjectEvent,
  revocationRefused,
  userNewlyNoncompliant,
  userRetired,
} from '../../../rule/formats/events.ts';
import { now } from '../../builders/account.ts';
import { record, recordedKey, recordedPassword } from '../../builders/revocation.ts';
import { transformToObject } from '../../infra/event-bridge.ts';
import { problemsOfEvent, schemas } from '../../infra/event-schemas.ts';
import { recipeFiles, recipeRule } from '../../infra/recipes.ts';

const executionId = '11111111-2222-4333-8444-555555555555';
const place = {
  accountId: '123456789012',
  region: 'us-east-1',
  ruleName: 'unused-iam-credentials',
};
const unused: CredentialAssessment = {
  ...{ type: 'access-key', id: null, slot: 2, lastActivity: now, basis: 'changed' },
  ...{ everUsed: true, idle: 1, idleDays: 44, threshold: 45, unused: false, unusedFrom: now },
};

/** Each event, about a user of that name and a reason that holds that text. */
function allEvents(text: string): ProjectEvent[] {
  const user = {
    ...{ userName: text, userId: 'AIDATESTUSERTESTUSER2', owner: 'team-a' },
    arn: `arn:aws:iam::123456789012:user/${text}`,
  };
  const credentials = [recordedKey('AKIA1', { reason: text }), recordedPassword];
  const of = record(credentials, { ruleName: text });
  const execution = { executionId, reason: text };
  return [
    credentialBecomingUnused(user, place, { credential: unused, at: now, kind: 'last' }, 3),
    userNewlyNoncompliant(user, place, {
      ...{ category: 'unused-access-key', due: [unused], reason: text, askedAt: now },
    }),
    credentialsRevoked(user, place, of, { hasPassword: false, undo: `aws ${place.region}` }),
    credentialsRestored(user, place, {
      ...{
        executionId,
        complete: false,
        exemptUntil: '2026-12-05',
        permissions: [text],
        notRestored: [text],
      },
      credentials,
    }),
    userRetired(user, place, {
      ...{ ...execution, credentials, groups: [text], policies: [text], mfaDevices: [text] },
      undo: null,
    }),
    accessKeyDeleted(user, place, {
      ...{ ...execution, accessKeyId: 'AKIA1', deactivatedAt: now, lastUsed: undefined },
    }),
    revocationRefused({ userId: user.userId }, place, { ...execution, operation: 'restore' }),
  ];
}

/** As EventBridge passes it on. */
const onBus = ({ detailType, resources, detail }: ProjectEvent) => ({
  ...{ source: 'unused-iam-credentials', 'detail-type': detailType, account: place.accountId },
  ...{ resources, detail: JSON.parse(JSON.stringify(detail)) },
});

/** The text is no part of a test's name: Stryker makes a regular expression of it. */
const hostile = [
  ['a quotation mark', '"}, {"a": "'],
  ['a backslash', '\\'],
  ['a line break', 'a\r\n\u2028b'],
  ['a variable of a recipe', '<user>'],
  ['a change of direction', '\u202e'],
  ['100,000 characters', 'x'.repeat(100_000)],
] as const;

describe('the events', () => {
  it('are one for each schema, in which every field is described', () => {
    const events = allEvents('frank').map(onBus);
    expect(events).toHaveLength(schemas.size);
    expect(new Set(events.map((event) => event['detail-type']))).toEqual(new Set(schemas.keys()));
    for (const event of events) expect(problemsOfEvent(event), event['detail-type']).toEqual([]);
  });

  it.each(hostile)(
    'fit their schemas and stay below 25 KB, ten a request, for a text with %s',
    (_, text) => {
      for (const event of allEvents(text).map(onBus)) {
        expect(problemsOfEvent(event)).toEqual([]);
        expect(JSON.stringify(event.detail).length).toBeLessThan(25_000);
      }
    },
  );

  it.each(hostile)('break no message of a recipe by a text with %s', (_, text) => {
    for (const { transformer, pattern } of recipeFiles.map(recipeRule)) {
      if (transformer === null) continue;
      const [detailType] = Object(pattern)['detail-type'];
      const event = allEvents(text).find((each) => each.detailType === detailType);
      if (event === undefined) throw new Error(`No event ${detailType}`);
      expect(transformToObject(transformer, onBus(event))).toBeTypeOf('object');
    }
  });

  it('have the same ID if they are put again, and another for another execution', () => {
    const ids = (events: readonly ProjectEvent[]) => events.map(({ detail }) => detail['id']);
    expect(ids(allEvents('a'))).toEqual(ids(allEvents('b')));
    expect(new Set(ids(allEvents('a'))).size).toBe(schemas.size);
    const user = { userId: 'AIDA1', userName: 'a', arn: 'arn', owner: 'none' };
    const refused = { operation: 'revoke', executionId, reason: 'why' } as const;
    const { detail } = revocationRefused(user, place, refused);
    expect(detail['id']).toBe(`revocation-refused/revoke/${executionId}`);
  });

  it('of a refusal name the user, unless the whole account was to be changed', () => {
    const problemsOf = (user: { userId: string } | null, operation: 'purge' | 'revoke') => {
      const refused = { operation, executionId, reason: 'why' };
      return problemsOfEvent(onBus(revocationRefused(user, place, refused)));
    };
    const someone = { userId: 'AIDATESTUSERTESTUSER2' };
    expect([problemsOf(null, 'purge'), problemsOf(someone, 'revoke')]).toEqual([[], []]);
    expect(problemsOf(null, 'revoke').join()).toContain('user');
    expect(problemsOf(someone, 'purge')).not.toEqual([]);
  });
});

describe('the detail of an event', () => {
  const user: EventUser = {
    ...{ userName: 'frank', userId: 'AIDATESTUSERTESTUSER2', owner: 'team-a' },
    arn: 'arn:aws:iam::123456789012:user/frank',
  };
  const shared = {
    ...{ version: 1, account: '123456789012', region: 'us-east-1', owner: 'team-a' },
    user: { name: 'frank', id: user.userId, arn: user.arn },
  };
  const execution = { executionId, reason: 'why' };
  const used: CredentialAssessment = { ...unused, id: 'AKIA1', basis: 'used' };
  const asked = '2026-11-21T06:30:00Z';
  const facts = { lastActivity: asked, everUsed: true, idleDays: 44, limitDays: 45 };
  const key = recordedKey('AKIA1', { reason: 'first' });
  const taken = { groups: [], policies: [], mfaDevices: [] };
  const dates = { lastUsed: '2026-08-13T06:30:00Z', created: '2025-10-17T06:30:00Z' };

  it('of a credential that will be unused names it, when, and which warning it is', () => {
    const warned = (credential: CredentialAssessment, kind: 'first' | 'last' = 'first') =>
      credentialBecomingUnused(user, place, { credential, at: now, kind }, 7);
    expect(warned(used)).toEqual({
      ...{ detailType: 'Credential Becoming Unused', resources: [user.arn] },
      detail: {
        ...{ ...shared, rule: 'unused-iam-credentials' },
        id: `credential-becoming-unused/${user.userId}/AKIA1/${asked}/first`,
        credentials: [{ type: 'access-key', id: 'AKIA1', slot: 2, lastUsed: asked, ...facts }],
        ...{ unusedFrom: asked, daysLeft: 7, warning: 'first' },
      },
    });
    const ofSlot = warned(unused, 'last').detail;
    expect(ofSlot['id']).toBe(`credential-becoming-unused/${user.userId}/2/${asked}/last`);
    expect(ofSlot['credentials']).toEqual([{ type: 'access-key', slot: 2, ...facts }]);
    const ofPassword = warned({ ...used, type: 'password', id: null, slot: null }).detail;
    expect(ofPassword['id']).toContain('/password/');
    expect(ofPassword['credentials']).toEqual([{ type: 'password', lastUsed: asked, ...facts }]);
  });

  it('of a user who is newly NON_COMPLIANT names what is due and why, once for each evaluation', () => {
    const found = { category: 'inactive-user', due: [unused, used], reason: 'both' } as const;
    const { detailType, detail } = userNewlyNoncompliant(user, place, { ...found, askedAt: now });
    expect(detailType).toBe('User Newly Noncompliant');
    expect(detail).toEqual({
      ...{ ...shared, id: `user-newly-noncompliant/${user.userId}/${asked}` },
      ...{ rule: 'unused-iam-credentials', category: 'inactive-user', reason: 'both' },
      credentials: [
        { type: 'access-key', slot: 2, ...facts },
        { type: 'access-key', id: 'AKIA1', slot: 2, lastUsed: asked, ...facts },
      ],
    });
  });

  it('of a revocation says what was done to each credential, and how to undo it', () => {
    const replaced = { ...recordedPassword, action: 'Replace', reason: 'second' } as const;
    const of = record([key, replaced]);
    const revoked = (hasPassword: boolean, undo: string | null) =>
      credentialsRevoked(user, place, of, { hasPassword, undo });
    const ofKey = { type: 'access-key', id: 'AKIA1', action: 'deactivated', reason: 'first' };
    const ofPassword = { type: 'password', action: 'replaced', ...dates, reason: 'second' };
    expect(revoked(true, 'aws ssm')).toEqual({
      ...{ detailType: 'Credentials Revoked', resources: [user.arn] },
      detail: {
        ...{ ...shared, id: `credentials-revoked/${executionId}`, executionId },
        ...{ rule: of.ruleName, record: of.name, reason: 'first; second', undo: 'aws ssm' },
        credentials: [{ ...ofKey, ...dates }, ofPassword],
      },
    });
    const { detail } = revoked(false, null);
    expect(detail['credentials']).toEqual([
      { ...ofKey, ...dates },
      { ...ofPassword, action: 'deleted' },
    ]);
    expect(detail).not.toHaveProperty('undo');
  });

  it('of a credential that was never used has no date of use', () => {
    const never = recordedKey('AKIA1', { used: undefined, created: undefined, action: 'Delete' });
    const { detail } = userRetired(user, place, {
      ...{ ...execution, ...taken, credentials: [never], undo: null },
    });
    const { reason } = never;
    expect(detail['credentials']).toEqual([
      { type: 'access-key', id: 'AKIA1', action: 'deleted', reason },
    ]);
  });

  it('of a restoration says what is back, what is not, and until when the user is exempt', () => {
    const restored = { executionId, complete: true, exemptUntil: '2026-12-05' };
    const many = Array.from({ length: 21 }, (_, index) => `text ${index}`);
    const { detailType, detail } = credentialsRestored(user, place, {
      ...{ ...restored, credentials: [key, recordedPassword], notRestored: many },
      permissions: ['group admins'],
    });
    expect(detailType).toBe('Credentials Restored');
    expect(detail).toEqual({
      ...{ ...shared, id: `credentials-restored/${executionId}`, ...restored },
      credentials: [{ type: 'access-key', id: 'AKIA1' }, { type: 'password' }],
      permissions: ['group admins'],
      notRestored: many.slice(0, 20),
    });
  });

  it('of a retirement names everything that was taken, at most 50 of each', () => {
    const many = Array.from({ length: 51 }, (_, index) => `name ${index}`);
    const replaced = { ...recordedPassword, action: 'Replace' } as const;
    const { detailType, detail } = userRetired(user, place, {
      ...{ ...execution, credentials: [key, replaced], undo: 'aws ssm' },
      ...{ groups: many, policies: ['own'], mfaDevices: ['mfa-1'] },
    });
    expect(detailType).toBe('User Retired');
    expect(detail).toEqual({
      ...{ ...shared, id: `user-retired/${executionId}`, ...execution, undo: 'aws ssm' },
      credentials: [
        { type: 'access-key', id: 'AKIA1', action: 'deactivated', ...dates, reason: 'first' },
        { type: 'password', action: 'deleted', ...dates, reason: recordedPassword.reason },
      ],
      ...{ groups: many.slice(0, 50), policies: ['own'], mfaDevices: ['mfa-1'] },
    });
  });

  it('of a deleted key says since when it was off, and when it was last used', () => {
    const gone = { ...execution, accessKeyId: 'AKIA1', deactivatedAt: now };
    const deleted = (lastUsed?: number) =>
      accessKeyDeleted(user, place, { ...gone, lastUsed }).detail;
    const credential = { type: 'access-key', id: 'AKIA1', deactivated: asked };
    expect(deleted(now - 1_000)).toEqual({
      ...{ ...shared, id: `access-key-deleted/${executionId}/AKIA1`, ...execution },
      credentials: [{ ...credential, lastUsed: '2026-11-21T06:29:59Z' }],
    });
    expect(deleted()['credentials']).toEqual([credential]);
  });

  it('of a refusal has only the known properties of the user', () => {
    const refused = (about: Parameters<typeof revocationRefused>[0]) =>
      revocationRefused(about, place, { ...execution, operation: 'retire' });
    const { user: named, owner, ...common } = shared;
    const rest = { ...common, ...execution, operation: 'retire' };
    const id = `revocation-refused/retire/${executionId}`;
    expect(refused(user)).toMatchObject({
      ...{ resources: [user.arn], detail: { ...rest, id, owner, user: named } },
    });
    const { resources, detail } = refused({ userId: 'AIDA1' });
    expect({ resources, detail }).toEqual({
      ...{ resources: [], detail: { ...rest, id, user: { id: 'AIDA1' } } },
    });
    expect(refused(null)).toMatchObject({ resources: [] });
    expect(refused(null).detail).toStrictEqual({ ...rest, id });
  });

  it('has texts of one line and at most 1,000 characters that fit into JSON as they are', () => {
    const reasonOf = (reason: string) => {
      const refused = { executionId, reason, operation: 'retire' } as const;
      return revocationRefused(null, place, refused).detail['reason'];
    };
    expect(reasonOf('a "b" \\c\\ \r\n\u2028d')).toBe("a 'b' /c/ d");
    expect(reasonOf('😀'.repeat(1_001))).toBe('😀'.repeat(1_000));
  });
});

it('the user of an event has the owner that the owner tag names', () => {
  const identity = { userName: 'frank', userId: 'AIDA1', arn: 'arn:1' };
  const tags = [{ key: 'team', value: 'blue' }];
  expect(eventUser({ ...identity, tags }, 'team')).toEqual({ ...identity, owner: 'blue' });
  expect(eventUser({ ...identity, tags }, 'owner').owner).toBe('none');
});

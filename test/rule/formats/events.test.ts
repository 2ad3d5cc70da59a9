import { describe, expect, it } from 'vitest';
import type { CredentialAssessment } from '../../../rule/core/assess-credential.ts';
import {
  accessKeyDeleted,
  credentialBecomingUnused,
  credentialsRestored,
  credentialsRevoked,
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
    credentialBecomingUnused(user, place, unused, { warning: 'last', daysLeft: 3 }),
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

const hostile = ['"}, {"a": "', '\\', 'a\r\n\u2028b', '<user>', '\u202e', 'x'.repeat(100_000)];

describe('the events', () => {
  it('are one for each schema, in which every field is described', () => {
    const events = allEvents('frank').map(onBus);
    expect(events).toHaveLength(schemas.size);
    expect(new Set(events.map((event) => event['detail-type']))).toEqual(new Set(schemas.keys()));
    for (const event of events) expect(problemsOfEvent(event), event['detail-type']).toEqual([]);
  });

  it.each(hostile)(
    'fit their schemas and stay below 25 KB, ten a request, for the text %j',
    (text) => {
      for (const event of allEvents(text).map(onBus)) {
        expect(problemsOfEvent(event)).toEqual([]);
        expect(JSON.stringify(event.detail).length).toBeLessThan(25_000);
      }
    },
  );

  it.each(hostile)('break no message of a recipe with the text %j', (text) => {
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

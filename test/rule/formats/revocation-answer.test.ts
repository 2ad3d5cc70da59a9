import { describe, expect, it } from 'vitest';
import {
  decide,
  planChanges,
  type RevocationOutcome,
  type SkipReason,
} from '../../../rule/core/revocation-plan.ts';
import { recordOf } from '../../../rule/core/revocation-record.ts';
import { decodeRecord } from '../../../rule/formats/record-codec.ts';
import {
  describeSkip,
  toDeletedUserAnswer,
  toRevocationAnswer,
  toVerifiedAnswer,
} from '../../../rule/formats/revocation-answer.ts';
import { ago, now } from '../../builders/account.ts';
import { coreKey, coreUser } from '../../builders/core-user.ts';
import {
  assess,
  executionId,
  options,
  record,
  recordedKey,
  recordedPassword,
  userId,
} from '../../builders/revocation.ts';

const idle = { used: ago(100), changed: ago(400) };
const user = coreUser({
  password: idle,
  accessKeys: [coreKey({ id: 'AKIA1', ...idle }), coreKey({ id: 'AKIA2', ...idle })],
});
const subject = { userId, userName: 'someone', executionId };
const nothing = {
  ...{ WaitSeconds: '0', WaitUntil: 'None' },
  ...{ FirstAccessKeyAction: 'None', FirstAccessKeyId: 'None' },
  ...{ SecondAccessKeyAction: 'None', SecondAccessKeyId: 'None', PasswordAction: 'None' },
  ...{ RecordName: 'None', Record: 'None' },
};

describe('the answer of a plan to revoke', () => {
  it('names an action for each step, and the record to write', () => {
    const changes = planChanges(assess(user), options({ accessKeyAction: 'Delete' }));
    const context = { accountId: '123456789012', executionId, userId, ruleName: 'rule' };
    const made = recordOf(user, changes.revocations, context, now);
    const decision = { outcome: 'Revoke', why: null, waitUntil: null } as const;
    const answer = toRevocationAnswer(decision, changes, subject, made, now);
    expect(answer).toMatchObject({
      ...{ Proceed: 'Yes', Outcome: 'Revoke', UserName: 'someone', WaitUntil: 'None' },
      ...{ FirstAccessKeyAction: 'Delete', FirstAccessKeyId: 'AKIA1' },
      ...{ SecondAccessKeyAction: 'Delete', SecondAccessKeyId: 'AKIA2', PasswordAction: 'Delete' },
      RecordName: `/unused-iam-credentials/records/${userId}/${executionId}`,
      ToRevoke: [
        'access key AKIA1 (Delete): used 2026-08-13 (100 days, limit 45)',
        'access key AKIA2 (Delete): used 2026-08-13 (100 days, limit 45)',
        'password (Delete): used 2026-08-13 (100 days, limit 45)',
      ],
      NotRevoked: [],
    });
    expect(answer['Reason']).toBe([answer['ToRevoke']].flat().join('; '));
    expect(decodeRecord(String(answer['Record']))).toEqual(made);
  });

  it('says of a key, planned or not, where it was used last', () => {
    const key = coreKey({
      ...{ id: 'AKIA1', ...idle },
      ...{ lastUsedService: 's3', lastUsedRegion: 'eu-west-1' },
    });
    const [planned, kept] = (['Deactivate', 'Keep'] as const).map((accessKeyAction) => {
      const changes = planChanges(
        assess(coreUser({ accessKeys: [key] })),
        options({ accessKeyAction }),
      );
      return toRevocationAnswer(decide('Paused', 'why'), changes, subject, null, now);
    });
    const use = 'used 2026-08-13 (100 days, limit 45), last used by s3 in eu-west-1';
    expect(planned?.['ToRevoke']).toEqual([`access key AKIA1 (Deactivate): ${use}`]);
    expect(kept?.['NotRevoked']).toEqual([
      `access key AKIA1: kept, because AccessKeyAction is Keep; ${use}`,
    ]);
  });

  it.each<[SkipReason, string]>([
    [{ kind: 'NotDue' }, 'not due'],
    [{ kind: 'Kept', parameter: 'PasswordAction' }, 'kept, because PasswordAction is Keep'],
    [{ kind: 'TooRecent', minimumIdleDays: 60 }, 'idle for less than MinimumIdleDays (60)'],
    [{ kind: 'NextRun' }, 'left for the next run'],
    [
      { kind: 'KeepsComingBack', revokedAt: [now, now, now] },
      `revoked 3 times within 30 days (${Array(3).fill('2026-11-21T06:30:00Z').join(', ')}), and somebody made it usable again each time`,
    ],
  ])('says why a credential is not revoked: %j', (why, text) => {
    expect(describeSkip(why)).toBe(text);
  });

  it.each([
    ['someone', { accessKeyAction: 'Deactivate', passwordAction: 'Keep' }, 's3', []],
    ['someone', { accessKeyAction: 'Delete', passwordAction: 'Keep' }, 's3', ['DeletesAccessKey']],
    ['someone', { accessKeyAction: 'Keep', passwordAction: 'Delete' }, 's3', ['DeletesPassword']],
    ['someone', { accessKeyAction: 'Keep', passwordAction: 'Replace' }, 's3', ['ReplacesPassword']],
    [
      ...([
        'someone',
        { accessKeyAction: 'Delete', passwordAction: 'Delete' },
        'ses-smtp',
      ] as const),
      ['DeletesAccessKey', 'DeletesPassword', 'StopsMail'],
    ],
    [
      ...([
        'ses-smtp-user.1',
        { accessKeyAction: 'Keep', passwordAction: 'Delete' },
        's3',
      ] as const),
      ['DeletesPassword'],
    ],
    [
      ...(['ses-smtp-user.1', { accessKeyAction: 'Deactivate', passwordAction: 'Keep' }] as const),
      ...(['s3', ['StopsMail']] as const),
    ],
  ] as const)(
    'names what to know before: %s, %j, last used by %s',
    (userName, actions, service, expected) => {
      const key = coreKey({ id: 'AKIA1', ...idle, lastUsedService: service });
      const changes = planChanges(assess({ ...user, accessKeys: [key] }), options(actions));
      const of = { ...subject, userName };
      const { Consequences } = toRevocationAnswer(decide('Paused', 'why'), changes, of, null, now);
      expect(Consequences).toEqual(expected);
    },
  );

  it('distinguishes the password from the keys', () => {
    const context = { accountId: '123456789012', executionId, userId, ruleName: 'rule' };
    const decision = { outcome: 'Revoke', why: null, waitUntil: null } as const;
    const answerFor = (someone: typeof user) => {
      const changes = planChanges(assess(someone), options());
      const made = recordOf(someone, changes.revocations, context, now);
      return toRevocationAnswer(decision, changes, subject, made, now);
    };
    expect(answerFor({ ...user, accessKeys: [] })).toMatchObject({
      ...{ FirstAccessKeyAction: 'None', FirstAccessKeyId: 'None', PasswordAction: 'Delete' },
    });
    expect(answerFor({ ...user, password: null })).toMatchObject({
      ...{ FirstAccessKeyAction: 'Deactivate', SecondAccessKeyId: 'AKIA2', PasswordAction: 'None' },
    });
    expect(answerFor(user)).toMatchObject({
      ...{ FirstAccessKeyAction: 'Deactivate', PasswordAction: 'Delete' },
    });
  });

  it('does not name an action without a record, whatever is due', () => {
    const changes = planChanges(assess(user), options({ passwordAction: 'Keep' }));
    const decision = { outcome: 'Paused', why: 'why', waitUntil: null } as const;
    const answer = toRevocationAnswer(decision, changes, subject, null, now);
    expect(answer).toEqual({
      ...{ ...nothing, Proceed: 'No', Outcome: 'Paused', Reason: 'why', UserName: 'someone' },
      ToRevoke: [
        'access key AKIA1 (Deactivate): used 2026-08-13 (100 days, limit 45)',
        'access key AKIA2 (Deactivate): used 2026-08-13 (100 days, limit 45)',
      ],
      Consequences: [],
      NotRevoked: [
        'password: kept, because PasswordAction is Keep; used 2026-08-13 (100 days, limit 45)',
      ],
    });
  });

  it('has no empty text, and rounds the wait up to a second', () => {
    const decision = { outcome: 'Wait', why: 'why', waitUntil: now + 1 } as const;
    const none = { revocations: [], skipped: [] };
    const answer = toRevocationAnswer(decision, none, { ...subject, userName: null }, null, now);
    expect(answer).toEqual({
      ...{ ...nothing, Proceed: 'Wait', Outcome: 'Wait', Reason: 'why', UserName: 'None' },
      ...{ WaitSeconds: '1', WaitUntil: '2026-11-21T06:30:01Z', ToRevoke: [], NotRevoked: [] },
      Consequences: [],
    });
  });
});

describe('the reason of a plan', () => {
  const busy = coreKey({ id: 'AKIA3', used: ago(1), changed: ago(400) });
  const keys = { ...user, password: null, accessKeys: [...user.accessKeys, busy] };
  const reason = (
    of: typeof user,
    rest: object,
    outcome: RevocationOutcome,
    why: string | null,
  ) => {
    const changes = planChanges(assess(of), options(rest));
    return toRevocationAnswer(decide(outcome, why), changes, subject, null, now)['Reason'];
  };
  const what = ['AKIA1', 'AKIA2']
    .map((id) => `access key ${id} (Deactivate): used 2026-08-13 (100 days, limit 45)`)
    .join('; ');

  it.each([
    ['what is revoked', {}, 'Revoke', null, what],
    ['what would be revoked', {}, 'DryRun', null, `would revoke: ${what}`],
    ['what a dry run would wait for', {}, 'DryRun', 'a wait', `would revoke: ${what}; a wait`],
    [
      'what is due but kept, and nothing that is not due',
      { accessKeyAction: 'Keep' },
      ...(['NothingDue', null] as const),
      'access key AKIA1: kept, because AccessKeyAction is Keep; access key AKIA2: kept, because AccessKeyAction is Keep',
    ],
    ['the setting that stops it', {}, 'Paused', 'a setting', 'a setting'],
  ] as const)('names %s', (_, rest, outcome, why, expected) => {
    expect(reason(keys, rest, outcome, why)).toBe(expected);
  });

  it('ends with the limits of the deployment that held', () => {
    const changes = planChanges(assess(keys), options());
    const held = ['a limit', 'another'];
    const answer = toRevocationAnswer(decide('Paused', 'why'), changes, subject, null, now, held);
    expect(answer['Reason']).toBe('why; a limit; another');
  });

  it('says that nothing is due', () => {
    expect(reason(coreUser({ accessKeys: [busy] }), {}, 'NothingDue', null)).toBe(
      'no credential is unused according to the rule and its scope',
    );
  });
});

describe('the answer of a verification', () => {
  const location = {
    ...{ partition: 'aws', region: 'us-east-1', accountId: '123456789012' },
    functionName: 'unused-iam-credentials-plan-revocation',
  };

  it('names what was revoked, the current user name, and the value of the tag', () => {
    const of = record([recordedKey('AKIA1'), recordedPassword]);
    const renamed = { userName: 'renamed', owner: 'team-a' };
    const verified = { record: of, ...renamed, hasPassword: false, now };
    expect(toVerifiedAnswer(verified, location, null, 'Issued')).toMatchObject({
      ...{ Outcome: 'Verified', UserName: 'renamed', VerifiedAt: '2026-11-21T06:30:00Z' },
      Revoked: ['access key AKIA1 (Deactivate)', 'password (Delete)'],
      TagValue: `2026-11-21T06:30:00Z ${executionId}`,
      ...{ TopicArn: 'none', Subject: 'Unused IAM credentials revoked: someone' },
      ...{ Event: 'credentials-revoked', Account: '123456789012', Owner: 'team-a' },
    });
    const topicArn = 'arn:aws:sns:us-east-1:123456789012:t';
    const answer = toVerifiedAnswer(verified, location, topicArn, 'Issued');
    expect(answer).toMatchObject({ TopicArn: topicArn });
  });

  const replaced = { ...recordedPassword, action: 'Replace' } as const;
  it.each([
    ['was replaced, and there is a new one', [recordedKey('AKIA1'), replaced], true, 'Replaced'],
    ['was to be replaced, and there is no new one', [replaced], false, 'Verified'],
    ['was deleted, and somebody created another', [recordedPassword], true, 'Verified'],
  ] as const)('says of a password that %s: %3$s', (_, credentials, hasPassword, outcome) => {
    const of = { record: record(credentials), userName: 'someone', owner: 'none' };
    const answer = toVerifiedAnswer({ ...of, hasPassword, now }, location, null, 'Issued');
    expect(answer['Outcome']).toBe(outcome);
    const isNew = String(answer['Message']).includes('\nThe user has a new password');
    expect(isNew).toBe(outcome === 'Replaced');
  });

  it('says that nothing was revoked from a user who was deleted', () => {
    expect(toDeletedUserAnswer(now)).toEqual({
      ...{ Outcome: 'Gone', Revoked: [], VerifiedAt: '2026-11-21T06:30:00Z' },
      ...{ UserName: 'None', TagValue: 'None', TopicArn: 'none', Subject: 'None', Message: 'None' },
      ...{ Event: 'None', Account: 'None', Owner: 'None' },
    });
  });
});

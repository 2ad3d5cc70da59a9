import { describe, expect, it } from 'vitest';
import { planChanges } from '../../rule/core/revocation-plan.ts';
import { recordOf } from '../../rule/core/revocation-record.ts';
import { decodeRecord } from '../../rule/formats/record-codec.ts';
import {
  toRevocationAnswer,
  toVanishedAnswer,
  toVerifiedAnswer,
} from '../../rule/formats/revocation-answer.ts';
import { ago, now } from '../builders/account.ts';
import { coreKey, coreUser } from '../builders/core-user.ts';
import {
  assess,
  executionId,
  options,
  record,
  recordedKey,
  recordedPassword,
  userId,
} from '../builders/revocation.ts';

const idle = { used: ago(100), changed: ago(400) };
const user = coreUser({
  password: idle,
  accessKeys: [coreKey({ id: 'AKIA1', ...idle }), coreKey({ id: 'AKIA2', ...idle })],
});
const subject = { userId, userName: 'someone', executionId };
const nothing = {
  ...{ WaitUntil: 'None', FirstAccessKeyAction: 'None', FirstAccessKeyId: 'None' },
  ...{ SecondAccessKeyAction: 'None', SecondAccessKeyId: 'None', PasswordAction: 'None' },
  ...{ RecordName: 'None', Record: 'None' },
};

describe('the answer of a plan to revoke', () => {
  it('names an action for each step, and the record to write', () => {
    const changes = planChanges(assess(user), options({ accessKeyAction: 'Delete' }));
    const context = { accountId: '123456789012', executionId, userId, ruleName: 'rule' };
    const made = recordOf(user, changes.revocations, context, now);
    const decision = { outcome: 'Revoke', reason: 'why', waitUntil: null } as const;
    const answer = toRevocationAnswer(decision, changes, subject, made);
    expect(answer).toMatchObject({
      ...{ Outcome: 'Revoke', Reason: 'why', UserName: 'someone', WaitUntil: 'None' },
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
    expect(decodeRecord(String(answer['Record']))).toEqual(made);
  });

  it('tells the password from the keys', () => {
    const context = { accountId: '123456789012', executionId, userId, ruleName: 'rule' };
    const decision = { outcome: 'Revoke', reason: 'why', waitUntil: null } as const;
    const answerFor = (someone: typeof user) => {
      const changes = planChanges(assess(someone), options());
      const made = recordOf(someone, changes.revocations, context, now);
      return toRevocationAnswer(decision, changes, subject, made);
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

  it('names no action without a record, whatever is due', () => {
    const changes = planChanges(assess(user), options({ passwordAction: 'Keep' }));
    const decision = { outcome: 'Paused', reason: 'why', waitUntil: null } as const;
    const answer = toRevocationAnswer(decision, changes, subject, null);
    expect(answer).toEqual({
      ...{ ...nothing, Outcome: 'Paused', Reason: 'why', UserName: 'someone' },
      ToRevoke: [
        'access key AKIA1 (Deactivate): used 2026-08-13 (100 days, limit 45)',
        'access key AKIA2 (Deactivate): used 2026-08-13 (100 days, limit 45)',
      ],
      NotRevoked: [
        'password: kept, since PasswordAction is Keep; used 2026-08-13 (100 days, limit 45)',
      ],
    });
  });

  it('has no empty text, and rounds the wait up to a second', () => {
    const decision = { outcome: 'Wait', reason: 'why', waitUntil: now + 1 } as const;
    const none = { revocations: [], spared: [] };
    const answer = toRevocationAnswer(decision, none, { ...subject, userName: null }, null);
    expect(answer).toEqual({
      ...{ ...nothing, Outcome: 'Wait', Reason: 'why', UserName: 'None' },
      ...{ WaitUntil: '2026-11-21T06:30:01Z', ToRevoke: [], NotRevoked: [] },
    });
  });
});

describe('the answer of a verification', () => {
  const location = {
    ...{ partition: 'aws', region: 'us-east-1', accountId: '123456789012' },
    functionName: 'unused-iam-credentials-plan-revocation',
  };

  it('names what was revoked, the present name, and the tag that tells it', () => {
    const of = record([recordedKey('AKIA1'), recordedPassword]);
    expect(toVerifiedAnswer(of, 'renamed', now, location, null)).toMatchObject({
      ...{ Outcome: 'Verified', UserName: 'renamed', VerifiedAt: '2026-11-21T06:30:00Z' },
      Revoked: ['access key AKIA1 (Deactivate)', 'password (Delete)'],
      TagValue: `2026-11-21T06:30:00Z ${executionId}`,
      Subject: 'Unused IAM credentials revoked: someone',
    });
  });

  it('says of a user who vanished that nothing was revoked', () => {
    expect(toVanishedAnswer(now)).toEqual({
      ...{ Outcome: 'Gone', Revoked: [], VerifiedAt: '2026-11-21T06:30:00Z' },
      ...{ UserName: 'None', TagValue: 'None', Subject: 'None', Message: 'None' },
    });
  });
});

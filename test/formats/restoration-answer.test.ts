import { describe, expect, it } from 'vitest';
import type { RestorationRequest } from '../../rule/formats/remediation-request.ts';
import {
  type PlannedRestoration,
  toGoneAnswer,
  toRefusedAnswer,
  toRestorationAnswer,
  toRestoredAnswer,
} from '../../rule/formats/restoration-answer.ts';
import { now } from '../builders/account.ts';
import {
  executionId,
  otherExecutionId,
  record,
  recordedKey,
  recordedPassword,
  userId,
} from '../builders/revocation.ts';

const made = record([recordedKey('AKIA1'), recordedPassword]);
const nothing = {
  ...{ ToRestore: [], NotRestored: [], ExemptionTag: 'None', ExemptUntil: 'None' },
  ...{ FirstAccessKeyAction: 'None', FirstAccessKeyId: 'None' },
  ...{ SecondAccessKeyAction: 'None', SecondAccessKeyId: 'None' },
  ...{ PasswordAction: 'None', PasswordRecord: 'None', MarkRecords: 'No', SettledRecords: [] },
  ...{ Subject: 'None', Message: 'None', PlannedAt: '2026-11-21T06:30:00Z' },
};
const planned: PlannedRestoration = {
  ...{ userId, userName: 'someone', now, revocationId: null, records: [made], settled: [] },
  ...{ exemptionTag: 'exempt', exemptUntil: '2026-12-05', ruleMissing: null },
  plan: { accessKeyIds: ['AKIA1', 'AKIA2'], passwordRecord: made, notRestored: ['why not'] },
};
const empty = { accessKeyIds: [], passwordRecord: null, notRestored: ['one', 'two'] };

describe('the answer of a plan to restore', () => {
  it('names an action for each step, and the exemption that comes first', () => {
    expect(toRestorationAnswer(planned)).toEqual({
      ...{ ...nothing, Outcome: 'Restore', UserName: 'someone' },
      Reason: 'access key AKIA1, access key AKIA2, password (a new one); exempt until 2026-12-05',
      ToRestore: ['access key AKIA1', 'access key AKIA2', 'password (a new one)'],
      NotRestored: ['why not'],
      ...{ ExemptionTag: 'exempt', ExemptUntil: '2026-12-05' },
      ...{ FirstAccessKeyAction: 'Reactivate', FirstAccessKeyId: 'AKIA1' },
      ...{ SecondAccessKeyAction: 'Reactivate', SecondAccessKeyId: 'AKIA2' },
      ...{ PasswordAction: 'Issue', PasswordRecord: made.name },
    });
  });

  it('names only the actions there are', () => {
    const plan = { accessKeyIds: ['AKIA1'], passwordRecord: null, notRestored: [] };
    expect(toRestorationAnswer({ ...planned, plan })).toMatchObject({
      ...{ FirstAccessKeyAction: 'Reactivate', SecondAccessKeyAction: 'None' },
      ...{ PasswordAction: 'None', PasswordRecord: 'None', ToRestore: ['access key AKIA1'] },
    });
    const password = { accessKeyIds: [], passwordRecord: made, notRestored: [] };
    expect(toRestorationAnswer({ ...planned, plan: password })).toMatchObject({
      ...{ Outcome: 'Restore', FirstAccessKeyAction: 'None', PasswordAction: 'Issue' },
    });
  });

  it('says where there is no rule', () => {
    const { Reason } = toRestorationAnswer({ ...planned, ruleMissing: 'my-rule' });
    expect(Reason).toContain(
      'no valid AWS Config rule my-rule says how to exempt, so that the default exemption tag',
    );
  });

  it('says why nothing is restorable, and which records to mark', () => {
    const answer = toRestorationAnswer({ ...planned, plan: empty, settled: [made.name] });
    expect(answer).toEqual({
      ...{ ...nothing, Outcome: 'NothingRestorable', UserName: 'someone', Reason: 'one; two' },
      ...{ NotRestored: ['one', 'two'], MarkRecords: 'Yes', SettledRecords: [made.name] },
    });
    const none = { ...planned, plan: empty, records: [] };
    expect(toRestorationAnswer(none)['Reason']).toBe('the user has no outstanding record');
    const asked = { ...planned, plan: empty, revocationId: executionId };
    expect(toRestorationAnswer(asked)['Reason']).toBe('one; two');
    const other = { ...planned, plan: empty, revocationId: otherExecutionId };
    expect(toRestorationAnswer(other)['Reason']).toBe(
      `the user has no outstanding record of revocation ${otherExecutionId}`,
    );
  });

  it('restores nothing of a user who is gone, or refused', () => {
    expect(toGoneAnswer(userId, now)).toEqual({
      ...{ ...nothing, Outcome: 'Gone', UserName: 'None' },
      Reason: `no IAM user has the ID ${userId} any more`,
    });
    expect(toRefusedAnswer(userId, '123456789012', 'someone', 'forged', now)).toEqual({
      ...{ ...nothing, Outcome: 'Refused', UserName: 'someone', Reason: 'forged' },
      Subject: `Restoration of IAM credentials refused: ${userId}`,
      Message: expect.stringContaining('forged'),
    });
  });
});

describe('the answer of the verification of a restoration', () => {
  const request: Extract<RestorationRequest, { mode: 'verify' }> = {
    ...{
      mode: 'verify' as const,
      userId,
      executionId,
      userName: 'someone',
      exemptUntil: '2026-12-05',
    },
    ...{ firstAccessKeyId: 'AKIA1', secondAccessKeyId: null },
    ...{ passwordAction: 'Issue' as const, passwordRecord: made.name },
  };
  const outstanding = { record: made, applied: true, running: false, givenBack: new Set<string>() };
  const found = {
    ...{ userName: 'someone', accountId: '123456789012', now, left: [], records: [outstanding] },
    ...{ restored: { accessKeyIds: ['AKIA1'], password: true }, settled: [made.name] },
  };
  const marks = {
    ...{ MarkFirstAccessKey: 'Yes', FirstAccessKeyRecords: [made.name] },
    ...{ MarkSecondAccessKey: 'No', SecondAccessKeyRecords: [] },
    ...{ MarkPassword: 'Yes', PasswordRecords: [made.name] },
    ...{ MarkRecords: 'Yes', SettledRecords: [made.name] },
  };

  it('names what was restored, the records to mark, and the secret by the revocation that deleted the password', () => {
    const answer = toRestoredAnswer(request, found);
    expect(answer).toMatchObject({
      ...{ Outcome: 'Restored', Reason: 'everything that was to be restored can be used' },
      Restored: ['access key AKIA1', 'password (a new one)'],
      NotRestored: [],
      ...{ ...marks, VerifiedAt: '2026-11-21T06:30:00Z' },
      Subject: 'IAM credentials restored: someone',
    });
    expect(answer['Message']).toContain(
      `The new password is in the secret unused-iam-credentials/${userId}/${executionId}.`,
    );
  });

  it('claims no password that somebody else issued, and none that was not asked for', () => {
    const restored = { accessKeyIds: ['AKIA1'], password: false };
    const others = toRestoredAnswer(request, { ...found, restored });
    expect(others['Restored']).toEqual(['access key AKIA1']);
    expect(others['NotRestored']).toEqual([
      'password: somebody else issued one meanwhile; it was left alone',
    ]);
    expect(others['Message']).not.toContain('secret');
    const keysOnly = { ...request, passwordAction: 'None' as const, passwordRecord: null };
    expect(toRestoredAnswer(keysOnly, { ...found, restored, settled: [] })).toMatchObject({
      ...{ NotRestored: [], MarkRecords: 'No', SettledRecords: [] },
      ...{ MarkFirstAccessKey: 'Yes', MarkPassword: 'No', PasswordRecords: [] },
    });
  });

  it('marks what was given back also where something else is left, and says what', () => {
    const restored = { accessKeyIds: ['AKIA1'], password: false };
    const answer = toRestoredAnswer(request, {
      ...found,
      restored,
      settled: [],
      left: ['password', 'key'],
    });
    expect(answer).toMatchObject({
      Outcome: 'Incomplete',
      Reason:
        `Not restored of user someone (${userId}): password, key. A step before this one failed, or had ` +
        'no effect; see its message, mend the cause and run again',
      NotRestored: [
        'password: cannot be used; see the failed step',
        'key: cannot be used; see the failed step',
      ],
      ...{ MarkFirstAccessKey: 'Yes', MarkPassword: 'No', MarkRecords: 'No' },
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { RestorationRequest } from '../../../rule/formats/remediation-request.ts';
import {
  type PlannedRestoration,
  toGoneAnswer,
  toRefusedAnswer,
  toRestorationAnswer,
  toRestoredAnswer,
} from '../../../rule/formats/restoration-answer.ts';
import { now } from '../../builders/account.ts';
import {
  executionId,
  otherExecutionId,
  record,
  recordedKey,
  recordedPassword,
  userId,
} from '../../builders/revocation.ts';

const made = record([recordedKey('AKIA1'), recordedPassword]);
const nothing = {
  ...{ ToRestore: [], NotRestored: [], ExemptionTag: 'None', ExemptUntil: 'None' },
  ...{ FirstAccessKeyAction: 'None', FirstAccessKeyId: 'None' },
  ...{ SecondAccessKeyAction: 'None', SecondAccessKeyId: 'None' },
  ...{ PasswordAction: 'None', PasswordRecord: 'None', PasswordRevocationId: 'None' },
  ...{ Proceed: 'No', MarkRecords: 'No', SettledRecords: [] },
  ...{ Subject: 'None', Message: 'None', PlannedAt: '2026-11-21T06:30:00Z' },
};
const notRestored = (kind: 'Expired' | 'Deleted') => ({
  ...{ credential: recordedKey('AKIA9'), why: { kind } },
});
const planned: PlannedRestoration = {
  ...{ userId, userName: 'someone', now, revocationId: null, records: [made], fullyRestored: [] },
  ...{ exemptionTag: 'exempt', exemptUntil: '2026-12-05', ruleMissing: null },
  plan: {
    accessKeyIds: ['AKIA1', 'AKIA2'],
    passwordRecord: made,
    notRestored: [notRestored('Expired')],
  },
};
const [expired, deleted] = [
  'access key AKIA9: has expired, and cannot be restored',
  'access key AKIA9: deleted, and cannot be restored',
];
const reasons = [expired, deleted];
const empty = {
  accessKeyIds: [],
  passwordRecord: null,
  notRestored: (['Expired', 'Deleted', 'Expired'] as const).map(notRestored),
};

describe('the answer of a plan to restore', () => {
  it('names an action for each step, and the exemption', () => {
    expect(toRestorationAnswer(planned)).toEqual({
      ...{ ...nothing, Proceed: 'Yes', Outcome: 'Restore', UserName: 'someone' },
      Reason: 'access key AKIA1, access key AKIA2, password (a new one); exempt until 2026-12-05',
      ToRestore: ['access key AKIA1', 'access key AKIA2', 'password (a new one)'],
      NotRestored: [expired],
      ...{ ExemptionTag: 'exempt', ExemptUntil: '2026-12-05' },
      ...{ FirstAccessKeyAction: 'Reactivate', FirstAccessKeyId: 'AKIA1' },
      ...{ SecondAccessKeyAction: 'Reactivate', SecondAccessKeyId: 'AKIA2' },
      ...{ PasswordAction: 'Issue', PasswordRecord: made.name },
      PasswordRevocationId: executionId,
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

  it('says if there is no rule', () => {
    const { Reason } = toRestorationAnswer({ ...planned, ruleMissing: 'my-rule' });
    expect(Reason).toContain(
      'there is no valid AWS Config rule my-rule, so the default exemption tag is used',
    );
  });

  it('says why nothing is restorable, and which records to mark', () => {
    const answer = toRestorationAnswer({ ...planned, plan: empty, fullyRestored: [made.name] });
    expect(answer).toEqual({
      ...{
        ...nothing,
        Outcome: 'NothingRestorable',
        UserName: 'someone',
        Reason: reasons.join('; '),
      },
      ...{ NotRestored: reasons, MarkRecords: 'Yes', SettledRecords: [made.name] },
    });
    const none = { ...planned, plan: empty, records: [] };
    expect(toRestorationAnswer(none)['Reason']).toBe('the user has no outstanding record');
    const asked = { ...planned, plan: empty, revocationId: executionId };
    expect(toRestorationAnswer(asked)['Reason']).toBe(reasons.join('; '));
    const another = { ...made, executionId: otherExecutionId };
    const oneOfTwo = { ...asked, records: [another, made] };
    expect(toRestorationAnswer(oneOfTwo)['Reason']).toBe(reasons.join('; '));
    const other = { ...planned, plan: empty, revocationId: otherExecutionId };
    expect(toRestorationAnswer(other)['Reason']).toBe(
      `the user has no outstanding record of revocation ${otherExecutionId}`,
    );
  });

  it('does not proceed for a user who is gone, and alerts for one who is refused', () => {
    expect(toGoneAnswer(userId, now)).toEqual({
      ...{ ...nothing, Outcome: 'Gone', UserName: 'None' },
      Reason: `no IAM user has the ID ${userId}`,
    });
    expect(toRefusedAnswer(userId, '123456789012', 'someone', 'forged', now)).toEqual({
      ...{
        ...nothing,
        Proceed: 'Alert',
        Outcome: 'Refused',
        UserName: 'someone',
        Reason: 'forged',
      },
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
    ...{ passwordAction: 'Issue' as const, passwordRevocationId: executionId },
  };
  const outstanding = { record: made, applied: true, running: false, restored: new Set<string>() };
  const found = {
    ...{ userName: 'someone', accountId: '123456789012', now, left: [], records: [outstanding] },
    ...{ restored: { accessKeyIds: ['AKIA1'], password: true }, fullyRestored: [made.name] },
  };
  const marks = {
    ...{ MarkFirstAccessKey: 'Yes', FirstAccessKeyRecords: [made.name] },
    ...{ MarkSecondAccessKey: 'No', SecondAccessKeyRecords: [] },
    ...{ MarkPassword: 'Yes', PasswordRecords: [made.name] },
    ...{ MarkRecords: 'Yes', SettledRecords: [made.name] },
  };

  it('names what was restored, the records to mark, and the secret of the new password', () => {
    const answer = toRestoredAnswer(request, found);
    expect(answer).toMatchObject({
      ...{ Outcome: 'Restored', Reason: 'every credential of the plan can be used' },
      Restored: ['access key AKIA1', 'password (a new one)'],
      NotRestored: [],
      ...{ ...marks, VerifiedAt: '2026-11-21T06:30:00Z' },
      Subject: 'IAM credentials restored: someone',
    });
    expect(answer['Message']).toContain(
      `The new password is in the secret unused-iam-credentials/${userId}/${executionId}.`,
    );
  });

  it('does not claim a password that someone else issued, or that was not requested', () => {
    const restored = { accessKeyIds: ['AKIA1'], password: false };
    const others = toRestoredAnswer(request, { ...found, restored });
    expect(others['Restored']).toEqual(['access key AKIA1']);
    expect(others['NotRestored']).toEqual([
      'password: another one was issued meanwhile and was not changed',
    ]);
    expect(others['Message']).not.toContain('secret');
    const keysOnly = { ...request, passwordAction: 'None' as const, passwordRevocationId: null };
    expect(toRestoredAnswer(keysOnly, { ...found, restored, fullyRestored: [] })).toMatchObject({
      ...{ NotRestored: [], MarkRecords: 'No', SettledRecords: [] },
      ...{ MarkFirstAccessKey: 'Yes', MarkPassword: 'No', PasswordRecords: [] },
    });
  });

  it('marks what was restored even if something else is left, and names it', () => {
    const restored = { accessKeyIds: ['AKIA1'], password: false };
    const answer = toRestoredAnswer(request, {
      ...found,
      restored,
      fullyRestored: [],
      left: [recordedPassword, recordedKey('AKIA2')],
    });
    expect(answer).toMatchObject({
      Outcome: 'Incomplete',
      Reason:
        `Not restored for user someone (${userId}): password, access key AKIA2. A previous step failed or had ` +
        'no effect. Fix the cause that its message names, then run the document again',
      NotRestored: [
        'password: cannot be used; see the failed step',
        'access key AKIA2: cannot be used; see the failed step',
      ],
      ...{ MarkFirstAccessKey: 'Yes', MarkPassword: 'No', MarkRecords: 'No' },
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { NotGivenBackReason } from '../../../rule/core/permission-plan.ts';
import type { JustRestored } from '../../../rule/core/restoration-plan.ts';
import { encodeJson } from '../../../rule/formats/fields.ts';
import type { RestorationRequest } from '../../../rule/formats/remediation-request.ts';
import {
  describeNotGivenBack,
  describeReason,
  type PlannedRestoration,
  toGoneAnswer,
  toRefusedAnswer,
  toRestorationAnswer,
  toRestoredAnswer,
} from '../../../rule/formats/restoration-answer.ts';
import { decodeRestoredData } from '../../../rule/formats/restored-data.ts';
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
  ...{
    ToRestore: [],
    NotRestored: [],
    StaysOff: 'None',
    Remark: 'None',
    ExemptionTag: 'None',
    ExemptUntil: 'None',
  },
  ...{ FirstAccessKeyAction: 'None', FirstAccessKeyId: 'None' },
  ...{ SecondAccessKeyAction: 'None', SecondAccessKeyId: 'None' },
  ...{ PermissionsAction: 'None', Permissions: 'None', DenyAction: 'None' },
  ...{ PasswordAction: 'None', PasswordRecord: 'None', PasswordRevocationId: 'None' },
  ...{ Proceed: 'No', MarkRecords: 'No', SettledRecords: [] },
  PlannedAt: '2026-11-21T06:30:00Z',
};
const notRestored = (kind: 'Expired' | 'Deleted') => ({
  ...{ credential: recordedKey('AKIA9'), why: { kind } },
});
const planned: PlannedRestoration = {
  ...{ userId, userName: 'someone', now, revocationId: null, records: [made], fullyRestored: [] },
  ...{ location: { accountId: '123456789012', region: 'us-east-1' }, closed: [], staysOff: [] },
  ...{ exemptionTag: 'exempt', exemptUntil: '2026-12-05', ruleMissing: null },
  ...{ permissions: null, accessKeyId: null },
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

const place = 'nothing to restore in account 123456789012, Region us-east-1: ';

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

  it('names only planned actions', () => {
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

  const group = (uniqueId: string | null) => ({ kind: 'group', id: 'admins', uniqueId }) as const;
  const inline = { kind: 'inline policy', id: 'own', document: '{}' } as const;
  const mfa = { name: 'MFA device mfa-1', why: { kind: 'MfaDevice' } } as const;
  const held = { name: 'group readers', why: { kind: 'Present' } } as const;
  const permissions = { give: [group('AGPA1'), inline], liftsDeny: true, notRestored: [mfa, held] };
  const noCredentials = { accessKeyIds: [], passwordRecord: null, notRestored: [] };
  const mfaStays =
    'MFA device mfa-1: was deactivated, and cannot be restored; the user must register it again';

  it('names permissions before credentials and AWSDenyAll last, and those that stay removed', () => {
    const order = 'group admins, inline policy own, access key AKIA1, access key AKIA2';
    expect(toRestorationAnswer({ ...planned, permissions })).toMatchObject({
      ...{ PermissionsAction: 'GiveBack' },
      Permissions: encodeJson(['group admins', 'inline policy own']),
      DenyAction: 'Lift',
      ToRestore: [...order.split(', '), 'password (a new one)', 'removal of policy AWSDenyAll'],
      NotRestored: [expired, mfaStays, 'group readers: the user has it; it is left unchanged'],
      StaysOff: mfaStays,
      Reason: `${order}, password (a new one), removal of policy AWSDenyAll; exempt until 2026-12-05; not restored: ${mfaStays}`,
    });
  });

  it('is to restore also if there are only permissions, or only AWSDenyAll to detach', () => {
    const only = { ...planned, plan: noCredentials };
    const given = { ...permissions, liftsDeny: false, notRestored: [] };
    expect(toRestorationAnswer({ ...only, permissions: given })).toMatchObject({
      ...{ Outcome: 'Restore', PermissionsAction: 'GiveBack', DenyAction: 'None' },
    });
    const lifted = { ...given, give: [], liftsDeny: true };
    expect(toRestorationAnswer({ ...only, permissions: lifted })).toMatchObject({
      ...{ Outcome: 'Restore', PermissionsAction: 'None', Permissions: 'None', DenyAction: 'Lift' },
    });
  });

  it.each([
    ['permissions', { ...permissions, liftsDeny: false }, 'AKIA1', true],
    ['AWSDenyAll', { ...permissions, give: [] }, 'AKIA1', true],
    ['neither', { ...permissions, give: [], liftsDeny: false }, 'AKIA1', false],
    ['permissions, but was not asked for alone', permissions, null, false],
  ])('says why more than the key is restored, if the record has %s', (_, of, key, says) => {
    const { Reason, Remark } = toRestorationAnswer({
      ...{ ...planned, permissions: of, accessKeyId: key },
    });
    const text =
      'permissions are also restored and AWSDenyAll is detached, because otherwise the access key is of no use';
    expect(String(Reason).includes(`; ${text}`)).toBe(says);
    expect(Remark).toBe(says ? text : 'None');
  });

  it('contains every remark', () => {
    const given = { ...permissions, give: [group(null)] };
    const of = { ...planned, permissions: given, accessKeyId: 'AKIA1' };
    expect(toRestorationAnswer(of)['Remark']).toMatch(/of no use; an earlier version/u);
  });

  it('names what is given back by name alone', () => {
    const of = (uniqueId: string | null) =>
      toRestorationAnswer({
        ...planned,
        permissions: { ...permissions, give: [group(uniqueId), inline, group(uniqueId)] },
      })['Reason'];
    expect(of(null)).toContain(
      '; an earlier version recorded no IDs, so these are restored by name, and someone may have created them again since: group admins, group admins;',
    );
    expect(of('AGPA1')).not.toContain('by name');
  });

  it('says that there is no rule', () => {
    const { Reason } = toRestorationAnswer({ ...planned, ruleMissing: 'my-rule' });
    expect(Reason).toContain(
      'there is no valid AWS Config rule my-rule, so the default exemption tag is used',
    );
  });

  it('says why nothing can be restored, and which records to mark', () => {
    const answer = toRestorationAnswer({ ...planned, plan: empty, fullyRestored: [made.name] });
    expect(answer).toEqual({
      ...{
        ...nothing,
        Outcome: 'NothingRestorable',
        UserName: 'someone',
        Reason: `${place}${reasons.join('; ')}`,
        // What is not restored is listed.
        Remark: 'nothing to restore in account 123456789012, Region us-east-1',
      },
      ...{ NotRestored: reasons, MarkRecords: 'Yes', SettledRecords: [made.name] },
    });
    const asked = { ...planned, plan: empty, revocationId: executionId };
    expect(toRestorationAnswer(asked)['Reason']).toBe(`${place}${reasons.join('; ')}`);
    const another = { ...made, executionId: otherExecutionId };
    const oneOfTwo = { ...asked, records: [another, made] };
    expect(toRestorationAnswer(oneOfTwo)['Reason']).toBe(`${place}${reasons.join('; ')}`);
  });

  it('names account and Region, and the records that do not count', () => {
    const none = { ...planned, plan: { ...empty, notRestored: [] }, records: [] };
    const reason = (change: Partial<PlannedRestoration>) =>
      toRestorationAnswer({ ...none, ...change })['Reason'];
    expect(reason({})).toBe(`${place}the user has no outstanding record`);
    expect(toRestorationAnswer(none)['Remark']).toBe(reason({}));
    const ofOthers = { plan: { ...empty, notRestored: [] }, records: [made] };
    expect(reason(ofOthers)).toBe(`${place}the user has no outstanding record`);
    expect(reason({ closed: [executionId] })).toBe(
      `${place}the user has no outstanding record; records that do not count: 1 marked as restored`,
    );
    const other = `the user has no outstanding record of revocation ${otherExecutionId}`;
    expect(reason({ revocationId: otherExecutionId })).toBe(`${place}${other}`);
    const rest = { records: [made], plan: empty, closed: [executionId] };
    expect(reason({ revocationId: otherExecutionId, ...rest })).toBe(
      `${place}${other}; records that do not count: 1 of other revocations (RevocationId=All, --revocation All), 1 marked as restored`,
    );
    expect(reason({ revocationId: executionId, closed: [executionId] })).toBe(
      `${place}the record of revocation ${executionId} is marked as restored`,
    );
  });

  it('says how to close the record of a password that somebody used and deleted', () => {
    const why = { kind: 'PasswordUsedSince', lastUsed: now, recordName: made.name } as const;
    const plan = { ...empty, notRestored: [{ credential: recordedPassword, why }] };
    const { NotRestored } = toRestorationAnswer({ ...planned, plan });
    expect(NotRestored).toEqual([
      'password: a new one was used 2026-11-21T06:30:00Z and deleted since; it is left unchanged; to close the record, run: ' +
        `aws ssm add-tags-to-resource --resource-type Parameter --resource-id ${made.name} --tags Key=restored,Value=2026-11-21T06:30:00Z`,
    ]);
  });

  it('says what stays off, at most 20 texts', () => {
    const off = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...{ credential: recordedKey(`AKIA${index}`), why: { kind: 'OtherAccessKey' as const } },
      }));
    const one = toRestorationAnswer({ ...planned, staysOff: off(1) });
    const text = 'access key AKIA0: AccessKeyId (--access-key) names another key';
    expect(one['StaysOff']).toBe(text);
    expect(String(one['Reason']).endsWith(`; not restored: ${text}`)).toBe(true);
    expect(toRestorationAnswer({ ...planned, staysOff: off(20) })['StaysOff']).toMatch(
      /AKIA19: [^;]*another key$/u,
    );
    const many = toRestorationAnswer({ ...planned, staysOff: off(22) })['StaysOff'];
    expect(many).toMatch(/AKIA19: [^;]*; 2 more$/u);
  });

  it('does not proceed for a user who is gone, and alerts for one who is refused', () => {
    expect(toGoneAnswer(userId, now)).toEqual({
      ...{ ...nothing, Outcome: 'Gone', UserName: 'None' },
      Reason: `no IAM user has the ID ${userId}`,
    });
    expect(toRefusedAnswer(null, 'forged', now)['UserName']).toBe('None');
    expect(toRefusedAnswer('someone', 'forged', now)).toEqual({
      ...{ ...nothing, Proceed: 'Alert', Outcome: 'Refused', UserName: 'someone' },
      Reason: 'forged',
    });
  });
});

const part = { name: '/x/1', why: 'it is missing', writer: 'unknown', holds: null, more: 0 };

it.each<[NotGivenBackReason, string]>([
  [{ kind: 'Present' }, 'the user has it; it is left unchanged'],
  [{ kind: 'Gone' }, 'no longer exists or cannot be attached, and cannot be restored'],
  [
    { kind: 'Replaced', permission: 'group' },
    'someone has since created another group with this name',
  ],
  [
    { kind: 'Replaced', permission: 'attached policy' },
    'someone has since created another policy with this ARN',
  ],
  [
    { kind: 'Replaced', permission: 'inline policy' },
    'someone has since created another policy with this name',
  ],
  [{ kind: 'Damaged', part }, 'parameter /x/1 is not genuine (it is missing), so nothing from it'],
  [
    { kind: 'DenyKept', part },
    'parameter /x/1 is not genuine, and it may have held a policy that denied',
  ],
  [{ kind: 'DenyOfOthers' }, 'someone attached the policy before the retirement; it is left'],
  [{ kind: 'DenyDetached' }, 'the policy is not attached'],
  [{ kind: 'Running', executionId }, `revocation ${executionId} is still running; wait until it`],
])('the reason %j for a permission says what there is to know or to do', (why, text) => {
  const [said = ''] = describeNotGivenBack([{ name: 'group admins', why }]);
  expect(said.slice(0, `group admins: ${text}`.length)).toBe(`group admins: ${text}`);
});

it('the reason for a key that a purge deleted says when', () => {
  expect(describeReason({ kind: 'Purged', deletedAt: now })).toBe(
    'deleted 2026-11-21T06:30:00Z by UnusedIamCredentials-Purge, and cannot be restored',
  );
});

describe('the answer of the verification of a restoration', () => {
  const request: Extract<RestorationRequest, { mode: 'verify' }> = {
    ...{
      mode: 'verify' as const,
      userId,
      executionId,
      userName: 'someone',
      exemptUntil: '2026-12-05',
      staysOff: null,
    },
    ...{ firstAccessKeyId: 'AKIA1', secondAccessKeyId: null },
    ...{ passwordAction: 'Issue' as const, passwordRevocationId: executionId },
    ...{ permissions: [], denyAction: 'None' as const },
  };
  const outstanding = { record: made, applied: true, running: false, restored: new Set<string>() };
  const found = {
    ...{ userName: 'someone', owner: 'team-a', accountId: '123456789012', now },
    ...{ left: [], records: [outstanding] },
    ...{ restored: { accessKeyIds: ['AKIA1'], password: true }, fullyRestored: [made.name] },
    ...{ permissionsLeft: [], notGivenBack: [], givenBackRecords: [], liftedRecords: [] },
  };
  const marks = {
    ...{ MarkFirstAccessKey: 'Yes', FirstAccessKeyRecords: [made.name] },
    ...{ MarkSecondAccessKey: 'No', SecondAccessKeyRecords: [] },
    ...{ MarkPassword: 'Yes', PasswordRecords: [made.name] },
    ...{ MarkPermissions: 'No', PermissionsRecords: [], MarkDeny: 'No', DenyRecords: [] },
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
      ...{ Event: 'credentials-restored', Account: '123456789012', Owner: 'team-a' },
    });
    expect(answer['Message']).toContain(
      `The new password is in the secret unused-iam-credentials/${userId}/${executionId}.`,
    );
  });

  it.each<[string, JustRestored, string[]]>([
    ['credentials', { accessKeyIds: ['AKIA1'], password: true }, ['AKIA1', 'password']],
    ['no password', { accessKeyIds: ['AKIA1', 'AKIA2'], password: false }, ['AKIA1', 'AKIA2']],
    [
      'permissions and AWSDenyAll',
      { accessKeyIds: [], password: false, permissions: ['group a,'], deny: true },
      ['group a,', 'deny'],
    ],
    ['no part', { accessKeyIds: [], password: false, permissions: [], deny: false }, []],
  ])('has the restored names as data: %s', (_, justRestored, restored) => {
    const answer = toRestoredAnswer(request, { ...found, restored: justRestored });
    expect(decodeRestoredData([String(answer['RestoredData'])])).toEqual({ userId, restored });
  });

  it('does not claim a password that someone else issued, or that was not requested', () => {
    const restored = { accessKeyIds: ['AKIA1'], password: false };
    const others = toRestoredAnswer(request, { ...found, restored });
    expect(others['Restored']).toEqual(['access key AKIA1']);
    expect(others['NotRestored']).toEqual([
      'password: the user has one that this restoration did not issue; it was not changed',
    ]);
    expect(others['Message']).not.toContain('secret');
    const keysOnly = { ...request, passwordAction: 'None' as const, passwordRevocationId: null };
    expect(toRestoredAnswer(keysOnly, { ...found, restored, fullyRestored: [] })).toMatchObject({
      ...{ NotRestored: [], MarkRecords: 'No', SettledRecords: [] },
      ...{ MarkFirstAccessKey: 'Yes', MarkPassword: 'No', PasswordRecords: [] },
    });
  });

  it('is Partial if the plan leaves something off, and says what, also in the message', () => {
    const staysOff = 'access key AKIA9: deleted, and cannot be restored';
    const answer = toRestoredAnswer({ ...request, staysOff }, found);
    expect(answer).toMatchObject({
      Outcome: 'Partial',
      Reason: `every credential of the plan can be used; not restored: ${staysOff}`,
      Message: expect.stringContaining(`\nNot restored:\n- ${staysOff}\n`),
    });
    const left = [recordedKey('AKIA1')];
    const failed = toRestoredAnswer({ ...request, staysOff }, { ...found, left });
    expect(failed['Outcome']).toBe('Incomplete');
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

  const given = ['group admins', 'inline policy own'];
  const gone = { name: 'group gone', why: { kind: 'Gone' } } as const;

  it('names the permissions before the credentials, AWSDenyAll last, and the records to mark', () => {
    const restored = { ...found.restored, permissions: given, deny: true };
    const records = { givenBackRecords: ['/a'], liftedRecords: ['/b'] };
    expect(toRestoredAnswer(request, { ...found, ...records, restored })).toMatchObject({
      ...{ Outcome: 'Restored', ...marks },
      Reason: 'every credential of the plan can be used, and the permissions are back',
      Restored: [
        ...[...given, 'access key AKIA1', 'password (a new one)'],
        'removal of policy AWSDenyAll',
      ],
      ...{ MarkPermissions: 'Yes', PermissionsRecords: ['/a'] },
      ...{ MarkDeny: 'Yes', DenyRecords: ['/b'] },
    });
  });

  it.each([
    ['permissions', { permissions: given }, true],
    ['AWSDenyAll', { deny: true }, true],
    ['neither', { permissions: [] }, false],
  ])('says that permissions are back for %s', (_, rest, says) => {
    const restored = { ...found.restored, ...rest };
    const { Reason } = toRestoredAnswer(request, { ...found, restored });
    expect(String(Reason).endsWith(', and the permissions are back')).toBe(says);
  });

  it('is Incomplete if a permission is left, and Partial if one is gone', () => {
    const partly = { ...found, notGivenBack: [gone] };
    const text = 'group gone: no longer exists or cannot be attached, and cannot be restored';
    expect(toRestoredAnswer(request, partly)).toMatchObject({
      ...{ Outcome: 'Partial', NotRestored: [text] },
    });
    const restored = { accessKeyIds: ['AKIA1'], password: false };
    const left = { ...partly, restored, permissionsLeft: ['group admins'] };
    expect(toRestoredAnswer(request, left)).toMatchObject({
      Outcome: 'Incomplete',
      Reason: expect.stringContaining(`user someone (${userId}): group admins. `),
      NotRestored: ['group admins: not restored; see the failed step', text],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { noPermissions } from '../../../rule/core/retired-permissions.ts';
import {
  planRetirementOf,
  type RetirementOutcome,
  retirementOutcomes,
} from '../../../rule/core/retirement-plan.ts';
import { decide, type RevocationOptions } from '../../../rule/core/revocation-plan.ts';
import { encodeJson } from '../../../rule/formats/fields.ts';
import { decodeRecord } from '../../../rule/formats/record-codec.ts';
import {
  type PlannedRetirement,
  toRetiredAnswer,
  toRetirementAnswer,
} from '../../../rule/formats/retirement-answer.ts';
import { ago, now } from '../../builders/account.ts';
import { coreKey, coreUser } from '../../builders/core-user.ts';
import { permissions } from '../../builders/retirement.ts';
import {
  assess,
  executionId,
  options,
  record,
  recordedKey,
  recordedPassword,
  userId,
} from '../../builders/revocation.ts';

const denyPolicyArn = 'arn:aws:iam::aws:policy/AWSDenyAll';
const idle = { used: ago(100), changed: ago(400) };
const keys = [coreKey({ id: 'AKIA1', ...idle }), coreKey({ id: 'AKIA2', ...idle })];
const user = coreUser({ password: idle, accessKeys: keys });
const changesOf = (someone: typeof user, rest: Partial<RevocationOptions> = {}) =>
  planRetirementOf(assess(someone), options(rest));
const use = 'used 2026-08-13 (100 days, limit 45)';

/** The plan of a user with two keys and a password, of whom everything is removed. */
function planned(
  outcome: RetirementOutcome,
  why: string | null = null,
  rest: Partial<PlannedRetirement> = {},
): PlannedRetirement {
  return {
    ...{ decision: decide(outcome, why), userId, userName: 'someone', executionId, now },
    ...{
      changes: changesOf(user),
      permissions: { attachDeny: true, fullQuota: null, removed: permissions },
    },
    recorded: null,
    ...rest,
  };
}

/** What such a plan writes before the changes. */
function recordedWith(denyAttached: boolean): NonNullable<PlannedRetirement['recorded']> {
  const part = { parameters: 2, sha256: '0'.repeat(64), holds: [], more: 4 };
  const retirement = { denyAttached, parts: [part] };
  const made = record([recordedKey('AKIA1'), recordedPassword], { retirement });
  return { record: made, parts: ['cGFydA', 'b3RoZXI'], denyPolicyArn };
}

/** What the steps of the document get of a plan that changes nothing. */
const nothing = {
  ...{ DenyAction: 'None', DenyPolicyArn: 'None', PasswordAction: 'None' },
  ...{ FirstAccessKeyAction: 'None', FirstAccessKeyId: 'None' },
  ...{ SecondAccessKeyAction: 'None', SecondAccessKeyId: 'None' },
  ...{ RemoveGroups: 'No', Groups: [], DetachPolicies: 'No', AttachedPolicies: [] },
  ...{ DeletePolicies: 'No', InlinePolicies: [], DeactivateMfaDevices: 'No', MfaDevices: [] },
  ...{ RecordPermissions: 'No', PermissionParts: [], PermissionsPath: 'None' },
  ...{ RecordName: 'None', Record: 'None' },
};

describe('the answer of a plan to retire', () => {
  it('names an action for each step, what to remove, and what to write before', () => {
    const recorded = recordedWith(true);
    const { Record, Reason, ...answer } = toRetirementAnswer(planned('Retire', null, { recorded }));
    expect(answer).toEqual({
      ...{ Proceed: 'Yes', Outcome: 'Retire', UserName: 'someone' },
      ...{ WaitSeconds: '0', WaitUntil: 'None' },
      ToRevoke: [
        `access key AKIA1 (Deactivate): ${use}`,
        `access key AKIA2 (Deactivate): ${use}`,
        `password (Delete): ${use}`,
      ],
      Consequences: ['DeletesPassword'],
      NotRevoked: [],
      ToRemove: [
        'group admins',
        'attached policy arn:aws:iam::aws:policy/ReadOnlyAccess',
        'inline policy s3',
        'MFA device arn:aws:iam::123456789012:mfa/phone',
      ],
      Irreversible: [
        'the password: a restoration can only issue a new one',
        'MFA device arn:aws:iam::123456789012:mfa/phone: the user must register it again',
      ],
      ...{ DenyAction: 'Attach', DenyPolicyArn: denyPolicyArn, PasswordAction: 'Delete' },
      ...{ FirstAccessKeyAction: 'Deactivate', FirstAccessKeyId: 'AKIA1' },
      ...{ SecondAccessKeyAction: 'Deactivate', SecondAccessKeyId: 'AKIA2' },
      ...{ RemoveGroups: 'Yes', Groups: ['admins'] },
      ...{ DetachPolicies: 'Yes', AttachedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
      ...{ DeletePolicies: 'Yes', InlinePolicies: ['s3'] },
      ...{ DeactivateMfaDevices: 'Yes', MfaDevices: permissions.mfaDevices },
      ...{
        RecordPermissions: 'Yes',
        PermissionParts: [encodeJson(['1', 'cGFydA']), encodeJson(['2', 'b3RoZXI'])],
      },
      PermissionsPath: `/unused-iam-credentials/retirements/${userId}/${executionId}`,
      RecordName: `/unused-iam-credentials/records/${userId}/${executionId}`,
    });
    expect(decodeRecord(String(Record))).toEqual(recorded.record);
    expect(Reason).toBe(
      `AWSDenyAll (Attach); ${[answer['ToRevoke']].flat().join('; ')}; ` +
        `removes ${[answer['ToRemove']].flat().join(', ')}; ` +
        `cannot come back: ${[answer['Irreversible']].flat().join(', ')}`,
    );
  });

  it('distinguishes the password from the keys', () => {
    const answerFor = (someone: typeof user) =>
      toRetirementAnswer(
        planned('Retire', null, { changes: changesOf(someone), recorded: recordedWith(true) }),
      );
    expect(answerFor({ ...user, accessKeys: [] })).toMatchObject({
      ...{ FirstAccessKeyAction: 'None', FirstAccessKeyId: 'None', PasswordAction: 'Delete' },
    });
    const ofKeys = answerFor({ ...user, password: null });
    expect(ofKeys).toMatchObject({ SecondAccessKeyId: 'AKIA2', PasswordAction: 'None' });
    expect(ofKeys['Irreversible']).toHaveLength(1);
  });

  it('does not attach AWSDenyAll if someone attached it before', () => {
    const before = { attachDeny: false, fullQuota: null, removed: noPermissions };
    const rest = {
      permissions: before,
      recorded: recordedWith(false),
      changes: changesOf(coreUser()),
    };
    expect(toRetirementAnswer(planned('Retire', null, rest))).toMatchObject({
      ...{ Reason: 'AWSDenyAll is attached already', DenyAction: 'None' },
    });
  });

  it('names nothing for the steps without a record, whatever it found', () => {
    const answer = toRetirementAnswer(planned('Paused', 'a setting'));
    expect(answer).toMatchObject({ ...nothing, Proceed: 'No', Reason: 'a setting' });
    expect(answer['ToRevoke']).toHaveLength(3);
    expect(answer['ToRemove']).toHaveLength(4);
    expect(answer['Irreversible']).toHaveLength(2);
  });

  it('has no empty text for a user who is gone', () => {
    const unknown = { userName: null, changes: null, permissions: null };
    expect(toRetirementAnswer(planned('Gone', null, unknown))).toEqual({
      ...{ ...nothing, Proceed: 'No', Outcome: 'Gone', Reason: 'Gone', UserName: 'None' },
      ...{ WaitSeconds: '0', WaitUntil: 'None' },
      ...{ ToRevoke: [], Consequences: [], NotRevoked: [], ToRemove: [], Irreversible: [] },
    });
  });

  it('rounds the wait up to a second', () => {
    const decision = { outcome: 'Wait', why: 'why', waitUntil: now + 1 } as const;
    expect(toRetirementAnswer(planned('Wait', 'why', { decision }))).toMatchObject({
      ...{ WaitSeconds: '1', WaitUntil: '2026-11-21T06:30:01Z' },
    });
  });

  it('goes on only to retire, waits only to wait, and fails only if it was refused', () => {
    const words = retirementOutcomes.map((outcome) => [
      outcome,
      toRetirementAnswer(planned(outcome))['Proceed'],
    ]);
    expect(words.filter(([, word]) => word !== 'No')).toEqual([
      ['Refused', 'Alert'],
      ['Wait', 'Wait'],
      ['Retire', 'Yes'],
    ]);
  });
});

describe('the reason of a plan to retire', () => {
  const kept = { changes: changesOf({ ...user, accessKeys: [] }, { passwordAction: 'Keep' }) };
  const permitted = (attachDeny: boolean, removed = noPermissions) => {
    return { permissions: { attachDeny, fullQuota: null, removed } };
  };
  const groupsOf = (...names: string[]) => names.map((name) => ({ name, id: null }));
  const stays = 'password stays (kept, because PasswordAction is Keep), but is denied everything';
  const oneKey = { changes: changesOf({ ...user, password: null, accessKeys: keys.slice(1) }) };

  it.each<[string, string | null, Partial<PlannedRetirement>, string]>([
    [
      'what would be done, and what a dry run would wait for',
      'a wait',
      { ...oneKey, ...permitted(true) },
      `would retire: AWSDenyAll (Attach); access key AKIA2 (Deactivate): ${use}; a wait`,
    ],
    [
      'what stays',
      null,
      { ...kept, ...permitted(true) },
      `would retire: AWSDenyAll (Attach); ${stays}`,
    ],
    [
      'what is removed of a user who was denied everything before',
      null,
      { ...kept, ...permitted(false, { ...noPermissions, groups: groupsOf('a', 'b') }) },
      `would retire: AWSDenyAll is attached already; ${stays}; removes group a, group b`,
    ],
  ])('says %s', (_, why, rest, expected) => {
    expect(toRetirementAnswer(planned('DryRun', why, rest))['Reason']).toBe(expected);
  });

  it('says why a credential stays, and since when it is idle', () => {
    expect(toRetirementAnswer(planned('DryRun', null, kept))['NotRevoked']).toEqual([
      `password: kept, because PasswordAction is Keep; ${use}`,
    ]);
  });
});

describe('the answer of a verified retirement', () => {
  const location = {
    ...{ partition: 'aws', region: 'us-east-1', accountId: '123456789012' },
    functionName: 'unused-iam-credentials-plan-retirement',
  };
  const of = record([recordedKey('AKIA1'), recordedPassword]);
  const verified = { record: of, removed: permissions, userName: 'renamed', owner: 'team-a', now };

  it('names what was revoked and removed, the current user name, and the value of the tag', () => {
    expect(toRetiredAnswer(verified, location, null, 'Issued')).toEqual({
      ...{ Outcome: 'Verified', UserName: 'renamed', VerifiedAt: '2026-11-21T06:30:00Z' },
      Revoked: ['access key AKIA1 (Deactivate)', 'password (Delete)'],
      Removed: [
        'group admins',
        'attached policy arn:aws:iam::aws:policy/ReadOnlyAccess',
        'inline policy s3',
        'MFA device arn:aws:iam::123456789012:mfa/phone',
      ],
      TagValue: `2026-11-21T06:30:00Z ${executionId}`,
      ...{ TopicArn: 'none', Subject: 'IAM user retired: someone', Event: 'user-retired' },
      ...{ Account: '123456789012', Owner: 'team-a', Message: expect.stringMatching(/^Inactive/u) },
    });
  });

  it('names the topic to notify', () => {
    const topicArn = 'arn:aws:sns:us-east-1:123456789012:t';
    expect(toRetiredAnswer(verified, location, topicArn, 'Issued')).toMatchObject({
      TopicArn: topicArn,
      Message: expect.stringContaining(`NotificationTopicArn=${topicArn},`),
    });
  });
});

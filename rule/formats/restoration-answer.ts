import { formatInstant, type Instant } from '../core/instant.ts';
import { documentNames, marks, secretName } from '../core/names.ts';
import {
  denyMark,
  denyName,
  isByName,
  type NotGivenBack,
  type NotGivenBackReason,
  type PermissionPlan,
  stillRemoved,
} from '../core/permission-plan.ts';
import {
  type JustRestored,
  type NotRestored,
  type NotRestoredReason,
  type OutstandingRecord,
  passwordMark,
  type RestorationPlan,
} from '../core/restoration-plan.ts';
import { recordsToMark } from '../core/restored-records.ts';
import { permissionName } from '../core/retired-permissions.ts';
import { type CredentialId, nameOf, type RevocationRecord } from '../core/revocation-record.ts';
import { encodeJson } from './fields.ts';
import { describeRestored } from './messages.ts';
import type { RestorationRequest } from './remediation-request.ts';
import { encodeRestoredData } from './restored-data.ts';
import { type Answer, firstOf, none } from './revocation-answer.ts';

type VerifyRequest = Extract<RestorationRequest, { mode: 'verify' }>;

/** A plan, and the other data of its answer. */
export interface PlannedRestoration {
  readonly userId: string;
  readonly userName: string;
  readonly now: Instant;
  readonly plan: RestorationPlan;
  /** What retirements removed; null if no record is of a retirement. */
  readonly permissions: PermissionPlan | null;
  /** The only access key that was asked for; null for any. */
  readonly accessKeyId: string | null;
  readonly location: { readonly accountId: string; readonly region: string };
  /** The requested revocation; null for all. */
  readonly revocationId: string | null;
  readonly records: readonly RevocationRecord[];
  /** The execution IDs of the revocations whose records are marked as restored. */
  readonly closed: readonly string[];
  /** Recorded credentials that stay off. */
  readonly staysOff: readonly NotRestored[];
  /** Names of records with nothing left to restore. */
  readonly fullyRestored: readonly string[];
  readonly exemptionTag: string;
  readonly exemptUntil: string;
  /** The name of the rule, if neither the stack nor a valid rule defines the exemption tag; else null. */
  readonly ruleMissing: string | null;
}

// The document branches on Proceed: Yes, No, or Alert, which fails; the function has published the alert.
const nothing = {
  Proceed: 'No',
  ToRestore: [],
  NotRestored: [],
  StaysOff: none,
  Remark: none,
  ...{ ExemptionTag: none, ExemptUntil: none },
  ...{ FirstAccessKeyAction: none, FirstAccessKeyId: none },
  ...{ SecondAccessKeyAction: none, SecondAccessKeyId: none },
  ...{ PasswordAction: none, PasswordRecord: none, PasswordRevocationId: none },
  ...{ PermissionsAction: none, Permissions: none, DenyAction: none },
  ...{ MarkRecords: 'No', SettledRecords: [] },
} as const;

/** For a user who no longer exists. */
export function toGoneAnswer(userId: string, now: Instant): Answer {
  const Reason = `no IAM user has the ID ${userId}`;
  return { ...nothing, Outcome: 'Gone', Reason, UserName: none, PlannedAt: formatInstant(now) };
}

/** For a user whose credentials must not be restored. The name is null if it was not read. */
export function toRefusedAnswer(userName: string | null, reason: string, now: Instant): Answer {
  return {
    ...nothing,
    Proceed: 'Alert',
    Outcome: 'Refused',
    Reason: reason,
    UserName: userName ?? none,
    PlannedAt: formatInstant(now),
  };
}

/** `Restore`, or `NothingRestorable` and why. */
export function toRestorationAnswer(planned: PlannedRestoration): Answer {
  const { accessKeyIds, passwordRecord } = planned.plan;
  const { give, liftsDeny, notRestored: notGiven } = planned.permissions ?? noPermissionPlan;
  const notRestored = [
    ...describeNotRestored(planned.plan.notRestored),
    ...describeNotGivenBack(notGiven),
  ];
  const staysOff = summarize([
    ...describeNotRestored(planned.staysOff),
    ...describeNotGivenBack(stillRemoved(notGiven)),
  ]);
  const [first, second] = accessKeyIds;
  const permissions = give.map(permissionName);
  const toRestore = namesToRestore(planned.plan, planned.permissions);
  const common = {
    ...nothing,
    UserName: planned.userName,
    PlannedAt: formatInstant(planned.now),
    ToRestore: toRestore,
    NotRestored: notRestored,
    StaysOff: staysOff ?? none,
    MarkRecords: planned.fullyRestored.length > 0 ? 'Yes' : 'No',
    SettledRecords: planned.fullyRestored,
  };
  if (toRestore.length === 0) {
    const { accountId, region } = planned.location;
    const place = `nothing to restore in account ${accountId}, Region ${region}`;
    const why = whyNothing(planned, notRestored);
    const Reason = `${place}: ${why ?? firstOf(notRestored, '; ')}`;
    const Remark = why === null ? place : Reason;
    return { ...common, Outcome: 'NothingRestorable', Reason, Remark };
  }
  const missing =
    planned.ruleMissing === null
      ? null
      : `there is no valid AWS Config rule ${planned.ruleMissing}, so the default exemption tag is used`;
  const isWithKey = planned.accessKeyId !== null && (permissions.length > 0 || liftsDeny);
  const withKey = isWithKey
    ? 'permissions are also restored and AWSDenyAll is detached, because otherwise the access key is of no use'
    : null;
  const unidentified = give.filter(isByName).map(permissionName);
  const byName =
    unidentified.length === 0
      ? null
      : `an earlier version recorded no IDs, so these are restored by name, and someone may have created them again since: ${unidentified.join(', ')}`;
  const remarks = [withKey, byName, missing].filter((remark) => remark !== null);
  const reasons = [firstOf(toRestore, ', '), `exempt until ${planned.exemptUntil}`, ...remarks];
  return {
    ...common,
    Proceed: 'Yes',
    Outcome: 'Restore',
    Reason: `${reasons.join('; ')}${describeOff(staysOff)}`,
    Remark: remarks.join('; ') || none,
    ExemptionTag: planned.exemptionTag,
    ExemptUntil: planned.exemptUntil,
    ...{ FirstAccessKeyAction: first === undefined ? none : 'Reactivate' },
    ...{ SecondAccessKeyAction: second === undefined ? none : 'Reactivate' },
    ...{ FirstAccessKeyId: first ?? none, SecondAccessKeyId: second ?? none },
    PasswordAction: passwordRecord === null ? none : 'Issue',
    PasswordRecord: passwordRecord?.name ?? none,
    PasswordRevocationId: passwordRecord?.executionId ?? none,
    PermissionsAction: permissions.length === 0 ? none : 'GiveBack',
    Permissions: permissions.length === 0 ? none : encodeJson(permissions),
    DenyAction: liftsDeny ? 'Lift' : none,
  };
}

/** What a plan restores, in the order in which the document does it. */
export function namesToRestore(
  { accessKeyIds, passwordRecord }: RestorationPlan,
  permissions: PermissionPlan | null,
): string[] {
  const { give, liftsDeny } = permissions ?? noPermissionPlan;
  return [
    ...give.map(permissionName),
    ...accessKeyIds.map((id) => nameOf({ type: 'access-key', id })),
    ...(passwordRecord === null ? [] : [newPassword]),
    ...(liftsDeny ? [denyName] : []),
  ];
}

const noPermissionPlan: PermissionPlan = { give: [], liftsDeny: false, notRestored: [] };

/** What a restored password is called in `ToRestore` and `Restored`. */
const newPassword = 'password (a new one)';

/** One text for each credential and reason. Several records may give the same text, which is listed once. */
export function describeNotRestored(notRestored: readonly NotRestored[]): string[] {
  const texts = notRestored.map(
    ({ credential, why }) => `${nameOf(credential)}: ${describeReason(why)}`,
  );
  return [...new Set(texts)];
}

/** Names a parameter of the document and, in parentheses, the option of the command line that sets it. */
export function describeReason(why: NotRestoredReason): string {
  switch (why.kind) {
    case 'OtherRevocation':
      return `revocation ${why.executionId} is not the requested one`;
    case 'TooOld':
      return `revocation ${why.executionId} is older than MaxRecordAgeDays (--max-record-age-days), ${why.maxRecordAgeDays}; name it with RevocationId (--revocation) to restore it`;
    case 'Running':
      return `revocation ${why.executionId} is still running; wait until it ends`;
    case 'Unconfirmed':
      return `revocation ${why.executionId} did not finish and may not have revoked it; use IncludeUnconfirmed (--include-unconfirmed) to restore it`;
    case 'PasswordIssuedSince':
      return 'a new one was issued since; it is left unchanged';
    case 'PasswordUsedSince':
      return `a new one was used ${formatInstant(why.lastUsed)} and deleted since; it is left unchanged; ${howToClose(why.recordName, why.lastUsed)}`;
    case 'OldPasswordWorks':
      return 'the old one was not deleted; it is left unchanged';
    case 'PasswordByHand':
      return 'deleted; this deployment cannot issue a new one, so create one by hand: aws iam create-login-profile';
    case 'PasswordNotRequested':
      return 'deleted; use RestorePassword (--password) to issue a new one';
    case 'RestoredBefore':
      return `was restored before, according to record ${why.recordName}, and removed again since; it is left unchanged; if the record is wrong, restore it by hand in IAM`;
    case 'Deleted':
      return 'deleted, and cannot be restored';
    case 'NotDeleted':
      return `should have been deleted but is ${why.status}; it is left unchanged`;
    case 'DeletedSince':
      return 'was deleted since, and cannot be restored';
    case 'Purged':
      return `deleted ${formatInstant(why.deletedAt)} by ${documentNames.purge}, and cannot be restored`;
    case 'AlreadyActive':
      return 'is already Active; it is left unchanged';
    case 'Expired':
      return 'has expired, and cannot be restored';
    case 'KeyUsedSince':
      return `was last used ${formatInstant(why.lastUsed)}, after it was revoked, so someone else may have deactivated it since; use AccessKeyId (--access-key) to restore it`;
    case 'OtherAccessKey':
      return 'AccessKeyId (--access-key) names another key';
    case 'NextRestoration':
      return 'one restoration reactivates two access keys; run it again to restore this one';
  }
}

/** One text for each permission that does not come back. */
export function describeNotGivenBack(notRestored: readonly NotGivenBack[]): string[] {
  return notRestored.map(({ name, why }) => `${name}: ${describePermissionReason(why)}`);
}

/** Why a permission does not come back, or AWSDenyAll stays attached. */
export function describePermissionReason(why: NotGivenBackReason): string {
  switch (why.kind) {
    case 'Present':
      return 'the user has it; it is left unchanged';
    case 'Gone':
      return 'no longer exists or cannot be attached, and cannot be restored';
    case 'Replaced':
      return describeReplaced[why.permission];
    case 'Damaged':
      return `parameter ${why.part.name} is not genuine (${why.part.why}), so nothing from it is restored; restore its contents by hand if the user needs them`;
    case 'DenyKept':
      return `parameter ${why.part.name} is not genuine, and it may have held a policy that denied the user something; an administrator must restore its contents by hand, then detach the policy`;
    case 'MfaDevice':
      return 'was deactivated, and cannot be restored; the user must register it again';
    case 'DenyOfOthers':
      return 'someone attached the policy before the retirement; it is left attached';
    case 'DenyDetached':
      return 'the policy is not attached';
    default:
      return describeReason(why);
  }
}

const describeReplaced = {
  group:
    'someone has since created another group with this name (it has another ID); the user is not added to it; review the group, then add the user by hand',
  'attached policy':
    'someone has since created another policy with this ARN (it has another ID); it is not attached; review the policy, then attach it by hand',
  'inline policy': 'someone has since created another policy with this name; it is left unchanged',
} as const;

function howToClose(recordName: string, since: Instant): string {
  return `to close the record, run: aws ssm add-tags-to-resource --resource-type Parameter --resource-id ${recordName} --tags Key=${marks.restored},Value=${formatInstant(since)}`;
}

/** Texts are joined, because a document passes on only text; the first of many stand for the rest. */
function summarize(texts: readonly string[]): string | null {
  return texts.length === 0 ? null : firstOf(texts, '; ');
}

function describeOff(staysOff: string | null): string {
  return staysOff === null ? '' : `; not restored: ${staysOff}`;
}

function whyNothing(
  { records, revocationId, closed }: PlannedRestoration,
  notRestored: readonly string[],
): string | null {
  const requested = records.some(({ executionId }) => revocationId === executionId);
  if (notRestored.length > 0 && (revocationId === null || requested)) return null;
  if (revocationId !== null && closed.includes(revocationId)) {
    return `the record of revocation ${revocationId} is marked as restored`;
  }
  const of = revocationId === null ? '' : ` of revocation ${revocationId}`;
  const others = [
    ...(revocationId === null || records.length === 0
      ? []
      : [`${records.length} of other revocations (RevocationId=All, --revocation All)`]),
    ...(closed.length === 0 ? [] : [`${closed.length} marked as restored`]),
  ];
  const counted = others.length === 0 ? '' : `; records that do not count: ${others.join(', ')}`;
  return `the user has no outstanding record${of}${counted}`;
}

interface VerifiedRestoration {
  readonly userName: string;
  readonly owner: string;
  readonly accountId: string;
  readonly restored: JustRestored;
  /** The credentials of the plan that cannot be used. */
  readonly left: readonly CredentialId[];
  /** The names of the permissions of the plan that the user lacks, and of the removal of AWSDenyAll. */
  readonly permissionsLeft: readonly string[];
  /** Permissions of the plan that are gone for good or were replaced since. */
  readonly notGivenBack: readonly NotGivenBack[];
  readonly records: readonly OutstandingRecord[];
  /** Names of records whose permissions are back, and of those whose AWSDenyAll is detached. */
  readonly givenBackRecords: readonly string[];
  readonly liftedRecords: readonly string[];
  /** Names of records with nothing left to restore. */
  readonly fullyRestored: readonly string[];
  readonly now: Instant;
}

/**
 * `Restored`, `Partial` if the plan left something off, or `Incomplete` if a part of the plan was not restored.
 * Marks what was restored, credential by credential, even if another one is left and the execution fails.
 */
export function toRestoredAnswer(request: VerifyRequest, found: VerifiedRestoration): Answer {
  const { userId, passwordAction, passwordRevocationId, exemptUntil } = request;
  const { userName, owner, accountId, restored, left, records, fullyRestored, now } = found;
  const { permissions = [], deny = false } = restored;
  const names = [
    ...permissions,
    ...restored.accessKeyIds.map((id) => nameOf({ type: 'access-key', id })),
    ...(restored.password ? [newPassword] : []),
    ...(deny ? [denyName] : []),
  ];
  const unrestored = [...left.map(nameOf), ...found.permissionsLeft];
  const lost = describeNotGivenBack(found.notGivenBack);
  const given = request.staysOff === null && lost.length === 0 ? 'Restored' : 'Partial';
  const off = describeOff(request.staysOff);
  const issuedByOthers =
    passwordAction === 'Issue' && !restored.password && unrestored.length === 0;
  const notRestored = [
    ...(issuedByOthers
      ? ['password: the user has one that this restoration did not issue; it was not changed']
      : left.map((credential) => `${nameOf(credential)}: cannot be used; see the failed step`)),
    ...found.permissionsLeft.map((name) => `${name}: not restored; see the failed step`),
    ...lost,
  ];
  const mark = (step: string, name: string | null) => {
    // Stryker disable next-line ConditionalExpression: no credential has the name null
    const toMark = name === null ? [] : recordsToMark(records, restored, name);
    return { [`Mark${step}`]: toMark.length > 0 ? 'Yes' : 'No', [`${step}Records`]: toMark };
  };
  return {
    Outcome: unrestored.length > 0 ? 'Incomplete' : given,
    Reason:
      unrestored.length === 0
        ? `every credential of the plan can be used${permissions.length > 0 || deny ? ', and the permissions are back' : ''}${off}`
        : `Not restored for user ${userName} (${userId}): ${firstOf(unrestored, ', ')}. ` +
          'A previous step failed or had no effect. Fix the cause that its message names, then run the document again',
    UserName: userName,
    Restored: names,
    RestoredData: encodeRestoredData({
      userId,
      restored: [
        ...permissions,
        ...restored.accessKeyIds,
        ...(restored.password ? [passwordMark] : []),
        ...(deny ? [denyMark] : []),
      ],
    }),
    NotRestored: notRestored,
    ...mark('FirstAccessKey', request.firstAccessKeyId),
    ...mark('SecondAccessKey', request.secondAccessKeyId),
    ...mark('Password', 'password'),
    MarkPermissions: found.givenBackRecords.length > 0 ? 'Yes' : 'No',
    PermissionsRecords: found.givenBackRecords,
    MarkDeny: found.liftedRecords.length > 0 ? 'Yes' : 'No',
    DenyRecords: found.liftedRecords,
    MarkRecords: fullyRestored.length > 0 ? 'Yes' : 'No',
    SettledRecords: fullyRestored,
    VerifiedAt: formatInstant(now),
    ...describeRestored({
      ...{
        userName,
        userId,
        owner,
        accountId,
        restored: names,
        notRestored,
        exemptUntil,
        staysOff: request.staysOff,
      },
      secretName:
        // Stryker disable next-line ConditionalExpression: every password that was restored has a revocation
        restored.password && passwordRevocationId !== null
          ? secretName(userId, passwordRevocationId)
          : null,
    }),
  };
}

import type { FoundRecord } from '../../rule/aws/ssm-parameters.ts';
import { formatInstant, type Instant, millisecondsPerDay } from '../../rule/core/instant.ts';
import { describeLastUse, describePlace } from '../../rule/core/last-use.ts';
import {
  markName,
  type OutstandingRecord,
  planRestoration,
} from '../../rule/core/restoration-plan.ts';
import {
  denyMark,
  denyName,
  permissionName,
  permissionsOf,
  planPermissions,
  withPermissions,
} from '../../rule/core/restored-permissions.ts';
import type {
  CurrentPermissions,
  RetiredPermissions,
} from '../../rule/core/retired-permissions.ts';
import {
  nameOf,
  type RecordedCredential,
  type RevocationRecord,
} from '../../rule/core/revocation-record.ts';
import { describeNotGivenBack, describeReason } from '../../rule/formats/restoration-answer.ts';
import { currentCredentials, type LiveCredentials } from '../../rule/formats/user-snapshot.ts';

/** A record that is not marked as restored, as `restore --list` shows it. */
export type ListedRecord = {
  /** Null if the user no longer exists. */
  readonly userName: string | null;
  readonly userId: string;
  readonly revocationId: string;
  readonly recordName: string;
  /** Whether the revocation was verified. */
  readonly confirmed: boolean;
} & (
  | {
      readonly genuine: true;
      readonly recordedAt: string;
      readonly ageDays: number;
      readonly credentials: readonly ListedCredential[];
      /** Null for a revocation. */
      readonly retirement: ListedRetirement | null;
    }
  | { readonly genuine: false; readonly why: string; readonly writer: string }
  /** Not checked: without any IAM user, no ARN names the account, and so the role that may write records. */
  | { readonly genuine: null }
);

/** A revoked credential, and what restore would do with it now. */
export interface ListedCredential extends Pick<RecordedCredential, 'type' | 'id' | 'action'> {
  readonly name: string;
  /** How it would be restored. */
  readonly restorable: 'Reactivate' | 'NewPassword' | 'ByHand' | 'No';
  /** The options that restoring it needs. */
  readonly needs: readonly string[];
  /** Why it would not be restored; null if it would. */
  readonly whyNot: string | null;
  /** Why it was revoked. */
  readonly reason: string;
  /** Such as `last used 2025-07-09 by s3 in eu-west-1`; null if neither service nor Region is known. */
  readonly lastUse: string | null;
}

/** What a retirement removed besides credentials. */
interface ListedRetirement {
  /** Whether it attached AWSDenyAll. */
  readonly denyAttached: boolean;
  /** Null if this caller may not read them: in an organization, only roles of this project may. */
  readonly permissions: readonly ListedPermission[] | null;
}

/** A group, policy or MFA device, or the removal of AWSDenyAll. */
export interface ListedPermission {
  readonly name: string;
  /** Null if this caller may not read what the user has. */
  readonly restorable: boolean | null;
  /** Why it would not be given back; null if it would. */
  readonly whyNot: string | null;
}

/** What is known of a record's user. */
export interface RecordUser {
  readonly userId: string;
  /** Null if the user no longer exists. */
  readonly userName: string | null;
  /** Null if the user no longer exists or one of their records is not genuine: then nothing is restored. */
  readonly credentials: LiveCredentials | null;
}

/** What decides besides records and users: also what became of the execution that wrote the record. */
interface ListCircumstances extends Pick<OutstandingRecord, 'running' | 'changed'> {
  /** What a retirement removed, and what the user has now; each null if it is not known. */
  readonly removed: RetiredPermissions | null;
  readonly permissions: CurrentPermissions | null;
  readonly maxRecordAgeDays: number;
  /** Whether this deployment issues new passwords. */
  readonly issuesPasswords: boolean;
}

export function toListed(
  found: FoundRecord,
  revocationId: string,
  user: RecordUser,
  circumstances: ListCircumstances,
  now: Instant,
): ListedRecord {
  const { name: recordName, applied: confirmed, check } = found;
  const { userName, userId } = user;
  const common = { userName, userId, revocationId, recordName, confirmed };
  if (!check.genuine) return { ...common, genuine: false, why: check.why, writer: check.writer };
  const { record } = check;
  const reasonOf = planned(found, record, user, circumstances, now);
  return {
    ...common,
    genuine: true,
    recordedAt: formatInstant(record.recordedAt),
    ageDays: Math.floor((now - record.recordedAt) / millisecondsPerDay),
    credentials: record.credentials.map((credential) => {
      const { type, id, action, reason } = credential;
      const whyNot = reasonOf(credential);
      const lastUse = describePlace(credential) === null ? null : describeLastUse(credential);
      const common = { name: nameOf(credential), type, id, action, reason, lastUse, whyNot };
      if (whyNot !== null) return { ...common, restorable: 'No', needs: [] };
      if (type === 'password' && !circumstances.issuesPasswords) {
        return { ...common, restorable: 'ByHand', needs: [] };
      }
      const isConfirmed = confirmed || circumstances.changed?.has(markName(credential)) === true;
      const needs = [
        ...(type === 'password' ? ['--password'] : []),
        ...(isConfirmed ? [] : ['--include-unconfirmed']),
      ];
      return { ...common, restorable: type === 'password' ? 'NewPassword' : 'Reactivate', needs };
    }),
    retirement: toRetirement(found, record, user, circumstances, now),
  };
}

function toRetirement(
  found: FoundRecord,
  record: RevocationRecord,
  user: RecordUser,
  circumstances: ListCircumstances,
  now: Instant,
): ListedRetirement | null {
  if (record.retirement === undefined) return null;
  const { denyAttached, parts } = record.retirement;
  const { removed, permissions: current } = circumstances;
  if (removed === null && parts > 0) return { denyAttached, permissions: null };
  const outstanding = outstandingOf(found, record, circumstances, removed);
  const names = [
    ...permissionsOf(outstanding).map(permissionName),
    ...(removed?.mfaDevices ?? []).map((serial) => `MFA device ${serial}`),
    ...(denyAttached ? [denyName] : []),
  ];
  const why = user.userName === null ? 'the user no longer exists' : null;
  if (current === null) {
    const restorable = why === null ? null : false;
    const unknown = names.map((name) => ({ name, restorable, whyNot: why }));
    return { denyAttached, permissions: unknown };
  }
  const options = listOptions(circumstances.maxRecordAgeDays);
  const { notRestored } = planPermissions([outstanding], current, options, now);
  const reasons = new Map(
    notRestored.map((each) => [
      each.name,
      describeNotGivenBack([each]).join().slice(`${each.name}: `.length),
    ]),
  );
  const confirmed = (name: string) =>
    found.applied || circumstances.changed?.has(name === denyName ? denyMark : name) === true;
  const permissions = names.map((name) => {
    const whyNot = reasons.get(name) ?? null;
    const needs = whyNot === null && !confirmed(name) ? ' with --include-unconfirmed' : '';
    return { name: `${name}${needs}`, restorable: whyNot === null, whyNot };
  });
  return { denyAttached, permissions };
}

/** A record as it is planned with. */
function outstandingOf(
  found: FoundRecord,
  record: RevocationRecord,
  { running, changed }: Pick<OutstandingRecord, 'running' | 'changed'>,
  removed: RetiredPermissions | null,
): OutstandingRecord {
  const { applied, restored } = found;
  const known = {
    record,
    applied,
    restored,
    running,
    ...(changed === undefined ? {} : { changed }),
  };
  return withPermissions(known, removed ?? undefined);
}

function listOptions(maxRecordAgeDays: number) {
  return {
    ...{ revocationId: null, accessKeyId: null, maxRecordAgeDays },
    ...{ includeUnconfirmed: true, restorePassword: true },
  };
}

/** Returns a function that says why a recorded credential would not be restored: null if it would. */
function planned(
  found: FoundRecord,
  record: RevocationRecord,
  { userName, credentials }: RecordUser,
  { maxRecordAgeDays, running, changed }: ListCircumstances,
  now: Instant,
): (credential: RecordedCredential) => string | null {
  if (userName === null) return () => 'the user no longer exists';
  if (credentials === null) {
    return () =>
      'another record of the user is not genuine; restore rejects the user until it is deleted';
  }
  const current = currentCredentials(credentials);
  const options = listOptions(maxRecordAgeDays);
  const outstanding = outstandingOf(found, record, { running, ...(changed && { changed }) }, null);
  const plan = planRestoration([outstanding], current, options, now);
  return ({ type, id }) => {
    const comesBack =
      type === 'password'
        ? plan.passwordRecord !== null
        : id !== null && plan.accessKeyIds.includes(id);
    if (comesBack) return null;
    const found = plan.notRestored.find(({ credential }) => credential.id === id);
    return found === undefined ? 'it is left unchanged' : describeReason(found.why);
  };
}

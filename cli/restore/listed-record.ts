import type { FoundRecord } from '../../rule/aws/ssm-parameters.ts';
import { formatInstant, type Instant, millisecondsPerDay } from '../../rule/core/instant.ts';
import { describeLastUse, describePlace } from '../../rule/core/last-use.ts';
import { denyMark, denyName, namesOf, planPermissions } from '../../rule/core/permission-plan.ts';
import {
  type DamagedPart,
  markName,
  type OutstandingRecord,
  planRestoration,
} from '../../rule/core/restoration-plan.ts';
import type { CurrentPermissions } from '../../rule/core/retired-permissions.ts';
import { nameOf, type RecordedCredential } from '../../rule/core/revocation-record.ts';
import { describePermissionReason, describeReason } from '../../rule/formats/restoration-answer.ts';
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
export interface ListedRetirement {
  /** Whether it attached AWSDenyAll. */
  readonly denyAttached: boolean;
  /** Null if this caller may not read them: in an organization, only roles of this project may. */
  readonly permissions: readonly ListedPermission[] | null;
  /** Parameters of the retirement that are not genuine. */
  readonly damaged: readonly Pick<DamagedPart, 'name' | 'why' | 'writer'>[];
}

/** A group, policy or MFA device, or the removal of AWSDenyAll. */
export interface ListedPermission {
  readonly name: string;
  /** What the retirement did with it: it attached AWSDenyAll, and removed everything else. */
  readonly action: 'Remove' | 'Attach';
  /** Null if this caller may not read what the user has. */
  readonly restorable: boolean | null;
  /** The options that restoring it needs. */
  readonly needs: readonly string[];
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

/** What restorations depend on, other than records and users. */
interface ListCircumstances {
  /** What the user has now; null if it is not known. */
  readonly permissions: CurrentPermissions | null;
  readonly maxRecordAgeDays: number;
  /** Whether this deployment issues new passwords. */
  readonly issuesPasswords: boolean;
}

/** Why a restoration of everything would leave something of a user off; null for what it would restore. */
interface Prospects {
  readonly issuesPasswords: boolean;
  readonly whyNotCredential: (credential: RecordedCredential) => string | null;
  /** By the name of its mark; null if it is not known what the user has. */
  readonly whyNotPermission: ((mark: string) => string | null) | null;
}

/** Plans the restoration of all of a user's outstanding records. */
export function previewRestoration(
  records: readonly OutstandingRecord[],
  { userName, credentials }: RecordUser,
  { permissions, maxRecordAgeDays, issuesPasswords }: ListCircumstances,
  now: Instant,
): Prospects {
  if (userName === null) {
    const whyNot = () => 'the user no longer exists';
    return { issuesPasswords, whyNotCredential: whyNot, whyNotPermission: whyNot };
  }
  if (credentials === null) {
    const whyNot =
      'another record of the user is not genuine; restore rejects the user until it is deleted';
    return { issuesPasswords, whyNotCredential: () => whyNot, whyNotPermission: null };
  }
  const options = {
    ...{ revocationId: null, accessKeyId: null, maxRecordAgeDays },
    ...{ includeUnconfirmed: true, restorePassword: true },
  };
  const plan = planRestoration(records, currentCredentials(credentials), options, now);
  const whyNotCredential = ({ type, id }: RecordedCredential) => {
    const comesBack =
      type === 'password'
        ? plan.passwordRecord !== null
        : id !== null && plan.accessKeyIds.includes(id);
    if (comesBack) return null;
    const found = plan.notRestored.find(({ credential }) => credential.id === id);
    return found === undefined ? 'it is left unchanged' : describeReason(found.why);
  };
  if (permissions === null) return { issuesPasswords, whyNotCredential, whyNotPermission: null };
  const { notRestored } = planPermissions(records, permissions, options, now);
  const whyNotPermission = (mark: string) => {
    const found = notRestored.find(({ name, isDeny }) => (isDeny ? denyMark : name) === mark);
    return found === undefined ? null : describePermissionReason(found.why);
  };
  return { issuesPasswords, whyNotCredential, whyNotPermission };
}

/** `outstanding` is null if the record is not genuine. */
export function toListed(
  { found, revocationId }: { readonly found: FoundRecord; readonly revocationId: string },
  outstanding: OutstandingRecord | null,
  { userName, userId }: RecordUser,
  prospects: Prospects,
  now: Instant,
): ListedRecord {
  const { name: recordName, applied: confirmed, check } = found;
  const common = { userName, userId, revocationId, recordName, confirmed };
  if (!check.genuine) return { ...common, genuine: false, why: check.why, writer: check.writer };
  const { recordedAt, credentials } = check.record;
  const changed = outstanding?.changed ?? new Set();
  const isConfirmed = (mark: string) => confirmed || changed.has(mark);
  return {
    ...common,
    genuine: true,
    recordedAt: formatInstant(recordedAt),
    ageDays: Math.floor((now - recordedAt) / millisecondsPerDay),
    credentials: credentials.map((credential) => {
      const { type, id, action, reason } = credential;
      const whyNot = prospects.whyNotCredential(credential);
      const lastUse = describePlace(credential) === null ? null : describeLastUse(credential);
      const common = { name: nameOf(credential), type, id, action, reason, lastUse, whyNot };
      if (whyNot !== null) return { ...common, restorable: 'No', needs: [] };
      if (type === 'password' && !prospects.issuesPasswords) {
        return { ...common, restorable: 'ByHand', needs: [] };
      }
      const needs = [
        ...(type === 'password' ? ['--password'] : []),
        ...(isConfirmed(markName(credential)) ? [] : ['--include-unconfirmed']),
      ];
      return { ...common, restorable: type === 'password' ? 'NewPassword' : 'Reactivate', needs };
    }),
    retirement: outstanding === null ? null : toRetirement(outstanding, prospects, isConfirmed),
  };
}

function toRetirement(
  outstanding: OutstandingRecord,
  { whyNotPermission }: Prospects,
  isConfirmed: (mark: string) => boolean,
): ListedRetirement | null {
  const { retirement } = outstanding.record;
  if (retirement === undefined) return null;
  const { denyAttached, parts } = retirement;
  if (outstanding.permissions === undefined && parts.length > 0) {
    return { denyAttached, permissions: null, damaged: [] };
  }
  const removed = [
    ...namesOf(outstanding).map((name) => ({ name, mark: name, action: 'Remove' as const })),
    ...(denyAttached ? [{ name: denyName, mark: denyMark, action: 'Attach' as const }] : []),
  ];
  const permissions = removed.map(({ name, mark, action }) => {
    const common = { name, action };
    if (whyNotPermission === null) return { ...common, restorable: null, needs: [], whyNot: null };
    const whyNot = whyNotPermission(mark);
    const needs = whyNot === null && !isConfirmed(mark) ? ['--include-unconfirmed'] : [];
    return { ...common, restorable: whyNot === null, needs, whyNot };
  });
  const damaged = (outstanding.damaged ?? []).map(({ name, why, writer }) => ({
    name,
    why,
    writer,
  }));
  return { denyAttached, permissions, damaged };
}

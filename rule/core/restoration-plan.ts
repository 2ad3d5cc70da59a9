import { type AccessKeyStatus, isUsable, usageGranularity } from './credentials.ts';
import { type Instant, millisecondsPerDay } from './instant.ts';
import type { CurrentPermissions, RetiredPermissions } from './retired-permissions.ts';
import type {
  CredentialId,
  RecordedCredential,
  RetirementPart,
  RevocationRecord,
} from './revocation-record.ts';

/** The document's parameters that control a restoration. */
export interface RestorationOptions {
  /** The execution ID of the revocation to undo; null for all. */
  readonly revocationId: string | null;
  /** The only access key to reactivate; null for any. */
  readonly accessKeyId: string | null;
  readonly includeUnconfirmed: boolean;
  readonly restorePassword: boolean;
  /** Days. It limits only what is not named by `revocationId` or `accessKeyId`. */
  readonly maxRecordAgeDays: number;
  /** Whether this deployment cannot issue a password, so that one must be created by hand. */
  readonly passwordsByHand?: boolean;
}

/** A genuine record that is not marked as restored. */
export interface OutstandingRecord {
  readonly record: RevocationRecord;
  /** Whether the record is marked as applied. */
  readonly applied: boolean;
  /** Whether the execution that wrote the record is still running. */
  readonly running: boolean;
  /** What the record is marked as having restored, by `markName` and `permissionName`. */
  readonly restored: ReadonlySet<string>;
  /** What a step of the execution changed, by the same names; known for records that are not applied. */
  readonly changed?: ReadonlySet<string>;
  /** When the deletion of a key began, by its ID, according to a mark; it counts only if the key is gone. */
  readonly deleted?: ReadonlyMap<string, Instant>;
  /** The permissions and MFA devices that a retirement removed, without damaged parts; absent for a revocation. */
  readonly permissions?: RetiredPermissions;
  /** The parts of the retirement that are not genuine: nothing is taken from them. */
  readonly damaged?: readonly DamagedPart[];
}

/** A part of a retirement that somebody changed, or that cannot be read. */
export interface DamagedPart extends Pick<RetirementPart, 'holds' | 'more'> {
  /** The parameter that is not genuine. */
  readonly name: string;
  readonly why: string;
  readonly writer: string;
}

/** A user's credentials at the time of the plan or verification. */
export interface CurrentCredentials {
  /** When the login profile was created; null if there is none. */
  readonly passwordCreated: Instant | null;
  /** The last sign-in. IAM keeps it after the login profile is deleted. */
  readonly passwordLastUsed?: Instant | undefined;
  readonly accessKeys: readonly {
    readonly id: string;
    readonly status: AccessKeyStatus;
    readonly lastUsed?: Instant | undefined;
  }[];
  /** Known if a record is of a retirement. */
  readonly permissions?: CurrentPermissions | undefined;
}

/** What to restore, and why the rest is not restored. */
export interface RestorationPlan {
  /** Inactive access keys to reactivate. */
  readonly accessKeyIds: readonly string[];
  /** The newest record that allows a new password; null for no password. */
  readonly passwordRecord: RevocationRecord | null;
  /** One reason for each credential. */
  readonly notRestored: readonly NotRestored[];
}

/** A recorded credential that is not restored. */
export interface NotRestored {
  readonly credential: RecordedCredential;
  readonly why: NotRestoredReason;
}

/** Why a recorded credential is not restored; `describeReason` puts it into words. */
export type NotRestoredReason =
  | { readonly kind: 'OtherRevocation' | 'Running' | 'Unconfirmed'; readonly executionId: string }
  | {
      readonly kind: 'TooOld';
      readonly executionId: string;
      /** Days. */
      readonly maxRecordAgeDays: number;
    }
  | {
      readonly kind: 'PasswordUsedSince';
      readonly lastUsed: Instant;
      readonly recordName: string;
    }
  | { readonly kind: 'RestoredBefore'; readonly recordName: string }
  | { readonly kind: 'KeyUsedSince'; readonly lastUsed: Instant }
  | { readonly kind: 'NotDeleted'; readonly status: AccessKeyStatus }
  | { readonly kind: 'Purged'; readonly deletedAt: Instant }
  | {
      readonly kind:
        | 'PasswordIssuedSince'
        | 'OldPasswordWorks'
        | 'PasswordNotRequested'
        | 'PasswordByHand'
        | 'Deleted'
        | 'DeletedSince'
        | 'AlreadyActive'
        | 'Expired'
        | 'OtherAccessKey'
        | 'NextRestoration';
    };

/** The document has steps for two access keys. A user has more only if AWS raised the quota. */
const accessKeySteps = 2;

/** Restores only what a record lists and what is still revoked. */
export function planRestoration(
  records: readonly OutstandingRecord[],
  current: CurrentCredentials,
  options: RestorationOptions,
  now: Instant,
): RestorationPlan {
  const accessKeyIds = new Set<string>();
  const passwords: RevocationRecord[] = [];
  const left: NotRestored[] = [];
  const newestFirst = records.toSorted((a, b) => b.record.recordedAt - a.record.recordedAt);
  for (const outstanding of withNewerMarks(newestFirst)) {
    for (const credential of outstanding.record.credentials) {
      const why = whyNot(credential, outstanding, current, options, now);
      if (why !== null) left.push({ credential, why });
      else if (credential.id !== null) {
        if (accessKeyIds.size < accessKeySteps) accessKeyIds.add(credential.id);
        else left.push({ credential, why: { kind: 'NextRestoration' } });
      } else passwords.push(outstanding.record);
    }
  }
  const [newest = null] = passwords;
  const isRestored = ({ id }: CredentialId) =>
    id === null ? newest !== null : accessKeyIds.has(id);
  return {
    accessKeyIds: [...accessKeyIds],
    passwordRecord: newest,
    // Another record may restore what this one does not.
    notRestored: oneReasonEach(left.filter(({ credential }) => !isRestored(credential))),
  };
}

/** What was restored after a record was written was restored after every older record, too. */
export function withNewerMarks(records: readonly OutstandingRecord[]): OutstandingRecord[] {
  return records.map((outstanding) => {
    const { recordedAt } = outstanding.record;
    const newer = records.filter(({ record }) => record.recordedAt > recordedAt);
    const restored = new Set([outstanding, ...newer].flatMap((each) => [...each.restored]));
    return { ...outstanding, restored };
  });
}

/**
 * If several records name a credential, the newest gives the reason, unless that reason is that another revocation
 * was requested.
 */
function oneReasonEach(left: readonly NotRestored[]): NotRestored[] {
  const reasons = new Map<string, NotRestored>();
  for (const candidate of left) {
    const name = markName(candidate.credential);
    const kept = reasons.get(name);
    if (kept === undefined || kept.why.kind === 'OtherRevocation') reasons.set(name, candidate);
  }
  return [...reasons.values()];
}

/** Why a recorded credential is not restored, or null. */
function whyNot(
  credential: RecordedCredential,
  outstanding: OutstandingRecord,
  current: CurrentCredentials,
  options: RestorationOptions,
  now: Instant,
): NotRestoredReason | null {
  const { executionId } = outstanding.record;
  const { revocationId } = options;
  if (revocationId !== null && revocationId !== executionId) {
    return { kind: 'OtherRevocation', executionId };
  }
  if (outstanding.running) return { kind: 'Running', executionId };
  return (
    notRevoked(credential, outstanding, current, now) ??
    notAllowed(credential, outstanding, options, now) ??
    (credential.type === 'password'
      ? whyNotPassword(credential, outstanding, current, options)
      : whyNotKey(credential, outstanding, current, options))
  );
}

/** Why nothing can be restored: the credential works, or no longer exists. Otherwise null. */
function notRevoked(
  { type, id, action, created }: RecordedCredential,
  { record, deleted }: OutstandingRecord,
  { passwordCreated, accessKeys }: CurrentCredentials,
  now: Instant,
): NotRestoredReason | null {
  if (type === 'password') {
    if (passwordCreated === null) return null;
    if (passwordCreated !== created) return { kind: 'PasswordIssuedSince' };
    // A read of IAM may still show the deleted one.
    return isYoung(record, now) ? null : { kind: 'OldPasswordWorks' };
  }
  const key = accessKeys.find((candidate) => candidate.id === id);
  if (action === 'Delete') {
    return key === undefined ? { kind: 'Deleted' } : { kind: 'NotDeleted', status: key.status };
  }
  switch (key?.status) {
    case undefined: {
      const deletedAt = deleted?.get(id ?? '');
      return deletedAt === undefined ? { kind: 'DeletedSince' } : { kind: 'Purged', deletedAt };
    }
    case 'Active':
      return { kind: 'AlreadyActive' };
    case 'Expired':
      return { kind: 'Expired' };
    // Stryker disable next-line all: without this case the result is undefined, which means the same
    case 'Inactive':
      return null;
  }
}

/** Why the record does not count, or null. */
function notAllowed(
  credential: RecordedCredential,
  { record, applied, changed }: OutstandingRecord,
  options: RestorationOptions,
  now: Instant,
): NotRestoredReason | null {
  const { executionId } = record;
  const { includeUnconfirmed, maxRecordAgeDays } = options;
  if (isTooOld(record, [credential], options, now)) {
    return { kind: 'TooOld', executionId, maxRecordAgeDays };
  }
  const isConfirmed = applied || changed?.has(markName(credential)) === true;
  return isConfirmed || includeUnconfirmed ? null : { kind: 'Unconfirmed', executionId };
}

/** Whether a record is too old, unless the starter named its revocation, or the access key that is to be restored. */
export function isTooOld(
  { recordedAt }: RevocationRecord,
  named: readonly CredentialId[],
  { revocationId, accessKeyId, maxRecordAgeDays }: RestorationOptions,
  now: Instant,
): boolean {
  const isNamed =
    revocationId !== null || (accessKeyId !== null && named.some(({ id }) => id === accessKeyId));
  return !isNamed && now - recordedAt > maxRecordAgeDays * millisecondsPerDay;
}

function whyNotPassword(
  credential: RecordedCredential,
  { record: { recordedAt, name: recordName }, restored }: OutstandingRecord,
  { passwordLastUsed }: CurrentCredentials,
  { restorePassword, passwordsByHand }: RestorationOptions,
): NotRestoredReason | null {
  if (restored.has(markName(credential))) return { kind: 'RestoredBefore', recordName };
  if (wasUsedSince(passwordLastUsed, recordedAt)) {
    return { kind: 'PasswordUsedSince', lastUsed: passwordLastUsed, recordName };
  }
  if (passwordsByHand === true) return { kind: 'PasswordByHand' };
  return restorePassword ? null : { kind: 'PasswordNotRequested' };
}

function whyNotKey(
  credential: RecordedCredential,
  { record: { recordedAt, name: recordName }, restored }: OutstandingRecord,
  { accessKeys }: CurrentCredentials,
  { accessKeyId }: RestorationOptions,
): NotRestoredReason | null {
  const { id } = credential;
  if (restored.has(markName(credential))) return { kind: 'RestoredBefore', recordName };
  // Stryker disable next-line OptionalChaining: a key that is not listed was deleted, which notRevoked said
  const lastUsed = accessKeys.find((key) => key.id === id)?.lastUsed;
  // AWS does not document whether IAM counts a refused request as use, so a named key is restored.
  if (accessKeyId !== id && wasUsedSince(lastUsed, recordedAt)) {
    return { kind: 'KeyUsedSince', lastUsed };
  }
  return accessKeyId === null || accessKeyId === id ? null : { kind: 'OtherAccessKey' };
}

function wasUsedSince(used: Instant | undefined, recordedAt: Instant): used is Instant {
  // Stryker disable next-line ConditionalExpression: undefined is not greater than any instant
  return used !== undefined && used > recordedAt + usageGranularity;
}

/** The recorded credentials that the user still cannot use after the plan is carried out. */
export function stillRevoked(
  notRestored: readonly NotRestored[],
  { passwordCreated, accessKeys }: CurrentCredentials,
): NotRestored[] {
  return notRestored.filter(({ credential: { type, id, created }, why }) => {
    if (type !== 'password')
      return !accessKeys.some((key) => key.id === id && isUsable(key.status));
    const isNew = passwordCreated !== null && passwordCreated !== created;
    return !isNew && why.kind !== 'OldPasswordWorks';
  });
}

/** What a mark on a record calls a password. */
export const passwordMark = 'password';

/** What a mark on a record calls the credential: `password`, or the access key's ID. */
export function markName({ id }: CredentialId): string {
  return id ?? passwordMark;
}

/** What this restoration restored and verified. */
export interface JustRestored {
  readonly accessKeyIds: readonly string[];
  readonly password: boolean;
  /** By `permissionName`. */
  readonly permissions?: readonly string[];
  /** Whether AWSDenyAll was detached. */
  readonly deny?: boolean;
}

/** For a plan, which has not restored anything yet. */
export const nothingRestored: JustRestored = { accessKeyIds: [], password: false };

/**
 * While a record is younger than this (milliseconds), a read of IAM may show the state before the revocation.
 * In practice, IAM's reads lag by seconds.
 */
const longestLag = 10 * 60_000;

/** Whether a read of IAM may still show the state before the record. */
export function isYoung({ recordedAt }: RevocationRecord, now: Instant): boolean {
  return now - recordedAt < longestLag;
}

/** Whether a key looks active although it was deactivated so recently that a read of IAM may not show it yet. */
export function mayLag(
  records: readonly OutstandingRecord[],
  { accessKeys }: CurrentCredentials,
  now: Instant,
): boolean {
  return records.some(
    ({ record, applied, changed, restored }) =>
      isYoung(record, now) &&
      record.credentials.some((credential) => {
        const name = markName(credential);
        const isRevoked = (applied || changed?.has(name) === true) && !restored.has(name);
        return (
          isRevoked &&
          credential.action === 'Deactivate' &&
          accessKeys.some((key) => key.id === credential.id && key.status === 'Active')
        );
      }),
  );
}

/** What an earlier execution of the document restored, according to Automation. */
export interface EarlierRestoration {
  readonly startedAt: Instant;
  readonly userId: string;
  /** By the names of marks: `markName`, `permissionName` and `denyMark`. */
  readonly restored: readonly string[];
}

/**
 * Counts as restored what an earlier restoration gave back since the record was written, even if the marks of the
 * record do not say so. A principal that removes marks must not be able to restore what someone revoked afterwards.
 */
export function withHistory(
  records: readonly OutstandingRecord[],
  restorations: readonly EarlierRestoration[],
): OutstandingRecord[] {
  return records.map((outstanding) => {
    const { recordedAt, userId } = outstanding.record;
    const since = restorations.filter(
      (each) => each.userId === userId && each.startedAt >= recordedAt,
    );
    const names = since.flatMap(({ restored }) => restored);
    return { ...outstanding, restored: new Set([...outstanding.restored, ...names]) };
  });
}

/** The credentials of the plan (access keys, and a password if one was to be issued) that cannot be used. */
export function stillUnusable(
  accessKeyIds: readonly string[],
  password: boolean,
  { passwordCreated, accessKeys }: CurrentCredentials,
): CredentialId[] {
  const keys = accessKeyIds
    .filter((id) => !accessKeys.some((key) => key.id === id && isUsable(key.status)))
    .map((id): CredentialId => ({ type: 'access-key', id }));
  return password && passwordCreated === null ? [...keys, { type: 'password', id: null }] : keys;
}

/** A loop of an Automation document runs over at most this many items. */
export const mostItems = 100;

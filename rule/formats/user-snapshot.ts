import type { AccessKey, AccessKeyStatus, Tag, User } from '../core/credentials.ts';
import type { Instant } from '../core/instant.ts';
import type { LastUse } from '../core/last-use.ts';
import type { CurrentCredentials } from '../core/restoration-plan.ts';
import type { ReportKey, ReportRow } from './report-row.ts';

/** An access key as ListAccessKeys shows it. */
export interface ListedAccessKey {
  readonly id: string;
  readonly status: AccessKeyStatus;
  readonly createDate: Instant;
}

/** An access key as ListAccessKeys and GetAccessKeyLastUsed show it. */
export interface LiveAccessKey extends ListedAccessKey, LastUse {
  readonly lastUsed: Instant | undefined;
}

/** An IAM user as listings show them. */
export interface UserIdentity {
  readonly userName: string;
  readonly userId: string;
  readonly arn: string;
  readonly path: string;
  readonly createDate: Instant;
  readonly tags: readonly Tag[];
}

/** An IAM user's credentials, read one by one from IAM: exact now, but without dates of change. */
export interface LiveCredentials {
  readonly passwordLastUsed: Instant | undefined;
  /** Null if the user has no login profile. */
  readonly loginProfileCreateDate: Instant | null;
  readonly accessKeys: readonly LiveAccessKey[];
}

/** The credentials that a restoration compares with the records. */
export function currentCredentials(live: LiveCredentials): CurrentCredentials {
  const { loginProfileCreateDate, passwordLastUsed, accessKeys } = live;
  return { passwordCreated: loginProfileCreateDate, passwordLastUsed, accessKeys };
}

/**
 * A user from live data. Their own row of the credential report, if there is one, adds the dates of change, which
 * IAM's operations do not return.
 */
export function fromLive(
  identity: UserIdentity,
  live: LiveCredentials,
  row: ReportRow | null,
): User {
  // Stryker disable next-line ArrayDeclaration: an entry without a date of change counts as no entry
  const changed = row === null ? [] : matchSlots(live.accessKeys, row.keys);
  return {
    ...describe(identity),
    password:
      live.loginProfileCreateDate === null
        ? null
        : {
            used: live.passwordLastUsed,
            created: live.loginProfileCreateDate,
            changed: row?.password?.changed,
          },
    accessKeys: live.accessKeys.map(
      (key, index): AccessKey => ({
        id: key.id,
        slot: changed[index]?.slot ?? null,
        status: key.status,
        used: key.lastUsed,
        created: key.createDate,
        changed: changed[index]?.lastRotated,
        ...newerUse(key, changed[index]),
      }),
    ),
    unjudged: unjudgedOf(row),
  };
}

/** Service and Region of the newer last use: reads of IAM lag, and the report is hours old. */
function newerUse(key: LiveAccessKey, slot: KeyChange | undefined): LastUse {
  const isNewer = (slot?.lastUsed ?? never) > (key.lastUsed ?? never);
  const { lastUsedService, lastUsedRegion } = (isNewer ? slot : undefined) ?? key;
  return { lastUsedService, lastUsedRegion };
}

const never = Number.NEGATIVE_INFINITY;

type Described = Pick<User, 'userName' | 'userId' | 'arn' | 'path' | 'tags'>;

/** The user according to their own row of the credential report. */
export function fromReport(identity: Described, row: ReportRow): User {
  return {
    ...describe(identity),
    password: row.password,
    accessKeys: row.keys.map((key) => ({
      id: null,
      slot: key.slot,
      status: key.active ? 'Active' : 'Inactive',
      used: key.lastUsed,
      changed: key.lastRotated,
      lastUsedService: key.lastUsedService,
      lastUsedRegion: key.lastUsedRegion,
    })),
    unjudged: unjudgedOf(row),
  };
}

/**
 * The user of a report with the IDs and creation dates of their keys. Null unless each key of the report is certainly
 * one of the listed ones. That one has the same status, and was created when the key of the report was last rotated.
 */
export function withKeyIds(user: User, listed: readonly ListedAccessKey[]): User | null {
  if (listed.length !== user.accessKeys.length) return null;
  const accessKeys: AccessKey[] = [];
  for (const key of user.accessKeys) {
    const [found, ...others] = listed.filter(
      ({ createDate, status }) =>
        createDate === key.changed && (status === 'Active') === (key.status === 'Active'),
    );
    if (found === undefined || others.length > 0) return null;
    const { id, status, createDate: created } = found;
    accessKeys.push({ ...key, id, status, created });
  }
  return { ...user, accessKeys };
}

function describe({ userName, userId, arn, path, tags }: Described): Described {
  return { userName, userId, arn, path, tags };
}

function unjudgedOf(row: ReportRow | null): User['unjudged'] {
  return {
    certificates: row?.certificates ?? [],
    other: row !== null && row.additionalCredentials !== null,
  };
}

/** The date of change that the report has for a key, and its slot if that is certain. */
interface KeyChange extends LastUse {
  readonly slot: 1 | 2 | null;
  readonly lastRotated: Instant;
  /** Known only if the slot is certain. */
  readonly lastUsed?: Instant | undefined;
}

/**
 * Each live key's change, in the order of the keys. The report names keys by slot, IAM by ID. A slot belongs to
 * the key created when the slot was last rotated; a slot that has changed since, to the only remaining key with
 * the same status and last use. If that leaves a choice, every remaining key gets the later date of change: it
 * may become unused too late, but never too early.
 */
export function matchSlots(
  keys: readonly LiveAccessKey[],
  slots: readonly ReportKey[],
): (KeyChange | undefined)[] {
  const matched = new Map<LiveAccessKey, KeyChange>();
  const free = new Set(slots);
  const assign = (fits: (key: LiveAccessKey, slot: ReportKey) => boolean) => {
    for (const key of keys) {
      const candidates = [...free].filter((slot) => fits(key, slot));
      const slot =
        candidates.find((candidate) => resembles(key, candidate)) ??
        // A key that was used since keeps its status, and a key of another status its last use.
        candidates.find(({ lastUsed }) => lastUsed === key.lastUsed) ??
        candidates.find(({ active }) => active === (key.status === 'Active')) ??
        candidates[0];
      if (matched.has(key) || slot === undefined) continue;
      const rivals = keys.filter((other) => !matched.has(other) && fits(other, slot));
      const sameDate = candidates.every(({ lastRotated }) => lastRotated === slot.lastRotated);
      if (!sameDate || rivals.length > candidates.length) continue;
      matched.set(key, slot);
      free.delete(slot);
    }
  };
  assign((key, slot) => {
    if (key.createDate !== slot.lastRotated) return false;
    // A key may be created in the same second in which an older one is changed.
    const looksOlder = (other: LiveAccessKey) =>
      other.createDate < slot.lastRotated && resembles(other, slot);
    return resembles(key, slot) || !keys.some(looksOlder);
  });
  assign(resembles);
  const lastRotated = Math.max(...[...free].map((slot) => slot.lastRotated));
  const leftOver = free.size === 0 ? undefined : { slot: null, lastRotated };
  return keys.map((key) => matched.get(key) ?? leftOver);
}

function resembles(key: LiveAccessKey, slot: ReportKey): boolean {
  return (key.status === 'Active') === slot.active && key.lastUsed === slot.lastUsed;
}

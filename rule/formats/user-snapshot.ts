import type { AccessKey, AccessKeyStatus, Tag, User } from '../core/credentials.ts';
import { ExpectedError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import {
  type CredentialReport,
  type ParsedReport,
  parseCredentialReport,
} from './credential-report.ts';
import type { ReportKey, ReportRow } from './report-row.ts';

/** An access key as ListAccessKeys and GetAccessKeyLastUsed show it. */
export interface LiveAccessKey {
  readonly id: string;
  readonly status: AccessKeyStatus;
  readonly createDate: Instant;
  readonly lastUsed: Instant | undefined;
}

/** Who an IAM user is: what the listings of users say. */
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
  /** Null when the user has no login profile. */
  readonly loginProfileCreateDate: Instant | null;
  readonly accessKeys: readonly LiveAccessKey[];
}

/**
 * Takes who a user is, his credentials read live, and his own row of the credential report, if there
 * is one, for the dates of change that only the report knows. Gives back the user to be judged.
 */
export function fromLive(
  identity: UserIdentity,
  live: LiveCredentials,
  row: ReportRow | null,
): User {
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
      }),
    ),
    unjudged: unjudgedOf(row),
  };
}

type Described = Pick<User, 'userName' | 'userId' | 'arn' | 'path' | 'tags'>;

/** Takes who a user is and his own row of the credential report. Gives back the user to be judged. */
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
    })),
    unjudged: unjudgedOf(row),
  };
}

function describe({ userName, userId, arn, path, tags }: Described): Described {
  return { userName, userId, arn, path, tags };
}

function unjudgedOf(row: ReportRow | null): User['unjudged'] {
  return {
    certificates: row?.certificates ?? false,
    other: row !== null && row.additionalCredentials !== null,
  };
}

/** The date of change that the report holds for a key, and its slot where that is certain. */
export interface KeyChange {
  readonly slot: 1 | 2 | null;
  readonly lastRotated: Instant;
}

/**
 * Takes a user's live keys and the keys of his own row. Gives back each live key's change, in order.
 * The report names keys by slot, IAM by ID. A slot belongs to the key created when the slot was last
 * rotated; a slot that has changed since, to the only remaining key of equal status and last use.
 * Where that leaves a choice, every key left over gets the later date of change: it may accuse late,
 * never too early.
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
      const [slot] = candidates;
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
    // A key may have been made in the very second in which an older one was changed.
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

/** What a credential report says of one user: his own row, null where it has none, and its age. */
export interface ReportEvidence {
  readonly row: ReportRow | null;
  readonly generatedAt: Instant;
}

/** A credential report with its rows read. */
export interface ReadReport extends Pick<ParsedReport, 'rows' | 'problems'> {
  readonly generatedAt: Instant;
}

/** Takes a stored report; gives it back read. Throws as parseCredentialReport does. */
export function readReport({ content, generatedAt }: CredentialReport): ReadReport {
  return { ...parseCredentialReport(content), generatedAt };
}

/**
 * Takes a report and who a user is. Gives back what the report says of him: a row under his ARN that
 * was made for another creation date belongs to a deleted user of the same name, and is not his.
 * Throws UserError when his row could not be read.
 */
export function evidenceOf(report: ReadReport, identity: UserIdentity): ReportEvidence {
  const problem = report.problems.get(identity.arn);
  if (problem !== undefined) throw new ExpectedError('UserError', problem.message);
  const row = report.rows.get(identity.arn);
  const own = row !== undefined && row.createDate === identity.createDate;
  return { row: own ? row : null, generatedAt: report.generatedAt };
}

/**
 * Takes credentials read live and the user's own row. Tells whether the row knows every credential
 * that existed when the report was made: one without a date of change cannot be accused.
 */
export function rowCovers(live: LiveCredentials, row: ReportRow, generatedAt: Instant): boolean {
  const profile = live.loginProfileCreateDate;
  if (profile !== null && profile < generatedAt && row.password === null) return false;
  const old = live.accessKeys.filter((key) => key.createDate < generatedAt);
  return old.length <= row.keys.length;
}

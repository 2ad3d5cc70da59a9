import { type Instant, millisecondsPerDay } from './instant.ts';
import type { LastUse } from './last-use.ts';

/** The status values of an access key in IAM's API. Only an Active key can be used. */
export type AccessKeyStatus = 'Active' | 'Inactive' | 'Expired';

/**
 * The known dates of a credential. A credential report has `changed` but not `created`, live reads have
 * `created` but not `changed`. Both have `used`, which is absent if the credential was never used.
 */
export interface ActivityDates {
  readonly used?: Instant | undefined;
  readonly created?: Instant | undefined;
  /** `password_last_changed` or `access_key_N_last_rotated` of the report. */
  readonly changed?: Instant | undefined;
}

/** A console password, that is, an existing login profile. */
export type Password = ActivityDates;

/** An access key of any status; `slot` is its number in the credential report, if known. */
export interface AccessKey extends ActivityDates, LastUse {
  readonly id: string | null;
  readonly slot: 1 | 2 | null;
  readonly status: AccessKeyStatus;
}

/** A signing certificate, as the credential report shows it. */
export interface Certificate {
  readonly status: 'Active' | 'Inactive';
  /** Created or last changed. */
  readonly changed?: Instant | undefined;
}

/** A tag of an IAM user. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The unique ID of an IAM user. */
export const userIdPattern = /^AIDA[A-Z0-9]{12,124}$/u;

/** Everything about an IAM user that a decision may depend on. */
export interface User {
  readonly userName: string;
  /** `AIDA…`, or null if only a report file is available. */
  readonly userId: string | null;
  readonly arn: string;
  readonly path: string;
  readonly tags: readonly Tag[];
  readonly password: Password | null;
  readonly accessKeys: readonly AccessKey[];
  /** Credentials without a last-used date, which are not evaluated. */
  readonly unjudged: { readonly certificates: readonly Certificate[]; readonly other: boolean };
}

/** The tag's value. Keys match without regard to case, as in IAM. */
export function tagValue(tags: readonly Tag[], key: string): string | undefined {
  const wanted = key.toLowerCase();
  return tags.find((tag) => tag.key.toLowerCase() === wanted)?.value;
}

/** Whether AWS accepts requests signed with a key of that status. */
export function isUsable(status: AccessKeyStatus): boolean {
  switch (status) {
    case 'Active':
      return true;
    case 'Inactive':
    case 'Expired':
      return false;
  }
}

/** The precision of last-used dates in IAM (milliseconds). */
export const usageGranularity = millisecondsPerDay / 24 / 4;

/** Whether data of that instant is as good as a live read: IAM's last-used dates are no more precise. */
export function isFresh(readAt: Instant, now: Instant): boolean {
  return now - readAt <= usageGranularity;
}

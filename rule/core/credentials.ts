import type { Instant } from './instant.ts';

/** The status values of an access key in IAM's API. Only an Active key can be used. */
export type AccessKeyStatus = 'Active' | 'Inactive' | 'Expired';

/**
 * The dates known of a credential. A credential report knows `changed` but not `created`, live
 * reads know `created` but not `changed`; both know `used`, which is absent when it never happened.
 */
export interface ActivityDates {
  readonly used?: Instant | undefined;
  readonly created?: Instant | undefined;
  /** `password_last_changed` or `access_key_N_last_rotated` of the report. */
  readonly changed?: Instant | undefined;
}

/** A console password, that is, an existing login profile. */
export type Password = ActivityDates;

/** An access key of any status; `slot` is its number in the credential report, where that is known. */
export interface AccessKey extends ActivityDates {
  readonly id: string | null;
  readonly slot: 1 | 2 | null;
  readonly status: AccessKeyStatus;
}

/** A tag of an IAM user. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Everything about an IAM user that a decision may rest on. */
export interface User {
  readonly userName: string;
  /** `AIDA…`, or null where only a report file is at hand. */
  readonly userId: string | null;
  readonly arn: string;
  readonly path: string;
  readonly tags: readonly Tag[];
  readonly password: Password | null;
  readonly accessKeys: readonly AccessKey[];
  /** What the user has that carries no last-used date and is not judged. */
  readonly unjudged: { readonly certificates: boolean; readonly other: boolean };
}

/** Takes tags and a key; gives back the value, matching keys without case, as IAM does. */
export function tagValue(tags: readonly Tag[], key: string): string | undefined {
  const wanted = key.toLowerCase();
  return tags.find((tag) => tag.key.toLowerCase() === wanted)?.value;
}

/** Takes a status; tells whether requests signed with a key of that status are accepted. */
export function isUsable(status: AccessKeyStatus): boolean {
  switch (status) {
    case 'Active':
      return true;
    case 'Inactive':
    case 'Expired':
      return false;
  }
}

import type { AccessKeyStatus, User } from './credentials.ts';
import { type Instant, millisecondsPerDay } from './instant.ts';

/** What is shown but does not decide: AWS records no last use, or, for a third access key, rarely shows it. */
export type UnjudgedKind =
  | 'service-specific-credential'
  | 'ssh-key'
  | 'signing-certificate'
  | 'access-key';

/** One such credential. */
export interface UnjudgedCredential {
  readonly kind: UnjudgedKind;
  /** Null for a signing certificate: the credential report has no IDs. */
  readonly id: string | null;
  /** The AWS service of a service-specific credential. */
  readonly service: string | null;
  readonly status: AccessKeyStatus;
  /** For a signing certificate, when it was created or last changed. */
  readonly created: Instant | null;
  /** Null if it does not expire, or if that is not known. */
  readonly expires: Instant | null;
}

/** A credential as IAM lists it, with its user. */
export interface OwnedCredential extends UnjudgedCredential {
  readonly userName: string;
}

/** How many credentials that are not evaluated can be used. */
export interface UnjudgedCounts {
  /** Null if they were not read, as `sshKeys`. */
  readonly serviceSpecificCredentials: number | null;
  /** The service-specific credentials that expire within 30 days. */
  readonly expiringSoon: number;
  readonly sshKeys: number | null;
  readonly signingCertificates: number;
  readonly usersWithMoreThanTwoAccessKeys: number;
}

/** IAM allows two access keys a user, unless AWS raised the quota. */
const usualAccessKeys = 2;
const none: readonly UnjudgedCredential[] = [];
const soon = 30 * millisecondsPerDay;

/** The signing certificates of a user, and the access keys beyond the two oldest, where they were read. */
export function unjudgedOf({ unjudged, accessKeys }: User): readonly UnjudgedCredential[] {
  // Stryker disable next-line ConditionalExpression,EqualityOperator: a shortcut, since an organization has many users
  if (unjudged.certificates.length === 0 && accessKeys.length <= usualAccessKeys) return none;
  const oldestFirst = accessKeys.toSorted((a, b) => (a.created ?? 0) - (b.created ?? 0));
  return [
    ...unjudged.certificates.map(
      ({ status, changed = null }): UnjudgedCredential => ({
        ...{ kind: 'signing-certificate', id: null, service: null },
        ...{ status, created: changed, expires: null },
      }),
    ),
    ...oldestFirst.slice(usualAccessKeys).map(
      ({ id, status, created = null }): UnjudgedCredential => ({
        ...{ kind: 'access-key', id, service: null, status, created, expires: null },
      }),
    ),
  ];
}

/** Sorts listed credentials by user; `rest` are those of users who are not among the names. */
export function groupByUser(listed: readonly OwnedCredential[], userNames: readonly string[]) {
  const byUser = new Map<string, OwnedCredential[]>(userNames.map((name) => [name, []]));
  for (const each of listed) byUser.get(each.userName)?.push(each);
  return {
    of: (userName: string): readonly OwnedCredential[] => byUser.get(userName) ?? [],
    rest: listed.filter(({ userName }) => !byUser.has(userName)),
  };
}

/** What was read beyond the report and the users themselves. */
export interface ReadKinds {
  readonly serviceSpecific: boolean;
  readonly ssh: boolean;
}

/** Counts what can be used, from one list for each user. A third access key counts whatever its status. */
export function countUnjudged(
  users: readonly (readonly UnjudgedCredential[])[],
  read: ReadKinds,
  now: Instant,
): UnjudgedCounts {
  const usable = users
    .flat()
    .filter(({ status, expires }) => status === 'Active' && (expires === null || expires > now));
  const of = (kind: UnjudgedKind) => usable.filter((each) => each.kind === kind);
  const expiring = of('service-specific-credential').filter(
    ({ expires }) => expires !== null && expires - now <= soon,
  );
  return {
    serviceSpecificCredentials: read.serviceSpecific
      ? of('service-specific-credential').length
      : null,
    expiringSoon: expiring.length,
    sshKeys: read.ssh ? of('ssh-key').length : null,
    signingCertificates: of('signing-certificate').length,
    usersWithMoreThanTwoAccessKeys: users.filter((all) =>
      all.some(({ kind }) => kind === 'access-key'),
    ).length,
  };
}

/** The sums of two accounts' counts; null for a count that one of them lacks. */
export function addCounts(a: UnjudgedCounts, b: UnjudgedCounts): UnjudgedCounts {
  const add = (one: number | null, other: number | null) =>
    one === null || other === null ? null : one + other;
  return {
    serviceSpecificCredentials: add(a.serviceSpecificCredentials, b.serviceSpecificCredentials),
    expiringSoon: a.expiringSoon + b.expiringSoon,
    sshKeys: add(a.sshKeys, b.sshKeys),
    signingCertificates: a.signingCertificates + b.signingCertificates,
    usersWithMoreThanTwoAccessKeys:
      a.usersWithMoreThanTwoAccessKeys + b.usersWithMoreThanTwoAccessKeys,
  };
}

/** The counts in words; null if there is nothing to show. */
export function describeUnjudged(counts: UnjudgedCounts): string | null {
  const { serviceSpecificCredentials, expiringSoon, sshKeys, signingCertificates } = counts;
  const { usersWithMoreThanTwoAccessKeys: owners } = counts;
  const verb = expiringSoon === 1 ? 'expires' : 'expire';
  const expiry = expiringSoon === 0 ? '' : ` (${expiringSoon} ${verb} within 30 days)`;
  const kinds = [
    ...some(serviceSpecificCredentials, 'service-specific credential', expiry),
    ...some(sshKeys, 'SSH key'),
    ...some(signingCertificates, 'signing certificate'),
  ];
  const sentences = [
    ...(kinds.length === 0 ? [] : [`Not evaluated: ${kinds.join(', ')}.`]),
    ...some(owners, 'IAM user').map((users) => `More than two access keys: ${users}.`),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}

function some(count: number | null, noun: string, more = ''): string[] {
  if (count === null || count === 0) return [];
  return [`${count} ${noun}${count === 1 ? '' : 's'}${more}`];
}

import { withoutControls } from '../core/annotation.ts';
import { describeActivity, labelOf } from '../core/assess-credential.ts';
import { formatDate, type Instant } from '../core/instant.ts';
import { functionNames } from '../core/names.ts';
import { describeUnjudged, type UnjudgedCounts } from '../core/unjudged.ts';
import { daysUntil, type Warning } from '../core/warnings.ts';
import type { TopicMessage } from './messages.ts';

/** The findings of a scheduled run that a digest reports. */
interface ScheduledFindings {
  /** 12 digits, or a word if it is not known. */
  readonly accountId: string;
  readonly ruleName: string;
  /** The newly NON_COMPLIANT users. */
  readonly users: readonly { readonly userName: string; readonly annotation: string }[];
  /** The users to warn about, with the credentials that become unused soon. */
  readonly warned: readonly { readonly userName: string; readonly warnings: readonly Warning[] }[];
  /** The names of users without a verdict, whose earlier results stand. */
  readonly undecided: readonly string[];
  /** The number of NON_COMPLIANT users after this run: the new ones, and those whose earlier results stand, included. */
  readonly nonCompliant: number;
  readonly now: Instant;
  /** The owner of all these users; null for a digest about all users. */
  readonly owner: string | null;
  readonly unjudged: UnjudgedFindings;
}

/** The credentials that a run does not evaluate, of the users of a digest. */
export interface UnjudgedFindings {
  readonly counts: UnjudgedCounts;
  /** Why the service-specific credentials could not be read; null if they were. */
  readonly problem: string | null;
}

/** SNS accepts messages of 256 KB. This many users with the longest annotations stay below 110 KB. */
const longestList = 100;

/** Lists at most 100 users or credentials of each kind, and counts the rest. At least one list is not empty. */
export function describeDigest(found: ScheduledFindings): TopicMessage {
  const { users, warned, undecided, nonCompliant, owner, now } = found;
  const [accountId, ruleName] = [withoutControls(found.accountId), withoutControls(found.ruleName)];
  const subject =
    users.length > 0
      ? `Newly NON_COMPLIANT: ${count(users.length)} in account ${accountId}`
      : warned.length > 0
        ? `Becoming unused soon: credentials of ${count(warned.length)} in account ${accountId}`
        : `Not evaluated: ${count(undecided.length)} in account ${accountId}`;
  const reasons = users.map(({ userName, annotation }) => `${userName}: ${annotation}`);
  const newOnes = `AWS Config rule ${ruleName} found ${count(users.length)} newly NON_COMPLIANT in account ${accountId}:`;
  const openOnes = `AWS Config rule ${ruleName} could not evaluate ${count(undecided.length)} in account ${accountId}:`;
  return {
    attributes: {
      event:
        users.length > 0
          ? 'user-newly-noncompliant'
          : warned.length > 0
            ? 'credential-becoming-unused'
            : 'user-not-evaluated',
      account: accountId,
      ...(owner === null ? {} : { owner }),
    },
    subject: subject.slice(0, 100),
    message: [
      ...(owner === null ? [] : [`Owner: ${owner}`, '']),
      ...(users.length > 0 ? [newOnes, ...list(reasons), ''] : []),
      ...(warned.length > 0
        ? [
            'These credentials become unused soon. To keep one, use it before the date:',
            ...list(
              warned.flatMap(({ userName, warnings }) =>
                warnings.map((warning) => `${userName}: ${describeWarning(warning, now)}`),
              ),
            ),
            '',
          ]
        : []),
      ...(undecided.length > 0
        ? [
            openOnes,
            ...list(undecided),
            'Their credentials look unused, but no complete row of the credential report certainly belongs to them.',
            'Their earlier results stay until IAM generates a newer report. A renamed user or a reactivated access key can cause this.',
            '',
          ]
        : []),
      `NON_COMPLIANT in total${owner === null ? '' : ' for this owner'}: ${count(nonCompliant)}.`,
      ...describeUnjudgedFindings(found.unjudged),
      `For the current list, open the AWS Config console, choose Rules, then ${ruleName}.`,
      'If automatic remediation is on, it revokes the unused credentials.',
    ].join('\n'),
  };
}

function describeUnjudgedFindings({ counts, problem }: UnjudgedFindings): string[] {
  const sentences = [
    describeUnjudged(counts),
    problem === null ? null : `Service-specific credentials could not be counted: ${problem}.`,
  ].filter((sentence) => sentence !== null);
  return sentences.length === 0 ? [] : [withoutControls(sentences.join(' '))];
}

/** For example `key 1 (used 2026-11-09) becomes unused 2026-12-24, in 14 days`. */
export function describeWarning({ credential, at }: Warning, now: Instant): string {
  const days = daysUntil(at, now);
  const inDays = days === 1 ? 'in 1 day' : `in ${days} days`;
  const what = `${labelOf(credential)} (${describeActivity(credential)})`;
  return `${what} becomes unused ${formatDate(at)}, ${inDays}`;
}

function list(lines: readonly string[]): string[] {
  const more = lines.length - longestList;
  return [
    ...lines.slice(0, longestList).map((line) => `- ${withoutControls(line)}`),
    ...(more > 0 ? [`and ${more} more. The log of ${functionNames.evaluate} lists them.`] : []),
  ];
}

function count(users: number): string {
  return users === 1 ? '1 IAM user' : `${users} IAM users`;
}

import type { Clients } from '../../rule/aws/clients.ts';
import type { Clock } from '../../rule/clock.ts';
import { formatInstant, type Instant } from '../../rule/core/instant.ts';
import type { RuleParameters } from '../../rule/core/rule-parameters.ts';
import { judgeAccount } from '../../rule/judging/judge-account.ts';
import { instantFormatter } from './instant-text.ts';
import { type Gathered, toAuditedUser } from './result.ts';
import { readUnjudged } from './unjudged.ts';

/** How an account is evaluated. */
export interface LiveOptions {
  readonly parameters: RuleParameters;
  /** Undefined for now. */
  readonly asOf: Instant | undefined;
  /** Whether to list SSH keys, with one request for each user. */
  readonly sshKeys: boolean;
}

/** How long IAM may take to generate a report and to answer live reads (milliseconds). */
const patience = 3_600_000;

/**
 * Waits for a credential report of the account that the clients are signed in to, and evaluates its users as the rule
 * does. Throws AwsError, which names a missing permission, and CredentialReportError if no user can be evaluated.
 */
export async function auditAccount(
  { parameters, asOf, sshKeys }: LiveOptions,
  { iam }: Clients<'iam'>,
  clock: Clock,
  onProgress: (what: string) => void,
): Promise<Gathered> {
  const currentTime = clock.now();
  const now = asOf ?? currentTime;
  const deadline = currentTime + patience;
  const context = { iam, parameters, now, currentTime, clock, deadline, onProgress };
  const account = await judgeAccount(context, { identifyUnusedKeys: true });
  const undecided = account.undecided.map(({ arn }) => ({
    arn,
    message:
      'the stored credential report has no row for the user; audit again after IAM generates a new one, within 4 hours',
  }));
  const { unjudgedOf, unjudged, notes } = await readUnjudged(
    iam,
    account.judged.map(({ user }) => user),
    { sshKeys, now, onProgress },
  );
  const format = instantFormatter();
  return {
    accounts: [{ accountId: account.accountId ?? 'unknown', asOf: now }],
    users: account.judged.map((judgement) =>
      toAuditedUser(judgement, unjudgedOf(judgement.user), format),
    ),
    errors: [...account.failed, ...undecided].map((problem) => {
      return { ...problem, accountId: account.accountId };
    }),
    asOf: now,
    unjudged,
    notes: [...(now < currentTime ? [describePast(now)] : []), ...notes],
  };
}

/** A credential has no history: one that was unused then, and used since, counts as used. */
function describePast(now: Instant): string {
  return `IAM keeps only the last use of a credential; those that were used after ${formatInstant(now)} do not count as unused then`;
}

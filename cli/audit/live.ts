import type { Clients } from '../../rule/aws/clients.ts';
import type { Clock } from '../../rule/clock.ts';
import type { Instant } from '../../rule/core/instant.ts';
import { judgeAccount } from '../../rule/judging/judge-account.ts';
import type { AuditOptions } from './command.ts';
import { type Gathered, toAuditedUser } from './result.ts';

/** How long IAM may take to generate a report and to answer live reads (milliseconds). */
const patience = 3_600_000;

/** Evaluates the users of the account that the clients are signed in to. Throws AwsError and CredentialReportError if no user can be evaluated. */
export async function auditLive(
  { parameters, asOf }: AuditOptions,
  { iam }: Clients<'iam'>,
  clock: Clock,
  onProgress: (what: string) => void,
): Promise<Gathered> {
  const currentTime: Instant = clock.now();
  const now = asOf ?? currentTime;
  const deadline = currentTime + patience;
  const context = { iam, parameters, now, currentTime, clock, deadline, onProgress };
  const account = await judgeAccount(context, { identifyUnusedKeys: true });
  const undecided = account.undecided.map(({ arn }) => ({
    arn,
    message:
      'the stored credential report has no row for the user; audit again after IAM generates a new one, within 4 hours',
  }));
  return {
    accounts: 1,
    users: account.judged.map(toAuditedUser),
    errors: [...account.failed, ...undecided],
    asOf: now,
    notes: [],
  };
}

import { ExpectedError } from '../core/errors.ts';
import { automationRoleArn } from '../core/names.ts';
import type { UserIdentity } from '../formats/live-user.ts';
import type { RemediationClients } from '../gateways/remediation-clients.ts';
import { type Ask, confirm } from './confirm.ts';
import type { CommandEnvironment } from './environment.ts';
import type { ExecutionOutcome } from './execution-outcome.ts';
import { type OutcomeView, outcomeWriter } from './outcome-writer.ts';
import { startProgress } from './progress.ts';
import { automationOf, runExecutions } from './run-executions.ts';

/** A document that is to be run for users. */
export interface Remediation {
  readonly documentName: string;
  /** What it does, as `Revoke the unused credentials`. */
  readonly what: string;
  readonly users: readonly UserIdentity[];
  readonly parameters: Readonly<Record<string, string>>;
  /** What is told before asking, a line each. */
  readonly notes: readonly string[];
  /** Asks for a confirmation; null for none. */
  readonly ask: Ask | null;
}

/** Takes the environment; gives back clients. Throws UsageError where there are none, and CredentialsError. */
export function remediationClients({
  createRemediationClients,
}: CommandEnvironment): Promise<RemediationClients> {
  if (createRemediationClients !== undefined) return createRemediationClients();
  throw new ExpectedError('UsageError', 'AWS cannot be called from here; only audit --report can');
}

/** Takes the environment, what is going on, and work. Tells of it when it takes long. Gives back what the work gives, and throws what it throws. */
export async function withProgress<Result>(
  { tell, clock }: CommandEnvironment,
  what: string,
  work: (report: (what: string) => void) => Promise<Result>,
): Promise<Result> {
  const progress = startProgress(tell, clock);
  progress.report(what);
  try {
    return await work(progress.report);
  } finally {
    progress.stop();
  }
}

/**
 * Takes a remediation, how to show outcomes, the clients and the environment. Asks, runs the document for each
 * user, follows it, and writes what became of it. Gives back the outcomes, or null where it was not confirmed.
 */
export async function remediate<Outcome extends ExecutionOutcome>(
  { documentName, what, users, parameters, notes, ask }: Remediation,
  view: OutcomeView<Outcome>,
  { ssm }: RemediationClients,
  environment: CommandEnvironment,
): Promise<readonly Outcome[] | null> {
  const region = await ssm.config.region();
  const [first] = users;
  const [, partition = '', , , accountId = ''] = first?.arn.split(':') ?? [];
  if (ask !== null) {
    const change = { what, users, accountId, region, parameters, notes };
    if (!(await confirm(change, ask, environment.tell))) {
      environment.tell('Nothing was started.');
      return null;
    }
  }
  const AutomationAssumeRole = automationRoleArn(documentName, { partition, accountId, region });
  const writer = outcomeWriter(view, environment);
  await runExecutions(
    users,
    ({ userId }) => ({ IAMResourceId: userId, AutomationAssumeRole, ...parameters }),
    automationOf(ssm, documentName, region),
    writer.add,
    environment,
  );
  return writer.end();
}

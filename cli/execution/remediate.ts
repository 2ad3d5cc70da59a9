import type { Clients } from '../../rule/aws/clients.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import { automationRoleArn } from '../../rule/core/names.ts';
import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment } from '../environment.ts';
import { type RemediationCommand, usage } from '../options.ts';
import { startProgress } from '../terminal/progress.ts';
import { plain } from '../terminal/style.ts';
import { type ExecutionOutcome, type OutcomeView, outcomeWriter } from './outcome.ts';
import { automationOf, runExecutions } from './run.ts';

/** Asks a person a question; gives back the answer. */
export type Ask = NonNullable<CommandEnvironment['ask']>;

/** What a person is asked to confirm. */
export interface Change {
  /** What is to be done, as `Revoke the unused credentials`. */
  readonly what: string;
  readonly users: readonly UserIdentity[];
  readonly accountId: string;
  readonly region: string;
  /** The parameters that were chosen. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What else a person should know, a line each. */
  readonly notes: readonly string[];
}

/** Takes the environment and the command. Gives back what asks a person. Throws UsageError where nobody can be asked. */
export function requireAsk(
  { ask }: Pick<CommandEnvironment, 'ask'>,
  command: RemediationCommand,
): Ask {
  if (ask !== undefined) return ask;
  const message = 'standard input is no terminal, so that nobody can be asked; add --yes';
  throw usage(message, command);
}

/** Takes a change, what asks a person and what tells. Lists whom it concerns. Gives back whether it was confirmed. */
export async function confirm(
  { what, users, accountId, region, parameters, notes }: Change,
  ask: Ask,
  tell: (line: string) => void,
): Promise<boolean> {
  for (const { userName, userId, arn } of users) tell(plain(`  ${userName} (${userId}) ${arn}`));
  const chosen = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  if (chosen.length > 0) tell(plain(`  with ${chosen.join(', ')}`));
  for (const note of notes) tell(`  ${note}`);
  const whose = users.length === 1 ? '1 user' : `${users.length} users`;
  const answer = await ask(
    plain(`${what} of ${whose} in account ${accountId} (${region})? [y/N] `),
  );
  return /^y(es)?$/iu.test(answer.trim());
}

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
}: CommandEnvironment): Promise<Clients<'iam' | 'config' | 'ssm'>> {
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
  { ssm }: Clients<'iam' | 'config' | 'ssm'>,
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

import type { Clients } from '../../rule/aws/clients.ts';
import { splitArn } from '../../rule/core/arns.ts';
import { automationRoleArn } from '../../rule/core/names.ts';
import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { type CommandName, type RunChoice, usage } from '../options.ts';
import { plain } from '../terminal/style.ts';
import { wrapLine } from '../terminal/table.ts';
import { type ExecutionOutcome, hasSucceeded, type OutcomeView, outcomeWriter } from './outcome.ts';
import { automationOf, type ExecutionResult, runExecutions } from './run.ts';
import { createRunLog, type RunLog } from './run-log.ts';

/** A command that runs a document for users, or for one account. */
export interface DocumentCommand<Outcome extends ExecutionOutcome>
  extends Omit<OutcomeView<Outcome>, 'format'> {
  readonly name: CommandName;
  readonly documentName: string;
  /** Reads what the document is run for. Throws ExpectedError. */
  readonly prepare: (
    clients: Clients,
    environment: CommandEnvironment,
  ) => Promise<Prepared<Outcome>>;
  /** Whether a dry run decides what the command asks about. */
  readonly previews: boolean;
  /** The lines about a user that are shown before the question. The plan is that of the dry run. */
  readonly describe: (user: UserIdentity, plan: Outcome | null) => readonly string[];
  /** The beginning of the question, such as `Revoke 3 credentials of 2 users`. */
  readonly question: (users: readonly UserIdentity[], plans: readonly Outcome[]) => string;
  readonly exitCode: (outcomes: readonly Outcome[]) => ExitCode;
}

/** What a document is run for, and how. */
interface Prepared<Outcome> {
  /** At least one user. */
  readonly users: readonly UserIdentity[];
  readonly parametersOf: (user: UserIdentity) => Readonly<Record<string, string>>;
  /** What else a person should know before they confirm these plans, one line each. */
  readonly notes: (plans: readonly Outcome[]) => readonly string[];
}

type Ask = NonNullable<CommandEnvironment['ask']>;

/** Asks, runs the document for each user, follows it and writes the outcomes. Throws ExpectedError if nothing was started. */
export async function runDocumentCommand<Outcome extends ExecutionOutcome>(
  command: DocumentCommand<Outcome>,
  choice: RunChoice,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const ask = choice.yes || choice.dryRun ? null : requireAsk(environment, command.name);
  const log = createRunLog(command.documentName);
  const stopListening = environment.onInterrupt?.(log.describe);
  try {
    return await run(command, choice, ask, log, environment);
  } finally {
    stopListening?.();
  }
}

async function run<Outcome extends ExecutionOutcome>(
  command: DocumentCommand<Outcome>,
  { dryRun, verbose, format }: RunChoice,
  ask: Ask | null,
  log: RunLog,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const { documentName } = command;
  const clients = await environment.connect('deployed');
  const { ssm } = clients;
  const { users, parametersOf, notes } = await command.prepare(clients, environment);
  const region = await ssm.config.region();
  const { partition, accountId } = splitArn(users[0]?.arn ?? '');
  const AutomationAssumeRole = automationRoleArn(documentName, { partition, accountId, region });
  const writer = outcomeWriter({ ...command, format }, environment);
  const start = (
    whom: readonly UserIdentity[],
    isDry: boolean,
    finished: (result: ExecutionResult) => Promise<void>,
  ) =>
    runExecutions(
      whom,
      (user) => ({
        AutomationAssumeRole,
        ...parametersOf(user),
        ...(isDry ? { DryRun: 'true' } : {}),
      }),
      automationOf(ssm, documentName, region),
      finished,
      { verbose, log },
      environment,
    );

  const results: ExecutionResult[] = [];
  if (ask !== null && command.previews) {
    await start(users, true, async (result) => void results.push(result));
  }
  const plans = plansOf(results, command.toOutcome);
  for (const result of results) if (!plans.has(result.user)) await writer.add(result);
  const due = results.length > 0 ? [...plans.keys()] : users;
  if (ask !== null && due.length > 0) {
    const planned = [...plans.values()];
    const lines = due.flatMap((user) => command.describe(user, plans.get(user) ?? null));
    const question = `${command.question(due, planned)} in account ${accountId} (${region})`;
    if (!(await confirm([...lines, ...notes(planned)], question, ask, environment))) {
      environment.tell('Nothing was changed.');
      return 2;
    }
  }
  await start(due, dryRun, writer.add);
  return command.exitCode(await writer.end(users.map(({ userId }) => userId)));
}

/** The users for whom a dry run found something to do, and its plan; none if one could not be followed. */
function plansOf<Outcome extends ExecutionOutcome>(
  results: readonly ExecutionResult[],
  toOutcome: (result: ExecutionResult) => Outcome,
): Map<UserIdentity, Outcome> {
  if (results.some(({ failure }) => failure !== null)) return new Map();
  const plans = results.map((result) => [result.user, toOutcome(result)] as const);
  return new Map(plans.filter(([, plan]) => hasSucceeded(plan) && plan.outcome === 'DryRun'));
}

/** Throws UsageError if there is no terminal to ask on. */
function requireAsk({ ask }: Pick<CommandEnvironment, 'ask'>, command: CommandName): Ask {
  if (ask !== undefined) return ask;
  throw usage('stdin is not a terminal; pass --yes', command);
}

/** Shows what would be changed, and asks for confirmation. */
export async function confirm(
  lines: readonly string[],
  question: string,
  ask: Ask,
  { tell, width }: Pick<CommandEnvironment, 'tell' | 'width'>,
): Promise<boolean> {
  for (const line of lines) tell(wrapLine(`  ${plain(line)}`, width, 4));
  const answer = await ask(plain(`${question}? [y/N] `));
  return /^y(es)?$/iu.test(answer.trim());
}

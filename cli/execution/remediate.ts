import type { Clients } from '../../rule/aws/clients.ts';
import { readRemediation } from '../../rule/aws/config-rule.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import { automationRoleArn, documentNames } from '../../rule/core/names.ts';
import { splitArn } from '../../rule/formats/arns.ts';
import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment } from '../environment.ts';
import { type CommandName, type DocumentOption, usage } from '../options.ts';
import { plain } from '../terminal/style.ts';
import { type ExecutionOutcome, type OutcomeView, outcomeWriter } from './outcome.ts';
import { automationOf, runExecutions } from './run.ts';

type Parameters = Readonly<Record<string, string>>;

/**
 * Completes the given parameters with those that AWS Config passes to the document in the rule's remediation, so
 * that a person does what automatic remediation does. Throws AwsError, and RuleParameterError for a value that the
 * document does not accept: an unreadable limit is not the same as no limit.
 */
export async function withRemediationDefaults(
  config: Clients['config'],
  rule: DocumentOption,
  options: readonly DocumentOption[],
  given: Parameters,
): Promise<Parameters> {
  const remediation = await readRemediation(config, given[rule.parameter] ?? rule.default);
  if (remediation?.targetId !== documentNames.revoke) return given;
  const configured = options.flatMap(({ parameter, accepts, expected }) => {
    const value = remediation.parameters.get(parameter);
    if (value === undefined || parameter === rule.parameter || parameter in given) return [];
    if (value.kind === 'static' && accepts(value.text)) return [[parameter, value.text] as const];
    throw new ExpectedError(
      'RuleParameterError',
      `the rule's remediation passes ${parameter} as ${JSON.stringify(value.text)}; expected ${expected}. ` +
        'Fix the stack, or give the option',
    );
  });
  return { ...Object.fromEntries(configured), ...given };
}

/** Asks a question and resolves to the answer. */
export type Ask = NonNullable<CommandEnvironment['ask']>;

/** What a person confirms. */
export interface Change {
  /** The beginning of the question, such as `Revoke the unused credentials`. */
  readonly what: string;
  readonly users: readonly UserIdentity[];
  readonly accountId: string;
  readonly region: string;
  /** The parameters that were chosen. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What else a person should know, one line each. */
  readonly notes: readonly string[];
}

/** Throws UsageError if there is no terminal to ask on. */
export function requireAsk({ ask }: Pick<CommandEnvironment, 'ask'>, command: CommandName): Ask {
  if (ask !== undefined) return ask;
  throw usage('stdin is not a terminal; pass --yes', command);
}

/** Shows the change and asks for confirmation. */
export async function confirm(
  { what, users, accountId, region, parameters, notes }: Change,
  ask: Ask,
  tell: (line: string) => void,
): Promise<boolean> {
  for (const { userName, userId, arn } of users) tell(plain(`  ${userName} (${userId}) ${arn}`));
  const chosen = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  if (chosen.length > 0) tell(plain(`  with ${chosen.join(', ')}`));
  for (const note of notes) tell(`  ${note}`);
  const count = users.length === 1 ? '1 user' : `${users.length} users`;
  const answer = await ask(
    plain(`${what} of ${count} in account ${accountId} (${region})? [y/N] `),
  );
  return /^y(es)?$/iu.test(answer.trim());
}

/** A document to run for users. */
export interface Remediation {
  readonly documentName: string;
  /** The beginning of the question, such as `Revoke the unused credentials`. */
  readonly what: string;
  readonly users: readonly UserIdentity[];
  readonly parameters: Readonly<Record<string, string>>;
  /** What is shown before asking, one line each. */
  readonly notes: readonly string[];
  /** Null to start without asking. */
  readonly ask: Ask | null;
}

/** Asks, runs the document for each user, follows it and writes the outcomes. Returns null if it was not confirmed. */
export async function remediate<Outcome extends ExecutionOutcome>(
  { documentName, what, users, parameters, notes, ask }: Remediation,
  view: OutcomeView<Outcome>,
  { ssm }: Clients<'ssm'>,
  environment: CommandEnvironment,
): Promise<readonly Outcome[] | null> {
  const region = await ssm.config.region();
  const [first] = users;
  const { partition, accountId } = splitArn(first?.arn ?? '');
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

import type { Clients } from '../../rule/aws/clients.ts';
import { messageOf } from '../../rule/core/errors.ts';
import { documentNames } from '../../rule/core/names.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { withRemediationDefaults } from '../execution/defaults.ts';
import {
  type ExecutionOutcome,
  hasSucceeded,
  listOf,
  type OutcomeLines,
  textOf,
  toOutcome,
} from '../execution/outcome.ts';
import { remediate, remediationClients, requireAsk, withProgress } from '../execution/remediate.ts';
import type { ExecutionResult } from '../execution/run.ts';
import { findOwner, findUsers } from '../execution/users.ts';
import { commonOptions } from '../options.ts';
import { plainJson } from '../terminal/style.ts';
import type { RestoreOptions, RestoreTarget } from './command.ts';
import { listRecords, renderRecords } from './list.ts';
import { withOptions } from './listed-record.ts';

/** What restore shows of a user's execution. */
export interface RestoreOutcome extends ExecutionOutcome {
  /** What can be used again for sure. */
  readonly restored: readonly string[];
  /** What the plan was to restore. */
  readonly toRestore: readonly string[];
  /** With why not. */
  readonly notRestored: readonly string[];
  readonly exemptUntil: string | null;
  /** The ARN of the secret that holds a new password. */
  readonly secretArn: string | null;
  readonly warning: string | null;
  /** Names of records that hold nothing more to restore. */
  readonly settledRecords: readonly string[];
}

/** Takes a result; gives back what restore shows of it. */
export function toRestoreOutcome(result: ExecutionResult): RestoreOutcome {
  const common = toOutcome(result);
  return {
    ...common,
    reason: common.reason === null ? null : withOptions(common.reason),
    restored: listOf(result, 'Result.Restored'),
    toRestore: listOf(result, 'Decision.ToRestore'),
    notRestored: [
      ...listOf(result, 'Decision.NotRestored').map(withOptions),
      ...listOf(result, 'Result.NotRestored'),
    ],
    exemptUntil: textOf(result, 'Decision.ExemptUntil'),
    secretArn: textOf(result, 'Password.SecretArn'),
    warning: textOf(result, 'Password.Warning'),
    settledRecords: listOf(result, 'Result.SettledRecords'),
  };
}

/** Takes an outcome; gives back its lines of the table. */
export function restoreLines(outcome: RestoreOutcome): OutcomeLines {
  const { restored, toRestore, notRestored } = outcome;
  return [
    ['restored', restored],
    ['was to be restored', restored.length === 0 ? toRestore : []],
    ['not restored', notRestored],
    ['exempt until', [outcome.exemptUntil]],
    // Where somebody else has issued a password, the secret does not hold it.
    ['new password in secret', restored.some(isPassword) ? [outcome.secretArn] : []],
    ['warning', [outcome.warning]],
    ['nothing left to restore of', outcome.settledRecords],
  ];
}

const isPassword = (name: string) => name.startsWith('password');

/** Takes all outcomes; gives back the exit code. */
export function restoreExitCode(outcomes: readonly RestoreOutcome[]): ExitCode {
  if (!outcomes.every(hasSucceeded)) return 2;
  return outcomes.some(({ outcome }) => outcome === 'NothingRestorable') ? 1 : 0;
}

type Restoration = Extract<RestoreOptions, { kind: 'restore' }>;
type Listing = Extract<RestoreOptions, { kind: 'list' }>;

/**
 * Runs `restore`. Takes its options and the environment. Starts the document for each user, after asking, or
 * only lists; writes what there is to say. Gives back the exit code; see the command's help.
 * Throws ExpectedError when nothing was started.
 */
export function restore(
  options: RestoreOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  return options.kind === 'list' ? list(options, environment) : start(options, environment);
}

async function start(
  { target, yes, format, parameters: chosen }: Restoration,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const ask = yes ? null : requireAsk(environment, 'restore');
  const clients = await remediationClients(environment);
  const users = await withProgress(environment, 'Looking for the users', () =>
    findTargets(clients.iam, target),
  );
  const parameters = await withTopic(clients.config, chosen, environment);
  const outcomes = await remediate(
    {
      ...{ documentName: documentNames.restore, what: 'Restore the revoked credentials' },
      ...{ users, parameters, notes: [], ask },
    },
    { format, toOutcome: toRestoreOutcome, linesOf: restoreLines },
    clients,
    environment,
  );
  return outcomes === null ? 2 : restoreExitCode(outcomes);
}

/** Whom a remediation tells is told of the way back, too; but nothing of it may stand in that way. */
async function withTopic(
  config: Clients<'iam' | 'config' | 'ssm'>['config'],
  chosen: Restoration['parameters'],
  { tell }: CommandEnvironment,
): Promise<Restoration['parameters']> {
  try {
    return await withRemediationDefaults(config, [commonOptions.topic], chosen);
  } catch (error) {
    tell(`No topic is told, unless --topic names one: ${messageOf(error)}`);
    return chosen;
  }
}

async function findTargets(iam: Parameters<typeof findUsers>[0], target: RestoreTarget) {
  return target.kind === 'users'
    ? findUsers(iam, target.users)
    : [await findOwner(iam, target.accessKeyId)];
}

async function list(options: Listing, environment: CommandEnvironment): Promise<ExitCode> {
  const clients = await remediationClients(environment);
  const records = await withProgress(environment, 'Looking for records', (report) =>
    listRecords(options, clients, environment.clock.now(), report),
  );
  const table = () => renderRecords(records, environment.style);
  await environment.write([options.format === 'json' ? plainJson(records) : table()]);
  return records.some(({ genuine }) => genuine === false) ? 2 : 0;
}

import type { Clients } from '../../rule/aws/clients.ts';
import { messageOf } from '../../rule/core/errors.ts';
import { documentNames } from '../../rule/core/names.ts';
import { newPassword } from '../../rule/formats/restoration-answer.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import {
  type ExecutionOutcome,
  hasSucceeded,
  listOf,
  type OutcomeLines,
  textOf,
  toOutcome,
} from '../execution/outcome.ts';
import { remediate, requireAsk, withRemediationDefaults } from '../execution/remediate.ts';
import type { ExecutionResult } from '../execution/run.ts';
import { findOwner, findUsers } from '../execution/users.ts';
import { withProgress } from '../terminal/io.ts';
import { plainJson } from '../terminal/style.ts';
import { listRecords, renderRecords } from './list.ts';
import type { ListedRecord } from './listed-record.ts';
import { type RestoreOptions, type RestoreTarget, restoreDocumentOptions } from './options.ts';

/** What restore shows of a user's execution. */
interface RestoreOutcome extends ExecutionOutcome {
  /** Verified to be usable again. */
  readonly restored: readonly string[];
  /** Planned to be restored. */
  readonly toRestore: readonly string[];
  /** Each with the reason. */
  readonly notRestored: readonly string[];
  readonly exemptUntil: string | null;
  /** The ARN of the new password's secret. */
  readonly secretArn: string | null;
  readonly warning: string | null;
  /** The names of records from which nothing is left to restore. */
  readonly settledRecords: readonly string[];
}

export function toRestoreOutcome(result: ExecutionResult): RestoreOutcome {
  const outcome = toOutcome(result);
  const restored = listOf(result, 'Result.Restored');
  return {
    ...outcome,
    outcome: outcome.outcome === 'Restore' ? verifiedOutcome(result, restored) : outcome.outcome,
    restored,
    toRestore: listOf(result, 'Decision.ToRestore'),
    notRestored: [
      ...listOf(result, 'Decision.NotRestored'),
      ...listOf(result, 'Result.NotRestored'),
    ],
    exemptUntil: textOf(result, 'Decision.ExemptUntil'),
    secretArn: textOf(result, 'Password.SecretArn'),
    warning: textOf(result, 'Password.Warning'),
    settledRecords: listOf(result, 'Result.SettledRecords'),
  };
}

/** `Restore`, or what the verification found instead: `Partial` also if nothing is listed as restored. */
function verifiedOutcome(result: ExecutionResult, restored: readonly string[]): string {
  const verified = textOf(result, 'Result.Outcome');
  if (verified === 'Restored' || verified === 'Incomplete') return 'Restore';
  if (verified !== null) return verified;
  return restored.length === 0 && result.ended?.status === 'Success' ? 'Partial' : 'Restore';
}

function restoreLines(outcome: RestoreOutcome): OutcomeLines {
  const { restored, toRestore, notRestored } = outcome;
  return [
    ['restored', restored],
    ['planned', restored.length === 0 ? toRestore : []],
    // Each names the option that would include it.
    ['not restored', notRestored],
    ['exempt until', [outcome.exemptUntil]],
    // If someone else has issued a password, it is not in the secret.
    ['new password in secret', restored.includes(newPassword) ? [outcome.secretArn] : []],
    ['warning', [outcome.warning]],
    ['fully restored record', outcome.settledRecords],
  ];
}

/** The outcomes of successful executions, and whether everything that was taken works again. */
const isComplete = new Map<string | null, boolean>([
  ['Restore', true],
  ['Partial', false],
  ['NothingRestorable', false],
  ['Gone', false],
]);

/** 2 if any execution failed or had an unknown outcome, else 1 if less came back than was taken. */
export function restoreExitCode(outcomes: readonly RestoreOutcome[]): ExitCode {
  const isKnown = (each: RestoreOutcome) => hasSucceeded(each) && isComplete.has(each.outcome);
  if (!outcomes.every(isKnown)) return 2;
  return outcomes.every(({ outcome }) => isComplete.get(outcome)) ? 0 : 1;
}

type Restoration = Extract<RestoreOptions, { kind: 'restore' }>;
type Listing = Extract<RestoreOptions, { kind: 'list' }>;

/** Runs `restore`: starts the document for each user, or lists. Throws ExpectedError if nothing was started. */
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
  const clients = await environment.connect('deployed');
  const users = await withProgress(environment, 'Finding the users', () =>
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

/** Notifies the topic of the rule's remediation. An error here must not prevent a restoration. */
async function withTopic(
  config: Clients['config'],
  chosen: Restoration['parameters'],
  { tell }: CommandEnvironment,
): Promise<Restoration['parameters']> {
  try {
    const { rule, topic } = restoreDocumentOptions;
    return await withRemediationDefaults(config, rule, [topic], chosen);
  } catch (error) {
    tell(`No topic is notified unless you give --topic: ${messageOf(error)}`);
    return chosen;
  }
}

async function findTargets(iam: Parameters<typeof findUsers>[0], target: RestoreTarget) {
  return target.kind === 'users'
    ? findUsers(iam, target.users)
    : [await findOwner(iam, target.accessKeyId)];
}

async function list(options: Listing, environment: CommandEnvironment): Promise<ExitCode> {
  const clients = await environment.connect('deployed');
  const listed = await withProgress(environment, 'Finding records', (report) =>
    listRecords(options, clients, environment.clock.now(), report),
  );
  const { records } = listed;
  const table = () => renderRecords(listed, environment);
  await environment.write([options.format === 'json' ? plainJson(records) : table()]);
  return records.some(isSuspicious) ? 2 : 0;
}

/** Whether someone wrote, changed or deleted what only this project writes. */
function isSuspicious(record: ListedRecord): boolean {
  if (record.genuine !== true) return record.genuine === false;
  return (record.retirement?.damaged ?? []).length > 0;
}

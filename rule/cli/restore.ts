import { messageOf } from '../core/errors.ts';
import { documentNames } from '../core/names.ts';
import type { RemediationClients } from '../gateways/remediation-clients.ts';
import { requireAsk } from './confirm.ts';
import { commonOptions } from './document-options.ts';
import type { CommandEnvironment, ExitCode } from './environment.ts';
import { findOwner, findUsers } from './find-users.ts';
import { plainJson } from './plain-json.ts';
import { remediate, remediationClients, withProgress } from './remediate.ts';
import { withRemediationDefaults } from './remediation-defaults.ts';
import { listRecords } from './restore-list.ts';
import { renderRecords } from './restore-list-table.ts';
import type { RestoreOptions, RestoreTarget } from './restore-options.ts';
import { restoreExitCode, restoreLines, toRestoreOutcome } from './restore-outcome.ts';

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
  config: RemediationClients['config'],
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

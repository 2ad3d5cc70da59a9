import { documentNames } from '../core/names.ts';
import { requireAsk } from './confirm.ts';
import type { CommandEnvironment, ExitCode } from './environment.ts';
import { findUsers } from './find-users.ts';
import { renderOutcomes } from './outcome-table.ts';
import { plainJson } from './plain-json.ts';
import { remediate, remediationClients, withProgress } from './remediate.ts';
import type { RevokeOptions } from './revoke-options.ts';
import { revokeExitCode, revokeLines, toRevokeOutcome } from './revoke-outcome.ts';

/**
 * Runs `revoke`. Takes its options and the environment. Starts the document for each user, after asking, and
 * writes what became of it. Gives back the exit code; see the command's help.
 * Throws ExpectedError when nothing was started.
 */
export async function revoke(
  { users: given, dryRun, yes, format, parameters }: RevokeOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const ask = yes || dryRun ? null : requireAsk(environment, 'revoke');
  const clients = await remediationClients(environment);
  const users = await withProgress(environment, 'Looking for the users', () =>
    findUsers(clients.iam, given),
  );
  const documentName = documentNames.revoke;
  const remediation = { documentName, what: 'Revoke the unused credentials', users };
  const results = await remediate({ ...remediation, parameters, ask }, clients, environment);
  if (results === null) return 2;
  const outcomes = results.map(toRevokeOutcome);
  const table = () => renderOutcomes(outcomes, revokeLines, environment.style);
  await environment.write([format === 'json' ? plainJson(outcomes) : table()]);
  return revokeExitCode(outcomes);
}

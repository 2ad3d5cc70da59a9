import { documentNames } from '../core/names.ts';
import { requireAsk } from './confirm.ts';
import type { DocumentOption } from './document-options.ts';
import type { CommandEnvironment, ExitCode } from './environment.ts';
import { findUsers } from './find-users.ts';
import { remediate, remediationClients, withProgress } from './remediate.ts';
import { withRemediationDefaults } from './remediation-defaults.ts';
import { type RevokeOptions, revokeDocumentOptions } from './revoke-options.ts';
import { revokeExitCode, revokeLines, toRevokeOutcome } from './revoke-outcome.ts';

/**
 * Runs `revoke`. Takes its options and the environment. Starts the document for each user, after asking, and
 * writes what became of it. Gives back the exit code; see the command's help.
 * Throws ExpectedError when nothing was started.
 */
export async function revoke(
  { users: given, dryRun, yes, format, parameters: chosen }: RevokeOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const ask = yes || dryRun ? null : requireAsk(environment, 'revoke');
  const clients = await remediationClients(environment);
  const users = await withProgress(environment, 'Looking for the users', () =>
    findUsers(clients.iam, given),
  );
  const options = Object.values(revokeDocumentOptions);
  const parameters = await withRemediationDefaults(clients.config, options, chosen);
  const outcomes = await remediate(
    {
      ...{ documentName: documentNames.revoke, what: 'Revoke the unused credentials' },
      ...{ users, parameters, notes: deletionNotes(parameters), ask },
    },
    { format, toOutcome: toRevokeOutcome, linesOf: revokeLines },
    clients,
    environment,
  );
  return outcomes === null ? 2 : revokeExitCode(outcomes);
}

/** Takes the document's parameters that were chosen. Gives back what to know before agreeing to them. */
function deletionNotes(chosen: Readonly<Record<string, string>>): string[] {
  const { passwordAction, accessKeyAction, neverUsedAccessKeyAction } = revokeDocumentOptions;
  const deletes = ({ parameter, default: byDefault }: DocumentOption) =>
    (chosen[parameter] ?? byDefault) === 'Delete';
  const passwords = deletes(passwordAction);
  const keys = deletes(accessKeyAction) || deletes(neverUsedAccessKeyAction);
  return [
    ...(passwords
      ? ['Unused passwords are deleted for good; --password-action Keep leaves them.']
      : []),
    ...(keys ? ['Unused access keys are deleted for good where that was chosen.'] : []),
    ...(passwords || keys ? ['Deleting may wait up to 4 hours for a new credential report.'] : []),
  ];
}

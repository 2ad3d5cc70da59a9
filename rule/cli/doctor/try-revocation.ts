import { documentNames, functionNames } from '../../core/names.ts';
import { findAnyUser } from '../../gateways/any-user.ts';
import type { Clock } from '../../gateways/clock.ts';
import type { DoctorClients } from '../../gateways/doctor-clients.ts';
import { findUsers } from '../find-users.ts';
import { automationOf } from '../run-executions.ts';
import { type CheckResult, documentChecks, functionChecks } from './checks.ts';
import type { DoctorOptions } from './doctor-options.ts';
import { type DryRun, runDry } from './dry-run.ts';

/** What has to be known before a dry run: that the document asks for a plan only, and the function heeds it. */
const conditions = [
  documentChecks.get(documentNames.revoke),
  functionChecks.get(functionNames.planRevocation),
];

/**
 * Takes the options, what the checks of the deployment came to, the clients, the Region, a clock, and who is told of the
 * progress. Runs the document that revokes dry, for one user, if it is known to change nothing then.
 * Throws AwsError, and UserError where the user who was asked for is not there.
 */
export async function tryRevocation(
  { dryRun, user: asked, ruleName }: DoctorOptions,
  results: readonly CheckResult[],
  { iam, ssm }: DoctorClients,
  region: string,
  clock: Clock,
  report: (what: string) => void,
): Promise<DryRun> {
  if (!dryRun) return { kind: 'not wanted' };
  const met = (state: CheckResult['state']) => state === 'ok' || state === 'warning';
  const unmet = results.filter(({ id, state }) => conditions.includes(id) && !met(state));
  const [first] = unmet;
  if (first !== undefined) {
    const state = unmet.some((result) => result.state === 'unchecked') ? 'unchecked' : 'wrong';
    return { kind: 'withheld', since: unmet.map(({ id }) => id).join(' and '), state };
  }
  report('Looking for a user');
  const [user] = asked === undefined ? [await findAnyUser(iam)] : await findUsers(iam, [asked]);
  if (user === null || user === undefined) return { kind: 'nobody' };
  const automation = automationOf(ssm, documentNames.revoke, region);
  return runDry(user, ruleName, automation, region, clock, report);
}

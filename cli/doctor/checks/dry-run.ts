import { hasAwsCode } from '../../../rule/aws/call.ts';
import type { Clients } from '../../../rule/aws/clients.ts';
import { findAnyUser } from '../../../rule/aws/iam-users.ts';
import type { Clock } from '../../../rule/clock.ts';
import { ExpectedError, messageOf } from '../../../rule/core/errors.ts';
import { automationRoleArn, documentNames, functionNames } from '../../../rule/core/names.ts';
import { type RevocationOutcome, revocationOutcomes } from '../../../rule/core/revocation-plan.ts';
import type { UserIdentity } from '../../../rule/formats/user-snapshot.ts';
import { followExecution } from '../../execution/follow.ts';
import { hasSucceeded, toOutcome } from '../../execution/outcome.ts';
import { type Automation, automationOf, type ExecutionResult } from '../../execution/run.ts';
import { findUsers } from '../../execution/users.ts';
import type { DoctorOptions } from '../command.ts';
import {
  align,
  type CheckResult,
  documentChecks,
  type Finding,
  functionChecks,
  ok,
  unchecked,
  wrong,
} from '../finding.ts';

/** What became of the dry run. */
export type DryRun =
  | { readonly kind: 'not wanted' }
  | { readonly kind: 'nobody' }
  /** Not started, since what would be started is not known to change nothing. */
  | { readonly kind: 'withheld'; readonly since: string; readonly state: 'wrong' | 'unchecked' }
  /** AWS does not start it. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Not ended in time. */
  | { readonly kind: 'running'; readonly executionId: string; readonly doing: string }
  | { readonly kind: 'ended'; readonly result: ExecutionResult };

/** It is followed for so long (milliseconds). A dry run waits for no credential report that is hours away. */
export const dryRunPatience = 90_000;

/** With these AWS says that the document as it is deployed cannot be started so. */
const refusals = [
  'AutomationDefinitionNotFoundException',
  'InvalidAutomationExecutionParametersException',
];

/**
 * Takes a user, the rule's name, what starts and reads executions of the document that revokes, the Region, a
 * clock, and who is told of the progress. Runs the document with DryRun, and all else as the document has it.
 * Throws AwsError when it cannot be started or followed.
 */
export async function runDry(
  user: UserIdentity,
  ruleName: string,
  automation: Automation,
  region: string,
  clock: Clock,
  report: (what: string) => void,
): Promise<DryRun> {
  const [, partition = '', , , accountId = ''] = user.arn.split(':');
  const parameters = {
    IAMResourceId: user.userId,
    AutomationAssumeRole: automationRoleArn(documentNames.revoke, { partition, accountId, region }),
    ConfigRuleName: ruleName,
    DryRun: 'true',
  };
  let executionId: string;
  try {
    executionId = await automation.start(parameters);
  } catch (error) {
    if (!hasAwsCode(error, ...refusals)) throw error;
    return { kind: 'refused', why: messageOf(error) };
  }
  let doing = 'starting';
  const note = (what: string) => {
    doing = what;
    report(`Dry run for ${user.userName}: ${what}`);
  };
  const late = new ExpectedError('RunError', 'the dry run takes too long');
  const deadline = clock.now() + dryRunPatience;
  const patient: Clock = {
    now: clock.now,
    sleep: async (milliseconds) => {
      if (clock.now() + milliseconds > deadline) throw late;
      await clock.sleep(milliseconds);
    },
  };
  try {
    const listener = { tell: note, report: note };
    const ended = await followExecution(executionId, automation, patient, listener);
    return { kind: 'ended', result: { user, executionId, ended, failure: null } };
  } catch (error) {
    if (error === late) return { kind: 'running', executionId, doing };
    const message = `execution ${executionId} was started, but not followed: ${messageOf(error)}`;
    throw new ExpectedError('AwsError', message, { cause: error });
  }
}

/** Takes what became of the dry run. Gives back whether it ended as it should, having changed nothing. */
export function judgeDryRun(dryRun: DryRun): Finding {
  switch (dryRun.kind) {
    case 'not wanted':
      return ok('not run, as asked');
    case 'nobody':
      return ok('not run: the account has no IAM user');
    case 'withheld': {
      const finding = `not started: not known to be of this version: ${dryRun.since}`;
      const remedy = `mend ${dryRun.since} first`;
      return dryRun.state === 'wrong' ? wrong(finding, remedy) : unchecked(finding, remedy);
    }
    case 'refused':
      return wrong(`AWS did not start ${documentNames.revoke}: ${dryRun.why}`, align);
    case 'running': {
      const { executionId, doing } = dryRun;
      return unchecked(`not ended after 90 seconds (${doing})`, `look later: ${look(executionId)}`);
    }
    case 'ended':
      return judgeEnd(dryRun.result);
  }
}

function judgeEnd(result: ExecutionResult): Finding {
  const outcome = toOutcome(result);
  const { userName, userId, executionId, status, reason, failure, failedSteps } = outcome;
  const remedy = `${look(executionId)}; docs/operations.md, When something fails`;
  const user = `${userName} (${userId})`;
  if (!hasSucceeded(outcome)) {
    const [step] = failedSteps;
    const where = step === undefined ? '' : ` in step ${step.name}: ${step.message}`;
    const why = where === '' && failure !== null ? `: ${failure}` : where;
    return wrong(`for ${user}: ${status}${why}`, remedy);
  }
  const said = `for ${user}: ${outcome.outcome}${reason === null ? '' : `, ${reason}`}`;
  if (outcome.outcome === ('Revoke' satisfies RevocationOutcome)) {
    return wrong(
      `${said}: it was no dry run, and credentials were revoked`,
      `unused-iam-credentials restore ${userId}; then ${align}`,
    );
  }
  const known: readonly string[] = revocationOutcomes;
  if (known.includes(outcome.outcome ?? '')) return ok(said);
  return wrong(`${said}: an outcome that this version does not know`, align);
}

function look(executionId: string | null): string {
  return `aws ssm get-automation-execution --automation-execution-id ${executionId}`;
}

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
  { iam, ssm }: Clients,
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

import { hasAwsCode } from '../../../rule/aws/call.ts';
import { findAnyUser } from '../../../rule/aws/iam-users.ts';
import type { Clock } from '../../../rule/clock.ts';
import { splitArn } from '../../../rule/core/arns.ts';
import { ExpectedError, messageOf } from '../../../rule/core/errors.ts';
import { automationRoleArn, documentNames } from '../../../rule/core/names.ts';
import { type RevocationOutcome, revocationOutcomes } from '../../../rule/core/revocation-plan.ts';
import type { UserIdentity } from '../../../rule/formats/user-snapshot.ts';
import { followExecution } from '../../execution/follow.ts';
import { hasSucceeded, toOutcome } from '../../execution/outcome.ts';
import { type Automation, automationOf, type ExecutionResult } from '../../execution/run.ts';
import { showCommand } from '../../execution/run-log.ts';
import { findUsers } from '../../execution/users.ts';
import { align, type Check, type Finding, ok, type Sources, unchecked, wrong } from '../check.ts';

/** The result of the dry run. */
export type DryRun =
  | { readonly kind: 'not wanted' }
  | { readonly kind: 'no user' }
  /** Not started, because it might change something. */
  | { readonly kind: 'unsafe'; readonly failed: string; readonly state: 'wrong' | 'unchecked' }
  /** AWS did not start it. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It did not end in time. */
  | { readonly kind: 'running'; readonly executionId: string; readonly doing: string }
  | { readonly kind: 'ended'; readonly result: ExecutionResult };

/** How long a dry run is followed (milliseconds): it may wait hours for a new credential report. */
export const dryRunPatience = 90_000;

/** The errors by which AWS says that the deployed document cannot be started like this. */
const refusals = [
  'AutomationDefinitionNotFoundException',
  'InvalidAutomationExecutionParametersException',
];

/** Runs the document with DryRun and its other defaults. Throws AwsError if it cannot be started or followed. */
export async function runDry(
  user: UserIdentity,
  ruleName: string,
  automation: Automation,
  region: string,
  clock: Clock,
  { report, log }: Pick<Sources, 'report' | 'log'>,
): Promise<DryRun> {
  const { partition, accountId } = splitArn(user.arn);
  const parameters = {
    IAMResourceId: user.userId,
    AutomationAssumeRole: automationRoleArn(documentNames.revoke, { partition, accountId, region }),
    ConfigRuleName: ruleName,
    DryRun: 'true',
  };
  let executionId: string;
  try {
    log.set(user, { kind: 'starting', isDry: true });
    executionId = await automation.start(parameters);
    log.set(user, { kind: 'running', isDry: true, executionId });
  } catch (error) {
    log.set(user, { kind: 'waiting' });
    if (!hasAwsCode(error, ...refusals)) throw error;
    return { kind: 'refused', why: messageOf(error) };
  }
  let doing = 'starting';
  const note = (what: string) => {
    doing = what;
    report(`Dry run for ${user.userName}: ${what}`);
  };
  const late = new ExpectedError('RunError', 'the dry run did not end in time');
  const deadline = clock.now() + dryRunPatience;
  const patient: Clock = {
    now: clock.now,
    sleep: async (milliseconds) => {
      if (clock.now() + milliseconds > deadline) throw late;
      await clock.sleep(milliseconds);
    },
  };
  try {
    const listener = { tell: note, step: note, report: note };
    const ended = await followExecution(executionId, automation, patient, listener);
    log.set(user, { kind: 'ended', isDry: true, status: ended.status });
    return { kind: 'ended', result: { user, executionId, ended, failure: null } };
  } catch (error) {
    if (error === late) return { kind: 'running', executionId, doing };
    const message = `execution ${executionId} was started, but could not be followed: ${messageOf(error)}`;
    throw new ExpectedError('AwsError', message, { cause: error });
  }
}

function judgeDryRun(result: DryRun): Finding {
  switch (result.kind) {
    case 'not wanted':
      return ok('not run, because of --no-dry-run');
    case 'no user':
      return ok('not run: the account has no IAM user');
    case 'unsafe': {
      const finding = `not started, because it might change something: see ${result.failed}`;
      const remedy = `fix ${result.failed} first`;
      return result.state === 'wrong' ? wrong(finding, remedy) : unchecked(finding, remedy);
    }
    case 'refused':
      return wrong(`AWS did not start ${documentNames.revoke}: ${result.why}`, align);
    case 'running': {
      const { executionId, doing } = result;
      return unchecked(
        `it did not end within 90 seconds (${doing})`,
        `check later: ${showCommand(executionId)}`,
      );
    }
    case 'ended':
      return judgeEnd(result.result);
  }
}

function judgeEnd(result: ExecutionResult): Finding {
  const outcome = toOutcome(result);
  const { userName, userId, executionId, status, reason, failure, failedSteps } = outcome;
  const remedy = `${showCommand(executionId)}; docs/operations.md, When something fails`;
  const user = `${userName} (${userId})`;
  if (!hasSucceeded(outcome)) {
    const [step] = failedSteps;
    const where = step === undefined ? '' : ` in step ${step.name}: ${step.message}`;
    const why = where === '' && failure !== null ? `: ${failure}` : where;
    return wrong(`for ${user}: ${status}${why}`, remedy);
  }
  const found = `for ${user}: ${outcome.outcome}${reason === null ? '' : `, ${reason}`}`;
  if (outcome.outcome === ('Revoke' satisfies RevocationOutcome)) {
    return wrong(
      `${found}: it was not a dry run, and credentials were revoked`,
      `unused-iam-credentials restore ${userId}; then ${align}`,
    );
  }
  const known: readonly string[] = revocationOutcomes;
  if (known.includes(outcome.outcome ?? '')) return ok(found);
  return wrong(`${found}: an outcome that this version does not know`, align);
}

/** The checks without which the document might ignore DryRun, or its function might. */
const conditions = ['document-revoke', 'function-plan-revocation'];

/** Throws AwsError, and UserError if the requested user does not exist. */
async function tryRevocation(sources: Sources): Promise<DryRun> {
  const { clients, region, ruleName, clock, report, log, resultOf } = sources;
  if (!sources.dryRun) return { kind: 'not wanted' };
  const results = await Promise.all(conditions.map(resultOf));
  const unmet = results.filter(({ state }) => state === 'wrong' || state === 'unchecked');
  if (unmet.length > 0) {
    const state = unmet.some((result) => result.state === 'unchecked') ? 'unchecked' : 'wrong';
    return { kind: 'unsafe', failed: unmet.map(({ id }) => id).join(' and '), state };
  }
  report('Finding a user');
  const { iam, ssm } = clients;
  const [user] =
    sources.user === undefined ? [await findAnyUser(iam)] : await findUsers(iam, [sources.user]);
  if (user === null || user === undefined) return { kind: 'no user' };
  const automation = automationOf(ssm, documentNames.revoke, region);
  return runDry(user, ruleName, automation, region, clock, { report, log });
}

/** Checks that the document plans a revocation for one user, and changes nothing. */
export const dryRun: Check<DryRun> = {
  id: 'dry-run',
  read: tryRevocation,
  judge: judgeDryRun,
};

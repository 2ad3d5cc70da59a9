import { ExpectedError, messageOf } from '../../core/errors.ts';
import { automationRoleArn, documentNames } from '../../core/names.ts';
import type { UserIdentity } from '../../formats/live-user.ts';
import { hasAwsCode } from '../../gateways/call-aws.ts';
import type { Clock } from '../../gateways/clock.ts';
import { followExecution } from '../follow-execution.ts';
import type { Automation, ExecutionResult } from '../run-executions.ts';

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

import { findExemption } from '../core/exemption.ts';
import { exemptUntil } from '../core/grace.ts';
import { planRestoration as planByRecords } from '../core/restoration-plan.ts';
import { parseRuleParameters } from '../core/rule-parameters.ts';
import { fromLive } from '../formats/live-user.ts';
import type { Answer } from '../formats/remediation-answer.ts';
import {
  parseRestorationRequest,
  type RestorationRequest,
} from '../formats/remediation-request.ts';
import {
  toGoneAnswer,
  toRefusedAnswer,
  toRestorationAnswer,
} from '../formats/restoration-answer.ts';
import { findUser } from '../gateways/find-user.ts';
import type { LiveUser } from '../gateways/live-user.ts';
import { findQuarantine } from '../gateways/quarantine.ts';
import { readRule } from '../gateways/rule.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  runInvocation,
} from './function-run.ts';
import { presentOf, readOutstanding, settledRecords } from './outstanding-records.ts';
import { verifyRestoration } from './verify-restoration.ts';

type PlanRequest = Extract<RestorationRequest, { mode: 'plan' }>;

/**
 * Answers the document UnusedIamCredentials-Restore: what can be given back to a user, or whether it was.
 * Reads only. Takes what the document sent, Lambda's context and what to run with. Throws RequestError,
 * RuleParameterError, AwsError, UserError and RunError; then nothing may be changed.
 */
export function answerRestoration(
  event: unknown,
  context: LambdaContext,
  dependencies: FunctionDependencies,
): Promise<Answer> {
  return runInvocation(context, dependencies, async (invocation) => {
    const request = parseRestorationRequest(event);
    const { mode, userId, executionId } = request;
    const answer =
      request.mode === 'plan'
        ? await planRestoration(request, invocation, dependencies)
        : await verifyRestoration(request, invocation, dependencies);
    const { Outcome = 'Verified', Reason, ToRestore, NotRestored, Restored } = answer;
    const said = { Reason, ToRestore, NotRestored, Restored };
    return { answer, summary: { mode, userId, executionId, outcome: Outcome, ...said } };
  });
}

async function planRestoration(
  request: PlanRequest,
  { location, now }: Invocation,
  { iam, config, ssm, log }: FunctionDependencies,
): Promise<Answer> {
  const { userId, ruleName, graceDays, options } = request;
  const rule = await readRule(config, ruleName, location);
  // Without the rule nothing will be revoked; what was revoked must be restorable all the same.
  const parameters = rule ?? parseRuleParameters({});
  const live = await findUser(iam, userId);
  if (live === null) return toGoneAnswer(userId, now);

  const refuse = (reason: string) => {
    log('error', 'refused', { alert: true, userId, reason });
    return toRefusedAnswer(userId, location.accountId, live.identity.userName, reason, now);
  };
  const quarantine = await findQuarantine(iam, live.identity.userName);
  if (quarantine !== null) {
    return refuse(`the user is quarantined by policy ${quarantine}: a key of theirs has leaked`);
  }
  const { outstanding, forged } = await readOutstanding(ssm, { ...location, userId });
  if (forged.length > 0) return refuse(forged.join('; '));

  const plan = planByRecords(outstanding, presentOf(live), options, now);
  return toRestorationAnswer({
    ...{ userId, now, plan, revocationId: options.revocationId },
    userName: live.identity.userName,
    records: outstanding.map(({ record }) => record),
    settled: settledRecords(outstanding, live, now),
    exemptionTag: parameters.exemptUntilTag,
    exemptUntil: graceOf(live, parameters, graceDays, now),
    ruleMissing: rule === null ? ruleName : null,
  });
}

function graceOf(
  live: LiveUser,
  parameters: ReturnType<typeof parseRuleParameters>,
  graceDays: number,
  now: number,
): string {
  const user = fromLive(live.identity, live.credentials, null);
  const exemption = findExemption(user, parameters, now);
  return exemptUntil(exemption, graceDays, parameters.maxExemptionDays, now);
}

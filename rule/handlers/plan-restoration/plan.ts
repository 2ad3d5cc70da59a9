import type { Clients } from '../../aws/clients.ts';
import { readRule } from '../../aws/config-rule.ts';
import { findUser, type LiveUser } from '../../aws/iam-credentials.ts';
import { findQuarantine } from '../../aws/iam-users.ts';
import { ExpectedError } from '../../core/errors.ts';
import { exemptUntil, findExemption } from '../../core/exemption.ts';
import { nothingRestored, planRestoration as planByRecords } from '../../core/restoration-plan.ts';
import { parseRuleParameters, type RuleParameters } from '../../core/rule-parameters.ts';
import {
  parseRestorationRequest,
  type RestorationRequest,
} from '../../formats/remediation-request.ts';
import {
  toGoneAnswer,
  toRefusedAnswer,
  toRestorationAnswer,
} from '../../formats/restoration-answer.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { fromLive } from '../../formats/user-snapshot.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  runInvocation,
} from '../invocation.ts';
import { presentOf, readOutstanding, settledRecords } from '../records.ts';
import { verifyRestoration } from './verify.ts';

/** What plan-restoration runs with. */
export type RestorationDependencies = FunctionDependencies &
  Clients<'iam' | 'config' | 'ssm' | 'secrets'>;
type PlanRequest = Extract<RestorationRequest, { mode: 'plan' }>;

/**
 * Answers the document UnusedIamCredentials-Restore: what can be given back to a user, or whether it was.
 * Reads only. Takes what the document sent, Lambda's context and what to run with. Throws RequestError,
 * RuleParameterError, AwsError, UserError and RunError; then nothing may be changed.
 */
export function answerRestoration(
  event: unknown,
  context: LambdaContext,
  dependencies: RestorationDependencies,
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
  { iam, config, ssm, log }: RestorationDependencies,
): Promise<Answer> {
  const { userId, graceDays, options } = request;
  // A rule that cannot say how to exempt must not stand in the way back: then it is as good as none.
  const read = async (name: string) => {
    try {
      return await readRule(config, name, location);
    } catch (error) {
      if (!(error instanceof ExpectedError) || error.name !== 'RuleParameterError') throw error;
      log('warn', 'rule passed over', { reason: error.message });
      return null;
    }
  };
  const named = await read(request.ruleName);
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
  // What was revoked must be restorable all the same; the rule by which it was may have another name.
  const ruleNames = [...new Set(outstanding.map(({ record }) => record.ruleName))];
  const rule = named ?? (await readFirst(ruleNames, read));
  const parameters = rule ?? parseRuleParameters({});
  return toRestorationAnswer({
    ...{ userId, now, plan, revocationId: options.revocationId },
    userName: live.identity.userName,
    records: outstanding.map(({ record }) => record),
    settled: settledRecords(outstanding, presentOf(live), nothingRestored, now),
    exemptionTag: parameters.exemptUntilTag,
    exemptUntil: graceOf(live, parameters, graceDays, now),
    ruleMissing: rule === null ? request.ruleName : null,
  });
}

function graceOf(
  live: LiveUser,
  parameters: RuleParameters,
  graceDays: number,
  now: number,
): string {
  const user = fromLive(live.identity, live.credentials, null);
  const exemption = findExemption(user, parameters, now);
  return exemptUntil(exemption, graceDays, parameters.maxExemptionDays, now);
}

async function readFirst(
  names: readonly string[],
  read: (name: string) => Promise<RuleParameters | null>,
): Promise<RuleParameters | null> {
  for (const name of names) {
    const found = await read(name);
    if (found !== null) return found;
  }
  return null;
}

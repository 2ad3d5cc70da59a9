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
import {
  currentCredentials,
  type ForgedRecord,
  fullyRestoredRecords,
  readOutstanding,
} from '../records.ts';
import { verifyRestoration } from './verify.ts';

type RestorationDependencies = FunctionDependencies & Clients<'iam' | 'config' | 'ssm' | 'secrets'>;
type PlanRequest = Extract<RestorationRequest, { mode: 'plan' }>;

/**
 * Plans or verifies a restoration for UnusedIamCredentials-Restore. Only reads. Throws RequestError,
 * RuleParameterError, AwsError, UserError and RunError.
 */
export function planRestoration(
  event: unknown,
  context: LambdaContext,
  dependencies: RestorationDependencies,
): Promise<Answer> {
  return runInvocation(context, dependencies, async (invocation) => {
    const request = parseRestorationRequest(event);
    const { mode, userId, executionId } = request;
    const answer =
      request.mode === 'plan'
        ? await makePlan(request, invocation, dependencies)
        : await verifyRestoration(request, invocation, dependencies);
    const { Outcome = 'Verified', Reason, ToRestore, NotRestored, Restored } = answer;
    const said = { Reason, ToRestore, NotRestored, Restored };
    return { answer, summary: { mode, userId, executionId, outcome: Outcome, ...said } };
  });
}

async function makePlan(
  request: PlanRequest,
  { location, now }: Invocation,
  { iam, config, ssm, log }: RestorationDependencies,
): Promise<Answer> {
  const { userId, graceDays, options } = request;
  // An invalid rule must not prevent a restoration, so it counts as missing.
  const read = async (name: string) => {
    try {
      return await readRule(config, name, location);
    } catch (error) {
      if (!(error instanceof ExpectedError) || error.name !== 'RuleParameterError') throw error;
      log('warn', 'rule ignored', { reason: error.message });
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
    return refuse(
      `policy ${quarantine} quarantines the user, because one of their access keys leaked`,
    );
  }
  const { outstanding, forged } = await readOutstanding(ssm, { ...location, userId });
  if (forged.length > 0) return refuse(forged.map(describeForged).join('; '));

  const current = currentCredentials(live);
  const plan = planByRecords(outstanding, current, options, now);
  // The rule that led to the revocation may have another name.
  const ruleNames = [...new Set(outstanding.map(({ record }) => record.ruleName))];
  const rule = named ?? (await readFirst(ruleNames, read));
  const parameters = rule ?? parseRuleParameters({});
  return toRestorationAnswer({
    ...{ userId, now, plan, revocationId: options.revocationId },
    userName: live.identity.userName,
    records: outstanding.map(({ record }) => record),
    fullyRestored: fullyRestoredRecords(outstanding, current, nothingRestored, now),
    exemptionTag: parameters.exemptUntilTag,
    exemptUntil: graceOf(live, parameters, graceDays, now),
    ruleMissing: rule === null ? request.ruleName : null,
  });
}

function describeForged({ name, why, writer }: ForgedRecord): string {
  return `${name} is not a genuine record: ${why}; written by ${writer}`;
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

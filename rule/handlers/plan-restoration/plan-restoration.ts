import type { Clients } from '../../aws/clients.ts';
import { readRule } from '../../aws/config-rule.ts';
import {
  findUser,
  type LiveUser,
  readUserState,
  type SeenState,
  type UserState,
} from '../../aws/iam-credentials.ts';
import { findQuarantine } from '../../aws/iam-users.ts';
import { hasVersion } from '../../aws/secrets.ts';
import { type ForgedRecord, readOutstanding } from '../../aws/ssm-parameters.ts';
import { ExpectedError } from '../../core/errors.ts';
import { exemptUntil, findExemption } from '../../core/exemption.ts';
import { secretName } from '../../core/names.ts';
import {
  fullyRestoredRecords,
  type JustRestored,
  nothingRestored,
  planRestoration as planByRecords,
  stillUnusable,
} from '../../core/restoration-plan.ts';
import { parseRuleParameters, type RuleParameters } from '../../core/rule-parameters.ts';
import { secretId } from '../../formats/arns.ts';
import {
  parseRestorationRequest,
  type RestorationRequest,
} from '../../formats/remediation-request.ts';
import {
  toGoneAnswer,
  toRefusedAnswer,
  toRestorationAnswer,
  toRestoredAnswer,
} from '../../formats/restoration-answer.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { currentCredentials, fromLive } from '../../formats/user-snapshot.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  pollUntil,
  runInvocation,
} from '../invocation.ts';

type RestorationDependencies = FunctionDependencies & Clients<'iam' | 'config' | 'ssm' | 'secrets'>;
type PlanRequest = Extract<RestorationRequest, { mode: 'plan' }>;
type VerifyRequest = Extract<RestorationRequest, { mode: 'verify' }>;

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

  const current = currentCredentials(live.credentials);
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

/**
 * Verifies that the credentials of the plan can be used, and selects the records to mark. A password counts as
 * restored only if this execution issued it, according to the label of the secret's version. Throws RunError
 * if the user is gone.
 */
async function verifyRestoration(
  request: VerifyRequest,
  { location, deadline }: Invocation,
  { iam, ssm, secrets, clock }: RestorationDependencies,
): Promise<Answer> {
  const { userId, firstAccessKeyId, secondAccessKeyId, passwordAction } = request;
  const accessKeyIds = [firstAccessKeyId, secondAccessKeyId].filter((id) => id !== null);
  const unusableIn = (current: ReturnType<typeof toCurrent>) =>
    stillUnusable(accessKeyIds, passwordAction === 'Issue', current);
  const state: SeenState = await pollUntil(
    clock,
    deadline,
    () => readUserState(iam, userId, request.userName),
    (seen) => seen === 'gone' || (seen !== 'changing' && unusableIn(toCurrent(seen)).length === 0),
  );
  if (state === 'gone') throw new ExpectedError('RunError', `user ${userId} was deleted meanwhile`);
  if (state === 'changing') {
    const message = `user ${request.userName} (${userId}) keeps changing; run the document again`;
    throw new ExpectedError('RunError', message);
  }
  const current = toCurrent(state);
  const usable = accessKeyIds.filter((id) => stillUnusable([id], false, current).length === 0);
  const password = current.hasPassword && (await wasIssued(request, location, secrets));
  const restored: JustRestored = { accessKeyIds: usable, password };
  const now = clock.now();
  const { outstanding } = await readOutstanding(ssm, { ...location, userId });
  return toRestoredAnswer(request, {
    ...{ userName: state.userName, accountId: location.accountId, now },
    ...{ restored, left: unusableIn(current), records: outstanding },
    fullyRestored: fullyRestoredRecords(outstanding, current, restored, now),
  });
}

function toCurrent(state: UserState) {
  return { hasPassword: state.passwordCreated !== null, ...state };
}

async function wasIssued(
  { userId, executionId, passwordAction, passwordRevocationId }: VerifyRequest,
  location: Invocation['location'],
  secrets: RestorationDependencies['secrets'],
): Promise<boolean> {
  if (passwordAction !== 'Issue' || passwordRevocationId === null) return false;
  const name = secretName(userId, passwordRevocationId);
  return hasVersion(secrets, secretId(location, name), executionId);
}

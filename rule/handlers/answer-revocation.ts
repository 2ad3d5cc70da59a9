import { ExpectedError } from '../core/errors.ts';
import { planChanges, type RevocationOptions } from '../core/revocation-changes.ts';
import { decideRevocation, findBar, type RevocationDecision } from '../core/revocation-plan.ts';
import { recordOf } from '../core/revocation-record.ts';
import {
  type Answer,
  type PlanSubject,
  toRevocationAnswer,
} from '../formats/remediation-answer.ts';
import { parseRevocationRequest, type RevocationRequest } from '../formats/remediation-request.ts';
import { readBrakes } from '../gateways/brakes.ts';
import type { JudgementContext } from '../gateways/judgement.ts';
import { judgeByLiveDates, judgeByReport } from '../gateways/revocation-subject.ts';
import { readRule } from '../gateways/rule.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  runInvocation,
} from './function-run.ts';
import { verifyRevocation } from './verify-revocation.ts';

type PlanRequest = Extract<RevocationRequest, { mode: 'plan' }>;

/**
 * Answers the document UnusedIamCredentials-Revoke: what is to be revoked of a user, or whether what was
 * recorded has been. Reads only. Takes what the document sent, Lambda's context and what to run with.
 * Throws RequestError, RuleParameterError, AwsError, UserError, CredentialReportError and RunError; then
 * nothing may be changed.
 */
export function answerRevocation(
  event: unknown,
  context: LambdaContext,
  dependencies: FunctionDependencies,
): Promise<Answer> {
  return runInvocation(context, dependencies, async (invocation) => {
    const request = parseRevocationRequest(event);
    const { mode, userId, executionId } = request;
    const answer =
      request.mode === 'plan'
        ? await planRevocation(request, invocation, dependencies)
        : await verifyRevocation(request, invocation, dependencies);
    const { Outcome = 'Verified', Reason, ToRevoke, NotRevoked, Revoked } = answer;
    const said = { Reason, ToRevoke, NotRevoked, Revoked };
    return { answer, summary: { mode, userId, executionId, outcome: Outcome, ...said } };
  });
}

const nobody: Pick<PlanSubject, 'userName'> = { userName: null };
const noChanges = { revocations: [], spared: [] };

async function planRevocation(
  request: PlanRequest,
  { location, now, deadline }: Invocation,
  { iam, config, ssm, clock }: FunctionDependencies,
): Promise<Answer> {
  const { userId, executionId, ruleName, options } = request;
  const parameters = await readRule(config, ruleName, location);
  if (parameters === null) {
    throw new ExpectedError(
      'RuleParameterError',
      `There is no AWS Config rule ${ruleName} in ${location.region}, whose parameters would say what is unused. ` +
        'Deploy it, or name the right one in ConfigRuleName',
    );
  }
  const context: JudgementContext = { iam, parameters, now, clock, deadline };
  const gone = () =>
    toRevocationAnswer(
      { outcome: 'Gone', reason: `no IAM user has the ID ${userId} any more`, waitUntil: null },
      noChanges,
      { userId, executionId, ...nobody },
      null,
    );

  const byLiveDates = await judgeByLiveDates(userId, context);
  if (byLiveDates === null) return gone();
  const plan = (subject: typeof byLiveDates) => describe(subject, options);
  const first = plan(byLiveDates);
  const subject = { userId, executionId, userName: byLiveDates.user.userName };
  if (first.bar !== null) return toRevocationAnswer(first.bar, first.changes, subject, null);

  const confirmed = await judgeByReport(userId, subject.userName, context);
  if (confirmed === null) return gone();
  const { user, evidence } = confirmed;
  const { bar, changes } = plan(confirmed);
  const named = { ...subject, userName: user.userName };
  if (bar !== null) return toRevocationAnswer(bar, changes, named, null);

  const brakes = await readBrakes(ssm, now);
  const decision = decideRevocation(changes, brakes, evidence, options, userId, now);
  const recorded = { accountId: location.accountId, executionId, userId, ruleName };
  const record =
    decision.outcome === 'Revoke' ? recordOf(user, changes.revocations, recorded, now) : null;
  return toRevocationAnswer(decision, changes, named, record);
}

/** What would be changed of a user, and why nothing is, where that is so. */
function describe(
  { user, assessment }: NonNullable<Awaited<ReturnType<typeof judgeByLiveDates>>>,
  options: RevocationOptions,
): { changes: ReturnType<typeof planChanges>; bar: RevocationDecision | null } {
  const changes = planChanges(assessment, options);
  return { changes, bar: findBar(user, assessment, changes) };
}

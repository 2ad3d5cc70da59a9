import { readRule } from '../../aws/config-rule.ts';
import { makeCredentialReport } from '../../aws/iam-credential-report.ts';
import { findUser } from '../../aws/iam-credentials.ts';
import { readBrakes } from '../../aws/ssm-parameters.ts';
import type { Assessment } from '../../core/assess-user.ts';
import type { User } from '../../core/credentials.ts';
import { ExpectedError } from '../../core/errors.ts';
import {
  decideRevocation,
  type Evidence,
  findBar,
  planChanges,
  type RevocationDecision,
  type RevocationOptions,
} from '../../core/revocation-plan.ts';
import { recordOf } from '../../core/revocation-record.ts';
import {
  parseRevocationRequest,
  type RevocationRequest,
} from '../../formats/remediation-request.ts';
import {
  type Answer,
  type PlanSubject,
  toRevocationAnswer,
} from '../../formats/revocation-answer.ts';
import { evidenceOf, fromLive, readReport, rowCovers } from '../../formats/user-snapshot.ts';
import { type JudgementContext, judge } from '../../judging/judgement.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  runInvocation,
} from '../invocation.ts';
import { verifyRevocation } from './verify.ts';

/** A user whose credentials may be revoked, and the assessment of him. */
export interface RevocationSubject {
  readonly user: User;
  readonly assessment: Assessment;
}

/**
 * Takes a user's unique ID and what to judge by. Gives back the user and the assessment by the dates that
 * can be read live; a report can only clear more. Null when the user is gone. Throws AwsError and UserError.
 */
export async function judgeByLiveDates(
  userId: string,
  context: JudgementContext,
): Promise<RevocationSubject | null> {
  const live = await findUser(context.iam, userId);
  if (live === null) return null;
  return judge(fromLive(live.identity, live.credentials, null), context);
}

/**
 * Takes the same, and the name the user had. Gives back the assessment by live dates and a credential
 * report, as new as IAM makes one. The live dates are read after the report, which may take minutes.
 * Throws the same, and CredentialReportError.
 */
export async function judgeByReport(
  userId: string,
  userName: string,
  context: JudgementContext,
): Promise<(RevocationSubject & { readonly evidence: Evidence }) | null> {
  const { iam, clock, deadline } = context;
  const report = readReport(await makeCredentialReport(iam, clock, deadline));
  const live = await findUser(iam, userId, userName);
  if (live === null) return null;
  const { row, generatedAt } = evidenceOf(report, live.identity);
  const complete = row !== null && rowCovers(live.credentials, row, generatedAt);
  const judgement = judge(fromLive(live.identity, live.credentials, row), context);
  return { ...judgement, evidence: { generatedAt, complete } };
}

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

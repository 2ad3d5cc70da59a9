import { readRule } from '../../aws/config-rule.ts';
import { makeCredentialReport } from '../../aws/iam-credential-report.ts';
import { findUser, readUserState } from '../../aws/iam-credentials.ts';
import { readSafeguards } from '../../aws/ssm-parameters.ts';
import { judge } from '../../core/annotation.ts';
import type { Assessment } from '../../core/assess-user.ts';
import type { User } from '../../core/credentials.ts';
import { ExpectedError } from '../../core/errors.ts';
import {
  type Changes,
  decide,
  decideRevocation,
  type Evidence,
  findBlocker,
  planChanges,
  type RevocationDecision,
  type RevocationOptions,
} from '../../core/revocation-plan.ts';
import { nameOf, recordOf, stillUsable } from '../../core/revocation-record.ts';
import { evidenceOf, readReport, rowCovers } from '../../formats/credential-report.ts';
import { decodeRecord } from '../../formats/record-codec.ts';
import {
  parseRevocationRequest,
  type RevocationRequest,
} from '../../formats/remediation-request.ts';
import {
  type Answer,
  toRevocationAnswer,
  toVanishedAnswer,
  toVerifiedAnswer,
} from '../../formats/revocation-answer.ts';
import { fromLive } from '../../formats/user-snapshot.ts';
import type { JudgementContext } from '../../judging/judge-user.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  pollUntil,
  runInvocation,
} from '../invocation.ts';

/** A user whose credentials may be revoked. */
interface RevocationSubject {
  readonly user: User;
  readonly assessment: Assessment;
}

/** By live dates only: a report can only make more credentials count as used. Null if the user is gone. Throws AwsError and UserError. */
async function judgeByLiveDates(
  userId: string,
  context: JudgementContext,
): Promise<RevocationSubject | null> {
  const live = await findUser(context.iam, userId);
  if (live === null) return null;
  return judge(fromLive(live.identity, live.credentials, null), context);
}

/**
 * By live dates and the newest credential report that IAM generates, which may take minutes. Live dates are
 * read after it. Null if the user is gone. Throws AwsError, UserError and CredentialReportError.
 */
async function judgeByReport(
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
type VerifyRequest = Extract<RevocationRequest, { mode: 'verify' }>;

/**
 * Plans or verifies a revocation for UnusedIamCredentials-Revoke. Only reads. Throws RequestError,
 * RuleParameterError, AwsError, UserError, CredentialReportError and RunError.
 */
export function planRevocation(
  event: unknown,
  context: LambdaContext,
  dependencies: FunctionDependencies,
): Promise<Answer> {
  return runInvocation(context, dependencies, async (invocation) => {
    const request = parseRevocationRequest(event);
    const { mode, userId, executionId } = request;
    const answer =
      request.mode === 'plan'
        ? await makePlan(request, invocation, dependencies)
        : await verifyRevocation(request, invocation, dependencies);
    const { Outcome = 'Verified', Reason, ToRevoke, NotRevoked, Revoked } = answer;
    const said = { Reason, ToRevoke, NotRevoked, Revoked };
    return { answer, summary: { mode, userId, executionId, outcome: Outcome, ...said } };
  });
}

const noChanges: Changes = { revocations: [], skipped: [] };

async function makePlan(
  request: PlanRequest,
  { location, now, deadline }: Invocation,
  { iam, config, ssm, clock }: FunctionDependencies,
): Promise<Answer> {
  const { userId, executionId, ruleName, options } = request;
  const parameters = await readRule(config, ruleName, location);
  if (parameters === null) {
    throw new ExpectedError(
      'RuleParameterError',
      `There is no AWS Config rule ${ruleName} in ${location.region}. Its parameters define when a credential is unused. ` +
        'Deploy the rule, or set ConfigRuleName to the name of your rule',
    );
  }
  const context: JudgementContext = { iam, parameters, now, clock, deadline };
  const gone = () =>
    toRevocationAnswer(
      decide('Gone', `no IAM user has the ID ${userId}`),
      noChanges,
      { userId, executionId, userName: null },
      null,
      now,
    );

  const byLiveDates = await judgeByLiveDates(userId, context);
  if (byLiveDates === null) return gone();
  const first = planFor(byLiveDates, options);
  const subject = { userId, executionId, userName: byLiveDates.user.userName };
  if (first.blocker !== null) {
    return toRevocationAnswer(first.blocker, first.changes, subject, null, now);
  }

  const confirmed = await judgeByReport(userId, subject.userName, context);
  if (confirmed === null) return gone();
  const { user, evidence } = confirmed;
  const { blocker, changes } = planFor(confirmed, options);
  const named = { ...subject, userName: user.userName };
  if (blocker !== null) return toRevocationAnswer(blocker, changes, named, null, now);

  const safeguards = await readSafeguards(ssm, now);
  const decision = decideRevocation(changes, safeguards, evidence, options, userId, now);
  const recorded = { accountId: location.accountId, executionId, userId, ruleName };
  const record =
    decision.outcome === 'Revoke' ? recordOf(user, changes.revocations, recorded, now) : null;
  return toRevocationAnswer(decision, changes, named, record, now);
}

function planFor(
  { user, assessment }: RevocationSubject,
  options: RevocationOptions,
): { changes: Changes; blocker: RevocationDecision | null } {
  const changes = planChanges(assessment, options);
  return { changes, blocker: findBlocker(user, assessment, changes) };
}

/**
 * Verifies that no recorded credential can be used. Ignores safeguards, exemptions and reports. Throws RunError,
 * which names what can still be used.
 */
async function verifyRevocation(
  { userId, record: encoded, topicArn }: VerifyRequest,
  { location, deadline }: Invocation,
  { iam, clock }: Pick<FunctionDependencies, 'iam' | 'clock'>,
): Promise<Answer> {
  const record = decodeRecord(encoded);
  const usableIn = (state: Parameters<typeof stillUsable>[1]) =>
    stillUsable(record.credentials, state);
  const state = await pollUntil(
    clock,
    deadline,
    () => readUserState(iam, userId, record.userName),
    (seen) => seen === 'gone' || (seen !== 'changing' && usableIn(seen).length === 0),
  );
  if (state === 'gone') return toVanishedAnswer(clock.now());
  const userName = state === 'changing' ? record.userName : state.userName;
  const left = state === 'changing' ? null : usableIn(state);
  if (left?.length === 0) {
    return toVerifiedAnswer(record, userName, clock.now(), location, topicArn);
  }
  const what = left?.map(nameOf).join(', ') ?? 'unknown, because the user keeps changing';
  throw new ExpectedError(
    'RunError',
    `Still usable after the revocation of user ${userName} (${userId}): ${what}. ` +
      'A previous step failed or had no effect. Fix the cause that its message names, then run the document again. ' +
      `The record ${record.name} lists what was revoked`,
  );
}

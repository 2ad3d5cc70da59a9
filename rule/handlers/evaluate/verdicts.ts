import type { Clients } from '../../aws/clients.ts';
import { putEvaluations } from '../../aws/config-results.ts';
import type { Judgement } from '../../core/annotation.ts';
import type { Category } from '../../core/assess-user.ts';
import type { ReportingOptions } from '../../core/earlier-results.ts';
import type { Problem } from '../../core/errors.ts';
import type { Instant } from '../../core/instant.ts';
import {
  accountType,
  type ComplianceType,
  nothingToReport,
  resourceType,
  toEvaluation,
} from '../../formats/evaluation.ts';
import type { JudgementContext } from '../../judging/judge-user.ts';
import type { EventDependencies } from '../event-bus.ts';
import type { Topic } from '../topic.ts';

/** Who gets the digests of an evaluation. */
export interface AnnouncementOptions {
  /** The Region of the function. */
  readonly region: string;
  /** The key of the tag that names a user's owner. */
  readonly ownerTag: string;
  /** Whether each owner gets a digest of their own. */
  readonly digestPerOwner: boolean;
  /** How many days before a credential becomes unused a digest names it; 0 for never. */
  readonly warningDays: number;
}

/** What an evaluation runs with. */
export interface Dependencies
  extends Clients<'iam' | 'config'>,
    EventDependencies,
    AnnouncementOptions {
  /** The name of the rule that this function was deployed for. Runs of other rules notify nobody. */
  readonly deployedRule: string;
  /** The topic to notify about users who are newly NON_COMPLIANT; null if there is none. */
  readonly topic: Topic | null;
  readonly reporting: ReportingOptions;
}

/** The dependencies, and what belongs to this one event. */
export interface RunContext extends Dependencies, JudgementContext {
  /** When to stop putting evaluations, so that the run can still report what it could not put. */
  readonly end: Instant;
}

/** What the function returns for each user it evaluated. */
export interface UserVerdict {
  readonly userId: string;
  /** Name and ARN are null if only the ID of a deleted user is known. */
  readonly userName: string | null;
  readonly arn: string | null;
  readonly compliance: ComplianceType;
  /** Null for a user who was deleted or is out of scope, or whose earlier result was put again. */
  readonly category: Category | null;
  readonly annotation: string;
}

/** The results of one event. */
export interface EvaluationRun {
  /** The results that AWS Config shows now: those that this run put, and those of earlier runs. */
  readonly users: readonly UserVerdict[];
  /** How many of them were put. */
  readonly put: number;
  /** ARNs of the users without a verdict, whose earlier result stands. */
  readonly undecided: readonly string[];
  /** What could not be evaluated or put. Any entry fails the run, after everything else was done. */
  readonly failed: readonly Problem[];
  /** How many users the digest of this run announced as newly NON_COMPLIANT. */
  readonly announced: number;
  readonly reportGeneratedAt: Instant | null;
}

export function toVerdict(
  { user, assessment, annotation }: Judgement,
  userId: string,
): UserVerdict {
  const { compliance, category } = assessment;
  return { userId, userName: user.userName, arn: user.arn, compliance, category, annotation };
}

/** The verdicts that AWS Config accepted, and a problem for each that it did not. */
interface PutVerdicts {
  readonly users: readonly UserVerdict[];
  readonly refused: readonly Problem[];
}

/** Puts the verdicts of a run. `orderedAt` is the instant by which AWS Config orders results. */
export async function putVerdicts(
  users: readonly UserVerdict[],
  resultToken: string,
  orderedAt: Instant,
  { config, clock, end }: RunContext,
  type: string = resourceType,
): Promise<PutVerdicts> {
  const evaluations = users.map((user) => toEvaluation(type, user.userId, user, orderedAt));
  const refused = await putEvaluations(config, evaluations, resultToken, clock, end);
  const messages = new Map(refused.map(({ resourceId, message }) => [resourceId, message]));
  return {
    users: users.filter(({ userId }) => !messages.has(userId)),
    refused: users.flatMap(({ userId, arn }) => {
      const message = messages.get(userId);
      return message === undefined ? [] : [{ arn: arn ?? userId, message }];
    }),
  };
}

/**
 * Puts that a run has no result, as AWS's samples do. AWS does not document whether a run without evaluations
 * counts as complete. Resolves to a problem if AWS Config did not accept it, or the event did not name the account.
 */
export async function putNoResult(
  accountId: string,
  resultToken: string,
  orderedAt: Instant,
  { config, clock, end }: RunContext,
): Promise<readonly Problem[]> {
  if (accountId === 'unknown') {
    return [{ arn: 'the account', message: 'the event does not name it; evaluate the rule again' }];
  }
  const evaluations = [toEvaluation(accountType, accountId, nothingToReport, orderedAt)];
  const refused = await putEvaluations(config, evaluations, resultToken, clock, end);
  return refused.map(({ message }) => ({ arn: `account ${accountId}`, message }));
}

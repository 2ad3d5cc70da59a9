import {
  type ConfigServiceClient,
  type EvaluationResult,
  GetResourceConfigHistoryCommand,
  PutEvaluationsCommand,
  paginateGetComplianceDetailsByConfigRule,
  paginateGetComplianceDetailsByResource,
  type ResourceType,
} from '@aws-sdk/client-config-service';
import { beforeDeadline, type Clock } from '../clock.ts';
import type { EarlierResult } from '../core/earlier-results.ts';
import { ExpectedError, messageOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { ConfigurationItem } from '../formats/config-event.ts';
import { type Evaluation, resourceType } from '../formats/evaluation.ts';
import { all, call, eachItem } from './call.ts';

/**
 * The configuration item of an oversized notification, which has only a summary: the item recorded at the summary's
 * capture time. Rejects with EventError if AWS Config does not have the item.
 */
export async function readConfigurationItem(
  config: ConfigServiceClient,
  summary: ConfigurationItem,
): Promise<ConfigurationItem> {
  const command = new GetResourceConfigHistoryCommand({
    resourceType: summary.resourceType as ResourceType,
    resourceId: summary.resourceId,
    laterTime: new Date(summary.captureTime),
    limit: 1,
  });
  const [item] = (await call(config, command)).configurationItems ?? [];
  if (item === undefined) {
    throw new ExpectedError(
      'EventError',
      `AWS Config sent an oversized notification about ${summary.resourceType} ${summary.resourceId}, but ` +
        'its history has no configuration item; evaluate the rule again',
    );
  }
  return {
    ...summary,
    resourceName: item.resourceName ?? summary.resourceName,
    status: item.configurationItemStatus ?? summary.status,
  };
}

/** AWS Config allows rule names of 128 characters, but this operation takes only 64. */
const longestRuleName = 64;

/**
 * The rule's earlier COMPLIANT and NON_COMPLIANT results by unique ID, in requests of 100.
 * A rule name that is too long for the operation is a RunError.
 */
export async function listEarlierResults(
  config: ConfigServiceClient,
  ruleName: string,
): Promise<Map<string, EarlierResult>> {
  if (ruleName.length > longestRuleName) {
    throw new ExpectedError(
      'RunError',
      `The rule's name has ${ruleName.length} characters, but AWS Config lists results only for ` +
        `names of up to ${longestRuleName}. Results of deleted users remain. Give the rule a shorter name.`,
    );
  }
  const results = eachItem(
    config,
    paginateGetComplianceDetailsByConfigRule,
    {
      ConfigRuleName: ruleName,
      ComplianceTypes: ['COMPLIANT', 'NON_COMPLIANT'],
      Limit: 100,
    },
    ({ EvaluationResults = [] }) => EvaluationResults.flatMap(toEarlierResult),
  );
  return new Map(await all(results));
}

/** The rule's earlier COMPLIANT or NON_COMPLIANT result for the user with this unique ID; null if it has none. */
export async function readEarlierResult(
  config: ConfigServiceClient,
  ruleName: string,
  userId: string,
): Promise<EarlierResult | null> {
  const results = eachItem(
    config,
    paginateGetComplianceDetailsByResource,
    {
      ResourceType: resourceType,
      ResourceId: userId,
      ComplianceTypes: ['COMPLIANT', 'NON_COMPLIANT'],
    },
    ({ EvaluationResults = [] }) =>
      EvaluationResults.filter((result) => qualifierOf(result)?.ConfigRuleName === ruleName),
  );
  const [found] = (await all(results)).flatMap(toEarlierResult);
  return found?.[1] ?? null;
}

function toEarlierResult(result: EvaluationResult): [string, EarlierResult][] {
  const { OrderingTimestamp: orderedAt } = result.EvaluationResultIdentifier ?? {};
  const resource = qualifierOf(result);
  if (resource?.ResourceType !== resourceType || resource.ResourceId === undefined) return [];
  const found: EarlierResult = {
    // The requests ask for no other type.
    compliance: result.ComplianceType === 'NON_COMPLIANT' ? 'NON_COMPLIANT' : 'COMPLIANT',
    annotation: result.Annotation ?? '',
    orderedAt: orderedAt?.getTime() ?? null,
  };
  return [[resource.ResourceId, found]];
}

function qualifierOf({ EvaluationResultIdentifier }: EvaluationResult) {
  return EvaluationResultIdentifier?.EvaluationResultQualifier;
}

/** PutEvaluations takes at most this many evaluations per request. */
const batchSize = 100;
/** A request can succeed and still refuse some evaluations; they are put again up to this many times. */
const attempts = 4;

/** An evaluation that AWS Config did not accept, and why. */
interface RefusedEvaluation {
  readonly resourceId: string;
  readonly message: string;
}

/**
 * Puts evaluations in requests of 100, and resolves to those that AWS Config refused in every attempt.
 * A batch that fails does not stop the others, so this rejects only for a defect.
 */
export async function putEvaluations(
  config: ConfigServiceClient,
  evaluations: readonly Evaluation[],
  resultToken: string,
  clock: Clock,
  deadline: Instant,
): Promise<RefusedEvaluation[]> {
  const refused: RefusedEvaluation[] = [];
  let open = [...evaluations];
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const again: Evaluation[] = [];
    for (let start = 0; start < open.length; start += batchSize) {
      const batch = open.slice(start, start + batchSize);
      try {
        again.push(
          ...(await beforeDeadline(clock, deadline, () => putBatch(config, batch, resultToken))),
        );
      } catch (error) {
        refused.push(...batch.map((evaluation) => refuse(evaluation, messageOf(error))));
      }
    }
    const wait = 1000 * 2 ** (attempt - 1);
    if (attempt === attempts || clock.now() + wait >= deadline) {
      const message = `AWS Config refused the evaluation in ${attempt} of ${attempts} attempts`;
      return [...refused, ...again.map((evaluation) => refuse(evaluation, message))];
    }
    open = again;
    if (open.length > 0) await clock.sleep(wait);
  }
  return refused;
}

/** Resolves to the evaluations that failed: the whole batch if AWS Config does not say which. */
async function putBatch(
  config: ConfigServiceClient,
  batch: Evaluation[],
  resultToken: string,
): Promise<Evaluation[]> {
  const command = new PutEvaluationsCommand({ Evaluations: batch, ResultToken: resultToken });
  const { FailedEvaluations: reported = [] } = await call(config, command);
  const ids = new Set(reported.map((failed) => failed.ComplianceResourceId));
  const failed = batch.filter((evaluation) => ids.has(evaluation.ComplianceResourceId));
  return failed.length < reported.length ? batch : failed;
}

function refuse(evaluation: Evaluation, message: string): RefusedEvaluation {
  return { resourceId: evaluation.ComplianceResourceId, message };
}

import {
  type ConfigServiceClient,
  GetResourceConfigHistoryCommand,
  PutEvaluationsCommand,
  paginateGetComplianceDetailsByConfigRule,
  type ResourceType,
} from '@aws-sdk/client-config-service';
import { beforeDeadline, type Clock } from '../clock.ts';
import { ExpectedError, messageOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { ConfigurationItem } from '../formats/config-event.ts';
import { type Evaluation, resourceType } from '../formats/evaluation.ts';
import type { EarlierResult } from '../formats/newly-non-compliant.ts';
import { callAws } from './call.ts';

/** What readConfigurationItem calls. */
export const readConfigurationItemActions = ['config:GetResourceConfigHistory'] as const;

/**
 * Takes a Config client and the summary that an oversized notification carries. Gives back the
 * configuration item as recorded at the summary's capture time.
 * Throws AwsError, and EventError when AWS Config has no such item.
 */
export async function readConfigurationItem(
  config: ConfigServiceClient,
  summary: ConfigurationItem,
): Promise<ConfigurationItem> {
  const answer = await callAws(readConfigurationItemActions[0], () =>
    config.send(
      new GetResourceConfigHistoryCommand({
        resourceType: summary.resourceType as ResourceType,
        resourceId: summary.resourceId,
        laterTime: new Date(summary.captureTime),
        limit: 1,
      }),
    ),
  );
  const [item] = answer.configurationItems ?? [];
  if (item === undefined) {
    throw new ExpectedError(
      'EventError',
      `AWS Config sent an oversized notification of ${summary.resourceType} ${summary.resourceId}, but ` +
        'its history holds no configuration item; evaluate the rule again',
    );
  }
  return {
    ...summary,
    resourceName: item.resourceName ?? summary.resourceName,
    status: item.configurationItemStatus ?? summary.status,
  };
}

/** What listEarlierResults calls. */
export const listEarlierResultsActions = ['config:GetComplianceDetailsByConfigRule'] as const;

/** Config allows rule names of 128 characters, but this operation takes only 64. */
const longestRuleName = 64;

/**
 * Takes a Config client and the rule's name. Gives back by unique ID the earlier results of the rule
 * that call a user COMPLIANT or NON_COMPLIANT, in requests of 100.
 * Throws AwsError, and RunError when the rule's name is too long to ask.
 */
export async function listEarlierResults(
  config: ConfigServiceClient,
  ruleName: string,
): Promise<Map<string, EarlierResult>> {
  if (ruleName.length > longestRuleName) {
    throw new ExpectedError(
      'RunError',
      `The rule's name has ${ruleName.length} characters, and AWS Config lists results only of ` +
        `names up to ${longestRuleName}: results of deleted users stay. Give the rule a shorter name.`,
    );
  }
  const results = new Map<string, EarlierResult>();
  await callAws(listEarlierResultsActions[0], async () => {
    const pages = paginateGetComplianceDetailsByConfigRule(
      { client: config, pageSize: 100 },
      { ConfigRuleName: ruleName, ComplianceTypes: ['COMPLIANT', 'NON_COMPLIANT'] },
    );
    for await (const page of pages) {
      for (const result of page.EvaluationResults ?? []) {
        const { EvaluationResultQualifier: resource, OrderingTimestamp: orderedAt } =
          result.EvaluationResultIdentifier ?? {};
        if (resource?.ResourceType !== resourceType || resource.ResourceId === undefined) continue;
        results.set(resource.ResourceId, {
          // No other type was asked for.
          compliance: result.ComplianceType === 'NON_COMPLIANT' ? 'NON_COMPLIANT' : 'COMPLIANT',
          orderedAt: orderedAt?.getTime() ?? null,
        });
      }
    }
  });
  return results;
}

/** What putEvaluations calls. */
export const putEvaluationsActions = ['config:PutEvaluations'] as const;

/** PutEvaluations takes at most this many evaluations a request. */
const batchSize = 100;
/** A request can succeed and still refuse some evaluations; those are put again this often. */
const attempts = 4;

/** An evaluation that AWS Config did not take, and why. */
export interface RefusedEvaluation {
  readonly resourceId: string;
  readonly message: string;
}

/**
 * Takes a Config client, the evaluations, the token of the event they answer, a clock for the waits
 * between attempts, and when to give up. Puts them in requests of 100. Gives back the ones that AWS
 * Config refused to the end; a batch that fails does not hold up the others. Throws nothing foreseen.
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
      const message = `AWS Config refused the evaluation, ${attempt} times of ${attempts}`;
      return [...refused, ...again.map((evaluation) => refuse(evaluation, message))];
    }
    open = again;
    if (open.length > 0) await clock.sleep(wait);
  }
  return refused;
}

/** Gives back those that failed: all of them where AWS Config reports a failure but not whose. */
async function putBatch(
  config: ConfigServiceClient,
  batch: Evaluation[],
  resultToken: string,
): Promise<Evaluation[]> {
  const answer = await callAws(putEvaluationsActions[0], () =>
    config.send(new PutEvaluationsCommand({ Evaluations: batch, ResultToken: resultToken })),
  );
  const reported = answer.FailedEvaluations ?? [];
  const ids = new Set(reported.map((failed) => failed.ComplianceResourceId));
  const failed = batch.filter((evaluation) => ids.has(evaluation.ComplianceResourceId));
  return failed.length < reported.length ? batch : failed;
}

function refuse(evaluation: Evaluation, message: string): RefusedEvaluation {
  return { resourceId: evaluation.ComplianceResourceId, message };
}

import {
  type ConfigServiceClient,
  DescribeConfigRuleEvaluationStatusCommand,
  GetComplianceDetailsByConfigRuleCommand,
} from '@aws-sdk/client-config-service';
import type { Instant } from '../core/instant.ts';
import { callAws, hasAwsCode } from './call-aws.ts';

/** What readEvaluationStatus calls. */
export const readEvaluationStatusActions = [
  'config:DescribeConfigRuleEvaluationStatus',
  'config:GetComplianceDetailsByConfigRule',
] as const;
const [statusAction, resultsAction] = readEvaluationStatusActions;

/** When AWS Config evaluated a rule; null for what it does not tell. */
export interface EvaluationStatus {
  readonly succeededAt: Instant | null;
  /** The later of a failed evaluation and a failed invocation. */
  readonly failedAt: Instant | null;
  readonly activatedAt: Instant | null;
  readonly error: string | null;
}

/**
 * Takes a Config client, a rule's name, and the instant before which an evaluation is too old. Gives back when
 * the rule was evaluated; null where there is no such rule. AWS documents the status for managed rules only:
 * where it tells of no evaluation, or only of old ones, the newest result of a page counts as well.
 * Throws AwsError.
 */
export async function readEvaluationStatus(
  config: ConfigServiceClient,
  ruleName: string,
  since: Instant,
): Promise<EvaluationStatus | null> {
  try {
    const answer = await callAws(statusAction, () =>
      config.send(new DescribeConfigRuleEvaluationStatusCommand({ ConfigRuleNames: [ruleName] })),
    );
    const status = answer.ConfigRulesEvaluationStatus?.find(
      (candidate) => candidate.ConfigRuleName === ruleName,
    );
    const told = latest(status?.LastSuccessfulEvaluationTime);
    return {
      succeededAt:
        told !== null && told >= since ? told : await latestResult(config, ruleName, told),
      failedAt: latest(status?.LastFailedEvaluationTime, status?.LastFailedInvocationTime),
      activatedAt: latest(status?.FirstActivatedTime),
      error: status?.LastErrorMessage ?? status?.LastErrorCode ?? null,
    };
  } catch (error) {
    if (hasAwsCode(error, 'NoSuchConfigRuleException')) return null;
    throw error;
  }
}

/** A scheduled run puts results of all users, so that any page of them shows when it was. */
async function latestResult(
  config: ConfigServiceClient,
  ruleName: string,
  told: Instant | null,
): Promise<Instant | null> {
  const command = new GetComplianceDetailsByConfigRuleCommand({
    ...{ ConfigRuleName: ruleName, Limit: 100, ComplianceTypes: ['COMPLIANT', 'NON_COMPLIANT'] },
  });
  const { EvaluationResults = [] } = await callAws(resultsAction, () => config.send(command));
  const recorded = EvaluationResults.map(({ ResultRecordedTime }) => ResultRecordedTime);
  return latest(...recorded, told === null ? undefined : new Date(told));
}

function latest(...dates: readonly (Date | undefined)[]): Instant | null {
  const instants = dates.flatMap((date) => (date === undefined ? [] : [date.getTime()]));
  return instants.length === 0 ? null : Math.max(...instants);
}

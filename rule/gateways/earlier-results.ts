import {
  type ConfigServiceClient,
  paginateGetComplianceDetailsByConfigRule,
} from '@aws-sdk/client-config-service';
import { ExpectedError } from '../core/errors.ts';
import { resourceType } from '../formats/evaluation.ts';
import type { EarlierResult } from '../formats/newly-non-compliant.ts';
import { callAws } from './call-aws.ts';

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

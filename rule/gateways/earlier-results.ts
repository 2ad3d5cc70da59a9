import {
  type ConfigServiceClient,
  paginateGetComplianceDetailsByConfigRule,
} from '@aws-sdk/client-config-service';
import { ExpectedError } from '../core/errors.ts';
import { resourceType } from '../formats/evaluation.ts';
import { callAws } from './call-aws.ts';

/** What listEarlierResults calls. */
export const listEarlierResultsActions = ['config:GetComplianceDetailsByConfigRule'] as const;

/** Config allows rule names of 128 characters, but this operation takes only 64. */
const longestRuleName = 64;

/**
 * Takes a Config client and the rule's name. Gives back the unique IDs of the users whom earlier
 * results of the rule call COMPLIANT or NON_COMPLIANT, in requests of 100.
 * Throws AwsError, and RunError when the rule's name is too long to ask.
 */
export async function listEarlierResults(
  config: ConfigServiceClient,
  ruleName: string,
): Promise<Set<string>> {
  if (ruleName.length > longestRuleName) {
    throw new ExpectedError(
      'RunError',
      `The rule's name has ${ruleName.length} characters, and AWS Config lists results only of ` +
        `names up to ${longestRuleName}: results of deleted users stay. Give the rule a shorter name.`,
    );
  }
  const userIds = new Set<string>();
  await callAws(listEarlierResultsActions[0], async () => {
    const pages = paginateGetComplianceDetailsByConfigRule(
      { client: config, pageSize: 100 },
      { ConfigRuleName: ruleName, ComplianceTypes: ['COMPLIANT', 'NON_COMPLIANT'] },
    );
    for await (const page of pages) {
      for (const result of page.EvaluationResults ?? []) {
        const resource = result.EvaluationResultIdentifier?.EvaluationResultQualifier;
        if (resource?.ResourceType !== resourceType || resource.ResourceId === undefined) continue;
        userIds.add(resource.ResourceId);
      }
    }
  });
  return userIds;
}

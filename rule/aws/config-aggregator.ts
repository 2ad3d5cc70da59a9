import {
  type AggregateEvaluationResult,
  type ConfigServiceClient,
  paginateDescribeAggregateComplianceByConfigRules,
  paginateDescribeConfigurationAggregators,
  paginateGetAggregateComplianceDetailsByConfigRule,
  paginateSelectAggregateResourceConfig,
} from '@aws-sdk/client-config-service';
import type { Instant } from '../core/instant.ts';
import { resourceType } from '../formats/evaluation.ts';
import { all, eachItem, required } from './call.ts';

/** An aggregator of this account and Region. */
export interface Aggregator {
  readonly name: string;
  readonly arn: string;
}

/** The aggregators of this account and Region, or the one of this name. AwsError if there is none of that name. */
export function listAggregators(
  config: ConfigServiceClient,
  named: string | null,
): Promise<Aggregator[]> {
  const input = named === null ? { Limit: 100 } : { ConfigurationAggregatorNames: [named] };
  return all(
    eachItem(
      config,
      paginateDescribeConfigurationAggregators,
      input,
      ({ ConfigurationAggregators = [] }) =>
        ConfigurationAggregators.map((each) => ({
          name: required(each.ConfigurationAggregatorName, 'ConfigurationAggregatorName'),
          arn: required(each.ConfigurationAggregatorArn, 'ConfigurationAggregatorArn'),
        })),
    ),
  );
}

/** A rule in one account and Region. */
export interface RulePlace {
  readonly accountId: string;
  readonly region: string;
}

/** Where an aggregator sees the rule. */
export function listRulePlaces(
  config: ConfigServiceClient,
  aggregator: string,
  ruleName: string,
): Promise<RulePlace[]> {
  const input = {
    ConfigurationAggregatorName: aggregator,
    Filters: { ConfigRuleName: ruleName },
    Limit: 1000,
  };
  const places = eachItem(
    config,
    paginateDescribeAggregateComplianceByConfigRules,
    input,
    ({ AggregateComplianceByConfigRules = [] }) =>
      AggregateComplianceByConfigRules.filter((each) => each.ConfigRuleName === ruleName).map(
        ({ AccountId, AwsRegion }) => ({
          accountId: required(AccountId, 'AccountId'),
          region: required(AwsRegion, 'AwsRegion'),
        }),
      ),
  );
  return all(places);
}

/** A result of the rule for one user, as an aggregator shows it. */
export interface AggregatedResult {
  readonly userId: string;
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT';
  readonly annotation: string;
  /** The instant as of which the user was evaluated. */
  readonly evaluatedAt: Instant;
}

/** The rule's results for the users of one account, in requests of 100. */
export function listAggregatedResults(
  config: ConfigServiceClient,
  aggregator: string,
  ruleName: string,
  { accountId, region }: RulePlace,
): Promise<AggregatedResult[]> {
  const input = {
    ...{ ConfigurationAggregatorName: aggregator, ConfigRuleName: ruleName },
    ...{ AccountId: accountId, AwsRegion: region, Limit: 100 },
  };
  const results = eachItem(
    config,
    paginateGetAggregateComplianceDetailsByConfigRule,
    input,
    ({ AggregateEvaluationResults = [] }) => AggregateEvaluationResults.flatMap(toResult),
  );
  return all(results);
}

function toResult(result: AggregateEvaluationResult): AggregatedResult[] {
  const { EvaluationResultIdentifier: identifier, ComplianceType: compliance } = result;
  const { ResourceId, ResourceType } = identifier?.EvaluationResultQualifier ?? {};
  if (ResourceType !== resourceType || ResourceId === undefined) return [];
  if (compliance !== 'COMPLIANT' && compliance !== 'NON_COMPLIANT') return [];
  const at = identifier?.OrderingTimestamp ?? result.ResultRecordedTime;
  const evaluatedAt = required(at, 'OrderingTimestamp').getTime();
  return [{ userId: ResourceId, compliance, annotation: result.Annotation ?? '', evaluatedAt }];
}

const query = `SELECT accountId, resourceId, arn WHERE resourceType = '${resourceType}'`;

/** The IAM users that an aggregator knows, each as JSON, in requests of 100. */
export function selectAggregatedUsers(
  config: ConfigServiceClient,
  aggregator: string,
): AsyncIterable<string> {
  const input = { ConfigurationAggregatorName: aggregator, Expression: query, Limit: 100 };
  return eachItem(
    config,
    paginateSelectAggregateResourceConfig,
    input,
    ({ Results = [] }) => Results,
  );
}

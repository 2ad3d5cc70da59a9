import { type LocalAccount, type LocalEvaluation, userArn } from '../account.ts';
import { type Call, invalid, readInteger, readText, requireText, takePage } from '../call.ts';
import { awsError, type Input, isMap } from '../protocol.ts';
import { renderResult } from './config.ts';

/** The only Region of the local accounts. */
const region = 'us-east-1';

/** Lists the aggregators, or those of the given names. */
export function describeAggregators(call: Call): Input {
  const { account } = call;
  const { ConfigurationAggregatorNames: asked } = call.input;
  const names =
    Array.isArray(asked) && asked.length > 0 ? asked : [...aggregatorsOf(account).keys()];
  const described = names.map((name) => {
    if (!aggregatorsOf(account).has(name)) throw noSuchAggregator();
    return {
      ConfigurationAggregatorName: String(name),
      ConfigurationAggregatorArn: aggregatorArn(account, String(name)),
      OrganizationAggregationSource: { AwsRegions: [region], AllAwsRegions: false },
    };
  });
  const paging = { tokenName: 'NextToken', limit: readInteger(call, 'Limit', 0, 100) || 100 };
  const keyOf = (each: (typeof described)[number]) => each.ConfigurationAggregatorName;
  const { items, next } = takePage(call, described, keyOf, paging);
  return { ConfigurationAggregators: items, NextToken: next };
}

/** Lists the accounts that have the rule of the filter, and whether all its results are COMPLIANT. */
export function listAggregateCompliance(call: Call): Input {
  const accounts = accountsOf(call);
  const filters = call.input['Filters'] ?? {};
  const ruleName = isMap(filters) ? filters['ConfigRuleName'] : undefined;
  if (typeof ruleName !== 'string') throw invalid(call, 'Filters', 'name a rule here');
  const withRule = accounts.filter(({ config }) => config.rules.has(ruleName));
  const limit = readInteger(call, 'Limit', 0, 1000) || 100;
  const keyOf = ({ accountId }: LocalAccount) => accountId;
  const { items, next } = takePage(call, withRule, keyOf, { tokenName: 'NextToken', limit });
  return {
    AggregateComplianceByConfigRules: items.map(({ accountId, config }) => {
      const bad = resultsOf(config.evaluations, ruleName, 'NON_COMPLIANT').length;
      const count = { CappedCount: Math.min(bad, 100), CapExceeded: bad > 100 };
      return {
        ...{ ConfigRuleName: ruleName, AccountId: accountId, AwsRegion: region },
        Compliance:
          bad === 0
            ? { ComplianceType: 'COMPLIANT' }
            : { ComplianceType: 'NON_COMPLIANT', ComplianceContributorCount: count },
      };
    }),
    NextToken: next,
  };
}

/** Lists the results of a rule in one account, never those that are NOT_APPLICABLE. */
export function listAggregateResults(call: Call): Input {
  const accounts = accountsOf(call);
  const ruleName = requireText(call, 'ConfigRuleName', 128);
  const accountId = requireText(call, 'AccountId');
  const type = readText(call, 'ComplianceType');
  const isHere = requireText(call, 'AwsRegion', 64) === region;
  const source = isHere ? accounts.find((each) => each.accountId === accountId) : undefined;
  const limit = readInteger(call, 'Limit', 0, 100) || 50;
  const results = resultsOf(source?.config.evaluations ?? [], ruleName, type);
  const keyOf = ({ resourceId }: LocalEvaluation) => resourceId;
  const { items, next } = takePage(call, results, keyOf, { tokenName: 'NextToken', limit });
  return {
    AggregateEvaluationResults: items.map((result) => ({
      ...renderResult(result),
      ...{ AccountId: accountId, AwsRegion: region },
    })),
    NextToken: next,
  };
}

function resultsOf(evaluations: readonly LocalEvaluation[], rule: string, type?: string) {
  return evaluations.filter(
    ({ ruleName, complianceType }) =>
      ruleName === rule &&
      complianceType !== 'NOT_APPLICABLE' &&
      (type === undefined || complianceType === type),
  );
}

const usersQuery = /^SELECT ([\w, ]+) WHERE resourceType = 'AWS::IAM::User'$/i;

/** Answers one kind of query: columns of all IAM users of the accounts. */
export function selectResources(call: Call): Input {
  const accounts = accountsOf(call);
  const columns = usersQuery.exec(requireText(call, 'Expression'))?.[1]?.split(/, */);
  if (columns === undefined) {
    throw awsError('InvalidExpressionException', 'This query is not supported here');
  }
  const limit = readInteger(call, 'Limit', 0, 100) || 25;
  const token = Buffer.from(readText(call, 'NextToken') ?? '', 'base64url').toString();
  const [lastAccount = '', lastId = ''] = token.split(' ');
  const rows: Record<string, string>[] = [];
  let next: string | undefined;
  // An organization has many users: only those of a page are sorted and rendered.
  for (const source of accounts.filter(({ accountId }) => accountId >= lastAccount)) {
    const { accountId } = source;
    const users = source.users.toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
    for (const user of users) {
      if (accountId === lastAccount && user.userId <= lastId) continue;
      const last = rows.at(-1);
      if (rows.length === limit && last !== undefined) {
        next = Buffer.from(`${last['accountId']} ${last['resourceId']}`).toString('base64url');
        break;
      }
      rows.push({
        ...{ accountId, awsRegion: region, resourceType: 'AWS::IAM::User' },
        ...{ resourceId: user.userId, resourceName: user.userName, arn: userArn(source, user) },
      });
    }
    if (next !== undefined) break;
  }
  const chosen = rows.map((row) =>
    JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column]]))),
  );
  const SelectFields = columns.map((Name) => ({ Name }));
  return { Results: chosen, QueryInfo: { SelectFields }, NextToken: next };
}

/** The accounts of the aggregator that the request names, by their IDs. */
function accountsOf(call: Call): readonly LocalAccount[] {
  const name = requireText(call, 'ConfigurationAggregatorName', 256);
  const accounts = aggregatorsOf(call.account).get(name);
  if (accounts === undefined) throw noSuchAggregator();
  return accounts;
}

function aggregatorsOf({ config }: LocalAccount) {
  return config.aggregators ?? new Map<string, readonly LocalAccount[]>();
}

function noSuchAggregator() {
  const message = 'The configuration aggregator does not exist.';
  return awsError('NoSuchConfigurationAggregatorException', message);
}

/** The ARN of an aggregator. */
export function aggregatorArn({ partition, accountId }: LocalAccount, name: string): string {
  return `arn:${partition}:config:${region}:${accountId}:config-aggregator/config-aggregator-${name}`;
}

import type { LocalConfigurationItem, LocalEvaluation, LocalRecorder } from '../account.ts';
import {
  type Call,
  invalid,
  readInteger,
  readList,
  readNames,
  readText,
  requireText,
  takePage,
} from '../call.ts';
import { awsError, type Input } from '../protocol.ts';

const COMPLIANCE_TYPES = ['COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE'] as const;

/** Stores each resource's latest result by OrderingTimestamp; returns those that failed. */
export function putEvaluations(call: Call): Input {
  const { TestMode } = call.input;
  const sent = readList(call, 'Evaluations', 100);
  const token = requireText(call, 'ResultToken');
  const ruleName = token.slice(0, token.indexOf(':'));
  const results = sent.map((input) => parseEvaluation({ ...call, input }, ruleName));
  const { config } = call.account;
  if (TestMode !== true && !config.resultTokens.has(token)) {
    throw awsError('InvalidResultTokenException', 'The resultToken provided is invalid');
  }
  const failed = sent.map(call.failsEvaluation);
  const kept = results.filter((_, index) => TestMode !== true && !failed[index]);
  config.evaluations = keepLatest(config.evaluations, kept, config.keepsLastPut);
  return { FailedEvaluations: sent.filter((_, index) => failed[index]) };
}

/** Lists a rule's current results, only of the given ComplianceTypes, if any. */
export function listResults(call: Call): Input {
  const name = requireText(call, 'ConfigRuleName', 64);
  const limit = readLimit(call, 'Limit');
  if (!call.account.config.rules.has(name)) throw noSuchRule(name);
  const { ComplianceTypes: types } = call.input;
  const wanted = Array.isArray(types) && types.length > 0 ? types : COMPLIANCE_TYPES;
  const results = call.account.config.evaluations.filter(
    ({ ruleName, complianceType }) => ruleName === name && wanted.includes(complianceType),
  );
  const { items, next } = takePage(call, results, resourceKey, { tokenName: 'NextToken', limit });
  return { EvaluationResults: items.map(renderResult), NextToken: next };
}

/** Lists all rules' current results for a resource, only of the given ComplianceTypes, if any. */
export function listResultsOfResource(call: Call): Input {
  const type = requireText(call, 'ResourceType', 256);
  const id = requireText(call, 'ResourceId', 768);
  const { ComplianceTypes: types } = call.input;
  const wanted = Array.isArray(types) && types.length > 0 ? types : COMPLIANCE_TYPES;
  const results = call.account.config.evaluations.filter(
    (result) =>
      result.resourceType === type &&
      result.resourceId === id &&
      wanted.includes(result.complianceType),
  );
  const paging = { tokenName: 'NextToken', limit: 10 };
  const { items, next } = takePage(call, results, ({ ruleName }) => ruleName, paging);
  return { EvaluationResults: items.map(renderResult), NextToken: next };
}

export function describeRules(call: Call): Input {
  const { account } = call;
  const { ruleDefinitions } = account.config;
  const asked = readNames(call, 'ConfigRuleNames', 25);
  const names = asked.length > 0 ? [...new Set(asked)] : [...ruleDefinitions.keys()];
  const arn = `arn:${account.partition}:config:us-east-1:${account.accountId}:config-rule`;
  const rules = names.map((ConfigRuleName) => {
    const rule = ruleDefinitions.get(ConfigRuleName);
    if (rule === undefined) throw noSuchRule(ConfigRuleName);
    const ConfigRuleId = `config-rule-${ConfigRuleName}`;
    return {
      ...{ ConfigRuleName, ConfigRuleId, ConfigRuleArn: `${arn}/${ConfigRuleId}` },
      ConfigRuleState: rule.state ?? 'ACTIVE',
      Source: {
        ...{ Owner: 'CUSTOM_LAMBDA', SourceIdentifier: rule.sourceIdentifier },
        SourceDetails: rule.sourceDetails,
      },
      InputParameters: JSON.stringify(rule.inputParameters),
    };
  });
  const paging = { tokenName: 'NextToken', limit: 25 };
  const { items, next } = takePage(call, rules, (rule) => rule.ConfigRuleName, paging);
  return { ConfigRules: items, NextToken: next };
}

/** Lists a resource's configuration items of the given time range, the newest first. */
export function listItems(call: Call): Input {
  const type = requireText(call, 'resourceType');
  const id = requireText(call, 'resourceId', 768);
  const { earlierTime: from = 0, laterTime: to = call.now / 1000, nextToken } = call.input;
  if (nextToken !== undefined) throw invalid(call, 'nextToken', 'be absent here');
  const items = call.account.config.configurationItems.get(id) ?? [];
  const known = items.filter(({ resourceType }) => resourceType === type);
  if (known.length === 0) {
    const message = `Resource ${id} of resourceType:${type} is unknown or has not been discovered`;
    throw awsError('ResourceNotDiscoveredException', message);
  }
  const configurationItems = known
    .sort((a, b) => b.configurationItemCaptureTime - a.configurationItemCaptureTime)
    .map(renderItem)
    .filter(({ configurationItemCaptureTime: at }) => Number(from) <= at && at <= Number(to))
    .slice(0, readLimit(call, 'limit'));
  return { configurationItems };
}

function parseEvaluation(call: Call, ruleName: string): LocalEvaluation {
  const { ComplianceType, OrderingTimestamp: at } = call.input;
  const complianceType = COMPLIANCE_TYPES.find((type) => type === ComplianceType);
  if (!complianceType) throw invalid(call, 'ComplianceType', `be one of ${COMPLIANCE_TYPES}`);
  if (typeof at !== 'number') throw invalid(call, 'OrderingTimestamp', 'be an instant');
  return {
    ruleName,
    resourceType: requireText(call, 'ComplianceResourceType', 256),
    resourceId: requireText(call, 'ComplianceResourceId', 768),
    complianceType,
    annotation: readText(call, 'Annotation', 256),
    orderingTimestamp: Math.round(at * 1000),
    recordedAt: call.now,
  };
}

function keepLatest(
  stored: readonly LocalEvaluation[],
  added: readonly LocalEvaluation[],
  keepsLastPut = false,
): LocalEvaluation[] {
  // Only results of the same resources can be replaced, so only these are compared.
  const ids = new Set(added.map(({ resourceId }) => resourceId));
  const latest = new Map<string, LocalEvaluation>();
  for (const result of [...stored.filter(({ resourceId }) => ids.has(resourceId)), ...added]) {
    const key = `${result.ruleName} ${resourceKey(result)}`;
    const earlier = latest.get(key)?.orderingTimestamp ?? Number.NEGATIVE_INFINITY;
    if (keepsLastPut || result.orderingTimestamp >= earlier) latest.set(key, result);
  }
  return [...stored.filter(({ resourceId }) => !ids.has(resourceId)), ...latest.values()];
}

function resourceKey({ resourceType, resourceId }: LocalEvaluation): string {
  return `${resourceType} ${resourceId}`;
}

function noSuchRule(name: string) {
  const message = `The ConfigRule '${name}' provided in the request is invalid.`;
  return awsError('NoSuchConfigRuleException', `${message} Please check the configRule name`);
}

// For AWS Config, a limit of 0 is the default.
function readLimit(call: Call, name: string): number {
  return readInteger(call, name, 0, 100) || 10;
}

/** A result as AWS Config describes it. */
export function renderResult({ ruleName: ConfigRuleName, ...result }: LocalEvaluation): Input {
  const { resourceType: ResourceType, resourceId: ResourceId } = result;
  return {
    EvaluationResultIdentifier: {
      EvaluationResultQualifier: { ConfigRuleName, ResourceType, ResourceId },
      OrderingTimestamp: result.orderingTimestamp / 1000,
    },
    ComplianceType: result.complianceType,
    ResultRecordedTime: result.recordedAt / 1000,
    Annotation: result.annotation,
  };
}

function renderItem(item: LocalConfigurationItem): LocalConfigurationItem {
  const members = Object.entries(item).map(([name, value]) => {
    return [name, typeof value === 'number' && name.endsWith('Time') ? value / 1000 : value];
  });
  return { ...item, ...Object.fromEntries(members) };
}

export function describeEvaluations(call: Call): Input {
  const { ruleDefinitions } = call.account.config;
  const asked = readNames(call, 'ConfigRuleNames', 25);
  const names = asked.length > 0 ? asked : [...ruleDefinitions.keys()];
  return {
    ConfigRulesEvaluationStatus: names.map((ConfigRuleName) => {
      const rule = ruleDefinitions.get(ConfigRuleName);
      if (rule === undefined) throw noSuchRule(ConfigRuleName);
      const members = Object.entries(rule.evaluationStatus ?? {}).map(([name, value]) => {
        return [name, typeof value === 'number' ? value / 1000 : value];
      });
      return { ConfigRuleName, ...Object.fromEntries(members) };
    }),
  };
}

/** Describes the remediations of the given rules; a rule without one is left out. */
export function describeRemediations(call: Call): Input {
  const names = readNames(call, 'ConfigRuleNames', 25);
  if (names.length === 0) throw invalid(call, 'ConfigRuleNames', 'have length of at least 1');
  const { account } = call;
  const arn = `arn:${account.partition}:config:us-east-1:${account.accountId}`;
  const RemediationConfigurations = names.flatMap((ConfigRuleName) => {
    const remediation = account.config.remediations.get(ConfigRuleName);
    if (remediation === undefined) return [];
    const parameters = Object.entries(remediation.parameters).map(([name, value]) => {
      const dynamic = { ResourceValue: { Value: value } };
      return [name, value === 'RESOURCE_ID' ? dynamic : { StaticValue: { Values: [value] } }];
    });
    return {
      ...{ ConfigRuleName, TargetType: 'SSM_DOCUMENT', TargetId: remediation.documentName },
      Parameters: Object.fromEntries(parameters),
      Automatic: remediation.automatic ?? false,
      Arn: `${arn}:remediation-configuration/${ConfigRuleName}/r-1`,
    };
  });
  return { RemediationConfigurations };
}

export function describeRecorders(call: Call): Input {
  return {
    ConfigurationRecorders: recordersOf(call).map(({ name, description }) => ({
      ...{ name, roleARN: `arn:aws:iam::${call.account.accountId}:role/config` },
      ...description,
    })),
  };
}

export function describeRecorderStatus(call: Call): Input {
  return {
    ConfigurationRecordersStatus: recordersOf(call).map(
      ({ name, recording, lastStatus, lastErrorMessage }) => ({
        ...{ name, recording, lastStatus, lastErrorMessage },
      }),
    ),
  };
}

function recordersOf(call: Call): LocalRecorder[] {
  const { recorder } = call.account.config;
  const unknown = readNames(call, 'ConfigurationRecorderNames', 1).find(
    (name) => name !== recorder?.name,
  );
  if (unknown !== undefined) {
    const message = `Cannot find configuration recorder with the specified name '${unknown}'.`;
    throw awsError('NoSuchConfigurationRecorderException', message);
  }
  return recorder === undefined ? [] : [recorder];
}

import {
  type ConfigRule,
  type ConfigServiceClient,
  type ConfigurationRecorder,
  type ConfigurationRecorderStatus,
  DescribeConfigRuleEvaluationStatusCommand,
  DescribeConfigRulesCommand,
  DescribeConfigurationRecorderStatusCommand,
  DescribeConfigurationRecordersCommand,
  DescribeRemediationConfigurationsCommand,
  GetComplianceDetailsByConfigRuleCommand,
  type RemediationParameterValue,
} from '@aws-sdk/client-config-service';
import { ExpectedError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { functionNames } from '../core/names.ts';
import { parseRuleParameters, type RuleParameters } from '../core/rule-parameters.ts';
import type { FunctionLocation } from '../formats/arns.ts';
import { callAws, hasAwsCode, present } from './call.ts';

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

/** What readRecorder calls. */
export const readRecorderActions = [
  'config:DescribeConfigurationRecorders',
  'config:DescribeConfigurationRecorderStatus',
] as const;
const [recordersAction, recorderStatusAction] = readRecorderActions;

/** What AWS Config records, and whether it does. */
export interface Recorder
  extends Pick<ConfigurationRecorder, 'name' | 'recordingGroup' | 'recordingMode'>,
    Pick<ConfigurationRecorderStatus, 'recording' | 'lastStatus' | 'lastErrorMessage'> {}

/**
 * Takes a Config client. Gives back the account's own recorder in this Region, of which there is at most one, or
 * null. Recorders of other services record for those services only. Throws AwsError.
 */
export async function readRecorder(config: ConfigServiceClient): Promise<Recorder | null> {
  const { ConfigurationRecorders = [] } = await callAws(recordersAction, () =>
    config.send(new DescribeConfigurationRecordersCommand({})),
  );
  const own = ConfigurationRecorders.find((recorder) => recorder.servicePrincipal === undefined);
  if (own === undefined) return null;
  const { ConfigurationRecordersStatus = [] } = await callAws(recorderStatusAction, () =>
    config.send(new DescribeConfigurationRecorderStatusCommand({})),
  );
  const status = ConfigurationRecordersStatus.find(({ name }) => name === own.name);
  const { name, recordingGroup, recordingMode } = own;
  const { recording, lastStatus, lastErrorMessage } = status ?? {};
  return { name, recordingGroup, recordingMode, recording, lastStatus, lastErrorMessage };
}

/** What readRemediation calls. */
export const readRemediationActions = ['config:DescribeRemediationConfigurations'] as const;

/** The value of a document's parameter: what AWS Config fills in, or text. */
export type RemediationValue =
  | { readonly kind: 'resource'; readonly text: string }
  | { readonly kind: 'static'; readonly text: string };

/** What AWS Config starts for a user who is NON_COMPLIANT. */
export interface RemediationConfiguration {
  readonly arn: string | undefined;
  readonly targetId: string;
  readonly automatic: boolean;
  readonly parameters: ReadonlyMap<string, RemediationValue>;
}

/** Takes a Config client and a rule's name. Gives back the rule's remediation, or null where it has none. Throws AwsError. */
export async function readRemediation(
  config: ConfigServiceClient,
  ruleName: string,
): Promise<RemediationConfiguration | null> {
  const [action] = readRemediationActions;
  try {
    const answer = await callAws(action, () =>
      config.send(new DescribeRemediationConfigurationsCommand({ ConfigRuleNames: [ruleName] })),
    );
    const found = answer.RemediationConfigurations?.find(
      (candidate) => candidate.ConfigRuleName === ruleName,
    );
    if (found === undefined) return null;
    const parameters = Object.entries(found.Parameters ?? {});
    return {
      arn: found.Arn,
      targetId: present(found.TargetId, 'TargetId', action),
      automatic: found.Automatic ?? false,
      parameters: new Map(parameters.map(([name, value]) => [name, toValue(value)])),
    };
  } catch (error) {
    // Whether AWS answers nothing or an error where there is no remediation is not documented.
    const none = ['NoSuchConfigRuleException', 'NoSuchRemediationConfigurationException'];
    if (hasAwsCode(error, ...none)) return null;
    throw error;
  }
}

function toValue({ ResourceValue, StaticValue }: RemediationParameterValue): RemediationValue {
  if (ResourceValue !== undefined) return { kind: 'resource', text: ResourceValue.Value ?? '' };
  return { kind: 'static', text: StaticValue?.Values?.join(',') ?? '' };
}

/** What describeRule and readRule call. */
export const readRuleActions = ['config:DescribeConfigRules'] as const;

/** A rule as AWS Config describes it. */
export type DescribedRule = ConfigRule;

/** Where a rule's function has to be. */
export type RuleLocation = Omit<FunctionLocation, 'functionName'>;

/**
 * Takes a Config client, a rule's name, and where this function is. Gives back the rule's parameters; null
 * when there is no such rule, or it is being deleted.
 * Throws AwsError, and RuleParameterError as parametersOf does.
 */
export async function readRule(
  config: ConfigServiceClient,
  ruleName: string,
  location: RuleLocation,
): Promise<RuleParameters | null> {
  const rule = await describeRule(config, ruleName);
  if (rule === null || isBeingDeleted(rule)) return null;
  return parametersOf(rule, ruleName, location);
}

/** Takes a rule; tells whether it is being deleted, or its results are. */
export function isBeingDeleted({ ConfigRuleState }: DescribedRule): boolean {
  return ConfigRuleState?.startsWith('DELETING') ?? false;
}

/**
 * Takes a rule, its name, and where its function has to be. Gives back its parameters.
 * Throws RuleParameterError when its source is not this project's function in this account
 * and Region, or its parameters are invalid: what another rule calls unused is none of our business.
 */
export function parametersOf(
  rule: DescribedRule,
  ruleName: string,
  { partition, region, accountId }: RuleLocation,
): RuleParameters {
  const expected = `arn:${partition}:lambda:${region}:${accountId}:function:${functionNames.evaluate}`;
  const source = rule.Source?.SourceIdentifier;
  if (source !== expected) {
    throw new ExpectedError(
      'RuleParameterError',
      `The source of AWS Config rule ${ruleName} is ${source ?? 'unknown'}; expected ${expected}. ` +
        'Name the rule that this project deployed in ConfigRuleName',
    );
  }
  const input = rule.InputParameters?.trim() || '{}';
  let parameters: unknown;
  try {
    parameters = JSON.parse(input);
  } catch (error) {
    throw invalid(ruleName, 'are no JSON', error);
  }
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    throw invalid(ruleName, 'are no JSON object');
  }
  return parseRuleParameters({ ...parameters });
}

function invalid(ruleName: string, what: string, cause?: unknown): ExpectedError {
  const message = `The parameters of AWS Config rule ${ruleName} ${what}; mend the rule`;
  return new ExpectedError('RuleParameterError', message, { cause });
}

/** Takes a Config client and a rule's name. Gives back the rule, or null where there is none. Throws AwsError. */
export async function describeRule(
  config: ConfigServiceClient,
  ruleName: string,
): Promise<DescribedRule | null> {
  try {
    const answer = await callAws(readRuleActions[0], () =>
      config.send(new DescribeConfigRulesCommand({ ConfigRuleNames: [ruleName] })),
    );
    return answer.ConfigRules?.find((rule) => rule.ConfigRuleName === ruleName) ?? null;
  } catch (error) {
    if (hasAwsCode(error, 'NoSuchConfigRuleException')) return null;
    throw error;
  }
}

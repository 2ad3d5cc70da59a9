import {
  type ComplianceType,
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
  paginateDescribeConfigRules,
  type RemediationParameterValue,
  type RemediationConfiguration as SdkRemediation,
} from '@aws-sdk/client-config-service';
import type { FunctionLocation } from '../core/arns.ts';
import { ExpectedError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { functionNames } from '../core/names.ts';
import { parseRuleParameters, type RuleParameters } from '../core/rule-parameters.ts';
import { all, call, eachItem, orNull, required } from './call.ts';

/** When AWS Config evaluated a rule; null for what AWS does not say. */
interface EvaluationStatus {
  readonly succeededAt: Instant | null;
  /** The later of a failed evaluation and a failed invocation. */
  readonly failedAt: Instant | null;
  readonly activatedAt: Instant | null;
  readonly error: string | null;
}

/**
 * When the rule was last evaluated; null if it does not exist. AWS documents the status for managed rules only:
 * if it names no evaluation since `since`, the newest of some results counts as well.
 */
export function readEvaluationStatus(
  config: ConfigServiceClient,
  ruleName: string,
  since: Instant,
): Promise<EvaluationStatus | null> {
  const read = async (): Promise<EvaluationStatus> => {
    const input = { ConfigRuleNames: [ruleName] };
    const answer = await call(config, new DescribeConfigRuleEvaluationStatusCommand(input));
    const status = answer.ConfigRulesEvaluationStatus?.find(
      (candidate) => candidate.ConfigRuleName === ruleName,
    );
    const reported = latest(status?.LastSuccessfulEvaluationTime);
    const isRecent = reported !== null && reported >= since;
    return {
      succeededAt: isRecent ? reported : await latestResult(config, ruleName, reported),
      failedAt: latest(status?.LastFailedEvaluationTime, status?.LastFailedInvocationTime),
      activatedAt: latest(status?.FirstActivatedTime),
      error: status?.LastErrorMessage ?? status?.LastErrorCode ?? null,
    };
  };
  return orNull(read(), noRule);
}

const noRule = 'NoSuchConfigRuleException';

/**
 * Each scheduled run puts at least one result. With many users, one page of results has some of the last run. With
 * few users, the last run may have put only NOT_APPLICABLE for the account.
 */
async function latestResult(
  config: ConfigServiceClient,
  ruleName: string,
  reported: Instant | null,
): Promise<Instant | null> {
  const recorded = async (ComplianceTypes: ComplianceType[]) => {
    const input = { ConfigRuleName: ruleName, Limit: 100, ComplianceTypes };
    const answer = await call(config, new GetComplianceDetailsByConfigRuleCommand(input));
    return (answer.EvaluationResults ?? []).map(({ ResultRecordedTime }) => ResultRecordedTime);
  };
  return latest(
    ...(await recorded(['COMPLIANT', 'NON_COMPLIANT'])),
    ...(await recorded(['NOT_APPLICABLE'])),
    reported === null ? undefined : new Date(reported),
  );
}

function latest(...dates: readonly (Date | undefined)[]): Instant | null {
  const instants = dates.flatMap((date) => (date === undefined ? [] : [date.getTime()]));
  return instants.length === 0 ? null : Math.max(...instants);
}

/** What AWS Config records, and whether it is recording. */
export interface Recorder
  extends Pick<ConfigurationRecorder, 'name' | 'recordingGroup' | 'recordingMode'>,
    Pick<ConfigurationRecorderStatus, 'recording' | 'lastStatus' | 'lastErrorMessage'> {}

/**
 * The account's own recorder in this Region, of which there is at most one; null if there is none.
 * Recorders of other services record for those services only.
 */
export async function readRecorder(config: ConfigServiceClient): Promise<Recorder | null> {
  const { ConfigurationRecorders = [] } = await call(
    config,
    new DescribeConfigurationRecordersCommand({}),
  );
  const own = ConfigurationRecorders.find((recorder) => recorder.servicePrincipal === undefined);
  if (own === undefined) return null;
  const { ConfigurationRecordersStatus = [] } = await call(
    config,
    new DescribeConfigurationRecorderStatusCommand({}),
  );
  const status = ConfigurationRecordersStatus.find(({ name }) => name === own.name);
  const { name, recordingGroup, recordingMode } = own;
  const { recording, lastStatus, lastErrorMessage } = status ?? {};
  return { name, recordingGroup, recordingMode, recording, lastStatus, lastErrorMessage };
}

/** The value of a document's parameter: what AWS Config fills in, or text. */
type RemediationValue =
  | { readonly kind: 'resource'; readonly text: string }
  | { readonly kind: 'static'; readonly text: string };

/** The rules of a Region and their remediations. */
export interface ListedRules {
  readonly rules: readonly DescribedRule[];
  readonly remediations: readonly RemediationConfiguration[];
}

/** What AWS Config starts for a NON_COMPLIANT user. */
export interface RemediationConfiguration {
  readonly ruleName: string;
  readonly arn: string | undefined;
  readonly targetId: string;
  readonly automatic: boolean;
  readonly parameters: ReadonlyMap<string, RemediationValue>;
}

/** The rule's remediation configuration; null if it has none. */
export function readRemediation(
  config: ConfigServiceClient,
  ruleName: string,
): Promise<RemediationConfiguration | null> {
  const command = new DescribeRemediationConfigurationsCommand({ ConfigRuleNames: [ruleName] });
  const answer = call(config, command, ({ RemediationConfigurations = [] }) => {
    const found = RemediationConfigurations.find(
      (candidate) => candidate.ConfigRuleName === ruleName,
    );
    return found === undefined ? null : toRemediation(found);
  });
  // AWS does not document whether it answers nothing or an error if there is no remediation.
  return orNull(answer, noRule, 'NoSuchRemediationConfigurationException');
}

function toRemediation(found: SdkRemediation): RemediationConfiguration {
  const parameters = Object.entries(found.Parameters ?? {});
  return {
    ruleName: required(found.ConfigRuleName, 'ConfigRuleName'),
    arn: found.Arn,
    targetId: required(found.TargetId, 'TargetId'),
    automatic: found.Automatic ?? false,
    parameters: new Map(parameters.map(([name, value]) => [name, toValue(value)])),
  };
}

/** AWS Config describes the remediations of at most this many rules at a time. */
const rulesAtATime = 25;

/** All rules of this Region, and the remediations of those that have one. */
export async function listRules(config: ConfigServiceClient): Promise<ListedRules> {
  const rules = await all(
    eachItem(config, paginateDescribeConfigRules, {}, ({ ConfigRules }) =>
      required(ConfigRules, 'ConfigRules'),
    ),
  );
  const names = rules.map(({ ConfigRuleName }) => ConfigRuleName ?? '');
  const remediations: RemediationConfiguration[] = [];
  for (let at = 0; at < names.length; at += rulesAtATime) {
    const ConfigRuleNames = names.slice(at, at + rulesAtATime);
    const command = new DescribeRemediationConfigurationsCommand({ ConfigRuleNames });
    const answer = call(config, command, ({ RemediationConfigurations = [] }) =>
      RemediationConfigurations.map(toRemediation),
    );
    remediations.push(...((await orNull(answer, 'NoSuchRemediationConfigurationException')) ?? []));
  }
  return { rules, remediations };
}

function toValue({ ResourceValue, StaticValue }: RemediationParameterValue): RemediationValue {
  if (ResourceValue !== undefined) return { kind: 'resource', text: ResourceValue.Value ?? '' };
  return { kind: 'static', text: StaticValue?.Values?.join(',') ?? '' };
}

/** A rule as AWS Config describes it. */
export type DescribedRule = ConfigRule;

/** Where a rule's function has to be. */
export type RuleLocation = Omit<FunctionLocation, 'functionName'>;

/** The rule's parameters; null if the rule does not exist or is being deleted. Errors are those of parametersOf. */
export async function readRule(
  config: ConfigServiceClient,
  ruleName: string,
  location: RuleLocation,
): Promise<RuleParameters | null> {
  const rule = await describeRule(config, ruleName);
  if (rule === null || isBeingDeleted(rule)) return null;
  return parametersOf(rule, ruleName, location);
}

/** Whether the rule or its results are being deleted. */
export function isBeingDeleted({ ConfigRuleState }: DescribedRule): boolean {
  return ConfigRuleState?.startsWith('DELETING') ?? false;
}

/**
 * Throws RuleParameterError if the rule's parameters are invalid, or if it does not run this project's function in
 * this account and Region. Such a rule may define unused credentials differently.
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
        'Set ConfigRuleName to the rule that this project deployed',
    );
  }
  const input = rule.InputParameters?.trim() || '{}';
  let parameters: unknown;
  try {
    parameters = JSON.parse(input);
  } catch (error) {
    throw invalid(ruleName, 'are not JSON', error);
  }
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    throw invalid(ruleName, 'are not a JSON object');
  }
  return parseRuleParameters({ ...parameters });
}

function invalid(ruleName: string, what: string, cause?: unknown): ExpectedError {
  const message = `The parameters of AWS Config rule ${ruleName} ${what}. Fix the rule's InputParameters`;
  return new ExpectedError('RuleParameterError', message, { cause });
}

/** Reads a rule; resolves to null if it does not exist. */
export function describeRule(
  config: ConfigServiceClient,
  ruleName: string,
): Promise<DescribedRule | null> {
  const command = new DescribeConfigRulesCommand({ ConfigRuleNames: [ruleName] });
  const answer = call(
    config,
    command,
    ({ ConfigRules }) => ConfigRules?.find((rule) => rule.ConfigRuleName === ruleName) ?? null,
  );
  return orNull(answer, noRule);
}

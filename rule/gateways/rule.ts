import {
  type ConfigRule,
  type ConfigServiceClient,
  DescribeConfigRulesCommand,
} from '@aws-sdk/client-config-service';
import { ExpectedError } from '../core/errors.ts';
import { functionNames } from '../core/names.ts';
import { parseRuleParameters, type RuleParameters } from '../core/rule-parameters.ts';
import type { FunctionLocation } from '../formats/function-arn.ts';
import { callAws, hasAwsCode } from './call-aws.ts';

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

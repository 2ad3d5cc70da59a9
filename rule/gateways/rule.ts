import {
  type ConfigServiceClient,
  DescribeConfigRulesCommand,
} from '@aws-sdk/client-config-service';
import { ExpectedError } from '../core/errors.ts';
import { functionNames } from '../core/names.ts';
import { parseRuleParameters, type RuleParameters } from '../core/rule-parameters.ts';
import type { FunctionLocation } from '../formats/function-arn.ts';
import { callAws, hasAwsCode } from './call-aws.ts';

/** What readRule calls. */
export const readRuleActions = ['config:DescribeConfigRules'] as const;

/**
 * Takes a Config client, a rule's name, and where this function is. Gives back the rule's parameters; null
 * when there is no such rule, or it is being deleted.
 * Throws AwsError, and RuleParameterError when its source is not this project's function in this account
 * and Region, or its parameters are invalid: what another rule calls unused is none of our business.
 */
export async function readRule(
  config: ConfigServiceClient,
  ruleName: string,
  { partition, region, accountId }: FunctionLocation,
): Promise<RuleParameters | null> {
  const rule = await describeRule(config, ruleName);
  if (rule === null || rule.ConfigRuleState?.startsWith('DELETING')) return null;
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

async function describeRule(config: ConfigServiceClient, ruleName: string) {
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

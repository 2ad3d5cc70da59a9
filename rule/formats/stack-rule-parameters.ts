import * as v from 'valibot';
import { ExpectedError } from '../core/errors.ts';
import { parseRuleParameters, type RuleParameters } from '../core/rule-parameters.ts';

const schema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));
const what = "The function's variable RULE_PARAMETERS";
const advice = 'Deploy the stack again';

/**
 * Reads the variable RULE_PARAMETERS, in which an empty value stands for none; null without the variable.
 * Throws RuleParameterError.
 */
export function parseStackRuleParameters(text: string | undefined): RuleParameters | null {
  if (text === undefined) return null;
  const result = v.safeParse(schema, text);
  if (!result.success) {
    const [{ message }] = result.issues;
    throw new ExpectedError('RuleParameterError', `${what} is not valid: ${message}. ${advice}`);
  }
  const given = Object.entries(result.output).filter(([, value]) => value !== '');
  return parseRuleParameters(Object.fromEntries(given), { what, nameOf: (name) => name, advice });
}

import { type Context, readKey } from './context.ts';
import { isArn, matchesArn, matchesGlob } from './glob.ts';

/** Tells whether a condition holds for a request. */
export type Condition = (context: Context) => boolean;

const COMPARISONS = new Map<string, (wanted: string, value: string) => boolean>([
  ['StringEquals', (wanted, value) => wanted === value],
  ['StringEqualsIgnoreCase', (wanted, value) => wanted.toLowerCase() === value.toLowerCase()],
  ['StringLike', matchesGlob],
  ['ArnEquals', matchesArn],
  ['ArnLike', matchesArn],
]);

/**
 * Reads one operator with one key and its values. Throws for what is not understood here, for a set operator
 * with a key that has one value, and for the lack of one with a key that may have several: AWS says to use
 * either only with its own kind.
 *
 * A condition holds when the request's value is any of the values, or none of them if it is negated. Without
 * a value in the request a negated one holds and any other does not; ForAllValues holds, ForAnyValue does not,
 * negated or not. Null asks whether there is no value.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function readCondition(
  operator: string,
  name: string,
  wanted: readonly string[],
): Condition {
  const { key, isMultivalued } = readKey(name);
  if (operator === 'Null') return readNull(key, wanted);
  const [, set, comparison = ''] = /^(?:(ForAllValues|ForAnyValue):)?(\w+)$/.exec(operator) ?? [];
  const positive = comparison.replace(/^(String|Arn)Not/, '$1');
  const matches = COMPARISONS.get(positive);
  if (matches === undefined || (set !== undefined && positive.startsWith('Arn'))) {
    throw new Error(`The condition operator ${operator} is not understood here`);
  }
  if (isMultivalued !== (set !== undefined)) {
    const kind = isMultivalued ? 'may have several values' : 'has one value';
    throw new Error(`${operator} does not go with ${name}, which ${kind}`);
  }
  if (positive.startsWith('Arn') && !wanted.every(isArn)) {
    throw new Error(`${operator} compares ARNs, and not every one of these is one: ${wanted}`);
  }
  const isNegated = positive !== comparison;
  const accepts = (value: string) => isNegated !== wanted.some((each) => matches(each, value));
  return (context) => {
    const values = context.get(key) ?? [];
    if (set === 'ForAllValues') return values.every(accepts);
    if (set === 'ForAnyValue') return values.some(accepts);
    return values.length === 0 ? isNegated : values.every(accepts);
  };
}

function readNull(key: string, wanted: readonly string[]): Condition {
  const unknown = wanted.find((value) => value !== 'true' && value !== 'false');
  if (unknown !== undefined) throw new Error(`Null is true or false, not ${unknown}`);
  return (context) => wanted.includes(String((context.get(key) ?? []).length === 0));
}

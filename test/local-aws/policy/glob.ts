/**
 * Tells whether a text is what a pattern of a policy stands for: `*` for any characters, none and slashes
 * included, `?` for exactly one. Case counts.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su').test(text);
}

/**
 * Tells the same of ARNs, as conditions compare them: each of the six parts that colons separate by itself,
 * so that no `*` reaches beyond its part.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const parts = splitArn(arn);
  return splitArn(pattern).every((part, index) => matchesGlob(part, parts[index] ?? ''));
}

/** Tells whether a text has the six parts of an ARN. */
export function isArn(text: string): boolean {
  return /^(?:[^:]*:){5}./s.test(text);
}

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

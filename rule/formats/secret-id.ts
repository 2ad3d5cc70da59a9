import type { FunctionLocation } from './function-arn.ts';

/**
 * Takes where a function is, and a secret's name. Gives back the secret's ARN without the six characters that
 * Secrets Manager adds, by which it is found as well. AWS does not say which resource it checks for a mere name
 * that no secret has; for an ARN it can only be that.
 */
export function secretId(
  { partition, region, accountId }: Omit<FunctionLocation, 'functionName'>,
  name: string,
): string {
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}`;
}

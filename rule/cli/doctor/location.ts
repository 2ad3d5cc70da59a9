import type { RuleLocation } from '../../gateways/rule.ts';

/**
 * Takes ARNs that AWS answered, and the Region. Gives back where everything has to be, by the first ARN that
 * names an account; null where none does.
 */
export function locationOf(
  arns: readonly (string | undefined)[],
  region: string,
): RuleLocation | null {
  for (const arn of arns) {
    const [, partition = '', , , accountId = ''] = arn?.split(':') ?? [];
    if (/^\d{12}$/u.test(accountId)) return { partition, region, accountId };
  }
  return null;
}

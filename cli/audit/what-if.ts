import { type Instant, millisecondsPerDay, parseInstant } from '../../rule/core/instant.ts';
import type { EvaluationScope } from '../../rule/core/rule-parameters.ts';
import type { AuditedUser, AuditResult } from './result.ts';

/** How many users would be NON_COMPLIANT at a limit (days) for passwords and access keys alike. */
export interface WhatIf {
  readonly limit: number;
  readonly nonCompliant: number;
}

/**
 * Counts for each limit from 1 to `longest` days, with the evaluation scope and the exemptions of the result. The
 * result holds only usable access keys: with the scope console-password, a use of any other key is not considered.
 * Empty for results of AWS Config, which hold only what is unused.
 */
export function countByLimit(result: AuditResult, longest: number): WhatIf[] {
  if (result.parameters === null) return [];
  const { evaluationScope } = result.parameters;
  const instants = new Map(
    result.accounts.map(({ accountId, asOf }) => [accountId, parseInstant(asOf) ?? 0]),
  );
  const firstCompliant = new Array<number>(longest + 2).fill(0);
  for (const user of result.users) {
    const asOf = instants.get(user.accountId) ?? parseInstant(result.asOf) ?? 0;
    const limit = Math.min(longest, longestFailedLimit(user, evaluationScope, asOf)) + 1;
    firstCompliant[limit] = (firstCompliant[limit] ?? 0) + 1;
  }
  let nonCompliant = result.users.length - (firstCompliant[1] ?? 0);
  return Array.from({ length: longest }, (_, index) => {
    const limit = index + 1;
    const count = { limit, nonCompliant };
    nonCompliant -= firstCompliant[limit + 1] ?? 0;
    return count;
  });
}

/** The longest limit (whole days) at which the user is NON_COMPLIANT; 0 if there is none. */
function longestFailedLimit(
  { category, credentials }: AuditedUser,
  scope: EvaluationScope,
  asOf: Instant,
): number {
  if (category === 'exempt' || credentials.length === 0) return 0;
  const idle = credentials.map(({ idleDays }) => idleDays);
  switch (scope) {
    case 'credential':
      return Math.max(...idle);
    case 'user':
      return Math.min(...idle);
    case 'console-password': {
      const password = credentials.find(({ type }) => type === 'password');
      if (password === undefined) return 0;
      const sinceKeys = credentials
        .filter(({ type, lastUsed }) => type === 'access-key' && lastUsed !== null)
        .map(({ lastUsed }) => wholeDays(asOf - (parseInstant(lastUsed ?? '') ?? asOf)));
      return Math.min(password.idleDays, ...sinceKeys);
    }
  }
}

function wholeDays(milliseconds: number): number {
  return Math.max(0, Math.floor(milliseconds / millisecondsPerDay));
}

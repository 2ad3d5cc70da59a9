import type { AuditResult } from '../../../result.ts';

/** A limit, and what it applies to if there are two. */
interface Limit {
  readonly days: number;
  /** Empty, ` (passwords)` or ` (access keys)`. */
  readonly of: string;
}

/** The limits that the charts show: one, or one for passwords and one for access keys. */
export function limitsOf({ parameters }: AuditResult): readonly Limit[] {
  const { maxPasswordUsageAge: passwords, maxAccessKeyUsageAge: keys } = parameters;
  if (passwords === keys) return [{ days: passwords, of: '' }];
  return [
    { days: passwords, of: ' (passwords)' },
    { days: keys, of: ' (access keys)' },
  ];
}

import { formatDate, millisecondsPerDay, parseInstant } from '../../../../rule/core/instant.ts';
import type { AuditedUser, AuditResult } from '../../result.ts';

/** The COMPLIANT users who become NON_COMPLIANT within seven days from a date if they use nothing, the earliest first. */
export interface Week {
  /** The first day, UTC. */
  readonly from: string;
  readonly users: readonly AuditedUser[];
}

/** The next weeks, beginning at the instant of the audit. */
export function upcomingWeeks({ users, asOf }: AuditResult, number: number): Week[] {
  const start = parseInstant(asOf) ?? 0;
  const length = 7 * millisecondsPerDay;
  const found = Array.from({ length: number }, (): { at: number; user: AuditedUser }[] => []);
  for (const user of users) {
    if (user.becomesUnused === null) continue;
    // A result of AWS Config has the date alone.
    const at = Date.parse(user.becomesUnused);
    found[Math.max(0, Math.floor((at - start) / length))]?.push({ at, user });
  }
  return found.map((week, index) => ({
    from: formatDate(start + index * length),
    users: week.toSorted((a, b) => a.at - b.at).map(({ user }) => user),
  }));
}

import * as Plot from '@observablehq/plot';
import { number } from '../../../../terminal/counts.ts';
import type { AuditResult } from '../../../result.ts';

/** A limit, and what it applies to if there are two. */
interface Limit {
  readonly days: number;
  /** Empty, ` (passwords)` or ` (access keys)`. */
  readonly of: string;
}

/**
 * The limits that the charts show: one for all credentials, or one for passwords and one for access keys. None if
 * several accounts may have different limits.
 */
export function limitsOf({ parameters, users }: AuditResult): readonly Limit[] {
  if (parameters === null) {
    const thresholds = users.flatMap(({ credentials }) =>
      credentials.map((each) => each.threshold),
    );
    const [days, ...others] = new Set(thresholds);
    return days === undefined || others.length > 0 ? [] : [{ days, of: '' }];
  }
  const { maxPasswordUsageAge: passwords, maxAccessKeyUsageAge: keys } = parameters;
  if (passwords === keys) return [{ days: passwords, of: '' }];
  return [
    { days: passwords, of: ' (passwords)' },
    { days: keys, of: ' (access keys)' },
  ];
}

/** The space above a chart that the labels of the limits take (pixels). */
export const limitMargin = 40;

/** A dashed line for each limit, with a label above the chart; two labels are in two lines. A label beyond `middle` (days) is to the left of its line. */
export function limitMarks(limits: readonly Limit[], middle: number): Plot.Markish[] {
  return [
    Plot.ruleX(limits, {
      ...{ x: 'days', stroke: 'var(--text)', strokeWidth: 1.5, strokeDasharray: '5 3' },
    }),
    ...limits.map((limit, index) =>
      Plot.text([limit], {
        ...{ x: 'days', frameAnchor: 'top', fill: 'var(--text)', dy: -16 - 13 * index },
        ...(limit.days > middle ? { textAnchor: 'end', dx: 4 } : { textAnchor: 'start', dx: -4 }),
        text: ({ days, of }) => `limit ${number(days)}${of}`,
      }),
    ),
  ];
}

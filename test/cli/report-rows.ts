import { ago } from '../builders/account.ts';
import { type RowValues, reportCsv, row } from '../builders/report.ts';

/** When the reports of these tests are evaluated; the days of `people` count back from it. */
export const asOf = '2026-11-21T06:30:00Z';

/** The instant so many days before `asOf`, as a credential report writes it. */
export function date(days: number): string {
  return new Date(ago(days)).toISOString().replace('.000Z', '+00:00');
}

/** Makes what a row says of a password, in days before `asOf`. */
export function passwordValues(changed: number, used?: number): RowValues {
  return {
    password_enabled: 'true',
    password_last_changed: date(changed),
    password_last_used: used === undefined ? 'no_information' : date(used),
  };
}

/** Makes what a row says of an active access key, in days before `asOf`. */
export function keyValues(slot: 1 | 2, rotated: number, used?: number): RowValues {
  return {
    [`access_key_${slot}_active`]: 'true',
    [`access_key_${slot}_last_rotated`]: date(rotated),
    [`access_key_${slot}_last_used_date`]: used === undefined ? 'N/A' : date(used),
  };
}

/** A password used yesterday: COMPLIANT. */
export const alice = row('alice', passwordValues(400, 1));
/** A password idle for 112 days, and a key in daily use: NON_COMPLIANT. */
export const bob = row('bob', { ...passwordValues(400, 112), ...keyValues(2, 300, 0.25) });
/** An unreadable value: nobody can tell. */
export const eve = row('eve', { ...passwordValues(400, 1), password_last_used: 'yesterday' });

/** The rows with the ARNs of another account. */
export function inAccount(accountId: string, rows: readonly RowValues[]): RowValues[] {
  return rows.map((values) => ({
    ...values,
    arn: (values['arn'] ?? '').replace('123456789012', accountId),
  }));
}

/** A report of alice alone: everyone is COMPLIANT. */
export const goodReport = reportCsv([alice]);
/** A report of alice and bob, who is NON_COMPLIANT. */
export const mixedReport = reportCsv([alice, bob]);

import { expect, it, onTestFinished } from 'vitest';
import { parseAuditOptions } from '../../../cli/audit/options.ts';
import { auditReports } from '../../../cli/audit/reports.ts';
import { requiredColumns } from '../../../rule/formats/report-row.ts';
import { now } from '../../builders/account.ts';

it('a report of 130,000 unreadable rows has as many users who could not be judged', async () => {
  // Stack traces of so many errors, which nobody sees, would take more time than all the rest.
  const { stackTraceLimit } = Error;
  onTestFinished(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  Error.stackTraceLimit = 0;
  const values = new Map([['password_enabled', 'maybe']]);
  for (const column of ['user', 'arn']) values.set(column, 'name');
  const dates = ['password_last_used', 'password_last_changed', 'access_key_2_last_used_date'];
  for (const column of dates) values.set(column, 'N/A');
  values.set('user_creation_time', '2024-01-01T00:00:00+00:00');
  const line = requiredColumns.map((column) => values.get(column) ?? '').join(',');
  const lines = Array.from({ length: 130_000 }, (_, index) => line.replaceAll('name', `${index}`));
  const report = Buffer.from([requiredColumns.join(','), ...lines].join('\n'));
  const { parameters } = parseAuditOptions({ report: ['report.csv'] });
  const { errors } = await auditReports(
    ['report.csv'],
    { parameters: parameters.values, asOf: undefined },
    {
      readFile: async () => report,
      fileTime: async () => now,
      clock: { now: () => now, sleep: async () => undefined },
    },
    () => undefined,
  );
  expect(errors).toHaveLength(130_000);
  expect(errors[0]?.message).toContain('password_enabled is "maybe"');
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { parseAuditOptions } from '../../../cli/audit/options.ts';
import { auditReports } from '../../../cli/audit/reports.ts';
import { now } from '../../builders/account.ts';
import { reportCsv, row } from '../../builders/report.ts';

describe('a report of 130,000 unreadable rows', () => {
  it('has as many users who could not be judged', async () => {
    // Stack traces of so many errors, which nobody sees, would take more time than all the rest.
    const { stackTraceLimit } = Error;
    onTestFinished(() => {
      Error.stackTraceLimit = stackTraceLimit;
    });
    Error.stackTraceLimit = 0;
    const [header, root, line = ''] = reportCsv([row('name', { password_enabled: 'maybe' })]).split(
      '\n',
    );
    const lines = Array.from({ length: 130_000 }, (_, index) =>
      line.replaceAll('name', `user-${index}`),
    );
    const report = Buffer.from([header, root, ...lines].join('\n'));
    const readFile = async () => report;
    const options = parseAuditOptions({ report: ['report.csv'] });
    const { errors } = await auditReports(options, readFile, now, () => undefined);
    expect(errors).toHaveLength(130_000);
  });
});

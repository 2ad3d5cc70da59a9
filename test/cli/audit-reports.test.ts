import { describe, expect, it } from 'vitest';
import { parseAuditOptions } from '../../rule/cli/audit-options.ts';
import { auditReports } from '../../rule/cli/audit-reports.ts';
import { now } from '../builders/account.ts';
import { reportCsv, row } from '../builders/report.ts';

describe('a report of 200,000 unreadable rows', () => {
  it('has as many users who could not be judged', async () => {
    const rows = Array.from({ length: 200_000 }, (_, index) =>
      row(`user-${index}`, { password_enabled: 'maybe' }),
    );
    const readFile = async () => Buffer.from(reportCsv(rows));
    const options = parseAuditOptions({ report: ['report.csv'] });
    const { errors } = await auditReports(options, readFile, now, () => undefined);
    expect(errors).toHaveLength(200_000);
  });
});

import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../../cli/audit/formats/markdown.ts';
import { now } from '../../../builders/account.ts';
import { reportCsv, row } from '../../../builders/report.ts';
import { alice, bob, eve, passwordValues } from '../../report-rows.ts';
import { resultOf, viewOf } from '../audit-result.ts';
import { auditRows } from '../output.ts';

describe('Markdown', () => {
  it('has the sentence, the counts, the users and the errors', async () => {
    const { stdout } = await auditRows(reportCsv([alice, bob, eve]), '--format', 'markdown');
    expect(stdout).toMatchInlineSnapshot(`
      "## Unused IAM credentials

      1 of 2 users holds a credential that nobody used for 45 days or more; it has been idle for 112 days. 1 user could not be evaluated.

      - Unused: 1 of 2 passwords, 0 of 1 access key
      - As of 2026-11-21T06:30:00Z
      - Note: exemption tags not considered

      | User | Compliance | Idle | Unused | Reason |
      |---|---|--:|---|---|
      | \`bob\` | NON\\_COMPLIANT | 112 days | password | password used 2026-08-01 (112 days, limit 45) |

      Could not be evaluated:

      - \`arn:aws:iam::123456789012:user/eve\`: \`credential report, row 5: password_last_used is "yesterday"; expected N/A, no_information or an ISO 8601 instant with offset\`
      "
    `);
  });
});

it('Markdown names an account that could not be read, and why', () => {
  const accounts = [{ accountId: '123456789012', asOf: now, failure: 'AccessDenied: `x` | y' }];
  const result = resultOf([], { accounts });
  const text = [...renderMarkdown(result, viewOf(result))].join('');
  expect(text).toContain('- account `123456789012`: `AccessDenied: \\u{60}x\\u{60} \\u{7c} y`\n');
  // Nobody knows how many credentials there are.
  expect(text).not.toContain('Unused: ');
});

it('Markdown shows the 200 longest idle users, and says how many more there are', async () => {
  const rows = Array.from({ length: 203 }, (_, index) =>
    row(`u${index}`, passwordValues(900, 100)),
  );
  const { stdout } = await auditRows(reportCsv(rows), '--format', 'markdown');
  expect(stdout.match(/^\| `u/gmu)).toHaveLength(200);
  expect(stdout).toContain('\n3 more users: the format csv has all.\n');
});

it('Markdown of 1,000 accounts that could not be read fits a ticket: an issue of GitHub takes 65,536 characters', () => {
  const accounts = Array.from({ length: 1000 }, (_, index) => ({
    ...{ accountId: String(100_000_000_000 + index), asOf: now },
    failure: 'AccessDenied: User: arn:aws:sts::123456789012:assumed-role/Audit is not authorized',
  }));
  const errors = accounts.map(({ accountId, failure }) => ({
    ...{ arn: `arn:aws:iam::${accountId}:user/someone`, message: failure, accountId },
  }));
  const result = resultOf([], { accounts, errors });
  const text = [...renderMarkdown(result, viewOf(result))].join('');
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain('\n950 more accounts: the format json has all.\n');
  expect(text).toContain('\n1,950 more rows: the format json has all.\n');
});

import { describe, expect, it } from 'vitest';
import { renderSummary, renderVerdictTable } from '../../../../cli/audit/formats/table.ts';
import { styleFor } from '../../../../cli/terminal/style.ts';
import { now } from '../../../builders/account.ts';
import { reportCsv, row } from '../../../builders/report.ts';
import {
  alice,
  asOf,
  bob,
  eve,
  inAccount,
  keyValues,
  mixedReport,
  passwordValues,
} from '../../report-rows.ts';
import { runCli } from '../../run-cli.ts';
import { resultOf, viewOf } from '../audit-result.ts';
import { auditRows } from '../output.ts';

describe('the table', () => {
  it('answers in a sentence, then counts, then shows who is NON_COMPLIANT', async () => {
    const { stdout } = await auditRows(reportCsv([alice, bob, eve]));
    expect(stdout).toMatchInlineSnapshot(`
      "1 of 2 users holds a credential that nobody used for 45 days or more; it has been idle for 112 days. 1 user could not be evaluated.
      Unused: 1 of 2 passwords, 0 of 1 access key. As of 2026-11-21T06:30:00Z.

      USER  IDLE      REASON
      bob   112 days  password used 2026-08-01 (112 days, limit 45)

      1 COMPLIANT user not shown (--all shows them)
      "
    `);
  });

  it('shows everyone with --all, NON_COMPLIANT users first, and more columns with --wide', async () => {
    const { stdout } = await auditRows(reportCsv([alice, bob]), '--all', '--wide');
    expect(stdout).toMatchInlineSnapshot(`
      "1 of 2 users holds a credential that nobody used for 45 days or more; it has been idle for 112 days.
      Unused: 1 of 2 passwords, 0 of 1 access key. As of 2026-11-21T06:30:00Z.

      USER   COMPLIANCE     CATEGORY         IDLE      REASON
      bob    NON_COMPLIANT  unused-password  112 days  password used 2026-08-01 (112 days, limit 45)
      alice  COMPLIANT      active           1 day     becomes unused 2027-01-04: password
      "
    `);
  });

  it('has the longest idle users first, and other orders on request', async () => {
    const names = async (...args: string[]) => {
      const run = await auditRows(
        reportCsv([
          ...[row('b', passwordValues(900, 60)), row('a', passwordValues(900, 50))],
          row('c', { ...passwordValues(900, 70), ...keyValues(1, 900, 1) }),
          ...inAccount('000000000001', [row('z', passwordValues(900, 55))]),
        ]),
        ...args,
      );
      return [...run.stdout.matchAll(/^\d+ +([a-z]) /gmu)].map(([, name]) => name).join('');
    };
    expect(await names()).toBe('cbza');
    expect(await names('--sort', 'idle')).toBe('cbza');
    expect(await names('--sort', 'name')).toBe('abcz');
    expect(await names('--sort', 'account')).toBe('zabc');
  });

  it('leaves out users who are idle for less than --older-than days', async () => {
    const csv = reportCsv([row('b', passwordValues(900, 60)), row('a', passwordValues(900, 50))]);
    const { stdout } = await auditRows(csv, '--older-than', '60');
    expect(stdout).toMatch(/^2 of 2 users /u);
    expect(stdout).toMatch(/^b /mu);
    expect(stdout).not.toMatch(/^a /mu);
  });

  it('says how many users --older-than leaves out, and what --all would add', async () => {
    const csv = reportCsv([
      ...[row('b', passwordValues(900, 60)), row('a', passwordValues(900, 50))],
      ...[row('c', passwordValues(900, 40)), row('d', passwordValues(900, 1))],
    ]);
    const some = await auditRows(csv, '--older-than', '60');
    expect(some.stdout.split('\n').slice(-4)).toEqual([
      '',
      '1 NON_COMPLIANT user not shown (idle for less than 60 days)',
      '2 COMPLIANT users not shown (--all shows those idle for 60 days or more)',
      '',
    ]);
    const all = await auditRows(csv, '--older-than', '60', '--all');
    expect(all.stdout).toMatch(/\n\n3 users not shown \(idle for less than 60 days\)\n$/u);
    const none = await auditRows(csv, '--older-than', '61');
    expect(none.stdout).toMatch(
      /\n\n2 NON_COMPLIANT users not shown \(idle for less than 61 days\)\n/u,
    );
    const markdown = await auditRows(csv, '--older-than', '60', '--format', 'markdown');
    expect(markdown.stdout).toMatch(/\n\n1 NON\\_COMPLIANT user not shown \(idle for less/u);
  });

  it('does not say that nobody has an unused credential if an exempt user has one', async () => {
    const inPath = (name: string, idle: number) =>
      row(name, { ...passwordValues(900, idle), arn: `arn:aws:iam::123456789012:user/x/${name}` });
    const exempt = await auditRows(
      reportCsv([inPath('a', 60), alice]),
      ...['--exempt-path-prefixes', '/x/'],
    );
    expect(exempt.stdout).toMatch(
      /^None of 2 users holds a credential that nobody used for 45 days or more, and is not exempt\.\n/u,
    );
    const healthy = await auditRows(reportCsv([inPath('b', 1)]), '--exempt-path-prefixes', '/x/');
    expect(healthy.stdout).toMatch(/for 45 days or more\.\n/u);
  });

  it('counts unused credentials separately if they make nobody NON_COMPLIANT', async () => {
    const idle = { ...passwordValues(900, 60), ...keyValues(1, 900, 60) };
    const arn = 'arn:aws:iam::123456789012:user/x/b';
    const csv = reportCsv([row('a', idle), row('b', { ...idle, arn }), alice]);
    const scope = ['--evaluation-scope', 'console-password'];
    const args = ['--exempt-path-prefixes', '/x/', ...scope];
    const table = await auditRows(csv, ...args);
    expect(table.stdout).toContain(
      'Unused: 1 of 3 passwords, 0 of 2 access keys. Unused, but exempt or allowed by the scope: 3 credentials. ',
    );
    const markdown = await auditRows(csv, ...args, '--format', 'markdown');
    expect(markdown.stdout).toContain(
      '0 of 2 access keys\n- Unused, but exempt or allowed by the scope: 3 credentials\n',
    );
    const html = await auditRows(csv, ...args, '--format', 'html');
    expect(html.stdout).toContain('Unused, but exempt or allowed by the scope: 3 credentials.');
    expect((await auditRows(csv)).stdout).not.toContain('allowed by the scope');
  });

  it('says with --older-than --all which users have no idle time', async () => {
    const { stdout } = await auditRows(
      reportCsv([alice, row('none')]),
      '--older-than',
      '0',
      '--all',
    );
    expect(stdout).toMatch(/\nalice .*\n\n1 user not shown \(no idle time\)\n$/u);
  });

  it('selects users with --older-than by the idle time that the table shows', async () => {
    const both = row('b', { ...passwordValues(900, 60), ...keyValues(1, 900, 300) });
    const scope = ['--evaluation-scope', 'console-password'];
    const shown = await auditRows(reportCsv([both]), ...scope, '--older-than', '60');
    expect(shown.stdout).toMatch(/^b +60 days /mu);
    const hidden = await auditRows(reportCsv([both]), ...scope, '--older-than', '61');
    expect(hidden.stdout).toContain('1 NON_COMPLIANT user not shown (idle for less than 61 days)');
  });

  it('has no numbers of an account that could not be read', () => {
    const accounts = [
      { accountId: '111111111111', asOf: now },
      { accountId: '222222222222', asOf: now, failure: 'denied' },
    ];
    const result = resultOf([], { accounts });
    const text = renderSummary(result, viewOf(result));
    expect(text).toMatch(/^1{12} +0 +0 +0 +0$/mu);
    expect(text).toMatch(/^2{12} +- +- +- +all$/mu);
  });

  it('names the condition of the scope console-password in the sentence', async () => {
    const csv = reportCsv([
      row('a', passwordValues(900, 60)),
      row('b', { ...passwordValues(900, 60), ...keyValues(1, 900, 1) }),
    ]);
    const { stdout } = await auditRows(csv, '--evaluation-scope', 'console-password');
    expect(stdout).toMatch(
      /^1 of 2 users holds a password that nobody used for 45 days or more, and no access key that is in use; /u,
    );
  });

  it('uses the singular for one day and one credential', async () => {
    const { stdout } = await auditRows(reportCsv([bob]), '--max-access-key-usage-age', '1');
    expect(stdout).toContain('for 45 days (passwords) or 1 day (access keys) or more');
    expect(stdout).toContain('Unused: 1 of 1 password, 0 of 1 access key.');
  });

  it('shows 20 accounts in a terminal, and says how many more there are', () => {
    const accounts = Array.from({ length: 21 }, (_, index) => ({
      ...{ accountId: String(100_000_000_000 + index), asOf: 0 },
    }));
    const result = resultOf([], { accounts });
    const lines = renderSummary(result, { ...viewOf(result), width: 80 }).split('\n');
    expect(lines.filter((line) => /^\d{12} /u.test(line))).toHaveLength(20);
    expect(lines.at(-2)).toBe('1 more account (--wide shows them)');
  });

  it('shows accounts that could not be read first in a terminal, and counts those it does not show', () => {
    const withFailures = (failing: number) => {
      const accounts = Array.from({ length: 30 }, (_, index) => ({
        ...{ accountId: String(100_000_000_000 + index), asOf: now },
        ...(index >= 30 - failing ? { failure: 'denied' } : {}),
      }));
      const result = resultOf([], { accounts });
      return renderSummary(result, { ...viewOf(result), width: 80 });
    };
    const few = withFailures(2).split('\n');
    const first = few.filter((line) => /^\d{12} /u.test(line)).slice(0, 3);
    expect(first.map((line) => line.slice(0, 12))).toEqual([
      ...['100000000028', '100000000029'],
      '100000000000',
    ]);
    expect(few.at(-2)).toBe('10 more accounts (--wide shows them)');
    const many = withFailures(25);
    expect(many.match(/ all$/gmu)).toHaveLength(20);
    expect(many).toContain(
      '\n10 more accounts, 5 of which could not be read (--wide shows them)\n',
    );
  });

  it('is the default format', async () => {
    expect(await auditRows(mixedReport)).toEqual(await auditRows(mixedReport, '--format', 'table'));
  });

  it('renders the users of an organization', () => {
    const line = { name: 'user', compliance: 'COMPLIANT', category: 'active', reason: 'none' };
    const table = renderVerdictTable(Array(130_000).fill(line), styleFor({ isTTY: false }), 80);
    expect(table.split('\n')).toHaveLength(130_001);
  });

  it('has no escape codes in a pipe of a color terminal', async () => {
    const env = { TERM: 'xterm-256color' };
    const args = ['audit', '--report', '-', '--as-of', asOf, '--all'];
    const { stdout, stderr } = await runCli(args, { stdin: mixedReport, env });
    expect(stdout).toContain('NON_COMPLIANT');
    expect(stdout + stderr).not.toContain('\u001B');
  });
});

import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../../cli/audit/formats/markdown.ts';
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
import { runInProcess } from '../../run-in-process.ts';
import { useTemporaryFolder } from '../../temporary-folder.ts';
import { resultOf, viewOf } from '../audit-result.ts';
import { readAuditOutput } from '../output.ts';

const folder = useTemporaryFolder();

/** Evaluates what standard input holds as of the instant of these tests. */
function audit(stdin: string, ...args: readonly string[]) {
  return runInProcess(['audit', '--report', '-', '--as-of', asOf, ...args], { stdin });
}

describe('the table', () => {
  it('answers in a sentence, then counts, then shows who is NON_COMPLIANT', async () => {
    const { stdout } = await audit(reportCsv([alice, bob, eve]));
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
    const { stdout } = await audit(reportCsv([alice, bob]), '--all', '--wide');
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
      const run = await audit(
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
    const { stdout } = await audit(csv, '--older-than', '60');
    expect(stdout).toMatch(/^2 of 2 users /u);
    expect(stdout).toMatch(/^b /mu);
    expect(stdout).not.toMatch(/^a /mu);
  });

  it('says how many users --older-than leaves out, and what --all would add', async () => {
    const csv = reportCsv([
      ...[row('b', passwordValues(900, 60)), row('a', passwordValues(900, 50))],
      ...[row('c', passwordValues(900, 40)), row('d', passwordValues(900, 1))],
    ]);
    const some = await audit(csv, '--older-than', '60');
    expect(some.stdout.split('\n').slice(-4)).toEqual([
      '',
      '1 NON_COMPLIANT user not shown (idle for less than 60 days)',
      '2 COMPLIANT users not shown (--all shows those idle for 60 days or more)',
      '',
    ]);
    const all = await audit(csv, '--older-than', '60', '--all');
    expect(all.stdout).toMatch(/\n\n3 users not shown \(idle for less than 60 days\)\n$/u);
    const none = await audit(csv, '--older-than', '61');
    expect(none.stdout).toMatch(
      /\n\n2 NON_COMPLIANT users not shown \(idle for less than 61 days\)\n/u,
    );
    const markdown = await audit(csv, '--older-than', '60', '--format', 'markdown');
    expect(markdown.stdout).toMatch(/\n\n1 NON\\_COMPLIANT user not shown \(idle for less/u);
  });

  it('does not say that nobody has an unused credential if an exempt user has one', async () => {
    const inPath = (name: string, idle: number) =>
      row(name, { ...passwordValues(900, idle), arn: `arn:aws:iam::123456789012:user/x/${name}` });
    const exempt = await audit(
      reportCsv([inPath('a', 60), alice]),
      ...['--exempt-path-prefixes', '/x/'],
    );
    expect(exempt.stdout).toMatch(
      /^None of 2 users holds a credential that nobody used for 45 days or more, and is not exempt\.\n/u,
    );
    const healthy = await audit(reportCsv([inPath('b', 1)]), '--exempt-path-prefixes', '/x/');
    expect(healthy.stdout).toMatch(/for 45 days or more\.\n/u);
  });

  it('counts unused credentials separately if they make nobody NON_COMPLIANT', async () => {
    const idle = { ...passwordValues(900, 60), ...keyValues(1, 900, 60) };
    const arn = 'arn:aws:iam::123456789012:user/x/b';
    const csv = reportCsv([row('a', idle), row('b', { ...idle, arn }), alice]);
    const scope = ['--evaluation-scope', 'console-password'];
    const args = ['--exempt-path-prefixes', '/x/', ...scope];
    const table = await audit(csv, ...args);
    expect(table.stdout).toContain(
      'Unused: 1 of 3 passwords, 0 of 2 access keys. Unused, but exempt or allowed by the scope: 3 credentials. ',
    );
    const markdown = await audit(csv, ...args, '--format', 'markdown');
    expect(markdown.stdout).toContain(
      '0 of 2 access keys\n- Unused, but exempt or allowed by the scope: 3 credentials\n',
    );
    const html = await audit(csv, ...args, '--format', 'html');
    expect(html.stdout).toContain('Unused, but exempt or allowed by the scope: 3 credentials.');
    expect((await audit(csv)).stdout).not.toContain('allowed by the scope');
  });

  it('says with --older-than --all which users have no idle time', async () => {
    const { stdout } = await audit(reportCsv([alice, row('none')]), '--older-than', '0', '--all');
    expect(stdout).toMatch(/\nalice .*\n\n1 user not shown \(no idle time\)\n$/u);
  });

  it('selects users with --older-than by the idle time that the table shows', async () => {
    const both = row('b', { ...passwordValues(900, 60), ...keyValues(1, 900, 300) });
    const scope = ['--evaluation-scope', 'console-password'];
    const shown = await audit(reportCsv([both]), ...scope, '--older-than', '60');
    expect(shown.stdout).toMatch(/^b +60 days /mu);
    const hidden = await audit(reportCsv([both]), ...scope, '--older-than', '61');
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
    const { stdout } = await audit(csv, '--evaluation-scope', 'console-password');
    expect(stdout).toMatch(
      /^1 of 2 users holds a password that nobody used for 45 days or more, and no access key that is in use; /u,
    );
  });

  it('uses the singular for one day and one credential', async () => {
    const { stdout } = await audit(reportCsv([bob]), '--max-access-key-usage-age', '1');
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
    expect(await audit(mixedReport)).toEqual(await audit(mixedReport, '--format', 'table'));
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

describe('CSV', () => {
  it('has a header and a row per user, and quotes where needed', async () => {
    const csv = reportCsv([
      row('c,d "e"', {
        ...passwordValues(400, 112),
        ...keyValues(2, 90),
        access_key_2_last_used_service: 's3',
        access_key_2_last_used_region: '=1+1',
      }),
    ]);
    const { stdout } = await audit(csv, '--format', 'csv');
    expect(stdout).toMatchInlineSnapshot(`
      "accountId,userName,arn,userId,compliance,category,unused,lastActivity,annotation,lastUsedService,lastUsedRegion,unjudged,becomesUnused,exemption
      123456789012,"c,d ""e""","arn:aws:iam::123456789012:user/c,d ""e""",,NON_COMPLIANT,inactive-user,password access-key-2,2026-08-23T06:30:00Z,"password used 2026-08-01 (112 days, limit 45); key 2 never used, since 2026-08-23 (90, limit 45); key 2 last used by s3",s3,,,,
      "
    `);
  });

  it('can be read back', async () => {
    const { stdout } = await audit(reportCsv([bob, row('a "quoted", name')]), '--format', 'csv');
    const { data, errors } = Papa.parse<string[]>(stdout.trimEnd());
    expect(errors).toEqual([]);
    expect(data.map(([, name]) => name)).toEqual(['userName', 'a "quoted", name', 'bob']);
  });
});

describe('--only non-compliant', () => {
  it.each(['table', 'json', 'csv'])('leaves COMPLIANT users out of %s', async (format) => {
    const { stdout, code } = await audit(
      mixedReport,
      '--only',
      'non-compliant',
      '--format',
      format,
    );
    expect(code).toBe(1);
    expect(stdout).toContain('bob');
    expect(stdout).not.toContain('alice');
  });
});

describe('--output', () => {
  it.each(['table', 'json', 'jsonl', 'csv', 'markdown'])(
    'writes the same %s as standard output, which shows the summary instead',
    async (format) => {
      const shown = await audit(mixedReport, '--format', format);
      const name = `result-${format}`;
      const file = folder.file(name, 'something longer that was there before\n');
      const written = await audit(mixedReport, '--format', format, '--output', file);
      expect(written).toMatchObject({ code: shown.code, stderr: shown.stderr });
      expect(written.stdout).toMatch(/^1 of 2 users .*\nUnused: .*\nWrote .*result-/u);
      expect(folder.read(name)).toBe(shown.stdout);
    },
  );

  it('may be repeated, and each ending chooses its format', async () => {
    const names = ['o.json', 'o.JSONL', 'o.csv', 'o.md', 'o.txt', 'o'];
    const args = names.flatMap((name) => ['--output', folder.file(name, '')]);
    const { stdout } = await audit(mixedReport, ...args);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^Wrote .*/${name}$`, 'mu'));
    const starts = names.map((name) => folder.read(name).slice(0, 8));
    expect(starts).toEqual([
      '{\n  "asO',
      '{"type":',
      'accountI',
      '## Unuse',
      '1 of 2 u',
      '1 of 2 u',
    ]);
  });

  it('shows nothing with --quiet', async () => {
    const file = folder.file('quiet.json', '');
    const run = await audit(mixedReport, '--output', file, '--quiet');
    expect(run).toMatchObject({ code: 1, stdout: '', stderr: '' });
  });
});

describe('--by credential', () => {
  const csv = reportCsv([bob, row('none')]);

  it('has a row for each usable credential in CSV, with its own dates', async () => {
    const { stdout } = await audit(csv, '--format', 'csv', '--by', 'credential');
    const { data } = Papa.parse<Record<string, string>>(stdout.trimEnd(), { header: true });
    expect(data).toMatchObject([
      {
        ...{ userName: 'bob', type: 'password', id: '', slot: '', status: 'Active' },
        ...{ created: '2025-10-17T06:30:00Z', lastUsed: '2026-08-01T06:30:00Z' },
        ...{ idleDays: '112', limitDays: '45', unused: 'true' },
        becomesUnused: '2026-09-15T06:30:00Z',
      },
      { userName: 'bob', type: 'access-key', slot: '2', idleDays: '0', unused: 'false' },
    ]);
  });

  it('has a line for each usable credential in JSON Lines', async () => {
    const { stdout } = await audit(csv, '--format', 'jsonl', '--by', 'credential');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: 'credential', credentialType: 'password', userName: 'bob', idleDays: 112 },
      { type: 'credential', credentialType: 'access-key', userName: 'bob', unused: false },
      { type: 'result', asOf, summary: { users: 2 } },
    ]);
  });
});

describe('JSON Lines', () => {
  it('has a line for each user and error, and the rest at the end', async () => {
    const { stdout } = await audit(reportCsv([alice, eve]), '--format', 'jsonl');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: 'user', userName: 'alice', credentials: [{ type: 'password' }] },
      { type: 'error', arn: expect.stringContaining('eve'), accountId: '123456789012' },
      { type: 'result', accounts: [{ accountId: '123456789012' }], summary: { errors: 1 } },
    ]);
    expect(lines[2]).not.toHaveProperty('users');
  });
});

describe('Markdown', () => {
  it('has the sentence, the counts, the users and the errors', async () => {
    const { stdout } = await audit(reportCsv([alice, bob, eve]), '--format', 'markdown');
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
  const { stdout } = await audit(reportCsv(rows), '--format', 'markdown');
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

/** Names that try to be more than text in one of the formats. */
const hostile = [
  ...['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</script><b>', "'; --"],
  ...['=cmd|/C calc!A0', '@mention', '#1', '| a | b |', '[x](http://evil)', '![x](http://evil)'],
  ...[
    '`code` `',
    '``` x',
    '**b** _i_ ~~s~~',
    'http://evil.example',
    'a\\|b',
    '{{7*7}}',
    '$' + '{7*7}',
  ],
  ...['\u001B[2J', 'a\u202Eb', 'line\nline', 'tab\tb', '\u2028x'],
];

describe('hostile names', () => {
  const csv = reportCsv(hostile.map((name) => row(name, passwordValues(100))));

  it('are whole and harmless in JSON and JSON Lines', async () => {
    for (const format of ['json', 'jsonl']) {
      const { stdout } = await audit(csv, '--format', format);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      const texts = format === 'json' ? [stdout] : stdout.trimEnd().split('\n');
      const values = texts.map((text) => JSON.parse(text));
      const users = format === 'json' ? values[0].users : values.slice(0, -1);
      const names = users.map(({ userName }: { userName: string }) => userName);
      expect(names.toSorted()).toEqual(hostile.toSorted());
    }
  });

  it('stay in their cell in Markdown, as code', async () => {
    const { stdout } = await audit(csv, '--format', 'markdown');
    const rows = stdout.split('\n').filter((line) => line.includes('NON\\_COMPLIANT'));
    expect(rows).toHaveLength(hostile.length);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    for (const line of rows) {
      // Every vertical bar ends a cell, and the name is between the only two backticks.
      expect(line.split('|')).toHaveLength(7);
      expect(line).toMatch(/^\| `[^`]+` \| NON/u);
    }
  });

  it('of a service are no link in Markdown', async () => {
    const service = { access_key_1_last_used_service: 'www.evil.example' };
    const user = row('ann', { ...keyValues(1, 300, 100), ...service });
    const { stdout } = await audit(reportCsv([user]), '--format', 'markdown');
    expect(stdout).toContain('key 1 last used by www\\.evil.example');
  });

  it('are on a line of their own in a table', async () => {
    const { stdout } = await audit(csv);
    expect(stdout.match(/ 100 days +password/gu)).toHaveLength(hostile.length);
  });
});

describe('a user name', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tname',
    '\rname',
    '\nname',
    '\uFF1D1+1',
    '\uFF20SUM(A1)',
    '=a\nb',
    '=a\rb',
    '@a\u2028b',
    '=HYPERLINK("http://x")',
  ])('%j is harmless in a spreadsheet', async (name) => {
    const { stdout } = await audit(reportCsv([row(name, passwordValues(10))]), '--format', 'csv');
    const { data } = Papa.parse<string[]>(stdout, { skipEmptyLines: true, newline: '\n' });
    expect(data[1]?.[1]).toBe(`'${name}`);
  });

  it.each([
    ['ESC', 'a\u001B[31mb'],
    ['CR', 'a\rb'],
    ['LF', 'a\nb'],
    ['BEL', 'a\u0007b'],
    ['right-to-left override', 'a\u202Eb'],
    ['C1 CSI', 'a\u009B31mb'],
    ['DEL', 'a\u007Fb'],
    ['line separator', 'a\u2028b'],
  ])('with %s is spelled out in the table and on standard error', async (_, name) => {
    const broken = row(`${name}2`, { ...passwordValues(10), user_creation_time: name });
    const csv = reportCsv([row(name, passwordValues(100)), broken]);
    const { code, stdout, stderr } = await audit(csv);
    expect(code).toBe(2);
    expect(stderr).toContain('Could not evaluate ');
    expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    // The name itself, its character spelled out, on one line.
    expect(stdout).toMatch(/^a\\u\{[0-9a-f]+\}.*b +100 days/mu);
  });

  it('with any of them is whole in JSON', async () => {
    const name = 'a\u001B\r\n\u202E\u009B"b,\\';
    const { stdout } = await audit(reportCsv([row(name)]), '--format', 'json');
    expect(readAuditOutput(stdout).users[0]?.userName).toBe(name);
  });
});

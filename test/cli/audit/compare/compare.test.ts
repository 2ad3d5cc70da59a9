import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Comparison } from '../../../../cli/audit/compare/compare.ts';
import { readFindings } from '../../../../cli/audit/compare/findings.ts';
import { matchFindings } from '../../../../cli/audit/compare/match.ts';
import type { AuditResult } from '../../../../cli/audit/result.ts';
import { addUser, createAccount, type LocalUser } from '../../../../local-aws/account.ts';
import { type LocalAws, startLocalAws } from '../../../../local-aws/server.ts';
import { ExpectedError } from '../../../../rule/core/errors.ts';
import { reportCsv, row } from '../../../builders/report.ts';
import { accessKey, ago, keys, password, storeReport } from '../../live-account.ts';
import { expectRefusal } from '../../refusal.ts';
import {
  alice,
  asOf,
  bob,
  date,
  eve,
  inAccount,
  keyValues,
  passwordValues,
} from '../../report-rows.ts';
import { runInProcess } from '../../run-in-process.ts';
import { useTemporaryFolder } from '../../temporary-folder.ts';
import { comparing, linesOf } from './comparing.ts';
import { analyzerFinding, analyzerInSecurityHub, controlFinding, ocsfFinding } from './findings.ts';

const folder = useTemporaryFolder();
const { audit, compare } = comparing(folder);

describe('audit --compare of a report', () => {
  const csv = reportCsv([alice, bob]);

  it('says for each credential whether both, only AWS or only this audit finds it unused, and why', async () => {
    const findings = [
      analyzerFinding('password', 'bob', { lastAccessed: '2026-08-01T06:30:00Z' }),
      analyzerFinding('password', 'alice', { lastAccessed: '2026-08-01T06:30:00Z' }),
    ];
    const comparison = await compare(csv, { findings });
    expect(linesOf(comparison)).toEqual([
      'alice password: only-they newer-use-here',
      'bob password: agree by id',
    ]);
    const other = { onlyWe: 0, notMatched: 0, neither: 1, otherFindings: 0 };
    expect(comparison.counts).toEqual({ agree: 1, onlyThey: 1, ...other });
    expect(comparison.credentials[1]).toMatchObject({
      ours: { due: true, idleDays: 112, threshold: 45 },
      theirs: { source: 'access-analyzer', state: 'active', lastUsed: '2026-08-01T06:30:00Z' },
    });
  });

  it('reads UTF-16 with a byte order mark, as PowerShell writes it', async () => {
    const findings = JSON.stringify([analyzerFinding('password', 'bob')], null, 2);
    const written = Buffer.from(`\uFEFF${findings.replaceAll('\n', '\r\n')}\r\n`, 'utf16le');
    expect(await compare(csv, written)).toEqual(await compare(csv, findings));
  });

  it('changes no result, no exit code and no CSV', async () => {
    const findings = [analyzerFinding('password', 'alice')];
    const args = ['audit', '--report', '-', '--as-of', asOf, '--format'];
    for (const format of ['json', 'csv']) {
      const without = await runInProcess([...args, format], { stdin: csv });
      const run = await audit(csv, findings, '--format', format);
      expect(run.code).toBe(without.code);
      if (format === 'csv') expect(run.stdout).toBe(without.stdout);
      else
        expect({ ...JSON.parse(run.stdout), comparison: undefined }).toEqual(
          JSON.parse(without.stdout),
        );
    }
  });

  it.each([
    ['limit-not-reached-there', 'carol', passwordValues(400, 60), []],
    ['not-listed-there', 'carol', passwordValues(400, 100), []],
    [
      'resolved-there',
      'carol',
      passwordValues(400, 100),
      [analyzerFinding('password', 'carol', { status: 'RESOLVED' })],
    ],
    [
      'archived-there',
      'carol',
      passwordValues(400, 100),
      [analyzerFinding('password', 'carol', { status: 'ARCHIVED' })],
    ],
  ])('only the audit finds it unused: %s', async (reason, name, values, findings) => {
    const others = [analyzerFinding('password', 'bob'), ...findings];
    const comparison = await compare(reportCsv([bob, row(name, values)]), others);
    expect(linesOf(comparison)).toContain(`${name} password: only-we ${reason}`);
  });

  it('does not count a missing finding of an account as a disagreement', async () => {
    const report = reportCsv([bob, ...inAccount('210987654321', [bob])]);
    const elsewhere = analyzerFinding('password', 'x', { accountId: '210987654321' });
    const comparison = await compare(report, [elsewhere]);
    expect(linesOf(comparison)).toEqual([
      'bob password: only-we account-not-there',
      'bob password: only-we not-listed-there',
      'x password: only-they user-not-here',
    ]);
  });

  it.each([
    ['exempt-here', ['--exempt-path-prefixes', '/exempt/'], passwordValues(400, 100)],
    [
      'out-of-scope-here',
      ['--evaluation-scope', 'user'],
      { ...passwordValues(400, 100), ...keyValues(1, 100, 2) },
    ],
    ['limit-not-reached-here', ['--max-password-usage-age', '365'], passwordValues(400, 100)],
    ['not-usable-here', [], keyValues(1, 100, 2)],
  ])('only AWS finds it unused: %s', async (reason, args, values) => {
    const arn = 'arn:aws:iam::123456789012:user/exempt/carol';
    const finding = analyzerFinding('password', 'exempt/carol');
    const comparison = await compare(
      reportCsv([row('carol', { ...values, arn })]),
      [finding],
      ...args,
    );
    expect(linesOf(comparison)).toContain(`carol password: only-they ${reason}`);
  });

  it('names findings of users who are not in the audit', async () => {
    const report = reportCsv([alice, eve]);
    const findings = [
      analyzerFinding('password', 'eve'),
      analyzerFinding('password', 'gone'),
      analyzerFinding('password', 'gone', { status: 'RESOLVED' }),
      analyzerFinding('password', 'zoe', { accountId: '210987654321' }),
    ];
    expect(linesOf(await compare(report, findings))).toEqual([
      'eve password: only-they not-evaluated-here',
      'gone password: only-they user-not-here',
      'zoe password: only-they account-not-here',
    ]);
  });
});

describe('access keys of a report, which has no key IDs,', () => {
  const two = reportCsv([row('kim', { ...keyValues(1, 500, 200), ...keyValues(2, 500, 100) })]);
  const one = reportCsv([row('kim', { ...keyValues(1, 500, 200), ...keyValues(2, 500, 1) })]);
  const key = (accessKeyId: string, lastAccessed?: string) =>
    analyzerFinding('access-key', 'kim', {
      accessKeyId,
      ...(lastAccessed === undefined ? {} : { lastAccessed }),
    });

  it('are matched by the date of their last use', async () => {
    const findings = [key('AKIA2', date(100)), key('AKIA1', date(200))];
    const comparison = await compare(two, findings);
    expect(linesOf(comparison)).toEqual([
      'kim access-key 1: agree by date',
      'kim access-key 2: agree by date',
    ]);
    expect(comparison.credentials.map(({ theirs }) => theirs?.lastUsed)).toEqual(
      [200, 100].map((days) => date(days).replace('+00:00', 'Z')),
    );
  });

  it('are matched by the date of a result of AWS Config, which has no time', async () => {
    const args = ['audit', '--report', '-', '--as-of', asOf, '--format', 'json'];
    const result: AuditResult = JSON.parse((await runInProcess(args, { stdin: two })).stdout);
    const [user] = result.users;
    if (user === undefined) throw new Error('no user');
    const credentials = user.credentials.map((credential) => ({
      ...credential,
      lastUsed: credential.lastUsed?.slice(0, '2026-11-21'.length) ?? null,
    }));
    const listed = [key('AKIA2', date(100)), key('AKIA1', date(200))];
    const { findings } = readFindings(Buffer.from(JSON.stringify(listed)), 'f');
    const { matches } = matchFindings({ ...user, credentials }, findings);
    expect(matches.map(({ by }) => by)).toEqual(['date', 'date']);
  });

  it('are matched by their number if as many are listed as are unused', async () => {
    const findings = ['a', 'b'].map((id) => analyzerFinding('access-key', 'kim', { id }));
    expect(linesOf(await compare(two, findings))).toEqual([
      'kim access-key 1: agree by count',
      'kim access-key 2: agree by count',
    ]);
    expect(linesOf(await compare(one, [analyzerFinding('access-key', 'kim')]))).toEqual([
      'kim access-key 1: agree by count',
    ]);
  });

  it('are matched only once if overlapping exports repeat a finding', async () => {
    const findings = [analyzerFinding('access-key', 'kim'), analyzerFinding('access-key', 'kim')];
    expect(linesOf(await compare(one, [{ findings }, { findings }]))).toEqual([
      'kim access-key 1: agree by count',
    ]);
  });

  it('are otherwise reported as not matched', async () => {
    const listed = [analyzerFinding('access-key', 'kim')];
    const comparison = await compare(two, listed);
    expect(linesOf(comparison)).toEqual([
      'kim access-key 1: not-matched key-not-identified',
      'kim access-key 2: not-matched key-not-identified',
    ]);
    expect(comparison.counts).toMatchObject({ notMatched: 2, agree: 0, onlyWe: 0, neither: 0 });
    const { stdout } = await audit(two, listed);
    expect(stdout).toContain('2 cannot be matched one by one');
  });
});

describe('audit --live --compare', () => {
  let aws: LocalAws;
  beforeEach(async () => {
    aws = await startLocalAws(createAccount());
  });
  afterEach(() => aws.close());

  const add = (userName: string, rest: Partial<LocalUser>) =>
    addUser(aws.account, { userName, createDate: ago(1000), ...rest });

  it('matches access keys by their IDs', async () => {
    add('kim', { accessKeys: [accessKey('AKIAONE', 200), accessKey('AKIATWO', 200)] });
    add('lea', { accessKeys: [accessKey('AKIALEA', 3)] });
    add('max', password(112));
    storeReport(aws.account, 5);
    const { accountId } = aws.account;
    const finding = (about: 'access-key' | 'password', name: string, accessKeyId?: string) =>
      analyzerFinding(about, name, {
        accountId,
        ...(accessKeyId === undefined ? {} : { accessKeyId }),
      });
    const findings = [
      finding('access-key', 'kim', 'AKIATWO'),
      finding('access-key', 'kim', 'AKIADELETED'),
      finding('access-key', 'lea', 'AKIALEA'),
      finding('password', 'max'),
    ];
    const file = folder.file('live.json', JSON.stringify({ findings }));
    const env = { ...keys, AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: aws.endpoint };
    const args = ['audit', '--live', '--format', 'json', '--compare', file];
    const { stdout } = await runInProcess(args, { env });
    const { comparison }: { comparison: Comparison } = JSON.parse(stdout);
    expect(linesOf(comparison)).toEqual([
      'kim access-key AKIATWO: agree by id',
      'kim access-key AKIAONE: only-we not-listed-there',
      'kim access-key AKIADELETED: only-they not-usable-here',
      'lea access-key 1: only-they newer-use-here',
      'max password: agree by id',
    ]);
  });
});

describe('the file', () => {
  const csv = reportCsv([bob]);
  const finding = analyzerFinding('password', 'bob');
  const text = JSON.stringify(finding);

  it.each([
    ['one finding', text],
    ['an array', `[${text}]`],
    ['a page of the AWS CLI', `{"findings": [${text}]}`],
    ['several pages', `[{"findings": [${text}]}, {"findings": []}]`],
    ['indented JSON', JSON.stringify({ findings: [finding] }, null, 4)],
    ['JSON Lines', `${text}\n\n${JSON.stringify(analyzerFinding('password', 'x'))}\n`],
  ])('may be %s', async (_, content) => {
    expect((await compare(csv, content)).counts.agree).toBe(1);
  });

  it('may come from standard input', async () => {
    const report = folder.file('report.csv', csv);
    const args = ['audit', '--report', report, '--as-of', asOf, '--compare', '-'];
    const { stdout } = await runInProcess(args, { stdin: text });
    expect(stdout).toContain('Compared with stdin: both find 1 credential unused');
  });

  it('may have very many findings about one user', async () => {
    const args = ['audit', '--report', '-', '--as-of', asOf, '--format', 'json'];
    const result: AuditResult = JSON.parse((await runInProcess(args, { stdin: csv })).stdout);
    const [found] = readFindings(Buffer.from(text), 'f').findings;
    const [user] = result.users;
    if (found === undefined || user === undefined) throw new Error('bob and a finding');
    const many = Array.from(
      { length: 200_000 },
      () => ({ ...found, about: 'access-key' }) as const,
    );
    expect(matchFindings(user, many).unclear.findings).toHaveLength(200_000);
  });

  it('with no finding at all causes no difference in any account', async () => {
    expect(linesOf(await compare(csv, { findings: [] }))).toEqual([
      'bob password: only-we account-not-there',
    ]);
  });

  it.each([
    ['nothing', '', /findings\.json is empty; expected findings of IAM Access Analyzer/u],
    ['no JSON', '{"findings": [', /findings\.json is not valid JSON/u],
    ['a broken line', `${text}\n{"id"\n${text}`, /findings\.json, line 2 is not valid JSON/u],
    ['a number', '[1]', /findings\.json: finding 1 is not an object/u],
    ['something else', `[${text}, {"a": 1}]`, /finding 2 is of no known format/u],
    ['nested arrays', '[[[]]]', /finding 1 is of no known format/u],
    [
      'a wrong status',
      JSON.stringify([{ ...finding, status: 'OPEN' }]),
      /finding 1 has a missing or malformed status/u,
    ],
    [
      'a wrong date',
      JSON.stringify([analyzerFinding('password', 'x', { lastAccessed: 'yesterday' })]),
      /malformed findingDetails\.0\.unusedIamUserPasswordDetails\.lastAccessed/u,
    ],
    [
      'no user',
      JSON.stringify([{ ...finding, resource: 'arn:aws:iam::123456789012:role/\u001B[2J' }]),
      /finding 1: resource is "arn:aws:iam::123456789012:role\/\\u001b\[2J", not the ARN of an IAM user/u,
    ],
    [
      'a date out of range',
      JSON.stringify([ocsfFinding('bob', { finding_info: { modified_time: 1e300 } })]),
      /malformed finding_info\.modified_time/u,
    ],
    [
      'a page after it that is not there',
      JSON.stringify({ findings: [finding], nextToken: 'x' }),
      /is not complete: its last page has a nextToken/u,
    ],
    [
      'what --max-items left out',
      JSON.stringify({ Findings: [controlFinding('IAM.22', 'FAILED', 'bob')], NextToken: 'x' }),
      /is not complete: its last page has a nextToken/u,
    ],
    ['binary data', '\u0000\uFFFF{', /not valid JSON/u],
  ])('with %s is refused', async (_, content, message) => {
    const run = await audit(csv, content);
    expectRefusal(run, message);
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('and the report cannot both be standard input, and must exist', async () => {
    const args = ['audit', '--report', '-', '--compare'];
    expectRefusal(
      await runInProcess([...args, '-'], { stdin: csv }),
      /stdin can be read only once/u,
    );
    expectRefusal(
      await runInProcess([...args, '/no/such/file'], { stdin: csv }),
      /cannot read \/no\/such\/file: there is no such file/u,
    );
  });
});

describe('any JSON in the place of a finding or of a part of it', () => {
  const whole = [
    analyzerFinding('access-key', 'bob', { accessKeyId: 'AKIA1', lastAccessed: asOf }),
    analyzerInSecurityHub('Password', 'bob'),
    controlFinding('IAM.8', 'FAILED', 'bob'),
    ocsfFinding('bob', { compliance: { control: 'IAM.8', status: 'FAILED' } }),
  ];
  const parts = whole.flatMap((finding) => Object.keys(finding).map((name) => ({ finding, name })));

  it('is read or refused with a message, and never a defect', () => {
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.jsonValue(), ({ finding, name }, value) => {
        for (const changed of [
          { ...finding, [name]: value },
          value,
          [value],
          { Findings: value },
        ]) {
          try {
            readFindings(Buffer.from(JSON.stringify(changed)), 'f');
          } catch (error) {
            expect(error).toBeInstanceOf(ExpectedError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the comparison is shown', () => {
  const csv = reportCsv([alice, bob]);
  const findings = [analyzerFinding('password', 'alice', { lastAccessed: date(200) })];

  it('below the table: the counts, then the differences and why', async () => {
    const { stdout } = await audit(csv, findings);
    expect(stdout.slice(stdout.indexOf('Compared with')).replace(folder.path, '')).toBe(
      [
        'Compared with /findings.json: both find 0 credentials unused, only AWS 1, only this audit 1, neither 1.',
        'WHO              USER   CREDENTIAL  WHY',
        'only AWS         alice  password    used on 2026-11-20, which the finding does not know',
        'only this audit  bob    password    AWS does not list it',
        '',
      ].join('\n'),
    );
  });

  it('below the summary if files are written, and as a section of Markdown', async () => {
    const file = folder.file('ticket.md', '');
    const { stdout } = await audit(csv, findings, '--output', file);
    expect(stdout).toContain('only AWS         alice');
    expect(folder.read('ticket.md')).toContain(
      '| only AWS | `alice` | `password` | used on 2026-11-20, which the finding does not know |',
    );
  });

  it('with names that are harmless in a terminal and in Markdown', async () => {
    const name = 'x\u001B[31m|<img src=x>\u202E`';
    const hostile = [
      ...findings,
      analyzerFinding('access-key', name, { accessKeyId: '\u001B[2J|`' }),
      analyzerFinding('password', `${name}\n# y`),
    ];
    for (const format of ['table', 'markdown', 'json', 'jsonl']) {
      const { stdout } = await audit(csv, hostile, '--format', format);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(stdout).not.toMatch(/^# y/mu);
      if (format === 'markdown') expect(stdout).toContain('\\u{7c}<img src=x>');
    }
  });
});

import { describe, expect, it } from 'vitest';
import { reportCsv, row } from '../../builders/report.ts';
import {
  alice,
  asOf,
  bob,
  eve,
  inAccount,
  keyValues,
  mixedReport,
  passwordValues,
} from '../report-rows.ts';
import { runCli } from '../run-cli.ts';
import { runInProcess } from '../run-in-process.ts';
import { awsCliJson, useTemporaryFolder } from '../temporary-folder.ts';
import { auditJson, readAuditOutput, userOf } from './output.ts';

const folder = useTemporaryFolder();
const noTags = 'exemption tags not considered';

/** Evaluates one report as of the instant of these tests. */
const auditThen = (csv: string, ...args: readonly string[]) =>
  auditJson(csv, '--as-of', asOf, ...args);

describe('audit --report --format json', () => {
  it('prints one object of exactly the fixed shape', async () => {
    const { code, output, stderr } = await auditThen(
      reportCsv([{ ...bob, access_key_2_last_used_service: 'ses-smtp' }, eve]),
    );
    expect(output).toEqual({
      asOf,
      parameters: {
        maxCredentialUsageAge: 45,
        maxPasswordUsageAge: 45,
        maxAccessKeyUsageAge: 45,
        evaluationScope: 'credential',
        exemptPathPrefixes: [],
        exemptUntilTag: 'unused-iam-credentials:exempt-until',
        maxExemptionDays: 365,
      },
      parametersFrom: { kind: 'defaults' },
      accounts: [
        {
          ...{ accountId: '123456789012', asOf, failure: null },
          ...{ users: 1, nonCompliant: 1, unusedCredentials: 1, errors: 1 },
        },
      ],
      users: [
        {
          userName: 'bob',
          arn: 'arn:aws:iam::123456789012:user/bob',
          userId: null,
          accountId: '123456789012',
          compliance: 'NON_COMPLIANT',
          category: 'unused-password',
          annotation: 'password used 2026-08-01 (112 days, limit 45)',
          becomesUnused: null,
          exemption: null,
          credentials: [
            {
              type: 'password',
              id: null,
              slot: null,
              lastActivity: '2026-08-01T06:30:00Z',
              basis: 'used',
              idleDays: 112,
              threshold: 45,
              unused: true,
              created: '2025-10-17T06:30:00Z',
              lastUsed: '2026-08-01T06:30:00Z',
              lastUsedService: null,
              lastUsedRegion: null,
              becomesUnused: '2026-09-15T06:30:00Z',
              due: true,
            },
            {
              type: 'access-key',
              id: null,
              slot: 2,
              lastActivity: '2026-11-21T00:30:00Z',
              basis: 'used',
              idleDays: 0,
              threshold: 45,
              unused: false,
              created: '2026-01-25T06:30:00Z',
              lastUsed: '2026-11-21T00:30:00Z',
              lastUsedService: 'ses-smtp',
              lastUsedRegion: null,
              becomesUnused: '2027-01-05T00:30:00Z',
              due: false,
            },
          ],
          unjudged: [],
        },
      ],
      errors: [
        {
          ...{ arn: 'arn:aws:iam::123456789012:user/eve', accountId: '123456789012' },
          message: expect.stringContaining('password_last_used is "yesterday"'),
        },
      ],
      summary: expect.objectContaining({ users: 1, nonCompliant: 1, errors: 1, notes: [noTags] }),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('Could not evaluate arn:aws:iam::123456789012:user/eve: ');
  });

  it('shows only usable credentials: no inactive or missing key, and no disabled password', async () => {
    const off = { ...keyValues(1, 300, 200), access_key_1_active: 'false' };
    const { output } = await auditThen(reportCsv([row('off', off)]));
    expect(userOf(output, 'off')).toMatchObject({ category: 'no-credentials', credentials: [] });
  });
});

describe('the report', () => {
  it('may be a CSV file, the JSON of the AWS CLI, or either on standard input: the users are the same', async () => {
    const json = awsCliJson(mixedReport, asOf);
    const flags = ['--as-of', asOf, '--format', 'json'];
    const runs = await Promise.all([
      runCli(['audit', '--report', folder.file('report.csv', mixedReport), ...flags]),
      runInProcess(['audit', '--report', folder.file('report.json', json), ...flags]),
      runCli(['audit', '--report', '-', ...flags], { stdin: mixedReport }),
      runInProcess(['audit', '--report', '-', ...flags], { stdin: json }),
    ]);
    const [first, ...others] = runs;
    expect(first?.code).toBe(1);
    for (const other of others) expect(other).toEqual(first);
  });

  it('may be given once for each account, and the table then names the account of every user', async () => {
    const first = folder.file('first.csv', mixedReport);
    const second = folder.file('second.csv', reportCsv(inAccount('210987654321', [alice, bob])));
    const args = ['audit', '--report', first, '--report', second, '--as-of', asOf];
    const json = await runInProcess([...args, '--format', 'json']);
    const { users, summary } = readAuditOutput(json.stdout);
    expect(users.map(({ accountId, userName }) => `${accountId} ${userName}`)).toEqual([
      '123456789012 alice',
      '123456789012 bob',
      '210987654321 alice',
      '210987654321 bob',
    ]);
    expect(summary).toMatchObject({ accounts: 2, users: 4, compliant: 2, nonCompliant: 2 });

    const table = await runInProcess(args);
    expect(table.code).toBe(1);
    expect(table.stdout).toMatch(/^210987654321 +2 +1 +1 +0$/mu);
    expect(table.stdout).toMatch(/^210987654321 +bob +112 days +password used/mu);
  });

  it('with only the root user is COMPLIANT', async () => {
    const { code, output } = await auditThen(reportCsv([]));
    expect({ code, users: output.users }).toEqual({ code: 0, users: [] });
  });

  it('is evaluated by path exemptions, which its ARNs show', async () => {
    const arn = 'arn:aws:iam::123456789012:user/break-glass/emea/bg';
    const csv = reportCsv([row('bg', { ...passwordValues(900), arn })]);
    const { code, output } = await auditThen(csv, '--exempt-path-prefixes', '/break-glass/');
    expect(code).toBe(0);
    expect(userOf(output, 'bg')).toMatchObject({ compliance: 'COMPLIANT', category: 'exempt' });
  });
});

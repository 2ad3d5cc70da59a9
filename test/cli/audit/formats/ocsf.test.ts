import { describe, expect, it } from 'vitest';
import { renderOcsf } from '../../../../cli/audit/formats/ocsf.ts';
import type { AuditResult } from '../../../../cli/audit/result.ts';
import { styleFor } from '../../../../cli/terminal/style.ts';
import manifest from '../../../../package.json' with { type: 'json' };
import { reportCsv, row } from '../../../builders/report.ts';
import { alice, asOf, bob, eve, inAccount, keyValues, passwordValues } from '../../report-rows.ts';
import { runInProcess } from '../../run-in-process.ts';
import { awsCliJson, useTemporaryFolder } from '../../temporary-folder.ts';
import { problemsOf, schemaVersion } from './ocsf/schema.ts';

const folder = useTemporaryFolder();

interface Finding {
  readonly [name: string]: unknown;
  readonly metadata: { readonly version: string };
  readonly finding_info: { readonly uid: string; readonly title: string };
  readonly compliance: { readonly status: string; readonly status_details: readonly string[] };
  readonly resources: readonly { readonly [name: string]: unknown; readonly name?: string }[];
}

/** The findings of a report as of the instant of these tests. */
async function findingsOf(csv: string, ...args: readonly string[]) {
  const all = ['audit', '--report', '-', '--as-of', asOf, '--format', 'ocsf', ...args];
  const { code, stdout } = await runInProcess(all, { stdin: csv });
  const findings: Finding[] = JSON.parse(stdout);
  return { code, stdout, findings };
}

describe('audit --format ocsf', () => {
  it('is a JSON array of findings that the published schema accepts, one on each line', async () => {
    const { code, stdout, findings } = await findingsOf(reportCsv([alice, bob, eve]));
    expect(code).toBe(2);
    expect(findings.map(problemsOf)).toEqual([[], [], []]);
    expect(findings.map(({ compliance }) => compliance.status)).toEqual([
      'Pass',
      'Fail',
      'Warning',
    ]);
    const lines = stdout.trimEnd().split('\n');
    expect([lines[0], lines.at(-1)]).toEqual(['[', ']']);
    expect(lines.slice(1, -1).map((line) => JSON.parse(line.replace(/,$/u, '')))).toEqual(findings);
  });

  it('has the time of its own account for a user who could not be evaluated', async () => {
    const inOther = reportCsv(inAccount('210987654321', [alice, eve]));
    const files = [
      folder.file('a.json', awsCliJson(reportCsv([bob]), asOf)),
      folder.file('b.json', awsCliJson(inOther, '2026-11-22T06:30:00Z')),
    ];
    const reports = files.flatMap((file) => ['--report', file]);
    const { stdout } = await runInProcess(['audit', ...reports, '--format', 'ocsf']);
    const times = JSON.parse(stdout).map(({ time }: { time: number }) =>
      new Date(time).getUTCDate(),
    );
    expect(times).toEqual([21, 22, 22]);
  });

  it('says who has which unused credentials and why, with the product and the parameters', async () => {
    const { findings } = await findingsOf(reportCsv([bob]));
    const arn = 'arn:aws:iam::123456789012:user/bob';
    const account = { uid: '123456789012', type_id: 10, type: 'AWS Account' };
    expect(findings).toMatchObject([
      {
        class_uid: 2003,
        type_uid: 200301,
        time: Date.parse(asOf),
        severity: 'Medium',
        status: 'New',
        message: 'password used 2026-08-01 (112 days, limit 45)',
        metadata: {
          version: schemaVersion,
          product: { name: 'unused-iam-credentials', version: manifest.version },
        },
        finding_info: { uid: `unused-iam-credentials:${arn}` },
        compliance: { control: 'unused-iam-credentials', status_code: 'unused-password' },
        cloud: { provider: 'AWS', account, cloud_partition: 'aws' },
        remediation: { desc: expect.stringContaining('(password)') },
      },
    ]);
    const [finding] = findings;
    expect(finding?.compliance).toHaveProperty(
      'control_parameters',
      expect.arrayContaining([{ name: 'maxPasswordUsageAge', value: '45' }]),
    );
    expect(finding?.resources).toMatchObject([
      {
        ...{ uid: arn, name: 'bob', type: 'AWS::IAM::User', role: 'Target' },
        user: { name: 'bob', uid: arn, type: 'User', account },
        data: { credentials: [{ type: 'password', idleDays: 112, due: true }, { slot: 2 }] },
      },
    ]);
  });

  it('has the IDs of access keys where they are known, as observables too', () => {
    const result = resultOf({ id: 'AKIAIOSFODNN7EXAMPLE', lastUsed: '2026-08-01T06:30:00Z' });
    const [finding] = render(result);
    expect(problemsOf(finding)).toEqual([]);
    expect(finding).toMatchObject({
      resources: [
        {
          user: {
            uid_alt: 'AIDA1',
            programmatic_credentials: [
              { uid: 'AKIAIOSFODNN7EXAMPLE', last_used_time: Date.parse('2026-08-01T06:30:00Z') },
            ],
          },
        },
      ],
      observables: expect.arrayContaining([
        expect.objectContaining({ type: 'User Credential ID', value: 'AKIAIOSFODNN7EXAMPLE' }),
      ]),
    });
  });

  it('has a Warning for an account that could not be read', () => {
    const result = resultOf({ id: null, lastUsed: null });
    const failed = { users: 0, nonCompliant: 0, unusedCredentials: 0, errors: 0 };
    const accounts = [{ accountId: '210987654321', asOf, ...failed, failure: 'denied' }];
    const findings = render({ ...result, users: [], accounts });
    expect(findings.map(problemsOf)).toEqual([[]]);
    expect(findings).toMatchObject([
      { compliance: { status: 'Warning', status_details: ['denied'] }, message: 'denied' },
    ]);
  });

  it('has the account of a user whose ARN is not known', () => {
    const result = resultOf({ id: null, lastUsed: null });
    const accountId = '210987654321';
    const errors = [{ arn: `${accountId}/AIDAUNKNOWN`, message: 'unreadable', accountId }];
    const findings = render({ ...result, users: [], errors });
    expect(findings.map(problemsOf)).toEqual([[]]);
    expect(findings).toMatchObject([{ cloud: { account: { uid: accountId } } }]);
  });

  it('has no account of a user of a report that does not show the account', () => {
    const result = resultOf({ id: null, lastUsed: null });
    const errors = [{ arn: 'row 5', message: 'unreadable', accountId: null }];
    const findings = render({ ...result, users: [], errors });
    expect(findings.map(problemsOf)).toEqual([[]]);
    expect(findings[0]?.['cloud']).toEqual({ provider: 'AWS' });
  });

  it('shows the users that the options select', async () => {
    const csv = reportCsv([alice, bob]);
    const { findings } = await findingsOf(csv, '--only', 'non-compliant');
    expect(findings.map(({ resources }) => resources[0]?.name)).toEqual(['bob']);
    expect((await findingsOf(reportCsv([]))).stdout).toBe('[]\n');
  });

  it('is what a file that ends in .ocsf.json gets, and one in .json does not', async () => {
    const csv = reportCsv([alice, bob]);
    const [ocsf, json] = [folder.file('r.ocsf.json', ''), folder.file('r.json', '')];
    const outputs = ['--output', ocsf, '--output', json];
    await runInProcess(['audit', '--report', '-', '--as-of', asOf, ...outputs], { stdin: csv });
    expect(folder.read('r.ocsf.json')).toBe((await findingsOf(csv)).stdout);
    expect(JSON.parse(folder.read('r.json'))).toHaveProperty('summary');
  });

  it('keeps any name unchanged in its JSON, without characters that control a terminal', async () => {
    const name = 'a\u001B]0;x\u0007\r\n\u202E\u009B"b,\\';
    const { stdout, findings } = await findingsOf(
      reportCsv([row(name, { ...passwordValues(400), ...keyValues(1, 300) })]),
    );
    expect(findings.map(problemsOf)).toEqual([[]]);
    expect(findings[0]?.resources[0]?.name).toBe(name);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});

describe('the kept schema', () => {
  it.each<[string, (finding: Record<string, unknown>) => void, RegExp]>([
    ['a missing attribute', (finding) => delete finding['finding_info'], /required property/u],
    ['an unknown attribute', (finding) => Object.assign(finding, { user: {} }), /additional/u],
    ['a wrong type', (finding) => Object.assign(finding, { time: asOf }), /must be integer/u],
    ['a wrong value', (finding) => Object.assign(finding, { severity_id: 7 }), /allowed values/u],
    ['another caption', (finding) => Object.assign(finding, { severity: 'Low' }), /means Medium/u],
    ['a deprecated attribute', (finding) => Object.assign(finding, { comment: 'x' }), /NOT be/u],
    [
      'an observable of something else',
      (finding) =>
        Object.assign(finding, { observables: [{ name: 'time', type_id: 10, type: 'x' }] }),
      /observable time/u,
    ],
  ])('refuses %s', async (_, change, problem) => {
    const [finding] = (await findingsOf(reportCsv([bob]))).findings;
    const changed = { ...finding };
    change(changed);
    expect(problemsOf(changed).join('\n')).toMatch(problem);
  });
});

/** A result with one NON_COMPLIANT user, who has one access key. */
function resultOf(key: { id: string | null; lastUsed: string | null }): AuditResult {
  const none = { serviceSpecificCredentials: null, sshKeys: null };
  return {
    asOf,
    parameters: {
      ...{ maxCredentialUsageAge: 45, maxPasswordUsageAge: 45, maxAccessKeyUsageAge: 45 },
      ...{ evaluationScope: 'credential', exemptPathPrefixes: ['/a/', '/b/'] },
      ...{ exemptUntilTag: 'until', maxExemptionDays: 365 },
    },
    parametersFrom: { kind: 'defaults' },
    accounts: [],
    users: [
      {
        ...{ userName: 'dave', arn: 'arn:aws-cn:iam::123456789012:user/dave', userId: 'AIDA1' },
        ...{ accountId: '123456789012', compliance: 'NON_COMPLIANT', annotation: 'unused' },
        ...{ category: 'unused-access-key', becomesUnused: null, exemption: null, unjudged: [] },
        credentials: [
          {
            ...{ type: 'access-key', slot: 1, basis: 'used', idleDays: 112, threshold: 45 },
            ...{ unused: true, due: true, created: null, lastUsedService: null },
            ...{ lastUsedRegion: null, lastActivity: asOf, becomesUnused: asOf, ...key },
          },
        ],
      },
    ],
    errors: [],
    summary: {
      ...{ accounts: 0, users: 1, compliant: 0, nonCompliant: 1, errors: 0, notes: [] },
      categories: {
        ...{ active: 0, 'unused-password': 0, 'unused-access-key': 1, exempt: 0 },
        ...{ 'unused-password-and-access-key': 0, 'inactive-user': 0, 'no-credentials': 0 },
      },
      unjudged: {
        ...none,
        ...{ expiringSoon: 0, signingCertificates: 0, usersWithMoreThanTwoAccessKeys: 0 },
      },
    },
  };
}

function render(result: AuditResult): Finding[] {
  const style = styleFor({ isTTY: false });
  const shown = {
    by: 'user',
    all: true,
    wide: false,
    olderThan: null,
    style,
    width: null,
  } as const;
  const pieces = renderOcsf(result, { users: result.users, ...shown, version: '1.2.3' });
  return JSON.parse([...pieces].join(''));
}

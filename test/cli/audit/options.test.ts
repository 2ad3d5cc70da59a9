import { describe, expect, it } from 'vitest';
import { now } from '../../builders/account.ts';
import { reportCsv, row } from '../../builders/report.ts';
import {
  alice,
  asOf,
  bob,
  eve,
  goodReport,
  inAccount,
  keyValues,
  mixedReport,
  passwordValues,
} from '../report-rows.ts';
import { runInProcess } from '../run-in-process.ts';
import { awsCliJson, useTemporaryFolder } from '../temporary-folder.ts';
import { auditJson, readAuditOutput, userOf } from './output.ts';

const folder = useTemporaryFolder();

/** The parameters that options lead to. */
async function parametersOf(...args: readonly string[]) {
  return (await auditJson(goodReport, '--as-of', asOf, ...args)).output.parameters;
}

describe('the exit code', () => {
  it.each([
    ['0 when everyone is COMPLIANT', [alice], 0],
    ['1 when someone is NON_COMPLIANT', [alice, bob], 1],
    ['2 when a user could not be evaluated', [alice, eve], 2],
    ['2, which beats 1, when there is both', [alice, bob, eve], 2],
  ])('is %s', async (_, rows, code) => {
    const run = await auditJson(reportCsv(rows), '--as-of', asOf);
    expect(run.code).toBe(code);
  });

  it('counts every user, including those that --only does not show', async () => {
    const run = await auditJson(
      reportCsv([alice, eve]),
      '--as-of',
      asOf,
      '--only',
      'non-compliant',
    );
    expect({ code: run.code, users: run.output.users }).toEqual({ code: 2, users: [] });
    expect(run.output.summary).toMatchObject({ users: 1, compliant: 1, errors: 1 });
  });
});

describe('presets and parameters', () => {
  it('an explicit option overrides the preset, whichever comes first', async () => {
    const options = ['--max-password-usage-age', '7'];
    const expected = {
      ...{ maxPasswordUsageAge: 7, maxAccessKeyUsageAge: 45, evaluationScope: 'console-password' },
    };
    const preset = ['--preset', 'console-passwords'];
    expect(await parametersOf(...preset, ...options)).toMatchObject(expected);
    expect(await parametersOf(...options, ...preset)).toMatchObject(expected);
  });

  it('every rule parameter is an option', async () => {
    const options = {
      '--max-credential-usage-age': '11',
      '--max-password-usage-age': '12',
      '--max-access-key-usage-age': '13',
      '--evaluation-scope': 'user',
      '--exempt-path-prefixes': '/a/,/b/c/',
      '--exempt-until-tag': 'until',
      '--max-exemption-days': '14',
    };
    expect(await parametersOf(...Object.entries(options).flat())).toEqual({
      maxCredentialUsageAge: 11,
      maxPasswordUsageAge: 12,
      maxAccessKeyUsageAge: 13,
      evaluationScope: 'user',
      exemptPathPrefixes: ['/a/', '/b/c/'],
      exemptUntilTag: 'until',
      maxExemptionDays: 14,
    });
  });
});

describe('--as-of', () => {
  it('in the past counts later activity as idle 0', async () => {
    const { output, code } = await auditJson(
      reportCsv([row('later', { ...passwordValues(400, 20), ...keyValues(1, 200, 150) })]),
      '--as-of',
      '2026-10-01T02:00:00+02:00',
    );
    expect(output.asOf).toBe('2026-10-01T00:00:00Z');
    expect(userOf(output, 'later').credentials).toMatchObject([
      { type: 'password', idleDays: 0, unused: false },
      { type: 'access-key', idleDays: 98, unused: true },
    ]);
    expect(code).toBe(1);
  });

  it('in the future shows which users will be unused by then', async () => {
    const { output } = await auditJson(goodReport, '--as-of', '2027-11-21T06:30:00Z');
    expect(userOf(output, 'alice')).toMatchObject({ compliance: 'NON_COMPLIANT' });
    expect(userOf(output, 'alice').credentials[0]?.idleDays).toBe(366);
  });

  it('is the GeneratedTime of the report unless given', async () => {
    const json = awsCliJson(mixedReport, '2026-11-22T08:30:00+02:00');
    const { output, stderr } = await auditJson(json);
    expect(output.asOf).toBe('2026-11-22T06:30:00Z');
    expect(userOf(output, 'bob').credentials[0]?.idleDays).toBe(113);
    expect(stderr).not.toMatch(/does not say/u);
    const given = await auditJson(json, '--as-of', '2026-11-23T06:30:00Z');
    expect(given.output.asOf).toBe('2026-11-23T06:30:00Z');
  });

  it.each([
    ['CSV', goodReport],
    ['JSON without GeneratedTime', awsCliJson(goodReport)],
  ])(
    'is now, with a note, if the report does not say when it was generated: %s',
    async (_, text) => {
      const before = Date.now();
      const { output, stderr } = await auditJson(text);
      expect(Date.parse(output.asOf)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(output.asOf)).toBeLessThanOrEqual(Date.now());
      expect(stderr).toMatch(/^Note: .*evaluated as of now.*--as-of/mu);
    },
  );

  it('is the earliest of several reports', async () => {
    const first = awsCliJson(goodReport, asOf);
    const second = awsCliJson(
      reportCsv(inAccount('210987654321', [bob])),
      new Date(now + 3_600_000).toISOString(),
    );
    const files = ['--report', folder.file('1.json', second), '--report', '-'];
    const run = await runInProcess(['audit', '--format', 'json', ...files], { stdin: first });
    expect(readAuditOutput(run.stdout).asOf).toBe(asOf);
  });
});

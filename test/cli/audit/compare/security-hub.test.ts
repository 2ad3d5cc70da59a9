import { describe, expect, it } from 'vitest';
import { reportCsv, row } from '../../../builders/report.ts';
import { asOf, bob, keyValues, passwordValues } from '../../report-rows.ts';
import { runInProcess } from '../../run-in-process.ts';
import { useTemporaryFolder } from '../../temporary-folder.ts';
import { comparing, linesOf } from './comparing.ts';
import {
  account,
  analyzerFinding,
  analyzerInSecurityHub,
  arnOf,
  controlFinding,
  ocsfFinding,
} from './findings.ts';

const { compare } = comparing(useTemporaryFolder());

describe('findings of Security Hub', () => {
  const csv = reportCsv([bob, row('kim', keyValues(1, 500, 200))]);

  it('in ASFF that IAM Access Analyzer sent are read', async () => {
    const archived = { RecordState: 'ARCHIVED' };
    const suppressed = { Workflow: { Status: 'SUPPRESSED' } };
    const fields = { findingType: 'UnusedIAMUserAccessKey', accessKeyId: 'AKIAKIM' };
    const key = analyzerInSecurityHub('Access Key', 'kim', { ProductFields: fields });
    const findings = (rest: object) => ({
      Findings: [key, { ...analyzerInSecurityHub('Password', 'bob'), ...rest }],
    });
    expect(linesOf(await compare(csv, findings({})))).toEqual([
      'bob password: agree by id',
      'kim access-key 1: agree by count',
    ]);
    expect(linesOf(await compare(csv, findings(archived)))[0]).toMatch(/only-we resolved-there/u);
    expect(linesOf(await compare(csv, findings(suppressed)))[0]).toMatch(/only-we archived-there/u);
  });

  it.each([
    ['IAM.8', 'FAILED', 'bob password: agree by user'],
    ['IAM.22', 'FAILED', 'bob password: agree by user'],
    ['IAM.8', 'PASSED', 'bob password: only-we passed-there'],
    ['IAM.8', 'WARNING', 'bob password: only-we not-listed-there'],
  ])(
    'of the control %s with %s concern all credentials of the user',
    async (control, status, line) => {
      const report = reportCsv([bob]);
      expect(linesOf(await compare(report, [controlFinding(control, status, 'bob')]))).toEqual([
        line,
      ]);
    },
  );

  it('of a control are ignored for a credential that has its own finding', async () => {
    const findings = [controlFinding('IAM.8', 'FAILED', 'bob'), analyzerFinding('password', 'bob')];
    const comparison = await compare(reportCsv([bob]), findings);
    expect(linesOf(comparison)).toEqual(['bob password: agree by id']);
  });

  it('of a control concern only credentials that were idle for its number of days', async () => {
    const report = reportCsv([row('bob', passwordValues(400, 60))]);
    const failed = controlFinding('IAM.8', 'FAILED', 'bob');
    expect(linesOf(await compare(report, [failed]))).toEqual([
      'bob password: only-we limit-not-reached-there',
      'bob credentials: only-they limit-not-reached-here',
    ]);
    const passed = controlFinding('IAM.8', 'PASSED', 'bob');
    expect(linesOf(await compare(report, [passed]))).toEqual([
      'bob password: only-we limit-not-reached-there',
    ]);
  });

  it('in OCSF are read', async () => {
    const unused = (type: string, rest: object = {}) => ({
      finding_info: { uid: '1', types: [type], ...rest },
    });
    const user = { programmatic_credentials: [{ uid: 'AKIAKIM' }] };
    const findings = [
      ocsfFinding('bob', unused('UnusedIAMUserPassword')),
      ocsfFinding('kim', {
        ...unused('Unused IAM User Access Key'),
        resources: [{ uid: arnOf('kim'), user }],
      }),
      ocsfFinding('max', { compliance: { control: 'S3.1', status: 'FAILED' } }),
    ];
    const comparison = await compare(csv, findings);
    expect(linesOf(comparison)).toEqual([
      'bob password: agree by id',
      'kim access-key 1: agree by count',
    ]);
    expect(comparison.counts.otherFindings).toBe(1);
    const resolved = ocsfFinding('bob', { ...unused('UnusedIAMUserPassword'), status_id: 4 });
    expect(linesOf(await compare(reportCsv([bob]), [resolved]))).toEqual([
      'bob password: only-we resolved-there',
    ]);
    const control = ocsfFinding('bob', { compliance: { control: 'IAM.8', status: 'FAILED' } });
    expect(linesOf(await compare(reportCsv([bob]), [control]))).toEqual([
      'bob password: agree by user',
    ]);
  });

  it('of several Regions count once, and an active one takes precedence', async () => {
    const finding = analyzerInSecurityHub('Password', 'bob');
    const findings = [{ ...finding, RecordState: 'ARCHIVED' }, finding, finding];
    const { counts } = await compare(reportCsv([bob]), findings);
    expect(counts).toMatchObject({ agree: 1, onlyThey: 0, onlyWe: 0 });
  });

  it('of a control that passed for an account as a whole are only counted', async () => {
    const inAsff = {
      ...controlFinding('IAM.22', 'PASSED', 'bob'),
      Resources: [{ Type: 'AwsAccount', Id: `AWS::::Account:${account}` }],
    };
    const inOcsf = ocsfFinding('bob', {
      compliance: { control: 'IAM.22', status: 'PASSED' },
      resources: [{ uid: `AWS::::Account:${account}` }],
    });
    const { counts } = await compare(csv, [inAsff, inOcsf]);
    expect(counts).toMatchObject({ agree: 0, otherFindings: 2 });
  });

  it('about anything else are only counted, also the findings that audit itself writes', async () => {
    const external = { ...analyzerFinding('password', 'bob'), findingType: 'UnusedPermission' };
    const control = controlFinding('IAM.5', 'FAILED', 'bob');
    const args = ['audit', '--report', '-', '--as-of', asOf, '--format', 'ocsf'];
    const own = JSON.parse((await runInProcess(args, { stdin: csv })).stdout);
    const { counts } = await compare(csv, [external, control, ...own]);
    expect(counts).toMatchObject({ agree: 0, onlyThey: 0, onlyWe: 2, otherFindings: 4 });
  });
});

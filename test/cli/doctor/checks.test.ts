import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { conclude, ok, warning, wrong } from '../../../cli/doctor/check.ts';
import { documentCheck } from '../../../cli/doctor/checks/document.ts';
import { dryRun, dryRunPatience, runDry } from '../../../cli/doctor/checks/dry-run.ts';
import { otherRules } from '../../../cli/doctor/checks/other-rules.ts';
import { recorder } from '../../../cli/doctor/checks/recorder.ts';
import { records } from '../../../cli/doctor/checks/records.ts';
import { remediation } from '../../../cli/doctor/checks/remediation.ts';
import { rule } from '../../../cli/doctor/checks/rule.ts';
import { findLocation } from '../../../cli/doctor/doctor.ts';
import { readZip } from '../../../cli/doctor/zip.ts';
import type { Automation } from '../../../cli/execution/run.ts';
import { createRunLog } from '../../../cli/execution/run-log.ts';
import { revokeDocument } from '../../../remediation-docs/documents.ts';
import type { Recorder } from '../../../rule/aws/config-rule.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';
import { revocationOutcomes } from '../../../rule/core/revocation-plan.ts';

const circumstances = { ruleName: 'unused-iam-credentials', now: 0 };
const iamUser = 'AWS::IAM::User';

describe('other rules, if no response names the account', () => {
  const judge = (targetIds: readonly string[]) => {
    const remediations = targetIds.map((targetId) => ({
      ...{ ruleName: 'mine', arn: undefined, targetId },
      ...{ automatic: false, parameters: new Map() },
    }));
    return otherRules.judge({ rules: [], remediations, location: null }, circumstances);
  };

  it('are checked if they have no remediation, because nothing is deployed', () => {
    expect(judge([]).state).toBe('ok');
  });

  it('are unchecked if they have a remediation, because it may pass a role of this project', () => {
    expect(judge(['AWS-Other'])).toMatchObject({
      ...{ state: 'unchecked', remedy: 'fix the other checks first' },
    });
  });
});

describe('a recorder', () => {
  const stateOf = (recordingGroup: object | undefined, recordingMode?: object) => {
    const status = { name: 'default', recording: true, lastStatus: 'Success' };
    const described = { ...status, lastErrorMessage: undefined, recordingGroup, recordingMode };
    return recorder.judge(described as Recorder, circumstances).state;
  };
  const everything = { allSupported: true, includeGlobalResourceTypes: true };
  const strategy = (useOnly: string, rest: object) => ({ recordingStrategy: { useOnly }, ...rest });
  const including = (type: string) =>
    strategy('INCLUSION_BY_RESOURCE_TYPES', { resourceTypes: [type] });
  const excluding = (type: string) =>
    strategy('EXCLUSION_BY_RESOURCE_TYPES', {
      ...{ exclusionByResourceTypes: { resourceTypes: [type] }, ...everything },
    });
  const all = (rest: object) => strategy('ALL_SUPPORTED_RESOURCE_TYPES', rest);

  it.each<[string, object | undefined, string]>([
    ['everything, with global types', everything, 'ok'],
    ['everything by strategy', all(everything), 'ok'],
    ['global types of nothing', { includeGlobalResourceTypes: true }, 'wrong'],
    ['some types with IAM users', { resourceTypes: [iamUser] }, 'ok'],
    ['some types with IAM users, by strategy', including(iamUser), 'ok'],
    ['some types', including('AWS::IAM::Role'), 'wrong'],
    ['all types but some', excluding('AWS::IAM::Role'), 'ok'],
    ['all types but IAM users', excluding(iamUser), 'wrong'],
    ['what AWS does not say', undefined, 'wrong'],
  ])('of %s', (_, group, state) => {
    expect(stateOf(group)).toBe(state);
  });

  const mode = (recordingFrequency: string, type?: string, override?: string) => ({
    recordingFrequency,
    ...(type === undefined
      ? {}
      : { recordingModeOverrides: [{ resourceTypes: [type], recordingFrequency: override }] }),
  });
  it.each<[string, object, string]>([
    ['continuously', mode('CONTINUOUS'), 'ok'],
    ['daily, IAM users continuously', mode('DAILY', iamUser, 'CONTINUOUS'), 'ok'],
    ['continuously, IAM users daily', mode('CONTINUOUS', iamUser, 'DAILY'), 'warning'],
    ['daily, roles continuously', mode('DAILY', 'AWS::IAM::Role', 'CONTINUOUS'), 'warning'],
  ])('that records %s', (_, recordingMode, state) => {
    expect(stateOf(everything, recordingMode)).toBe(state);
  });
});

describe('a document', () => {
  const expected = revokeDocument.load();
  const check = documentCheck('document-revoke', revokeDocument.name);
  it.each([
    ['as deployed', expected, 'ok'],
    ['with another end', `${expected.trimEnd()}\n\n`, 'ok'],
    ['as JSON', JSON.stringify(parse(expected)), 'ok'],
    ['with another indentation', stringify(parse(expected), { indent: 4 }), 'ok'],
    ['with another default', expected.replace("default: '20'", "default: '21'"), 'wrong'],
    ['with another script', expected.replace('return answer', 'return  {}'), 'wrong'],
    ['that is not YAML', `${expected}\n\t}`, 'wrong'],
    ['that is empty', '', 'wrong'],
  ])('%s is compared by its meaning', (_, content, state) => {
    const deployed = { status: 'Active', statusReason: null, content };
    expect(check.judge({ deployed, expected }, circumstances).state).toBe(state);
  });
});

describe('the location of a deployment', () => {
  it('is that of the first ARN with an account, also if a read fails', async () => {
    const arn = 'arn:aws-cn:config:cn-north-1:123456789012:config-rule/config-rule-x';
    const [policy, denied] = ['arn:aws:iam::aws:policy/x', () => Promise.reject(new Error('x'))];
    const reads = [denied, async () => undefined, async () => policy, async () => arn];
    const location = { partition: 'aws-cn', region: 'cn-north-1', accountId: '123456789012' };
    expect(await findLocation(reads, 'cn-north-1')).toEqual(location);
    expect(await findLocation([denied], 'cn-north-1')).toBeNull();
  });

  it('is needed to check a rule and a remediation', () => {
    const described = { Source: undefined };
    expect(rule.judge({ described, location: null, ofStack: null }, circumstances).state).toBe(
      'unchecked',
    );
    const configured = {
      ...{ ruleName: 'x', arn: undefined, targetId: 'x', automatic: false },
      parameters: new Map(),
    };
    const found = {
      configured,
      location: null,
      document: '',
      limits: null,
      limitsOfRetirement: null,
    };
    expect(remediation.judge(found, circumstances).state).toBe('unchecked');
  });
});

describe('a remediation', () => {
  const judge = (passed: Record<string, string>) => {
    const entries = Object.entries(passed).map(
      ([name, text]) => [name, { kind: 'static', text } as const] as const,
    );
    const targetId = 'UnusedIamCredentials-Revoke';
    const location = { partition: 'aws', region: 'us-east-1', accountId: '123456789012' };
    const parameters = new Map(entries);
    const configured = { ruleName: 'x', arn: undefined, targetId, automatic: true, parameters };
    const found = { configured, location, document: '', limits: null, limitsOfRetirement: null };
    return remediation.judge(found, circumstances);
  };

  it('that passes a text instead of the resource is wrong', () => {
    const { finding } = judge({ IAMResourceId: 'RESOURCE_ID' });
    expect(finding).toContain("IAMResourceId is RESOURCE_ID, not the resource's ID");
    expect(finding).toContain('AutomationAssumeRole is not given, not arn:aws:iam::');
    // The document's default is the rule of this name.
    expect(finding).not.toContain('ConfigRuleName');
  });

  it.each([
    ['EnforceFrom', '2027-02-31', 'EnforceFrom is "2027-02-31"; expected a value that EnforceFrom'],
    ['PasswordAction', 'Drop', 'PasswordAction is "Drop"; expected Delete, Replace, Keep'],
    ['MinimumIdleDays', '0', 'MinimumIdleDays is "0"; expected a value that Min'],
    ['DryRun', 'true', 'DryRun is true: nothing would ever be revoked'],
  ])('that passes %s as %s is wrong: every execution would fail', (name, value, expected) => {
    const { state, finding } = judge({ [name]: value });
    expect([state, finding]).toEqual(['wrong', expect.stringContaining(expected)]);
  });

  it('may pass what the document accepts', () => {
    const { finding } = judge({
      EnforceFrom: '2028-02-29',
      PasswordAction: 'Keep',
      DryRun: 'false',
    });
    expect(finding).not.toMatch(/EnforceFrom|PasswordAction|DryRun/u);
  });
});

describe('records', () => {
  it('are too many before Parameter Store is full', () => {
    const judge = (count: number) =>
      records.judge({ count, checked: 50, foreign: [] }, circumstances);
    expect(judge(8_000)).toEqual(ok('8000 records; this project wrote the newest 50'));
    expect(judge(8_001)).toMatchObject({
      ...{ state: 'warning', finding: expect.stringMatching(/^8001 records; .* 10000 standard/u) },
    });
  });
});

describe('a deployment package', () => {
  it.each([
    ['stored', 0, (text: string) => Buffer.from(text)],
    ['deflated', 8, (text: string) => deflateRawSync(text)],
  ])('is read if its files are %s', (_, method, pack) => {
    const zip = zipOf('index.js', pack('const a = 1;'), method);
    expect([...readZip(zip)]).toEqual([['index.js', 'const a = 1;']]);
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['cut', zipOf('index.js', Buffer.from('x'), 0).subarray(0, 60)],
    ['packed in an unknown way', zipOf('index.js', Buffer.from('x'), 12)],
    ['damaged', zipOf('index.js', Buffer.from('not deflated'), 8)],
  ])('is refused if it is %s', (_, zip) => {
    expect(() => readZip(zip)).toThrow('a deployment package is not a readable zip');
  });
});

/** A zip of one file, with an empty checksum. */
function zipOf(name: string, packed: Buffer, method: number): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(method, 4);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
  const entry = [Buffer.from('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), Buffer.from(name)];
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, ...entry, Buffer.from('PK\x05\x06'), end]);
}

describe('findings', () => {
  it('are combined into the worst state', () => {
    expect(conclude([], 'fine')).toEqual(ok('fine'));
    const all = conclude([wrong('a', 'x'), warning('b', 'x'), warning('c', 'y')], 'fine');
    expect(all).toEqual(wrong('a; b; c', 'x; y'));
  });
});

describe('a dry run', () => {
  /** Runs a dry run in which time passes only in sleeps. */
  async function start(automation: Partial<Automation>, log = createRunLog('Document')) {
    let now = 0;
    const started: Record<string, string>[] = [];
    const sleep = async (ms: number) => {
      now += ms;
    };
    const all: Automation = {
      start: async (parameters) => `execution-${started.push({ ...parameters })}`,
      read: async () => ({ AutomationExecutionStatus: 'InProgress' }),
      listSteps: async () => [],
      ...automation,
    };
    const user = {
      ...{ userName: 'alice', userId: 'AIDAALICE', arn: 'arn:aws:iam::123456789012:user/alice' },
      ...{ path: '/', createDate: 0, tags: [] },
    };
    const clock = { now: () => now, sleep };
    const progress = { report: () => undefined, log };
    const result = await runDry(user, 'mine', all, 'eu-west-1', clock, progress);
    return { ...dryRun.judge(result, circumstances), started, now };
  }
  const ending = (status: 'Success' | 'Failed' | 'Cancelled', outcome?: string) => ({
    read: async () => ({
      AutomationExecutionStatus: status,
      Outputs: outcome === undefined ? {} : { 'Decision.Outcome': [outcome] },
      FailureMessage: status === 'Success' ? undefined : 'it failed',
    }),
  });

  it('says on Ctrl-C that what was started changes nothing', async () => {
    const log = createRunLog('Document');
    const said: string[][] = [];
    const read = async () => {
      said.push(log.describe());
      return { AutomationExecutionStatus: 'Success' } as const;
    };
    await start({ read }, log);
    expect(said).toEqual([
      [
        'Stopped. A started execution continues.',
        expect.stringMatching(/^ {2}alice: dry run, which changes nothing: started; see aws ssm/u),
      ],
    ]);
    expect(log.describe()).toEqual(['Stopped. Nothing was started.']);
  });

  it('starts the document with DryRun only, under the role of the Region', async () => {
    const { started } = await start(ending('Success', 'NothingDue'));
    const role = 'arn:aws:iam::123456789012:role/UnusedIamCredentials-Revoke-eu-west-1';
    expect(started).toEqual([
      {
        ...{ IAMResourceId: 'AIDAALICE', ConfigRuleName: 'mine', DryRun: 'true' },
        AutomationAssumeRole: role,
      },
    ]);
  });

  it.each(revocationOutcomes.filter((outcome) => outcome !== 'Revoke'))(
    'with the outcome %s is ok',
    async (outcome) => {
      const { state, finding } = await start(ending('Success', outcome));
      expect([state, finding]).toEqual(['ok', `for alice (AIDAALICE): ${outcome}`]);
    },
  );

  it.each([
    ['an unknown outcome', ending('Success', 'Perhaps'), 'Perhaps: an outcome that this', 'deploy'],
    ['no outcome', ending('Success'), 'for alice (AIDAALICE): Success', 'aws ssm get-'],
    ['a failure', ending('Failed'), 'for alice (AIDAALICE): Failed: it failed', 'aws ssm get-'],
    ['a cancellation', ending('Cancelled'), ': Cancelled: it failed', 'aws ssm get-automation-'],
    [
      ...(['a revocation', ending('Success', 'Revoke'), 'it was not a dry run, and cre'] as const),
      'unused-iam-credentials restore AIDAALICE; ',
    ],
  ])('with %s is wrong', async (_, automation, finding, remedy) => {
    const judged = await start(automation);
    expect(judged).toMatchObject({ state: 'wrong', finding: expect.stringContaining(finding) });
    expect(judged.remedy?.startsWith(remedy)).toBe(true);
  });

  it('is not followed for hours, even if it sleeps', async () => {
    const Outputs = { WaitUntil: ['2026-11-21T10:31:00Z'] };
    const preview = { StepName: 'Preview', StepStatus: 'Success', Outputs } as const;
    const wait = { StepName: 'WaitForReport', StepStatus: 'InProgress' } as const;
    const { state, finding, remedy, now } = await start({
      listSteps: async () => [preview, wait],
    });
    expect([state, finding]).toEqual([
      'unchecked',
      'it did not end within 90 seconds (WaitForReport waits until 2026-11-21T10:31:00Z)',
    ]);
    expect(remedy).toContain('--automation-execution-id execution-1');
    expect(now).toBeLessThanOrEqual(dryRunPatience);
  });

  it.each([
    ['AutomationDefinitionNotFoundException', 'there is none'],
    ['InvalidAutomationExecutionParametersException', 'role cannot be assumed'],
  ])('that AWS does not start is wrong: %s', async (name, message) => {
    const cause = Object.assign(new Error(message), { name });
    const error = new ExpectedError('AwsError', message, { cause });
    const { state, finding } = await start({ start: () => Promise.reject(error) });
    expect([state, finding]).toEqual(['wrong', expect.stringContaining(message)]);
  });
});

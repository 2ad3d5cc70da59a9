import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { judgeDocument } from '../../../cli/doctor/checks/document.ts';
import { judgeRecorder } from '../../../cli/doctor/checks/recorder.ts';
import { judgeRemediation } from '../../../cli/doctor/checks/remediation.ts';
import { judgeRule } from '../../../cli/doctor/checks/rule.ts';
import { locationOf } from '../../../cli/doctor/doctor.ts';
import { conclude, ok, unchecked, warning, wrong } from '../../../cli/doctor/finding.ts';
import { reportExitCode } from '../../../cli/doctor/report.ts';
import { revokeDocument } from '../../../remediation-docs/documents.ts';
import type { Recorder } from '../../../rule/aws/config-rule.ts';

const iamUser = 'AWS::IAM::User';
const strategy = (useOnly: string, rest: object = {}) => ({
  recordingStrategy: { useOnly },
  ...rest,
});

describe('a recorder', () => {
  const judge = (group: object | undefined, mode?: object) =>
    judgeRecorder({
      ...{ name: 'default', recording: true, lastStatus: 'Success', lastErrorMessage: undefined },
      ...{ recordingGroup: group, recordingMode: mode },
    } as Recorder).state;
  const everything = { allSupported: true, includeGlobalResourceTypes: true };

  it.each<[string, object | undefined, string]>([
    ['everything, global types too', everything, 'ok'],
    ['everything by strategy', strategy('ALL_SUPPORTED_RESOURCE_TYPES', everything), 'ok'],
    [
      'everything but global types',
      strategy('ALL_SUPPORTED_RESOURCE_TYPES', { allSupported: true }),
      'wrong',
    ],
    ['global types of nothing', { includeGlobalResourceTypes: true }, 'wrong'],
    ['some types, IAM users among them', { resourceTypes: [iamUser] }, 'ok'],
    [
      'the same by strategy',
      strategy('INCLUSION_BY_RESOURCE_TYPES', { resourceTypes: [iamUser] }),
      'ok',
    ],
    [
      'some types',
      strategy('INCLUSION_BY_RESOURCE_TYPES', { resourceTypes: ['AWS::IAM::Role'] }),
      'wrong',
    ],
    [
      'all but some',
      strategy('EXCLUSION_BY_RESOURCE_TYPES', {
        exclusionByResourceTypes: { resourceTypes: ['AWS::IAM::Role'] },
      }),
      'ok',
    ],
    [
      'all but IAM users',
      strategy('EXCLUSION_BY_RESOURCE_TYPES', {
        exclusionByResourceTypes: { resourceTypes: [iamUser] },
        ...everything,
      }),
      'wrong',
    ],
    ['what is not told', undefined, 'wrong'],
  ])('of %s', (_, group, state) => {
    expect(judge(group)).toBe(state);
  });

  it.each<[string, object, string]>([
    ['all the time', { recordingFrequency: 'CONTINUOUS' }, 'ok'],
    ['once a day', { recordingFrequency: 'DAILY' }, 'warning'],
    [
      'once a day, IAM users all the time',
      {
        recordingFrequency: 'DAILY',
        recordingModeOverrides: [{ resourceTypes: [iamUser], recordingFrequency: 'CONTINUOUS' }],
      },
      'ok',
    ],
    [
      'all the time, IAM users once a day',
      {
        recordingFrequency: 'CONTINUOUS',
        recordingModeOverrides: [{ resourceTypes: [iamUser], recordingFrequency: 'DAILY' }],
      },
      'warning',
    ],
    [
      'once a day, roles all the time',
      {
        recordingFrequency: 'DAILY',
        recordingModeOverrides: [
          { resourceTypes: ['AWS::IAM::Role'], recordingFrequency: 'CONTINUOUS' },
        ],
      },
      'warning',
    ],
  ])('that looks %s', (_, mode, state) => {
    expect(judge(everything, mode)).toBe(state);
  });
});

describe('a document', () => {
  const text = revokeDocument.load();
  const judge = (content: string) =>
    judgeDocument({ status: 'Active', statusReason: null, content }, revokeDocument.name, text)
      .state;

  it.each([
    ['as it was deployed', text],
    ['with another end', `${text.trimEnd()}\n\n`],
    ['as JSON, if AWS gives it back so', JSON.stringify(parse(text))],
    ['written otherwise, if AWS gives it back so', stringify(parse(text), { indent: 4 })],
  ])('is this version’s %s', (_, content) => {
    expect(judge(content)).toBe('ok');
  });

  it.each([
    ['with another default', text.replace("default: '20'", "default: '21'")],
    ['with another script', text.replace('return answer', 'return  {}')],
    ['that is no YAML', `${text}\n\t}`],
    ['that is empty', ''],
  ])('is none of this version %s', (_, content) => {
    expect(content).not.toBe(text);
    expect(judge(content)).toBe('wrong');
  });
});

describe('where everything has to be', () => {
  const arn = 'arn:aws-cn:config:cn-north-1:123456789012:config-rule/config-rule-x';

  it('is told by the first ARN with an account', () => {
    const location = { partition: 'aws-cn', region: 'cn-north-1', accountId: '123456789012' };
    expect(locationOf([undefined, 'arn:aws:iam::aws:policy/x', arn], 'cn-north-1')).toEqual(
      location,
    );
    expect(locationOf([undefined], 'cn-north-1')).toBeNull();
  });

  it('is needed to judge a rule and a remediation', () => {
    expect(judgeRule({ Source: undefined }, 'x', null).state).toBe('unchecked');
    const remediation = { arn: undefined, targetId: 'x', automatic: false, parameters: new Map() };
    expect(judgeRemediation(remediation, 'x', null, '').state).toBe('unchecked');
  });
});

describe('a remediation', () => {
  it('that hands the document a text in the place of the resource is wrong', () => {
    const location = { partition: 'aws', region: 'us-east-1', accountId: '123456789012' };
    const parameters = new Map([
      ['IAMResourceId', { kind: 'static', text: 'RESOURCE_ID' } as const],
    ]);
    const remediation = { arn: undefined, targetId: 'x', automatic: false, parameters };
    const { finding } = judgeRemediation(remediation, 'unused-iam-credentials', location, '');
    expect(finding).toContain("IAMResourceId is RESOURCE_ID, not the resource's ID");
    expect(finding).toContain('AutomationAssumeRole is not given, not arn:aws:iam::');
    // The document takes this rule where it is told none.
    expect(finding).not.toContain('ConfigRuleName');
  });
});

describe('a remediation that hands over', () => {
  const judge = (configured: Record<string, string>) => {
    const location = { partition: 'aws', region: 'us-east-1', accountId: '123456789012' };
    const entries = Object.entries(configured).map(
      ([name, text]) => [name, { kind: 'static', text } as const] as const,
    );
    const remediation = {
      ...{ arn: undefined, targetId: 'UnusedIamCredentials-Revoke', automatic: true },
      parameters: new Map(entries),
    };
    return judgeRemediation(remediation, 'unused-iam-credentials', location, '');
  };

  it.each([
    ['EnforceFrom', '2027-02-31', 'EnforceFrom is "2027-02-31"; expected an ISO date'],
    ['PasswordAction', 'Drop', 'PasswordAction is "Drop"; expected Delete, Keep'],
    ['MinimumIdleDays', '0', 'MinimumIdleDays is "0"; expected a whole number from 1 to 3650'],
    ['DryRun', 'true', 'DryRun is true: nothing would ever be revoked'],
  ])('%s as %s is wrong: no execution would do its work', (name, value, expected) => {
    const { state, finding } = judge({ [name]: value });
    expect(state).toBe('wrong');
    expect(finding).toContain(expected);
  });

  it('what the document takes is not faulted for it', () => {
    const fine = { EnforceFrom: '2028-02-29', PasswordAction: 'Keep', DryRun: 'false' };
    expect(judge(fine).finding).not.toMatch(/EnforceFrom|PasswordAction|DryRun/u);
  });
});

describe('findings', () => {
  it('come to the worst of them', () => {
    expect(conclude([], 'fine')).toEqual(ok('fine'));
    const both = conclude([wrong('a', 'x'), warning('b', 'x'), warning('c', 'y')], 'fine');
    expect(both).toEqual(wrong('a; b; c', 'x; y'));
  });

  it.each([
    ['nothing wrong', [ok('a'), warning('b', 'c')], 0],
    ['something wrong', [ok('a'), wrong('b', 'c'), warning('b', 'c')], 1],
    ['something that could not be checked', [unchecked('a'), wrong('b', 'c')], 2],
  ])('with %s have their exit code', (_, findings, code) => {
    const checks = findings.map((finding) => ({ id: 'x', ...finding }));
    expect(reportExitCode({ accountId: null, region: 'x', ruleName: 'x', checks })).toBe(code);
  });
});

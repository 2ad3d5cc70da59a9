import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { forwardedParameters } from '../../../infra/parameters/account.ts';
import { readSettings, SettingsError } from '../../../infra/settings/read.ts';

const unit = 'ou-ab12-cd34ef56';
const other = 'ou-ab12-x2345678';
const wave = (organizationalUnitIds: unknown, parameters: unknown = {}) => ({
  ...{ organizationalUnitIds, parameters },
});

/** The problems, one a line. */
function problems(context: unknown): string[] {
  try {
    readSettings(context);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    const [first = '', ...lines] = String((error as Error).message).split('\n');
    expect(first).toContain('"unused-iam-credentials"');
    expect(lines.pop()).toMatch(/cdk\.json.*docs\/deploy\.md/u);
    return lines.map((line) => line.replace(/^- /u, ''));
  }
  return [];
}

describe('settings', () => {
  it('are empty if the context has none', () => {
    expect(readSettings(undefined)).toEqual({ defaults: {}, waves: [] });
    expect(readSettings({})).toEqual({ defaults: {}, waves: [] });
  });

  it('are read from an object in cdk.json and from the text of -c', () => {
    const settings = {
      defaults: { MaxCredentialUsageAge: '90', NotificationEmail: 'security@example.com' },
      waves: [wave([unit], { AutomaticRemediation: 'true' }), wave([other])],
    };
    expect(readSettings(settings)).toEqual(settings);
    expect(readSettings(JSON.stringify(settings))).toEqual(settings);
  });

  it('that are not an object are rejected', () => {
    expect(problems('{"defaults":')).toEqual([expect.stringMatching(/^The text is not JSON: /u)]);
    for (const odd of [[], '[]', 'null', 7, true]) {
      expect(problems(odd)).toEqual([
        expect.stringMatching(/^The settings object is .*an object with/u),
      ]);
    }
  });

  it('with unknown names are refused with a message that names each and what is valid', () => {
    const found = problems({
      defaults: { MaxCredentialAge: '90', constructor: '1' },
      waves: [{ ...wave([unit], { CentralTopicArn: '', NotificationEmail: '' }), regions: [] }],
      wave: [],
    });
    expect(found.map((line) => line.split(' is ')[0])).toEqual([
      ...['wave', 'defaults.MaxCredentialAge', 'defaults.constructor', 'waves[0].regions'],
      ...['waves[0].parameters.CentralTopicArn', 'waves[0].parameters.NotificationEmail'],
    ]);
    expect(found[0]).toContain('Valid names are defaults, waves.');
    expect(found[1]).toMatch(
      /"90": .*Valid names are MaxCredentialUsageAge, .*Correct or remove it/u,
    );
  });

  it("are refused for the same values as the templates' parameters, with all problems in one message", () => {
    const defaults = {
      MaxCredentialUsageAge: '4000',
      EvaluationScope: 'everything',
      ExemptPathPrefixes: `/${'x'.repeat(509)}/,/y/`,
      PasswordReaderRoleArn: 'Helpdesk',
      MinimumIdleDays: 30,
      ExemptUntilTag: 'aws:until',
      EnforceFrom: 'tomorrow',
    };
    expect(problems({ defaults })).toEqual([
      expect.stringMatching(/^defaults\.MaxCredentialUsageAge is "4000": .*from 1 to 3650/u),
      expect.stringMatching(/^defaults\.EvaluationScope is .*one of "", "credential", "user"/u),
      expect.stringMatching(/^defaults\.ExemptPathPrefixes is .*512 characters/u),
      expect.stringMatching(/^defaults\.ExemptUntilTag is "aws:until": .*a tag key of 1 to 128/u),
      expect.stringMatching(/^defaults\.MinimumIdleDays is 30: .*in quotes, such as "30"/u),
      expect.stringMatching(/^defaults\.EnforceFrom is "tomorrow": .*such as 2027-01-31/u),
      expect.stringMatching(
        /^defaults\.PasswordReaderRoleArn is "Helpdesk": .*ARN of an IAM role/u,
      ),
    ]);
  });
});

describe('waves', () => {
  it('name units and parameters', () => {
    expect(problems({ waves: {} })).toEqual([expect.stringContaining('waves is {}: ')]);
    expect(problems({ waves: [{}] })).toEqual([
      expect.stringMatching(/^waves\[0\]\.organizationalUnitIds is missing: /u),
      expect.stringMatching(/^waves\[0\]\.parameters is missing: /u),
    ]);
    expect(problems({ waves: [wave([])] })).toHaveLength(1);
    expect(problems({ waves: [wave(unit)] })).toHaveLength(1);
    expect(problems({ waves: [wave([unit, 'ou-1', '123456789012'])] })).toEqual([
      expect.stringMatching(
        /^waves\[0\]\.organizationalUnitIds\[1\] is "ou-1": .*ou-ab12-cd34ef56/u,
      ),
      expect.stringMatching(/^waves\[0\]\.organizationalUnitIds\[2\] is "123456789012": /u),
    ]);
  });

  it('share no unit, and the root is in a wave of its own', () => {
    expect(problems({ waves: [wave([unit]), wave([other, unit])] })).toEqual([
      expect.stringMatching(/^waves\[1\].* repeats ou-ab12-cd34ef56 of waves\[0\]/u),
    ]);
    expect(problems({ waves: [wave([unit, unit])] })).toEqual([
      expect.stringMatching(/ repeats .* of waves\[0\]/u),
    ]);
    expect(problems({ waves: [wave([unit]), wave(['r-ab12'])] })).toEqual([
      expect.stringMatching(/^waves\[1\].* names the root r-ab12/u),
    ]);
    expect(problems({ waves: [wave(['r-ab12'])] })).toEqual([]);
  });

  it('have at most as many units as one operation accepts', () => {
    const units = (count: number) =>
      Array.from({ length: count }, (_, index) => `ou-ab12-${String(index).padStart(8, '0')}`);
    expect(problems({ waves: [wave(units(30)), wave(units(50).slice(30))] })).toEqual([]);
    expect(problems({ waves: [wave(units(30)), wave(units(51).slice(30))] })).toEqual([
      expect.stringMatching(/^waves name 51 .* at most 50/u),
    ]);
  });

  it('do not limit revocations or deletions that an account that joins would make', () => {
    const waves = [wave([unit], { AutomaticRemediation: 'false' }), wave([other])];
    const automatic = { AutomaticRemediation: 'true' };
    expect(problems({ defaults: automatic, waves })).toEqual([
      expect.stringMatching(/^waves\[0\]\.parameters\.AutomaticRemediation .* join later/u),
    ]);
    expect(problems({ waves })).toEqual([]);
    expect(problems({ defaults: automatic, waves: waves.slice(1) })).toEqual([]);
    const further = { AutomaticRemediation: 'true', MaxCredentialUsageAge: '30' };
    expect(problems({ defaults: automatic, waves: [wave([unit], further)] })).toEqual([]);
  });

  it.each([
    ['DeleteAfterDays', '0'],
    ['DeleteAfterDays', '365'],
    ['MaxRevocationsPerDay', '1'],
    ['EnforceFrom', '2030-01-01'],
    ['ExemptPathPrefixes', '/break-glass/'],
    ['ExemptUntilTag', 'keep-until'],
  ])('have no %s %s of their own where every account deletes keys', (name, value) => {
    const waves = [wave([other]), wave([unit], { [name]: value })];
    expect(problems({ defaults: { DeleteAfterDays: '90' }, waves })).toEqual([
      expect.stringMatching(
        new RegExp(`^waves\\[1\\]\\.parameters\\.${name} is "${value}" .* join later`, 'u'),
      ),
    ]);
    const same = { DeleteAfterDays: '90', [name]: value };
    if (name !== 'DeleteAfterDays') expect(problems({ defaults: same, waves })).toEqual([]);
    expect(problems({ defaults: { DeleteAfterDays: '0' }, waves })).toEqual([]);
    expect(problems({ waves })).toEqual([]);
  });

  it.each(Object.entries(forwardedParameters))(
    'have no %s of their own where every account revokes',
    (name, { default: value }) => {
      const waves = [wave([other]), wave([unit], { AutomaticRemediation: 'true', [name]: value })];
      expect(problems({ defaults: { AutomaticRemediation: 'true' }, waves })).toEqual([
        expect.stringMatching(
          new RegExp(`^waves\\[1\\]\\.parameters\\.${name} is "${value}" .* Set ${name} in`, 'u'),
        ),
      ]);
      expect(problems({ defaults: { AutomaticRemediation: 'false' }, waves })).toEqual([]);
      expect(problems({ waves })).toEqual([]);
    },
  );
});

it('settings that are wrong end synthesis with their message, exit code 1 and nothing else', () => {
  const context = { 'unused-iam-credentials': '{"defaults":{"Foo":"1"},"waves":[{}]}' };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'infra/app.ts'],
    {
      cwd: new URL('../../..', import.meta.url),
      env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) },
      encoding: 'utf8',
    },
  );
  const lines = stderr
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('npm warn'));
  expect(lines).toEqual([
    expect.stringMatching(/^The settings "unused-iam-credentials"/u),
    expect.stringMatching(/^- defaults\.Foo/u),
    expect.stringMatching(/^- waves\[0\]\.organizationalUnitIds is missing/u),
    expect.stringMatching(/^- waves\[0\]\.parameters is missing/u),
    expect.stringMatching(/^Correct them/u),
  ]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
});

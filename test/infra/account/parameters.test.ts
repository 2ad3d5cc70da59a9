import { beforeAll, describe, expect, it } from 'vitest';
import { recordingRegions } from '../../../infra/shared/region-check.ts';
import { readDocument } from '../../../local-aws/automation/document.ts';
import { readParameters } from '../../../local-aws/template/resolve.ts';
import { revokeDocument } from '../../../remediation-docs/documents.ts';
import { type ParameterName, parameterDefinitions } from '../../../rule/core/rule-parameters.ts';
import { validAndInvalid } from '../../remediation-docs/parameter-values.ts';
import { accountId, central, resolveAccount } from '../resolved.ts';
import { inOrder } from '../roles.ts';
import { type AccountTemplate, accountTemplate, stackName } from '../synthesized.ts';

const template: AccountTemplate = await accountTemplate();
const names = Object.keys(template.Parameters);
const documented = readDocument(revokeDocument.load()).parameters;

/** Whether CloudFormation takes a value; its patterns are Java's, and these mean the same in both. */
function takes(name: string, value: string): boolean {
  const place = { stackName, accountId, region: 'us-east-1', partition: 'aws' };
  try {
    readParameters(template, { ...place, parameters: { [name]: value } });
    return true;
  } catch {
    return false;
  }
}

const values = [
  ...[
    '',
    '1',
    '9',
    '45',
    '365',
    '999',
    '1000',
    '2999',
    '3599',
    '3649',
    '3650',
    '3651',
    '3700',
    '9999',
  ],
  ...['0', '045', '-1', '+1', '1.5', '1e3', '10000', ' 45', '45 ', 'forty', '٤٥', '45\n'],
  ...['credential', 'user', 'console-password', 'Credential', 'users', 'user,credential'],
  ...[
    '/break-glass/',
    '/a/,/b/',
    '/a/,/b/,/c d/',
    '/',
    '//',
    '///',
    'a/',
    '/a',
    '/a/,',
    ',/a/',
    '/a/,,/b/',
  ],
  ...['/ä/', '/a b/', '/a,b/', '/a/b/c/', '/~!"#$%&\'()*+-.:;<=>?@[\\]^_`{|}/', '/\u007F/'],
  ...[`/${'x'.repeat(510)}/`, `/${'x'.repeat(511)}/`],
  ...[
    'exempt-until',
    'HR: keep until',
    'ä.:/=+-@_9',
    'x'.repeat(128),
    'x'.repeat(129),
    'aws',
    'awsome:x',
  ],
  ...[
    'aws:x',
    'AWS:x',
    'aWs:x',
    'xaws:',
    'a,b',
    'a;b',
    'a*b',
    '$' + '{aws:username}',
    'a\tb',
    'a\nb',
    '日本',
  ],
];

const ofRule = Object.keys(parameterDefinitions).map((own) => {
  const name = `${own.charAt(0).toUpperCase()}${own.slice(1)}`;
  return { name, ...parameterDefinitions[own as ParameterName] };
});

describe('a parameter of the rule', () => {
  it.each(ofRule)('$name takes what the rule takes, and empty', ({ name, accepts }) => {
    const differing = values.filter(
      (value) => takes(name, value) !== (value === '' || accepts(value)),
    );
    expect(differing).toEqual([]);
    expect(values.filter((value) => takes(name, value)).length).toBeGreaterThan(3);
  });

  it.each(['/a/, /b/', `/${'x'.repeat(510)}/,/b/`])(
    'ExemptPathPrefixes takes less than the rule would: no spaces, 512 characters',
    (value) => {
      expect(parameterDefinitions.exemptPathPrefixes.accepts(value)).toBe(true);
      expect(takes('ExemptPathPrefixes', value)).toBe(false);
    },
  );

  it.each(ofRule)(
    '$name is described as the rule describes it, with what an empty one means',
    ({ name, ...own }) => {
      const { Description, Default } = template.Parameters[name] ?? {};
      expect(Description).toBe(`${own.description}. Empty: ${own.default}.`);
      expect(Default).toBe(name === 'MaxCredentialUsageAge' ? own.default : '');
    },
  );
});

const forwardedParameters = names.filter((name) => Object.hasOwn(documented, name));

describe('a parameter that is handed on to the document', () => {
  it('is each that decides what is revoked', () => {
    expect(forwardedParameters).toEqual([
      ...['PasswordAction', 'AccessKeyAction', 'NeverUsedAccessKeyAction'],
      ...['MinimumIdleDays', 'MaxRevocationsPerDay', 'EnforceFrom'],
    ]);
  });

  it.each(forwardedParameters)('%s takes what the document takes, by default too', (name) => {
    const { allowedPattern, allowedValues, default: otherwise } = documented[name] ?? {};
    const { AllowedPattern, AllowedValues, Default } = template.Parameters[name] ?? {};
    expect({ AllowedPattern, AllowedValues, Default }).toEqual({
      ...{ AllowedPattern: allowedPattern, AllowedValues: allowedValues, Default: otherwise },
    });
    const { valid, invalid } = validAndInvalid(name);
    expect(valid.filter((value) => !takes(name, value))).toEqual([]);
    expect(invalid.filter((value) => takes(name, value))).toEqual([]);
  });
});

const bool = { valid: ['true', 'false'], invalid: ['', 'True', 'yes', '1'] };
const others: Readonly<Record<string, { valid: readonly string[]; invalid: readonly string[] }>> = {
  MaximumExecutionFrequency: {
    valid: ['One_Hour', 'Three_Hours', 'Six_Hours', 'Twelve_Hours', 'TwentyFour_Hours'],
    invalid: ['', 'Daily', 'one_hour'],
  },
  EvaluateOnChange: bool,
  ConcurrentEvaluations: {
    valid: ['', '1', '9999'],
    invalid: ['0', '01', '10000', '-1', '1.5', 'x'],
  },
  AutomaticRemediation: bool,
  PasswordReaderRoleArn: {
    valid: [
      ...['', 'arn:aws:iam::123456789012:role/Helpdesk', 'arn:aws:iam::{account}:role/Helpdesk'],
      ...[
        'arn:aws-cn:iam::{account}:role/team/a.b_c+d=e,f@g-h',
        'arn:aws-us-gov:iam::{account}:role/x',
      ],
    ],
    invalid: [
      ...[
        'Helpdesk',
        'arn:aws:iam::{account}:user/x',
        'arn:aws:iam::{Account}:role/x',
        'arn:aws:iam:::role/x',
      ],
      ...['arn:aws:iam::1234:role/x', 'arn:aws:iam::{account}:role/', '*', 'arn:aws:iam::*:role/x'],
      ...[
        'arn:aws:iam::{account}:role/a b',
        'arn:aws:iam::{account}:role/*',
        'arn:aws:iam::{account}:root',
      ],
    ],
  },
  NotificationEmail: {
    valid: ['', 'security@example.com', 'first.last+tag@sub.example.co.uk'],
    invalid: [
      'security',
      'a@b',
      'a b@example.com',
      'a@example.com,b@example.com',
      `${'a'.repeat(320)}@b.co`,
    ],
  },
  LogRetentionDays: { valid: ['1', '365', '3653'], invalid: ['', '0', '2', '366', 'never'] },
  CentralEventBusArn: {
    valid: [
      '',
      central.CentralEventBusArn,
      'arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/a/b.c',
    ],
    invalid: [
      'security',
      central.CentralTopicArn,
      'arn:aws:events:us-east-1:123456789012:rule/x',
      '*',
    ],
  },
  CentralTopicArn: {
    valid: ['', central.CentralTopicArn, central.CentralTopicArn.padEnd(256, 'x')],
    invalid: [
      ...[central.CentralTopicArn.padEnd(257, 'x'), 'security', `${central.CentralTopicArn}.fifo`],
      ...[`${central.CentralTopicArn}:11111111-2222-4333-8444-555555555555`, 'arn:aws:sns:*:*:*'],
    ],
  },
  CentralKeyArn: {
    valid: ['', central.CentralKeyArn, central.CentralKeyArn.replace('key/', 'key/mrk-')],
    invalid: [
      '11111111-2222',
      'arn:aws:kms:us-east-1:123456789012:alias/x',
      'arn:aws:kms:us-east-1:123456789012:key/*',
    ],
  },
};

describe('every parameter', () => {
  it('is looked at here', () => {
    const rule = ofRule.map(({ name }) => name);
    expect(inOrder([...rule, ...forwardedParameters, ...Object.keys(others)])).toEqual(
      inOrder(names),
    );
  });

  it.each(Object.entries(others))(
    '%s takes its valid values and no others',
    (name, { valid, invalid }) => {
      expect(valid.filter((value) => !takes(name, value))).toEqual([]);
      expect(invalid.filter((value) => takes(name, value))).toEqual([]);
    },
  );

  it.each(names)(
    '%s is a text with a valid default, a description, and a reason where it is refused',
    (name) => {
      const { Type, Default, Description, AllowedPattern, AllowedValues, ConstraintDescription } =
        template.Parameters[name] ?? {};
      expect(Type).toBe('String');
      expect(takes(name, Default ?? 'none')).toBe(true);
      expect(Description).toMatch(/^[A-Z].{20,3998}\.$/u);
      expect(AllowedPattern !== undefined || AllowedValues !== undefined).toBe(true);
      if (AllowedPattern === undefined) return;
      expect(AllowedPattern).toMatch(/^\^.*\$$/u);
      expect(ConstraintDescription).toMatch(/^must be .{5,}/u);
    },
  );

  it('has a label, and stands in the console’s form once', () => {
    const form = template.Metadata['AWS::CloudFormation::Interface'] as {
      ParameterGroups: { Label: { default: string }; Parameters: string[] }[];
      ParameterLabels: Record<string, { default: string }>;
    };
    expect(form.ParameterGroups.flatMap(({ Parameters }) => Parameters)).toEqual(names);
    expect(Object.keys(form.ParameterLabels)).toEqual(names);
    const labels = Object.values(form.ParameterLabels).map((label) => label.default);
    const headlines = form.ParameterGroups.map(({ Label }) => Label.default);
    expect([...labels, ...headlines].filter((label) => label.length < 3)).toEqual([]);
    expect(new Set([...labels, ...headlines]).size).toBe(labels.length + headlines.length);
  });
});

describe('the stack is refused before anything is made', () => {
  let problems: Map<string, string>;
  /** Regions that got AWS Config later, one of a new partition, and one that is yet to come. */
  const later = [
    ...['ap-south-2', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7'],
    ...['ap-east-2', 'ca-west-1', 'eu-central-2', 'eu-south-2', 'il-central-1', 'me-central-1'],
    ...['mx-central-1', 'eusc-de-east-1', 'sa-west-1'],
  ];
  const problem = (parameters: Record<string, string>, region?: string) =>
    resolveAccount(parameters, region).then(
      () => 'none',
      (error: Error) => error.message,
    );
  beforeAll(async () => {
    problems = new Map();
    for (const region of [...recordingRegions, ...later])
      problems.set(region, await problem({}, region));
  });

  it.each(later)('in %s, where AWS Config records no IAM users', (region) => {
    expect(problems.get(region)).toMatch(/^AWS Config does not record IAM users in this Region/u);
  });

  it('but in no Region where AWS Config does', () => {
    expect(recordingRegions.length).toBe(26);
    expect(recordingRegions.filter((region) => problems.get(region) !== 'none')).toEqual([]);
  });

  it('with some of the three parameters for an organization, and neither with all nor with none', async () => {
    const given = Object.entries(central);
    for (let set = 0; set < 2 ** given.length; set += 1) {
      const some = Object.fromEntries(
        given.filter((_, index) => Math.floor(set / 2 ** index) % 2 === 1),
      );
      const count = Object.keys(some).length;
      const expected = count === 0 || count === given.length ? /^none$/u : /belong together/u;
      expect(await problem(some), Object.keys(some).join()).toMatch(expected);
    }
  });
});

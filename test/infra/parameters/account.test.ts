import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../local-aws/automation/document.ts';
import { readParameters } from '../../../local-aws/template/resolve.ts';
import { revokeDocument } from '../../../remediation-docs/documents.ts';
import { type ParameterName, parameterDefinitions } from '../../../rule/core/rule-parameters.ts';
import { validAndInvalid } from '../../remediation-docs/parameter-values.ts';
import { accountId, central, template } from '../resolved.ts';
import { inOrder } from '../roles.ts';
import { stackName } from '../synthesized.ts';

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

/** Values in one line: `|` is between them. */
const split = (text: string) => text.split('|');

const values = [
  ...split('|1|9|45|365|999|1000|2999|3599|3649|3650|3651|3700|9999'),
  ...split('0|045|-1|+1|1.5|1e3|10000| 45|45 |forty|٤٥|45\n'),
  ...split('credential|user|console-password|Credential|users|user,credential'),
  ...split('/break-glass/|/a/,/b/|/a/,/b/,/c d/|/|//|///|a/|/a|/a/,|,/a/|/a/,,/b/'),
  ...split('/ä/|/a b/|/a,b/|/a/b/c/|/\u007F/'),
  '/~!"#$%&\'()*+-.:;<=>?@[\\]^_`{|}/',
  ...[`/${'x'.repeat(510)}/`, `/${'x'.repeat(511)}/`, 'x'.repeat(128), 'x'.repeat(129)],
  ...split('exempt-until|HR: keep until|ä.:/=+-@_9|aws|awsome:x|日本'),
  ...split('aws:x|AWS:x|aWs:x|xaws:|a,b|a;b|a*b|a\tb|a\nb'),
  '$' + '{aws:username}',
];

const ofRule = Object.keys(parameterDefinitions).map((own) => {
  const name = `${own.charAt(0).toUpperCase()}${own.slice(1)}`;
  return { name, ...parameterDefinitions[own as ParameterName] };
});

describe('a parameter of the rule', () => {
  it.each(ofRule)(
    '$name accepts what the rule accepts, and an empty value',
    ({ name, accepts }) => {
      const differing = values.filter(
        (value) => takes(name, value) !== (value === '' || accepts(value)),
      );
      expect(differing).toEqual([]);
      expect(values.filter((value) => takes(name, value)).length).toBeGreaterThan(3);
    },
  );

  it.each(['/a/, /b/', `/${'x'.repeat(510)}/,/b/`])(
    'ExemptPathPrefixes takes less than the rule would: no spaces, 512 characters',
    (value) => {
      expect(parameterDefinitions.exemptPathPrefixes.accepts(value)).toBe(true);
      expect(takes('ExemptPathPrefixes', value)).toBe(false);
    },
  );

  it.each(ofRule)(
    "$name has the rule's description, and says what an empty value means",
    ({ name, ...own }) => {
      const { Description, Default } = template.Parameters[name] ?? {};
      const isAge = own.default === 'maxCredentialUsageAge';
      const otherwise = isAge ? 'the value of MaxCredentialUsageAge' : own.default;
      expect(Description).toBe(`${own.description}. Empty means ${otherwise}.`);
      expect(Default).toBe(name === 'MaxCredentialUsageAge' ? own.default : '');
    },
  );
});

const forwarded = names.filter((name) => Object.hasOwn(documented, name));

describe('a parameter that is forwarded to the document', () => {
  it('is every parameter that decides what is revoked', () => {
    expect(forwarded).toEqual([
      ...['PasswordAction', 'AccessKeyAction', 'NeverUsedAccessKeyAction'],
      ...['MinimumIdleDays', 'MaxRevocationsPerDay', 'EnforceFrom'],
    ]);
  });

  it.each(forwarded)('%s accepts what the document accepts, and its default is valid', (name) => {
    const { allowedPattern, allowedValues, default: otherwise } = documented[name] ?? {};
    const { AllowedPattern, AllowedValues, Default } = template.Parameters[name] ?? {};
    // Only a person may replace a password.
    const values = allowedValues?.filter((value) => value !== 'Replace');
    expect({ AllowedPattern, AllowedValues, Default }).toEqual({
      ...{ AllowedPattern: allowedPattern, AllowedValues: values, Default: otherwise },
    });
    expect(takes(name, 'Replace')).toBe(false);
    const { valid, invalid } = validAndInvalid(name);
    expect(valid.filter((value) => !takes(name, value))).toEqual([]);
    expect(invalid.filter((value) => takes(name, value))).toEqual([]);
  });
});

const bool = ['true|false', '|True|yes|1'] as const;
const bus = central.CentralEventBusArn;
const topic = central.CentralTopicArn;
const role = (rest: string) => `arn:aws:iam::{account}:${rest}`;
/** Valid and invalid values of the other parameters. */
const others: Readonly<Record<string, readonly [valid: string, invalid: string]>> = {
  MaximumExecutionFrequency: [
    'One_Hour|Three_Hours|Six_Hours|Twelve_Hours|TwentyFour_Hours',
    '|Daily|one_hour',
  ],
  ReportUnchanged: ['Weekly|Always', '|weekly|Daily|true'],
  EvaluateOnChange: bool,
  ConcurrentEvaluations: ['|1|9999', '0|01|10000|-1|1.5|x'],
  AutomaticRemediation: bool,
  DeleteAfterDays: ['0|30|99|100|365|3650', '|1|29|030|3651|9999|30.5|x'],
  PasswordReaderRoleArn: [
    `|arn:aws:iam::123456789012:role/Helpdesk|${role('role/Helpdesk')}|arn:aws-cn:iam::{account}:role/team/a.b_c+d=e@g-h|arn:aws-us-gov:iam::{account}:role/x`,
    `Helpdesk|${role('user/x')}|arn:aws:iam::{Account}:role/x|arn:aws:iam:::role/x|arn:aws:iam::1234:role/x|${role('role/')}|*|arn:aws:iam::*:role/x|${role('role/a b')}|${role('role/*')}|${role('root')}|${role('role/a,b')}`,
  ],
  PasswordsComeBackByHand: bool,
  RestoreOperatorArns: [
    `|${role('role/Helpdesk')}|${role('user/ops')}|${role('role/a')},arn:aws:iam::123456789012:user/b`,
    `Helpdesk|${role('role/a')}, ${role('role/b')}|${role('role/*')}|${role('root')}|${role('role/a')},`,
  ],
  OperatorPrincipalArn: [
    '|arn:aws:iam::123456789012:role/OnCall|arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_OnCall_*',
    '*|arn:aws:iam::*:role/*|arn:aws:iam::*:user/x|arn:aws:iam::{account}:role/OnCall|OnCall',
  ],
  NotificationEmail: [
    '|security@example.com|first.last+tag@sub.example.co.uk',
    `security|a@b|a b@example.com|a@example.com,b@example.com|${'a'.repeat(320)}@b.co`,
  ],
  OwnerTag: [
    `owner|Team|cost center|a:b/c=d+e-f@g_h.i|${'x'.repeat(128)}`,
    `|aws:x|a,b|a;b|${'x'.repeat(129)}`,
  ],
  DigestPerOwner: bool,
  WarningDays: ['0|14|365', '|-1|366|1.5|014'],
  LogRetentionDays: ['1|365|3653', '|0|2|366|never'],
  CentralEventBusArn: [
    `|${bus}|arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/a/b.c`,
    `security|${topic}|arn:aws:events:us-east-1:123456789012:rule/x|*`,
  ],
  CentralTopicArn: [
    `|${topic}|${topic.padEnd(256, 'x')}`,
    `${topic.padEnd(257, 'x')}|security|${topic}.fifo|${topic}:11111111-2222-4333-8444-555555555555|arn:aws:sns:*:*:*`,
  ],
  CentralKeyArn: [
    `|${central.CentralKeyArn}|${central.CentralKeyArn.replace('key/', 'key/mrk-')}`,
    '11111111-2222|arn:aws:kms:us-east-1:123456789012:alias/x|arn:aws:kms:us-east-1:123456789012:key/*',
  ],
};

describe('every parameter', () => {
  it('is tested here', () => {
    const rule = ofRule.map(({ name }) => name);
    expect(inOrder([...rule, ...forwarded, ...Object.keys(others)])).toEqual(inOrder(names));
  });

  it.each(Object.entries(others))(
    '%s accepts its valid values and no others',
    (name, [valid, invalid]) => {
      expect(split(valid).filter((value) => !takes(name, value))).toEqual([]);
      expect(split(invalid).filter((value) => takes(name, value))).toEqual([]);
    },
  );

  it.each(names)(
    '%s is a string with a valid default, a description, and a reason for a rejection',
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

  it("has a label, and is in the console's form exactly once", () => {
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

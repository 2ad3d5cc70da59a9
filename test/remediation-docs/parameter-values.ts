import type { Document } from '../../local-aws/automation/document.ts';

interface Values {
  readonly valid: readonly string[];
  readonly invalid: readonly string[];
}

const days = {
  valid: ['1', '30', '365', '3650'],
  invalid: ['0', '3651', '03', '-1', '1.5', '', '10000'],
};
const action = { valid: ['Deactivate', 'Delete', 'Keep'], invalid: ['delete', 'None', ''] };
const switched = { valid: ['true', 'false'], invalid: ['True', 'yes', '1', ''] };
const topic = {
  valid: [
    'none',
    'arn:aws:sns:us-east-1:123456789012:alerts',
    'arn:aws-us-gov:sns:us-gov-west-1:123456789012:a-b_c',
  ],
  invalid: [
    '',
    'None',
    'alerts',
    'arn:aws:sqs:us-east-1:123456789012:alerts',
    'x arn:aws:sns:us-east-1:123456789012:a',
  ],
};
const role = {
  valid: [
    'arn:aws:iam::123456789012:role/UnusedIamCredentials-Revoke-us-east-1',
    'arn:aws-cn:iam::123456789012:role/security/Revoke',
  ],
  invalid: ['', 'Revoke', 'arn:aws:iam::123456789012:user/Revoke', 'arn:aws:iam::1234:role/Revoke'],
};

const values: Readonly<Record<string, Values>> = {
  IAMResourceId: {
    valid: ['AIDAIOSFODNN7EXAMPLE', `AIDA${'A'.repeat(124)}`],
    invalid: [
      '',
      'alice',
      'AKIAIOSFODNN7EXAMPLE',
      'AIDA',
      'AIDA../../pause',
      `AIDA${'A'.repeat(125)}`,
    ],
  },
  AutomationAssumeRole: role,
  ConfigRuleName: {
    valid: ['unused-iam-credentials', 'x', 'unused-iam-credentials-conformance-pack-abcdefghi'],
    invalid: ['', 'a rule', 'rule;', 'x'.repeat(129)],
  },
  PasswordAction: { valid: ['Delete', 'Keep'], invalid: ['Deactivate', ''] },
  AccessKeyAction: action,
  NeverUsedAccessKeyAction: action,
  MinimumIdleDays: days,
  MaxRecordAgeDays: days,
  MaxRevocationsPerDay: { valid: ['0', '20', '9999'], invalid: ['', '-1', '10000', '05'] },
  EnforceFrom: {
    valid: ['2000-01-01', '2027-12-31', '2027-02-28', '2028-02-29', '2000-02-29', '2027-11-30'],
    invalid: [
      ...['', '2027-13-01', '2027-01-32', '27-01-01', '2027-01-01T00:00:00Z'],
      ...['2027-02-29', '2100-02-29', '2027-02-30', '2027-04-31', '2027-00-10', '2027-01-00'],
    ],
  },
  DeleteAfterDays: {
    valid: ['0', '30', '99', '100', '3650'],
    invalid: ['', '1', '29', '030', '3651', '-30', '30.5'],
  },
  NotificationTopicArn: topic,
  DryRun: switched,
  RemoveGroups: switched,
  DetachPolicies: switched,
  DeactivateMfaDevices: switched,
  ContentHash: {
    valid: ['none', 'a'.repeat(64), 'sha256:abc='],
    invalid: ['', 'a b', 'x'.repeat(129)],
  },
  RevocationId: {
    valid: ['All', '11111111-2222-4333-8444-555555555555'],
    invalid: ['', 'all', 'Any', '11111111', '11111111-2222-4333-8444-55555555555G'],
  },
  AccessKeyId: { valid: ['Any', 'AKIAIOSFODNN7EXAMPLE'], invalid: ['', 'All', 'akia', 'AKIA'] },
  IncludeUnconfirmed: switched,
  GraceDays: { valid: ['1', '9', '14', '30'], invalid: ['0', '31', '', '014'] },
  RestorePassword: switched,
  PasswordResetRequired: switched,
};

/** Values that a parameter must accept, and values that it must refuse. Throws for an unknown parameter. */
export function validAndInvalid(parameter: string): Values {
  const found = values[parameter];
  if (found === undefined) throw new Error(`no values are stated for parameter ${parameter}`);
  return found;
}

/** The largest value (512 characters) of every parameter without a list of values. */
export function largestValues({ parameters }: Document): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { allowedValues = [] }]) => {
      const [longest = 'x'.repeat(600)] = allowedValues.toSorted((a, b) => b.length - a.length);
      return [name, longest];
    }),
  );
}

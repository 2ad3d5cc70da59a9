import type { CfnParameter } from 'aws-cdk-lib';
import { parse } from 'yaml';
import { revokeDocument } from '../../remediation-docs/documents.ts';
import {
  evaluationScopes,
  type ParameterName,
  parameterDefinitions,
} from '../../rule/core/rule-parameters.ts';
import { choose, isGiven } from '../shared/conditions.ts';
import type { ParameterGroup, StackParameter } from './declare.ts';

/** The days for which CloudWatch Logs can keep a log (PutRetentionPolicy). */
export const logRetentionDays = [
  ...['1', '3', '5', '7', '14', '30', '60', '90', '120', '150', '180', '365', '400', '545', '731'],
  ...['1096', '1827', '2192', '2557', '2922', '3288', '3653'],
] as const;

interface DocumentParameter {
  readonly description: string;
  readonly default: string;
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
}

const documented: Readonly<Record<string, DocumentParameter>> = parse(
  revokeDocument.load(),
).parameters;

/** Takes a parameter's name in the document that revokes, its label, and what is said of a wrong value. */
function define(name: string, label: string, constraint?: string): StackParameter {
  const parameter = documented[name];
  if (parameter === undefined) throw new Error(`${revokeDocument.name} has no parameter ${name}`);
  const { description, allowedValues, allowedPattern } = parameter;
  return {
    label,
    description: description.replace('(Optional) ', ''),
    default: parameter.default,
    ...(allowedValues === undefined ? {} : { allowedValues }),
    ...(allowedPattern === undefined ? {} : { allowedPattern }),
    ...(constraint === undefined ? {} : { constraint }),
  };
}

/** The stack parameters that AWS Config hands on to the document, under the same names. */
export const handedOn = {
  PasswordAction: define('PasswordAction', 'Unused passwords'),
  AccessKeyAction: define('AccessKeyAction', 'Unused access keys'),
  NeverUsedAccessKeyAction: define('NeverUsedAccessKeyAction', 'Access keys never used'),
  MinimumIdleDays: define(
    ...([
      'MinimumIdleDays',
      'Nothing younger than (days)',
      'must be a whole number of days from 1 to 3650',
    ] as const),
  ),
  MaxRevocationsPerDay: define(
    ...([
      'MaxRevocationsPerDay',
      'At most so many a day',
      'must be a whole number from 0 to 9999; 0 means no limit',
    ] as const),
  ),
  EnforceFrom: define('EnforceFrom', 'Nothing before (date)', 'must be a date such as 2027-01-31'),
} as const;

/** What decides whether and how unused credentials are revoked. */
export const remediationParameters = {
  AutomaticRemediation: {
    label: 'Revoke automatically',
    description:
      'With true AWS Config revokes the unused credentials of every NON_COMPLIANT user, within the brakes below. With false somebody starts it, in the console or by the command line.',
    default: 'false',
    allowedValues: ['true', 'false'],
  },
  ...handedOn,
} as const;

const days = '^(|[1-9]\\d{0,2}|[12]\\d{3}|3[0-5]\\d{2}|36[0-4]\\d|3650)$';
const path = '/[\\x21-\\x2B\\x2D-\\x7E]{1,510}/';

/** Takes a rule parameter's name and what else is said of it. Gives back the stack parameter that sets it. */
function ruleParametersDefine(
  name: ParameterName,
  rest: Pick<StackParameter, 'label'> & Partial<StackParameter>,
): StackParameter {
  const { description, valid, default: otherwise } = parameterDefinitions[name];
  return {
    description: `${description}. Empty: ${otherwise}.`,
    default: '',
    constraint: `must be empty or ${valid}`,
    ...rest,
  };
}

/** The stack parameters that become parameters of the rule; an empty one leaves the rule's out. */
export const ruleParameters = {
  MaxCredentialUsageAge: ruleParametersDefine('maxCredentialUsageAge', {
    ...{ label: 'Unused after (days)', default: '45', allowedPattern: days },
  }),
  MaxPasswordUsageAge: ruleParametersDefine('maxPasswordUsageAge', {
    ...{ label: 'Passwords unused after (days)', allowedPattern: days },
  }),
  MaxAccessKeyUsageAge: ruleParametersDefine('maxAccessKeyUsageAge', {
    ...{ label: 'Access keys unused after (days)', allowedPattern: days },
  }),
  EvaluationScope: ruleParametersDefine('evaluationScope', {
    ...{ label: 'Scope', allowedValues: ['', ...evaluationScopes] },
  }),
  // The rule's parameters may have 1,024 characters as JSON.
  ExemptPathPrefixes: ruleParametersDefine('exemptPathPrefixes', {
    ...{ label: 'Exempt paths', allowedPattern: `^(|${path}(,${path})*)$`, maxLength: 512 },
  }),
  ExemptUntilTag: ruleParametersDefine('exemptUntilTag', {
    label: 'Tag that exempts until a date',
    allowedPattern: '^(|(?![aA][wW][sS]:)[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128})$',
  }),
  MaxExemptionDays: ruleParametersDefine('maxExemptionDays', {
    ...{ label: 'Longest exemption (days)', allowedPattern: days },
  }),
} as const;

type RuleParameterName = keyof typeof ruleParameters;

/** Takes the stack's parameters. Gives back the rule's InputParameters, without those that are left empty. */
export function inputParameters(
  parameters: Readonly<Record<RuleParameterName, CfnParameter>>,
): Record<string, unknown> {
  const names = Object.keys(ruleParameters) as RuleParameterName[];
  return Object.fromEntries(
    names.map((name) => {
      const parameter = parameters[name];
      const value = choose(isGiven(parameter), parameter.valueAsString);
      return [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, value];
    }),
  );
}

/** When the rule is evaluated. */
export const scheduleParameters = {
  MaximumExecutionFrequency: {
    label: 'Evaluate every',
    description: 'How often every IAM user is evaluated.',
    default: 'TwentyFour_Hours',
    allowedValues: ['One_Hour', 'Three_Hours', 'Six_Hours', 'Twelve_Hours', 'TwentyFour_Hours'],
  },
  EvaluateOnChange: {
    label: 'Evaluate on changes as well',
    description:
      'With true a user is also evaluated when created, tagged, moved or deleted. AWS Config then sends one event for every recorded user when the rule is created or changed: 5,000 users mean 5,000 invocations.',
    default: 'true',
    allowedValues: ['true', 'false'],
  },
  ConcurrentEvaluations: {
    label: 'At most so many evaluations at a time',
    description:
      "Reserved for the function of the account's concurrency, and its limit; the rest of a burst waits. Empty: no limit of its own. AWS refuses what leaves less than 100 to others.",
    default: '',
    allowedPattern: '^(|[1-9]\\d{0,3})$',
    constraint: 'must be empty or a whole number from 1 to 9999',
  },
} as const;

const arn = 'arn:aws(-[a-z]+)*';

/** Who may read a new password. */
export const restorationParameters = {
  PasswordReaderRoleArn: {
    label: 'Role that may read new passwords',
    description:
      'ARN of the only role that may read a password which a restoration issues, in this account; {account} in it stands for the account number. Without it no password is issued.',
    default: '',
    allowedPattern: `^(|${arn}:iam::(\\d{12}|\\{account\\}):role/[\\w+=,.@/-]{1,512})$`,
    constraint:
      'must be empty or the ARN of an IAM role, such as arn:aws:iam::{account}:role/Helpdesk',
  },
} as const;

/** Who is told, and how long the log is kept. */
export const notificationParameters = {
  NotificationEmail: {
    label: 'E-mail address for messages',
    description: 'Gets a message to confirm first. Empty: nobody is subscribed by this stack.',
    default: '',
    allowedPattern: '^(|[^\\s@,]+@[^\\s@,]+\\.[^\\s@,]+)$',
    constraint: 'must be empty or an e-mail address',
    maxLength: 320,
  },
  LogRetentionDays: {
    label: 'Keep logs for (days)',
    description: 'Days for which the logs of the functions are kept.',
    default: '365',
    allowedValues: logRetentionDays,
  },
} as const;

/** Where messages and events of an organization's accounts go; all three or none. */
export const centralParameters = {
  CentralEventBusArn: {
    label: 'Central event bus',
    description: "The organization stack's output EventBusArn. Empty in a single account.",
    default: '',
    allowedPattern: `^(|${arn}:events:[a-z0-9-]{1,32}:\\d{12}:event-bus/[\\w./-]{1,256})$`,
    constraint: 'must be empty or the ARN of an event bus',
  },
  CentralTopicArn: {
    label: 'Central topic',
    description: "The organization stack's output TopicArn. Empty in a single account.",
    default: '',
    allowedPattern: `^(|${arn}:sns:[a-z0-9-]{1,32}:\\d{12}:[\\w-]{1,256})$`,
    constraint: 'must be empty or the ARN of an SNS topic',
    // AWS Config hands values of at most so many characters on to a document.
    maxLength: 256,
  },
  CentralKeyArn: {
    label: 'Key of the central topic',
    description: "The organization stack's output KeyArn. Empty in a single account.",
    default: '',
    allowedPattern: `^(|${arn}:kms:[a-z0-9-]{1,32}:\\d{12}:key/[\\w-]{1,64})$`,
    constraint: 'must be empty or the ARN of a KMS key',
  },
} as const;

/** Every parameter of the account stack. */
export const accountParameters = {
  ...ruleParameters,
  ...scheduleParameters,
  ...remediationParameters,
  ...restorationParameters,
  ...notificationParameters,
  ...centralParameters,
} as const;

/** The name of a parameter of the account stack. */
export type AccountParameterName = keyof typeof accountParameters;

/** The same, as the console shows them. */
export const accountParameterGroups: readonly ParameterGroup[] = [
  { label: 'What is unused', parameters: ruleParameters },
  { label: 'When to evaluate', parameters: scheduleParameters },
  { label: 'Revoking: actions and brakes', parameters: remediationParameters },
  { label: 'Restoring', parameters: restorationParameters },
  { label: 'Messages and logs', parameters: notificationParameters },
  { label: 'In an organization', parameters: centralParameters },
];

import { logRetentionDays } from './log-retention.ts';
import { remediationParameters } from './remediation-parameters.ts';
import { ruleParameters } from './rule-parameters.ts';
import type { ParameterGroup } from './stack-parameter.ts';

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

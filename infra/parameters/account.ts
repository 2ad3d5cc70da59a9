import type { CfnParameter } from 'aws-cdk-lib';
import {
  purgeDocument,
  type RemediationDocument,
  revokeDocument,
} from '../../remediation-docs/documents.ts';
import { defaultOwnerTag } from '../../rule/core/owner.ts';
import {
  evaluationScopes,
  type ParameterName,
  parameterDefinitions,
} from '../../rule/core/rule-parameters.ts';
import { choose, isGiven } from '../shared/conditions.ts';
import { type ParameterGroup, partition, rolePattern, type StackParameter } from './declare.ts';

/** The days for which CloudWatch Logs can keep a log (PutRetentionPolicy). */
const logRetentionDays = [
  ...['1', '3', '5', '7', '14', '30', '60', '90', '120', '150', '180', '365', '400', '545', '731'],
  ...['1096', '1827', '2192', '2557', '2922', '3288', '3653'],
] as const;

/** A parameter with the document's default, pattern and description, so that the two cannot differ. */
function documentParameter(
  name: string,
  label: string,
  constraint?: string,
  document: RemediationDocument = revokeDocument,
): StackParameter {
  const parameter = document.parameters()[name];
  if (parameter?.default === undefined) {
    throw new Error(
      `The document ${document.name} has no parameter ${name} with a default. Rename it here or add it there`,
    );
  }
  const { description, allowedValues, allowedPattern } = parameter;
  return {
    label,
    description,
    default: parameter.default,
    ...(allowedValues === undefined ? {} : { allowedValues }),
    ...(allowedPattern === undefined ? {} : { allowedPattern }),
    ...(constraint === undefined ? {} : { constraint }),
  };
}

/** The stack parameters that AWS Config forwards to the document, under the same names. */
export const forwardedParameters = {
  PasswordAction: {
    ...documentParameter('PasswordAction', 'Action for unused passwords'),
    description:
      'What happens to an unused password. A deleted password cannot be restored; a new one can be issued.',
    // Only a person can have a password replaced, so that it is known who gets the new one.
    allowedValues: ['Delete', 'Keep'],
  },
  AccessKeyAction: documentParameter('AccessKeyAction', 'Action for unused access keys'),
  NeverUsedAccessKeyAction: documentParameter(
    'NeverUsedAccessKeyAction',
    'Action for access keys that were never used',
  ),
  MinimumIdleDays: documentParameter(
    'MinimumIdleDays',
    'Minimum idle days',
    'must be a whole number of days from 1 to 3650',
  ),
  MaxRevocationsPerDay: {
    ...documentParameter(
      'MaxRevocationsPerDay',
      'Maximum revocations per day',
      'must be a whole number from 0 to 9999; 0 means no limit',
    ),
    description:
      'Number from 0 to 9999. Nothing is revoked if this many other users have records from the last 24 hours. It also limits how many access keys are deleted in a day. 0 means no limit.',
  },
  EnforceFrom: documentParameter(
    'EnforceFrom',
    'First day of revocations',
    'must be a date such as 2027-01-31',
  ),
} as const;

/** Whether and how unused credentials are revoked. */
export const remediationParameters = {
  AutomaticRemediation: {
    label: 'Revoke automatically',
    description:
      'If true, AWS Config revokes the unused credentials of every NON_COMPLIANT user, within the limits below. If false, you start each revocation in the console or on the command line.',
    default: 'false',
    allowedValues: ['true', 'false'],
  },
  ...forwardedParameters,
} as const;

/** Whether and when deactivated access keys are deleted. */
const purgeParameters = {
  DeleteAfterDays: documentParameter(
    'DeleteAfterDays',
    'Delete deactivated access keys after (days)',
    'must be 0 or a whole number of days from 30 to 3650',
    purgeDocument,
  ),
} as const;

/** The characters that IAM takes in the key of a tag, and a prefix that it reserves. */
const tagKey = '(?![aA][wW][sS]:)[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}';
const days = '^(|[1-9]\\d{0,2}|[12]\\d{3}|3[0-5]\\d{2}|36[0-4]\\d|3650)$';
const path = '/[\\x21-\\x2B\\x2D-\\x7E]{1,510}/';

/** A parameter with the rule's description, default and constraint, so that the two cannot differ. */
function ruleParameter(
  name: ParameterName,
  rest: Pick<StackParameter, 'label'> & Partial<StackParameter>,
): StackParameter {
  const { description, valid, default: otherwise } = parameterDefinitions[name];
  const isParameter = Object.keys(parameterDefinitions).includes(otherwise);
  const ifEmpty = isParameter ? `the value of ${stackParameterName(otherwise)}` : otherwise;
  return {
    description: `${description}. Empty means ${ifEmpty}.`,
    default: '',
    constraint: `must be empty or ${valid}`,
    ...rest,
  };
}

/** The name of the stack parameter for a parameter of the rule. */
function stackParameterName(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The stack parameters that become parameters of the rule, which does not get those left empty. */
export const ruleParameters = {
  MaxCredentialUsageAge: ruleParameter('maxCredentialUsageAge', {
    ...{ label: 'Credentials unused after (days)', default: '45', allowedPattern: days },
  }),
  MaxPasswordUsageAge: ruleParameter('maxPasswordUsageAge', {
    ...{ label: 'Passwords unused after (days)', allowedPattern: days },
  }),
  MaxAccessKeyUsageAge: ruleParameter('maxAccessKeyUsageAge', {
    ...{ label: 'Access keys unused after (days)', allowedPattern: days },
  }),
  EvaluationScope: ruleParameter('evaluationScope', {
    ...{ label: 'Evaluation scope', allowedValues: ['', ...evaluationScopes] },
  }),
  // AWS Config takes 1,024 characters of JSON for all parameters of a rule.
  ExemptPathPrefixes: ruleParameter('exemptPathPrefixes', {
    ...{ label: 'Exempt paths', allowedPattern: `^(|${path}(,${path})*)$`, maxLength: 512 },
  }),
  ExemptUntilTag: ruleParameter('exemptUntilTag', {
    label: 'Exemption tag',
    allowedPattern: `^(|${tagKey})$`,
  }),
  MaxExemptionDays: ruleParameter('maxExemptionDays', {
    ...{ label: 'Maximum exemption (days)', allowedPattern: days },
  }),
} as const;

type RuleParameterName = keyof typeof ruleParameters;

/** The rule's InputParameters, as CloudFormation resolves them. */
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
const scheduleParameters = {
  MaximumExecutionFrequency: {
    label: 'Evaluation frequency',
    description: 'How often AWS Config evaluates all IAM users.',
    default: 'TwentyFour_Hours',
    allowedValues: ['One_Hour', 'Three_Hours', 'Six_Hours', 'Twelve_Hours', 'TwentyFour_Hours'],
  },
  ReportUnchanged: {
    label: 'Report unchanged results',
    description:
      'Weekly: a scheduled evaluation reports results that changed, and every other result once a week. Always: it reports every result. AWS Config charges for each reported result.',
    default: 'Weekly',
    allowedValues: ['Weekly', 'Always'],
  },
  EvaluateOnChange: {
    label: 'Evaluate on changes',
    description:
      'If true, AWS Config also evaluates a user when they are created, tagged, moved or deleted. If you create, change or re-evaluate the rule, AWS Config then sends one event for each recorded user. Each event costs one Lambda invocation and sends no request to IAM.',
    default: 'true',
    allowedValues: ['true', 'false'],
  },
  ConcurrentEvaluations: {
    label: 'Maximum concurrent evaluations',
    description:
      'Reserved concurrency of the function that evaluates users. Further events wait. Empty means no limit. Lambda rejects a value that leaves less than 100 unreserved in the account.',
    default: '',
    allowedPattern: '^(|[1-9]\\d{0,3})$',
    constraint: 'must be empty or a whole number from 1 to 9999',
  },
} as const;

const arn = `arn:${partition}`;

// Without a comma, which separates the ARNs of a list.
const roleOrUser = `${arn}:iam::(\\d{12}|\\{account\\}):(role|user)/[\\w+=.@/-]{1,512}`;

/** Who can restore, and who can read a new password. */
const restorationParameters = {
  PasswordReaderRoleArn: {
    label: 'Reader role for new passwords',
    description:
      'ARN of the only role that can read new passwords, which restorations and replacements issue. It must be in this account; {account} stands for the account ID. Empty means that no password is issued.',
    default: '',
    // Without a comma, which separates the ARNs of a service control policy.
    allowedPattern: `^(|${arn}:iam::(\\d{12}|\\{account\\}):role/[\\w+=.@/-]{1,512})$`,
    constraint:
      'must be empty or the ARN of an IAM role, such as arn:aws:iam::{account}:role/Helpdesk',
  },
  PasswordsComeBackByHand: {
    label: 'Create new passwords by hand',
    description:
      'If true, the stack may delete passwords automatically even if no restoration can issue new ones. Administrators then create new passwords by hand.',
    default: 'false',
    allowedValues: ['true', 'false'],
  },
  RestoreOperatorArns: {
    label: 'Principals that can restore',
    description:
      'ARNs of the roles and users that can start a restoration, separated by commas; {account} stands for the account ID. Empty means every principal with the permission, except AWS Config.',
    default: '',
    allowedPattern: `^(|${roleOrUser}(,${roleOrUser})*)$`,
    constraint:
      'must be empty or ARNs of IAM roles or users, such as arn:aws:iam::{account}:role/Helpdesk',
    maxLength: 1024,
  },
  OperatorPrincipalArn: {
    label: 'Principals of the operator role',
    description:
      'ARN of the roles of this account, with * as a wildcard, that can assume the role UnusedIamCredentials-Operator-<Region>. Empty means no such role.',
    default: '',
    allowedPattern: `^(|${rolePattern})$`,
    constraint: 'must be empty or the ARN of IAM roles, such as arn:aws:iam::*:role/OnCall',
    maxLength: 512,
  },
} as const;

/** Who is notified, and how long logs are kept. */
const notificationParameters = {
  NotificationEmail: {
    label: 'Email address for notifications',
    description:
      'Amazon SNS first asks this address to confirm the subscription. Empty means no subscription.',
    default: '',
    allowedPattern: '^(|[^\\s@,]+@[^\\s@,]+\\.[^\\s@,]+)$',
    constraint: 'must be empty or an email address',
    maxLength: 320,
  },
  OwnerTag: {
    label: 'Owner tag',
    description:
      'Key of the IAM user tag that names the owner of the user. Messages and events have its value as the attribute owner, so that a team can subscribe to its own users.',
    default: defaultOwnerTag,
    allowedPattern: `^${tagKey}$`,
    constraint: 'must be the key of a tag, such as owner',
  },
  DigestPerOwner: {
    label: 'One digest for each owner',
    description:
      'If true, each value of the owner tag gets its own digest of a scheduled evaluation, and its own messages about the deletion of keys. If false, one digest or message covers all users.',
    default: 'false',
    allowedValues: ['true', 'false'],
  },
  WarningDays: {
    label: 'Warn before a credential becomes unused (days)',
    description:
      'The digest of a scheduled evaluation warns once of each credential that becomes unused within this many days, and again when 3 days are left. The warning period is at most half of the shortest limit of the rule. 0 means no warnings.',
    default: '14',
    allowedPattern: '^(0|[1-9]\\d?|[12]\\d{2}|3[0-5]\\d|36[0-5])$',
    constraint: 'must be a whole number of days from 0 to 365',
  },
  LogRetentionDays: {
    label: 'Log retention (days)',
    description: 'How many days CloudWatch Logs keeps the logs of the functions.',
    default: '365',
    allowedValues: logRetentionDays,
  },
} as const;

/** Where the accounts of an organization send messages and events: all three parameters or none. */
export const centralParameters = {
  CentralEventBusArn: {
    label: 'Central event bus',
    description: 'Output EventBusArn of the organization stack. Empty in a single account.',
    default: '',
    allowedPattern: `^(|${arn}:events:[a-z0-9-]{1,32}:\\d{12}:event-bus/[\\w./-]{1,256})$`,
    constraint: 'must be empty or the ARN of an event bus',
  },
  CentralTopicArn: {
    label: 'Central topic',
    description: 'Output TopicArn of the organization stack. Empty in a single account.',
    default: '',
    allowedPattern: `^(|${arn}:sns:[a-z0-9-]{1,32}:\\d{12}:[\\w-]{1,256})$`,
    constraint: 'must be empty or the ARN of an SNS topic',
    // AWS Config forwards at most 256 characters of a value to a document.
    maxLength: 256,
  },
  CentralKeyArn: {
    label: 'Key of the central topic',
    description: 'Output KeyArn of the organization stack. Empty in a single account.',
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
  ...purgeParameters,
  ...restorationParameters,
  ...notificationParameters,
  ...centralParameters,
} as const;

export type AccountParameterName = keyof typeof accountParameters;

/** The parameters as the console groups them. */
export const accountParameterGroups: readonly ParameterGroup[] = [
  { label: 'Thresholds and exemptions', parameters: ruleParameters },
  { label: 'Evaluation', parameters: scheduleParameters },
  { label: 'Revocation', parameters: remediationParameters },
  { label: 'Deletion of deactivated access keys', parameters: purgeParameters },
  { label: 'Restoration', parameters: restorationParameters },
  { label: 'Notifications and logs', parameters: notificationParameters },
  { label: 'Central notifications of an organization', parameters: centralParameters },
];

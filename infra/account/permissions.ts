import { Aws } from 'aws-cdk-lib';
import {
  defaultExemptUntilTag,
  functionNames,
  marks,
  pauseParameter,
  prefix,
  protectedTag,
  recordsPath,
  restoredPrefix,
  revokedTag,
} from '../../rule/core/names.ts';
import { allow, type Statement } from '../shared/roles.ts';

const own = (service: string, resource: string) =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;

/** Every IAM user of the account. */
export const users = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:user/*`;

/** Every rule of AWS Config: their ARNs carry generated IDs. */
export const configRules = own('config', 'config-rule/*');

/** The records of revocations. */
export const records = own('ssm', `parameter${recordsPath}/*`);

/** The switch that pauses every revocation. */
export const pauseSwitch = own('ssm', `parameter${pauseParameter}`);

/** Every Automation execution: their ARNs carry nothing but generated IDs. */
export const executions = own('ssm', 'automation-execution/*');

/** The secrets that hold new passwords. */
export const secrets = own('secretsmanager', `secret:${prefix}/*`);

/** Takes a function's name. Gives back its ARN, without a version. */
export function functionArn(name: (typeof functionNames)[keyof typeof functionNames]) {
  return own('lambda', `function:${name}`);
}

/** For actions whose service defines no resource to name. */
export const unnameable = '*';

const onlyKeys = (keys: readonly unknown[]) => ({
  'ForAllValues:StringEquals': { 'aws:TagKeys': keys },
});

const protection = `aws:ResourceTag/${protectedTag}`;

/** What the role of the document that revokes may do, apart from the topic. */
export const revokePermissions: readonly Statement[] = [
  allow('Plan', ['lambda:InvokeFunction'], functionArn(functionNames.planRevocation)),
  allow('Record', ['ssm:PutParameter'], records),
  {
    ...{ Sid: 'NeverOverwriteRecord', Effect: 'Deny', Action: ['ssm:PutParameter'] },
    Resource: records,
    Condition: { StringEquals: { 'ssm:Overwrite': 'true' } },
  },
  allow('MarkRecord', ['ssm:AddTagsToResource'], records, onlyKeys([marks.applied])),
  allow('ConfirmUser', ['iam:GetUser'], users),
  allow('Revoke', ['iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:DeleteLoginProfile'], users),
  // The function that plans has looked at the tag already; this holds even if it is wrong. As there, whatever
  // is not `false` protects.
  {
    ...{ Sid: 'NeverTouchProtectedUser', Effect: 'Deny' },
    Action: ['iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:DeleteLoginProfile'],
    Resource: users,
    Condition: {
      Null: { [protection]: 'false' },
      StringNotEqualsIgnoreCase: { [protection]: 'false' },
    },
  },
  allow('TagUser', ['iam:TagUser'], users, onlyKeys([revokedTag])),
];

/**
 * Takes the stack's own exemption tag, or what stands for none. Gives back what the role of the document that
 * restores may do, apart from the topic. Without a valid rule the document uses the default tag.
 */
export function restorePermissions(exemptUntilTag: unknown): readonly Statement[] {
  const exemptionTags = [defaultExemptUntilTag, exemptUntilTag];
  return [
    allow(
      'PlanAndIssuePassword',
      ['lambda:InvokeFunction'],
      [functionArn(functionNames.planRestoration), functionArn(functionNames.issuePassword)],
    ),
    allow('ConfirmUser', ['iam:GetUser'], users),
    allow('ExemptUser', ['iam:TagUser'], users, onlyKeys(exemptionTags)),
    allow('UntagUser', ['iam:UntagUser'], users, onlyKeys([revokedTag])),
    allow('Reactivate', ['iam:UpdateAccessKey'], users),
    allow('MarkRecord', ['ssm:AddTagsToResource'], records, {
      'ForAllValues:StringLike': { 'aws:TagKeys': [marks.restored, `${restoredPrefix}*`] },
    }),
  ];
}

const readUsers = [
  allow('ReadUsers', ['iam:ListUsers'], unnameable),
  allow(
    'ReadUser',
    ['iam:GetUser', 'iam:GetLoginProfile', 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed'],
    users,
  ),
];

const readReport = allow(
  'ReadCredentialReport',
  ['iam:GenerateCredentialReport', 'iam:GetCredentialReport'],
  unnameable,
);

const readRule = allow('ReadRule', ['config:DescribeConfigRules'], unnameable);

const readQuarantine = allow('ReadQuarantine', ['iam:ListAttachedUserPolicies'], users);

const readRecord = ['ssm:GetParameterHistory', 'ssm:ListTagsForResource'];

const readExecution = allow('ReadExecution', ['ssm:GetAutomationExecution'], executions);

/** What evaluate may do, apart from its log and the topic. */
export const evaluatePermissions: readonly Statement[] = [
  ...readUsers,
  readReport,
  allow('ReadAccount', ['iam:GetAccountAuthorizationDetails'], unnameable),
  allow('ReadResults', ['config:GetComplianceDetailsByConfigRule'], configRules),
  allow('Evaluate', ['config:PutEvaluations', 'config:GetResourceConfigHistory'], unnameable),
];

/** What plan-revocation may do, apart from its log: read. */
export const planRevocationPermissions: readonly Statement[] = [
  ...readUsers,
  readReport,
  readRule,
  allow('ReadPauseSwitch', ['ssm:GetParameter'], pauseSwitch),
  allow('CountRecords', ['ssm:DescribeParameters'], unnameable),
];

/** What plan-restoration may do, apart from its log: read. */
export const planRestorationPermissions: readonly Statement[] = [
  ...readUsers,
  readRule,
  readQuarantine,
  allow('ReadRecords', ['ssm:GetParametersByPath', ...readRecord], records),
  readExecution,
  allow('FindSecret', ['secretsmanager:DescribeSecret'], secrets),
];

/** What issue-password may do, apart from its log: make one login profile and its secret. */
export const issuePasswordPermissions: readonly Statement[] = [
  ...readUsers,
  readQuarantine,
  allow('ReadPasswordPolicy', ['iam:GetAccountPasswordPolicy'], unnameable),
  allow('ReadRecord', readRecord, records),
  readExecution,
  allow(
    'KeepPassword',
    [
      'secretsmanager:CreateSecret',
      'secretsmanager:PutResourcePolicy',
      'secretsmanager:PutSecretValue',
      'secretsmanager:DescribeSecret',
      'secretsmanager:UpdateSecretVersionStage',
    ],
    secrets,
  ),
  allow('MakePassword', ['secretsmanager:GetRandomPassword'], unnameable),
  allow('IssuePassword', ['iam:CreateLoginProfile'], users),
];

import { Aws } from 'aws-cdk-lib';
import {
  announcedPrefix,
  defaultExemptUntilTag,
  deletedPrefix,
  denyAllPolicyArn,
  documentNames,
  eventSource,
  functionNames,
  marks,
  pauseParameter,
  prefix,
  protectedTag,
  recordsPath,
  restoredPrefix,
  restoringTag,
  retirementsPath,
  revokedTag,
  revokingTag,
} from '../../rule/core/names.ts';
import { passwordMark } from '../../rule/core/restoration-plan.ts';
import { quarantinePrefix } from '../../rule/core/retired-permissions.ts';
import { allow, type Statement } from '../shared/roles.ts';

/** An ARN of this account and Region. */
export const own = (service: string, resource: string) =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;

/** Every IAM user of the account. */
export const users = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:user/*`;

/** Every IAM group of the account. */
export const groups = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:group/*`;

/** Every customer managed policy of the account. */
export const customerPolicies = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:policy/*`;

/** Every managed policy, those of AWS included. */
export const managedPolicies = [`arn:${Aws.PARTITION}:iam::aws:policy/*`, customerPolicies];

/** Every rule of AWS Config: their ARNs contain generated IDs. */
export const configRules = own('config', 'config-rule/*');

/** The records of revocations. */
export const records = own('ssm', `parameter${recordsPath}/*`);

/** What retirements removed. */
export const retirements = own('ssm', `parameter${retirementsPath}/*`);

/**
 * The path that GetParametersByPath names, and the records below it. AWS does not document which of the two it
 * checks.
 */
export const listedRecords = own('ssm', `parameter${recordsPath}*`);

/** The parameter that stops every revocation. */
export const pauseSwitch = own('ssm', `parameter${pauseParameter}`);

/** Every Automation execution: their ARNs contain only generated IDs. */
export const executions = own('ssm', 'automation-execution/*');

/** The document that restores, in any version. */
export const restorations = own('ssm', `automation-definition/${documentNames.restore}:*`);

/** The default version of the document that deletes keys, as the console of EventBridge names it. */
export const purges = own('ssm', `automation-definition/${documentNames.purge}:$DEFAULT`);

/** The secrets that hold new passwords. */
export const secrets = own('secretsmanager', `secret:${prefix}/*`);

/** The ARN of a function of this project. */
export function functionArn(name: (typeof functionNames)[keyof typeof functionNames]) {
  return own('lambda', `function:${name}`);
}

/** The event bus that receives the events of AWS services. */
export const defaultEventBus = own('events', 'event-bus/default');

/** For actions whose service defines no resource. */
export const unnameable = '*';

/** The condition that a request sets or removes only these tags. */
export const onlyKeys = (keys: readonly unknown[]) => ({
  'ForAllValues:StringEquals': { 'aws:TagKeys': keys },
});

/**
 * The condition that the user has this tag. IAM changes users by name, and a name can pass to another user, but a
 * tag stays with its user.
 */
const onlyUsersWith = (tag: string) => ({ Null: { [`aws:ResourceTag/${tag}`]: 'false' } });

const protectedTagValue = `aws:ResourceTag/${protectedTag}`;

/** Denies the actions for users with the protection tag. Every value but `false` protects. */
function neverTouchProtectedUser(actions: readonly string[]): Statement {
  return {
    ...{ Sid: 'NeverTouchProtectedUser', Effect: 'Deny', Action: actions, Resource: users },
    Condition: {
      Null: { [protectedTagValue]: 'false' },
      StringNotEqualsIgnoreCase: { [protectedTagValue]: 'false' },
    },
  };
}

/** The mark of a record whose password was replaced at once. */
const restoredPassword = `${restoredPrefix}${passwordMark}`;

/** The role of the document that revokes; publishing is added where the role is made. */
export const revokePermissions = (
  issuePassword: unknown = functionArn(functionNames.issuePassword),
): readonly Statement[] => [
  allow(
    'PlanAndIssuePassword',
    ['lambda:InvokeFunction'],
    [functionArn(functionNames.planRevocation), issuePassword],
  ),
  allow('Record', ['ssm:PutParameter'], records),
  {
    ...{ Sid: 'NeverOverwriteRecord', Effect: 'Deny', Action: ['ssm:PutParameter'] },
    Resource: records,
    Condition: { StringEquals: { 'ssm:Overwrite': 'true' } },
  },
  allow(
    'MarkRecord',
    ['ssm:AddTagsToResource'],
    records,
    onlyKeys([marks.applied, restoredPassword]),
  ),
  allow('ConfirmUser', ['iam:GetUser'], users),
  allow('BindUser', ['iam:TagUser'], users, onlyKeys([revokingTag])),
  allow(
    'Revoke',
    ['iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:DeleteLoginProfile'],
    users,
    onlyUsersWith(revokingTag),
  ),
  // plan-revocation checks the tag too; this holds even if that fails.
  neverTouchProtectedUser(['iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:DeleteLoginProfile']),
  allow('TagUser', ['iam:TagUser'], users, {
    ...onlyKeys([revokedTag]),
    ...onlyUsersWith(revokingTag),
  }),
  allow('ReleaseUser', ['iam:UntagUser'], users, {
    ...onlyKeys([revokingTag]),
    ...onlyUsersWith(revokingTag),
  }),
];

const denyAllArn = denyAllPolicyArn(Aws.PARTITION);
const quarantineArns = `arn:${Aws.PARTITION}:iam::aws:policy/${quarantinePrefix}*`;

/** Actions that change credentials and permissions of a user whom a retirement has tagged. */
const retiring = [
  ...['iam:UpdateAccessKey', 'iam:DeleteLoginProfile'],
  ...['iam:DeleteUserPolicy', 'iam:DeactivateMFADevice'],
];

/** The role of the document that retires; publishing is added where the role is made. */
export const retirePermissions: readonly Statement[] = [
  allow('Plan', ['lambda:InvokeFunction'], functionArn(functionNames.planRetirement)),
  allow('Record', ['ssm:PutParameter'], [records, retirements]),
  {
    ...{ Sid: 'NeverOverwriteRecord', Effect: 'Deny', Action: ['ssm:PutParameter'] },
    Resource: [records, retirements],
    Condition: { StringEquals: { 'ssm:Overwrite': 'true' } },
  },
  allow('MarkRecord', ['ssm:AddTagsToResource'], records, onlyKeys([marks.applied])),
  allow('ConfirmUser', ['iam:GetUser'], users),
  allow('BindUser', ['iam:TagUser'], users, onlyKeys([revokingTag])),
  allow('Deny', ['iam:AttachUserPolicy'], users, {
    ...onlyUsersWith(revokingTag),
    ArnEquals: { 'iam:PolicyARN': denyAllArn },
  }),
  allow('Retire', retiring, users, onlyUsersWith(revokingTag)),
  // A restoration must still find that AWS quarantined a user.
  allow('Detach', ['iam:DetachUserPolicy'], users, {
    ...onlyUsersWith(revokingTag),
    ArnNotLike: {
      'iam:PolicyARN': [denyAllArn, quarantineArns],
    },
  }),
  // IAM checks only the group, so a condition on the user's tags has no effect.
  allow('RemoveFromGroup', ['iam:RemoveUserFromGroup'], groups),
  // plan-retirement checks the tag too; this holds even if that fails.
  neverTouchProtectedUser([...retiring, 'iam:AttachUserPolicy', 'iam:DetachUserPolicy']),
  allow('TagUser', ['iam:TagUser'], users, {
    ...onlyKeys([revokedTag]),
    ...onlyUsersWith(revokingTag),
  }),
  allow('ReleaseUser', ['iam:UntagUser'], users, {
    ...onlyKeys([revokingTag]),
    ...onlyUsersWith(revokingTag),
  }),
];

/** The role of the document that restores. Without a valid rule, the document uses the default exemption tag. */
export function restorePermissions(
  exemptUntilTag: unknown,
  issuePassword: unknown = functionArn(functionNames.issuePassword),
): readonly Statement[] {
  const exemptionTags = [defaultExemptUntilTag, exemptUntilTag];
  const bound = onlyUsersWith(restoringTag);
  return [
    allow(
      'PlanAndGiveBack',
      ['lambda:InvokeFunction'],
      [
        functionArn(functionNames.planRestoration),
        functionArn(functionNames.restorePermissions),
        issuePassword,
      ],
    ),
    allow('ConfirmUser', ['iam:GetUser'], users),
    allow('BindUser', ['iam:TagUser'], users, onlyKeys([restoringTag])),
    allow('ExemptUser', ['iam:TagUser'], users, { ...onlyKeys(exemptionTags), ...bound }),
    allow('UntagUser', ['iam:UntagUser'], users, {
      ...onlyKeys([revokedTag, restoringTag]),
      ...bound,
    }),
    allow('Reactivate', ['iam:UpdateAccessKey'], users, bound),
    allow('MarkRecord', ['ssm:AddTagsToResource'], records, {
      'ForAllValues:StringLike': { 'aws:TagKeys': [marks.restored, `${restoredPrefix}*`] },
    }),
  ];
}

/**
 * The role of the document that deletes keys; publishing is added where the role is made. A restoration tags its user
 * before it reactivates a key: from then on, this role cannot delete the key.
 */
export const purgePermissions: readonly Statement[] = [
  allow('Plan', ['lambda:InvokeFunction'], functionArn(functionNames.planPurge)),
  allow('MarkRecord', ['ssm:AddTagsToResource'], records, {
    'ForAllValues:StringLike': { 'aws:TagKeys': [`${announcedPrefix}*`, `${deletedPrefix}*`] },
  }),
  allow('BindUser', ['iam:TagUser'], users, onlyKeys([revokingTag])),
  allow('DeleteKey', ['iam:DeleteAccessKey'], users, {
    Null: {
      [`aws:ResourceTag/${revokingTag}`]: 'false',
      [`aws:ResourceTag/${restoringTag}`]: 'true',
    },
  }),
  neverTouchProtectedUser(['iam:DeleteAccessKey']),
  allow('ReleaseUser', ['iam:UntagUser'], users, {
    ...onlyKeys([revokingTag]),
    ...onlyUsersWith(revokingTag),
  }),
];

/** The role with which the schedule starts that document. */
export const startPurgePermissions = (purgeRoleArn: string): readonly Statement[] => [
  allow('StartPurge', ['ssm:StartAutomationExecution'], purges),
  allow('PassPurgeRole', ['iam:PassRole'], purgeRoleArn, {
    StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' },
  }),
];

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

const readSteps = allow('ReadSteps', ['ssm:DescribeAutomationStepExecutions'], executions);

/** Every function puts events of its own, and of no other source. */
export const putEvents = allow('PutEvents', ['events:PutEvents'], defaultEventBus, {
  StringEquals: { 'events:source': eventSource },
});

/** The role of evaluate; its log and publishing are added where the role is made. */
export const evaluatePermissions: readonly Statement[] = [
  ...readUsers,
  readReport,
  allow('ReadAccount', ['iam:GetAccountAuthorizationDetails'], unnameable),
  // AWS does not document on which resource it checks a request about all users.
  allow('CountOtherCredentials', ['iam:ListServiceSpecificCredentials'], unnameable),
  allow('ReadResults', ['config:GetComplianceDetailsByConfigRule'], configRules),
  allow(
    'Evaluate',
    [
      'config:PutEvaluations',
      'config:GetResourceConfigHistory',
      'config:GetComplianceDetailsByResource',
    ],
    unnameable,
  ),
  // Lambda sends the record of a failed invocation under the function's role. When the destination is set, Lambda
  // checks the permission; AWS does not document with which source, or whether with one.
  allow('ReportFailure', ['events:PutEvents'], defaultEventBus, {
    StringEqualsIfExists: { 'events:source': 'lambda' },
  }),
];

/** The role of plan-revocation: it only reads; publishing is added where the role is made, as in those below. */
export const planRevocationPermissions: readonly Statement[] = [
  ...readUsers,
  readReport,
  readRule,
  allow('ReadPauseSwitch', ['ssm:GetParameter'], pauseSwitch),
  allow('CountRecords', ['ssm:GetParametersByPath'], listedRecords),
  allow('ReadRecords', readRecord, records),
  readExecution,
  allow('FindRestorations', ['ssm:DescribeAutomationExecutions'], unnameable),
];

/** The role of plan-retirement: it only reads. */
export const planRetirementPermissions: readonly Statement[] = [
  ...planRevocationPermissions,
  allow(
    'ReadPermissions',
    [
      ...['iam:ListGroupsForUser', 'iam:ListAttachedUserPolicies', 'iam:ListUserPolicies'],
      ...['iam:GetUserPolicy', 'iam:ListMFADevices'],
    ],
    users,
  ),
  allow('IdentifyPolicies', ['iam:GetPolicy'], customerPolicies),
  allow('ReadQuota', ['iam:GetAccountSummary'], unnameable),
  allow('ReadRetirement', ['ssm:GetParameterHistory'], retirements),
];

/** Reads which recorded permissions a user lacks, and which no longer exist. */
const readPermissions = [
  readQuarantine,
  allow('ReadPermissions', ['iam:ListGroupsForUser', 'iam:GetUserPolicy'], users),
  allow('FindGroups', ['iam:GetGroup'], groups),
  allow('FindPolicies', ['iam:GetPolicy'], managedPolicies),
];

/** Reads every record of a user, what retirements removed, and what earlier executions of the documents did. */
const readAllRecords = [
  allow('ReadRecords', ['ssm:GetParametersByPath', ...readRecord], records),
  allow('ReadRetirements', ['ssm:GetParameterHistory'], retirements),
  readExecution,
  readSteps,
  allow('ListRestorations', ['ssm:DescribeAutomationExecutions'], unnameable),
];

/** The role of plan-restoration: it only reads. */
export const planRestorationPermissions: readonly Statement[] = [
  ...readUsers,
  readRule,
  ...readPermissions,
  ...readAllRecords,
  allow('FindSecret', ['secretsmanager:DescribeSecret'], secrets),
];

/** The role of plan-purge: it only reads. */
export const planPurgePermissions: readonly Statement[] = [
  ...readUsers,
  readReport,
  readRule,
  allow('ReadAccount', ['iam:GetAccountAuthorizationDetails'], unnameable),
  allow('ReadPauseSwitch', ['ssm:GetParameter'], pauseSwitch),
  allow('ListRecords', ['ssm:GetParametersByPath'], listedRecords),
  allow('ReadRecords', readRecord, records),
  readExecution,
  readSteps,
  allow('ListExecutions', ['ssm:DescribeAutomationExecutions'], unnameable),
];

/** The role of issue-password: it creates one login profile and its secret. */
export const issuePasswordPermissions: readonly Statement[] = [
  ...readUsers,
  readQuarantine,
  allow('ReadPasswordPolicy', ['iam:GetAccountPasswordPolicy'], unnameable),
  allow('ReadRecord', readRecord, records),
  readExecution,
  readSteps,
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
  allow('IssuePassword', ['iam:CreateLoginProfile'], users, onlyUsersWith(restoringTag)),
  allow('ReplacePassword', ['iam:CreateLoginProfile'], users, onlyUsersWith(revokingTag)),
  neverTouchProtectedUser(['iam:CreateLoginProfile']),
];

/**
 * The role of restore-permissions, the only one that gives permissions back. AddUserToGroup supports no condition
 * on the user, so the function reads which user has the name right before it.
 */
export const restorePermissionsPermissions: readonly Statement[] = [
  allow('FindUser', ['iam:ListUsers'], unnameable),
  allow('ReadUser', ['iam:GetUser'], users),
  ...readPermissions,
  ...readAllRecords,
  allow('AddToGroup', ['iam:AddUserToGroup'], groups),
  allow(
    'GivePolicy',
    ['iam:AttachUserPolicy', 'iam:PutUserPolicy'],
    users,
    onlyUsersWith(restoringTag),
  ),
  allow('LiftDeny', ['iam:DetachUserPolicy'], users, {
    ...onlyUsersWith(restoringTag),
    ArnEquals: { 'iam:PolicyARN': denyAllArn },
  }),
  neverTouchProtectedUser(['iam:AttachUserPolicy', 'iam:DetachUserPolicy', 'iam:PutUserPolicy']),
];

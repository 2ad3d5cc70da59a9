import * as arns from './arns.ts';
import { allow, type Statement } from './statement.ts';

const readUsers = [
  allow('ReadUsers', ['iam:ListUsers'], arns.unnameable),
  allow(
    'ReadUser',
    ['iam:GetUser', 'iam:GetLoginProfile', 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed'],
    arns.users,
  ),
];

const readReport = allow(
  'ReadCredentialReport',
  ['iam:GenerateCredentialReport', 'iam:GetCredentialReport'],
  arns.unnameable,
);

const readRule = allow('ReadRule', ['config:DescribeConfigRules'], arns.unnameable);

const readQuarantine = allow('ReadQuarantine', ['iam:ListAttachedUserPolicies'], arns.users);

const readRecord = ['ssm:GetParameterHistory', 'ssm:ListTagsForResource'];

const readExecution = allow('ReadExecution', ['ssm:GetAutomationExecution'], arns.executions);

/** What evaluate may do, apart from its log and the topic. */
export const evaluatePermissions: readonly Statement[] = [
  ...readUsers,
  readReport,
  allow('ReadAccount', ['iam:GetAccountAuthorizationDetails'], arns.unnameable),
  allow('ReadResults', ['config:GetComplianceDetailsByConfigRule'], arns.configRules),
  allow('Evaluate', ['config:PutEvaluations', 'config:GetResourceConfigHistory'], arns.unnameable),
];

/** What plan-revocation may do, apart from its log: read. */
export const planRevocationPermissions: readonly Statement[] = [
  ...readUsers,
  readReport,
  readRule,
  allow('ReadPauseSwitch', ['ssm:GetParameter'], arns.pauseSwitch),
  allow('CountRecords', ['ssm:DescribeParameters'], arns.unnameable),
];

/** What plan-restoration may do, apart from its log: read. */
export const planRestorationPermissions: readonly Statement[] = [
  ...readUsers,
  readRule,
  readQuarantine,
  allow('ReadRecords', ['ssm:GetParametersByPath', ...readRecord], arns.records),
  readExecution,
  allow('FindSecret', ['secretsmanager:DescribeSecret'], arns.secrets),
];

/** What issue-password may do, apart from its log: make one login profile and its secret. */
export const issuePasswordPermissions: readonly Statement[] = [
  ...readUsers,
  readQuarantine,
  allow('ReadPasswordPolicy', ['iam:GetAccountPasswordPolicy'], arns.unnameable),
  allow('ReadRecord', readRecord, arns.records),
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
    arns.secrets,
  ),
  allow('IssuePassword', ['iam:CreateLoginProfile'], arns.users),
];

import { describe, expect, it } from 'vitest';
import * as actions from '../../../infra/protection/actions.ts';
import {
  may,
  mayTag,
  principals,
  resource,
  role,
  someone,
  whoMay,
} from './service-control-policy.ts';

const named = ['administrator', 'stackSets'];
const documents = [...named, 'restore', 'revoke', 'retire', 'purge'];
/** This policy does not deny operators and the schedule these actions, but their own policies allow few of them. */
const withOperator = [...named, 'operator', 'startPurge'];
const everyone = ['someone', ...Object.keys(principals)];
/** The actions of Lambda that change what a function does, or who can run it. */
const functionActions = [
  'lambda:CreateFunction',
  'lambda:DeleteFunction',
  'lambda:UpdateFunctionCode',
  'lambda:UpdateFunctionConfiguration',
  'lambda:PublishVersion',
  'lambda:CreateAlias',
  'lambda:UpdateAlias',
  'lambda:DeleteAlias',
  'lambda:AddPermission',
  'lambda:RemovePermission',
  'lambda:PutFunctionConcurrency',
  'lambda:DeleteFunctionConcurrency',
  'lambda:PutProvisionedConcurrencyConfig',
  'lambda:PutFunctionEventInvokeConfig',
  'lambda:UpdateFunctionEventInvokeConfig',
  'lambda:DeleteFunctionEventInvokeConfig',
  'lambda:CreateFunctionUrlConfig',
  'lambda:UpdateFunctionUrlConfig',
  'lambda:DeleteFunctionUrlConfig',
  'lambda:PutFunctionCodeSigningConfig',
  'lambda:PutFunctionRecursionConfig',
  'lambda:PutFunctionScalingConfig',
  'lambda:PutRuntimeManagementConfig',
];
/** The actions of IAM that change what a role can do, or who can assume it. */
const roleActions = [
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:UpdateRole',
  'iam:UpdateRoleDescription',
  'iam:UpdateAssumeRolePolicy',
  'iam:PutRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:AttachRolePolicy',
  'iam:DetachRolePolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:DeleteRolePermissionsBoundary',
  'iam:TagRole',
  'iam:UntagRole',
  'iam:PassRole',
];
const logActions = [
  ...['logs:DeleteLogGroup', 'logs:DeleteLogStream', 'logs:PutRetentionPolicy'],
  ...['logs:PutMetricFilter', 'logs:DeleteMetricFilter'],
];
const record = resource('ssm', 'parameter/unused-iam-credentials/records/AIDAX/1');

describe('records', () => {
  it.each([
    ...['PutParameter', 'DeleteParameter', 'DeleteParameters', 'AddTagsToResource'],
    ...['RemoveTagsFromResource', 'LabelParameterVersion', 'UnlabelParameterVersion'],
  ])('nobody else may ssm:%s', (action) => {
    expect(whoMay(`ssm:${action}`, record)).toEqual(documents);
  });

  it('can be read; everyone with the permission can set and remove the pause switch', () => {
    expect(whoMay('ssm:GetParameterHistory', record)).toEqual(everyone);
    const pause = resource('ssm', 'parameter/unused-iam-credentials/pause');
    for (const action of ['PutParameter', 'DeleteParameter', 'AddTagsToResource']) {
      expect(whoMay(`ssm:${action}`, pause)).toEqual(everyone);
    }
    const execution = resource('ssm', 'automation-execution/1');
    expect(may(someone, 'ssm:StopAutomationExecution', execution)).toBe(true);
  });
});

describe('what retirements removed', () => {
  const part = resource('ssm', 'parameter/unused-iam-credentials/retirements/AIDAX/1/1');
  const paths = ['', '/retirements', '/retirements/AIDAX'].map((path) =>
    resource('ssm', `parameter/unused-iam-credentials${path}`),
  );
  const readers = ['PlanRetirement', 'PlanRestoration', 'RestorePermissions'].map((name) =>
    role(`UnusedIamCredentials-${name}-eu-central-1`),
  );

  it('can be changed only by the documents', () => {
    for (const action of ['PutParameter', 'DeleteParameter', 'DeleteParameters']) {
      expect(whoMay(`ssm:${action}`, part)).toEqual(documents);
    }
  });

  it('can be read only by the functions that need it, also through a path above', () => {
    for (const action of ['GetParameter', 'GetParameters', 'GetParameterHistory']) {
      expect(whoMay(`ssm:${action}`, part)).toEqual(named);
      expect(readers.filter((reader) => !may(reader, `ssm:${action}`, part))).toEqual([]);
    }
    for (const path of paths) expect(whoMay('ssm:GetParametersByPath', path)).toEqual(named);
  });
});

describe('functions', () => {
  const functions = [
    ...['evaluate', 'plan-revocation', 'plan-retirement', 'plan-restoration', 'plan-purge'],
    ...['issue-password', 'restore-permissions'],
  ];
  const arns = functions.map((name) =>
    resource('lambda', `function:unused-iam-credentials-${name}`),
  );

  it('can be invoked only by the documents', () => {
    for (const arn of [...arns, `${arns[3]}:1`, `${arns[3]}:live`]) {
      expect(whoMay('lambda:InvokeFunction', arn)).toEqual(documents);
      expect(may(someone, 'lambda:GetFunctionConfiguration', arn)).toBe(true);
      expect(may(someone, 'lambda:ListVersionsByFunction', arn)).toBe(true);
    }
  });

  it.each(functionActions)('are changed by administrators only: %s', (action) => {
    for (const arn of arns) expect(whoMay(action, arn)).toEqual(withOperator);
    expect(may(someone, action, resource('lambda', 'function:payroll'))).toBe(true);
  });
});

describe('documents, roles and stacks', () => {
  it.each(['CreateDocument', 'UpdateDocument', 'UpdateDocumentDefaultVersion', 'DeleteDocument'])(
    'only administrators can ssm:%s; everyone with the permission can start them',
    (action) => {
      const document = resource('ssm', 'document/UnusedIamCredentials-Restore');
      expect(whoMay(`ssm:${action}`, document)).toEqual(withOperator);
      expect(may(someone, `ssm:${action}`, resource('ssm', 'document/Mine'))).toBe(true);
      const definition = resource('ssm', 'automation-definition/UnusedIamCredentials-Restore:1');
      expect(may(someone, 'ssm:StartAutomationExecution', definition)).toBe(true);
    },
  );

  it.each(roleActions)(
    'only administrators can create, change or pass a role that the policy allows, or the reader of passwords: %s',
    (action) => {
      const reader = 'team/Helpdesk';
      const allowed = ['stacksets-exec-evil', 'stacksets-exec-/evil', 'SecurityAdmin'];
      const own = [
        'UnusedIamCredentials-Restore-evil',
        'UnusedIamCredentials-Restore-eu-central-1',
      ];
      for (const name of [...allowed, ...own, reader]) {
        expect(whoMay(action, role(name))).toEqual(withOperator);
      }
      expect(may(someone, action, role('payroll'))).toBe(true);
    },
  );

  it('only administrators can have CloudFormation change or delete the stack with the role that created it', () => {
    const stack = resource('cloudformation', 'stack/StackSet-UnusedIamCredentials-1f2e/3d4c');
    const other = resource('cloudformation', 'stack/StackSet-Baseline-1f2e/3d4c');
    for (const action of actions.stackActions) {
      expect(whoMay(action, stack)).toEqual(withOperator);
      expect(may(someone, action, other)).toBe(true);
    }
    expect(may(someone, 'cloudformation:DetectStackDrift', stack)).toBe(true);
  });
});

describe('what tells people', () => {
  const events = resource('events', 'rule/unused-iam-credentials-ChangesToBus');
  const alarm = resource('cloudwatch', 'alarm:unused-iam-credentials-NoSucceededRun');
  const log = resource('logs', 'log-group:StackSet-UnusedIamCredentials-1f2e-EvaluateLog-ABC');
  const policy = `arn:aws:iam::123456789012:policy/UnusedIamCredentials-Encrypt-eu-central-1`;
  it.each([
    ['event rules', actions.eventActions, events, resource('events', 'rule/payroll')],
    ['alarms', actions.alarmActions, alarm, resource('cloudwatch', 'alarm:payroll')],
    ['logs', logActions, log, resource('logs', 'log-group:/aws/lambda/payroll')],
    ['the managed policy', actions.policyActions, policy, policy.replace('Unused', 'Other')],
  ])('is protected from everybody else: %s', (_, list, own, other) => {
    for (const action of list) {
      expect(whoMay(action, own), action).toEqual(withOperator);
      expect(may(someone, action, other), action).toBe(true);
    }
  });

  it('includes remediation exceptions of every rule, because AWS Config defines no resource for them', () => {
    expect(whoMay('config:PutRemediationExceptions', '*')).toEqual(named);
    expect(may(someone, 'config:DeleteRemediationExceptions', '*')).toBe(true);
  });
});

describe('what is protected', () => {
  // The tests above take some lists from the policy itself.
  it.each([
    [actions.policyActions, 'iam', 'CreatePolicy CreatePolicyVersion SetDefaultPolicyVersion'],
    [actions.policyActions, 'iam', 'DeletePolicy DeletePolicyVersion'],
    [actions.eventActions, 'events', 'PutRule DeleteRule DisableRule PutTargets RemoveTargets'],
    [actions.alarmActions, 'cloudwatch', 'PutMetricAlarm DeleteAlarms DisableAlarmActions'],
    [actions.alarmActions, 'cloudwatch', 'SetAlarmState'],
    [actions.documentActions, 'ssm', 'UpdateDocumentDefaultVersion ModifyDocumentPermission'],
    [actions.invocationActions, 'lambda', 'InvokeFunction InvokeAsync'],
    [actions.stackActions, 'cloudformation', 'UpdateStack DeleteStack ExecuteChangeSet'],
    [actions.stackActions, 'cloudformation', 'ExecuteStackRefactor RollbackStack SetStackPolicy'],
    [actions.stackActions, 'cloudformation', 'ContinueUpdateRollback CancelUpdateStack'],
    [actions.stackActions, 'cloudformation', 'UpdateTerminationProtection'],
  ])('includes these actions: %#', (list, service, names) => {
    const needed = names.split(' ').map((name) => `${service}:${name}`);
    expect(list).toEqual(expect.arrayContaining(needed));
  });
});

describe('secrets that hold issued passwords', () => {
  const secret = resource('secretsmanager', 'secret:unused-iam-credentials/AIDAX/1-a1B2c3');
  const issuer = role('UnusedIamCredentials-IssuePassword-eu-central-1');

  it.each(actions.secretActions)(
    'are changed by the issuing function and named roles only: %s',
    (action) => {
      expect(whoMay(action, secret)).toEqual(named);
      expect(may(issuer, action, secret)).toBe(true);
      const other = resource('secretsmanager', 'secret:unused-iam-credentials-x-a1B2c3');
      expect(may(someone, action, other)).toBe(true);
    },
  );

  it('are protected from another password or reader', () => {
    const names = ['PutResourcePolicy', 'DeleteResourcePolicy', 'PutSecretValue', 'UpdateSecret'];
    const more = [
      ...['UpdateSecretVersionStage', 'CreateSecret', 'ReplicateSecretToRegions'],
      'RotateSecret',
    ];
    const all = [...names, ...more].map((name) => `secretsmanager:${name}`);
    expect(new Set(actions.secretActions)).toEqual(new Set(all));
  });

  it('can be read and deleted as their own policy says', () => {
    for (const action of ['GetSecretValue', 'DeleteSecret', 'DescribeSecret']) {
      expect(may(someone, `secretsmanager:${action}`, secret)).toBe(true);
    }
  });

  it('are the only secrets that the issuing function can change', () => {
    expect(may(issuer, 'ssm:PutParameter', record)).toBe(false);
    expect(mayTag(issuer, 'unused-iam-credentials:protected')).toBe(false);
  });
});

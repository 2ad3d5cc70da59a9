import { describe, expect, it } from 'vitest';
import {
  functionActions,
  roleActions,
  secretActions,
  stackActions,
} from '../../../infra/protection/actions.ts';
import { may, mayTag, principals, resource, role, someone } from './service-control-policy.ts';

describe('records', () => {
  const record = resource('ssm', 'parameter/unused-iam-credentials/records/AIDAX/1');

  it.each([
    ...['PutParameter', 'DeleteParameter', 'DeleteParameters', 'AddTagsToResource'],
    ...['RemoveTagsFromResource', 'LabelParameterVersion', 'UnlabelParameterVersion'],
  ])('nobody else may ssm:%s', (action) => {
    expect(may(someone, `ssm:${action}`, record)).toBe(false);
    for (const principal of Object.values(principals)) {
      expect(may(principal, `ssm:${action}`, record)).toBe(true);
    }
  });

  it('can be read; everyone with the permission can set and remove the pause switch', () => {
    expect(may(someone, 'ssm:GetParameterHistory', record)).toBe(true);
    const pause = resource('ssm', 'parameter/unused-iam-credentials/pause');
    for (const action of ['PutParameter', 'DeleteParameter', 'AddTagsToResource']) {
      expect(may(someone, `ssm:${action}`, pause)).toBe(true);
    }
    const execution = resource('ssm', 'automation-execution/1');
    expect(may(someone, 'ssm:StopAutomationExecution', execution)).toBe(true);
  });
});

describe('functions', () => {
  const functions = ['evaluate', 'plan-revocation', 'plan-restoration', 'issue-password'];
  const arns = functions.map((name) =>
    resource('lambda', `function:unused-iam-credentials-${name}`),
  );

  it('are run by the automations only', () => {
    for (const arn of [...arns, `${arns[3]}:1`, `${arns[3]}:live`]) {
      expect(may(someone, 'lambda:InvokeFunction', arn)).toBe(false);
      expect(may(principals.revoke, 'lambda:InvokeFunction', arn)).toBe(true);
      expect(may(principals.restore, 'lambda:InvokeFunction', arn)).toBe(true);
      expect(may(someone, 'lambda:GetFunctionConfiguration', arn)).toBe(true);
    }
  });

  it('are protected from changes of their code, permissions and invocation', () => {
    expect(functionActions).toEqual(
      expect.arrayContaining([
        ...['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration'],
        ...['lambda:AddPermission', 'lambda:RemovePermission', 'lambda:CreateFunctionUrlConfig'],
        ...['lambda:PutFunctionConcurrency', 'lambda:PutFunctionEventInvokeConfig'],
        ...['lambda:CreateAlias', 'lambda:CreateFunction', 'lambda:DeleteFunction'],
        'lambda:DeleteFunctionUrlConfig',
      ]),
    );
  });

  it.each(functionActions)('are changed by administrators only: %s', (action) => {
    const other = resource('lambda', 'function:payroll');
    for (const arn of arns) {
      expect(may(someone, action, arn)).toBe(false);
      expect(may(principals.restore, action, arn)).toBe(false);
      expect(may(principals.revoke, action, arn)).toBe(false);
      expect(may(principals.stackSets, action, arn)).toBe(true);
      expect(may(principals.administrator, action, arn)).toBe(true);
      expect(may(someone, action, other)).toBe(true);
    }
  });
});

describe('documents, roles and stacks', () => {
  it.each(['CreateDocument', 'UpdateDocument', 'UpdateDocumentDefaultVersion', 'DeleteDocument'])(
    'only administrators can ssm:%s; everyone with the permission can start them',
    (action) => {
      const document = resource('ssm', 'document/UnusedIamCredentials-Restore');
      expect(may(someone, `ssm:${action}`, document)).toBe(false);
      expect(may(principals.restore, `ssm:${action}`, document)).toBe(false);
      expect(may(principals.stackSets, `ssm:${action}`, document)).toBe(true);
      expect(may(someone, `ssm:${action}`, resource('ssm', 'document/Mine'))).toBe(true);
      const definition = resource('ssm', 'automation-definition/UnusedIamCredentials-Restore:1');
      expect(may(someone, 'ssm:StartAutomationExecution', definition)).toBe(true);
    },
  );

  it('cover what changes a role or its use', () => {
    expect(roleActions).toEqual(
      expect.arrayContaining([
        ...['iam:CreateRole', 'iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRole'],
        ...['iam:AttachRolePolicy', 'iam:PutRolePermissionsBoundary', 'iam:PassRole'],
      ]),
    );
  });

  it.each(roleActions)(
    'only administrators can create or change a role that the policy allows: %s',
    (action) => {
      const spared = ['stacksets-exec-evil', 'stacksets-exec-/evil', 'SecurityAdmin'];
      for (const name of [...spared, 'UnusedIamCredentials-Restore-evil']) {
        expect(may(someone, action, role(name))).toBe(false);
        expect(may(principals.restore, action, role(name))).toBe(false);
        expect(may(principals.stackSets, action, role(name))).toBe(true);
        expect(may(principals.administrator, action, role(name))).toBe(true);
      }
      expect(may(someone, action, role('payroll'))).toBe(true);
    },
  );

  it('only administrators can pass the roles to another document or function', () => {
    expect(may(someone, 'iam:PassRole', principals.restore)).toBe(false);
    expect(may(someone, 'iam:PassRole', principals.administrator)).toBe(false);
    expect(may(principals.administrator, 'iam:PassRole', principals.restore)).toBe(true);
    expect(may(someone, 'iam:PassRole', role('payroll'))).toBe(true);
  });

  it('only administrators can have CloudFormation change or delete the stack with the role that created it', () => {
    const stack = resource('cloudformation', 'stack/StackSet-UnusedIamCredentials-1f2e/3d4c');
    const names = ['UpdateStack', 'DeleteStack', 'ExecuteChangeSet', 'CancelUpdateStack'];
    const locks = ['SetStackPolicy', 'UpdateTerminationProtection'];
    const actions = [...names, ...locks].map((name) => `cloudformation:${name}`);
    expect(stackActions).toEqual(expect.arrayContaining(actions));
    for (const action of stackActions) {
      expect(may(someone, action, stack)).toBe(false);
      expect(may(principals.stackSets, action, stack)).toBe(true);
      const other = resource('cloudformation', 'stack/StackSet-Baseline-1f2e/3d4c');
      expect(may(someone, action, other)).toBe(true);
    }
    expect(may(someone, 'cloudformation:DetectStackDrift', stack)).toBe(true);
  });
});

describe('secrets that hold issued passwords', () => {
  const secret = resource('secretsmanager', 'secret:unused-iam-credentials/AIDAX/1-a1B2c3');
  const issuer = role('UnusedIamCredentials-IssuePassword-eu-central-1');

  it.each(secretActions)(
    'are changed by the issuing function and named roles only: %s',
    (action) => {
      for (const principal of [someone, principals.restore, principals.revoke]) {
        expect(may(principal, action, secret)).toBe(false);
      }
      for (const principal of [issuer, principals.administrator, principals.stackSets]) {
        expect(may(principal, action, secret)).toBe(true);
      }
      const other = resource('secretsmanager', 'secret:unused-iam-credentials-x-a1B2c3');
      expect(may(someone, action, other)).toBe(true);
    },
  );

  it('are protected from another password or reader', () => {
    const names = ['PutResourcePolicy', 'DeleteResourcePolicy', 'PutSecretValue', 'UpdateSecret'];
    const more = ['UpdateSecretVersionStage', 'CreateSecret'];
    const actions = [...names, ...more].map((name) => `secretsmanager:${name}`);
    expect(new Set(secretActions)).toEqual(new Set(actions));
  });

  it('can be read and deleted as their own policy says', () => {
    for (const action of ['GetSecretValue', 'DeleteSecret', 'DescribeSecret']) {
      expect(may(someone, `secretsmanager:${action}`, secret)).toBe(true);
    }
  });

  it('are all that the issuing function can change', () => {
    const record = resource('ssm', 'parameter/unused-iam-credentials/records/AIDAX/1');
    expect(may(issuer, 'ssm:PutParameter', record)).toBe(false);
    expect(mayTag(issuer, 'unused-iam-credentials:protected')).toBe(false);
  });
});

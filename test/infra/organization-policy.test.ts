import { beforeAll, describe, expect, it } from 'vitest';
import { passedOnParameters } from '../../infra/organization-parameters.ts';
import {
  functionActions,
  roleActions,
  secretActions,
  stackActions,
} from '../../infra/protected-actions.ts';
import { protectionParameters } from '../../infra/protection-parameters.ts';
import { findConflicts } from '../../infra/settings-conflicts.ts';
import type { Settings } from '../../infra/settings-values.ts';
import {
  mostWaveExemptions,
  policyCharacters,
  waveExemptions,
} from '../../infra/wave-exemptions.ts';
import { evaluatePolicies, type Policy } from '../local-aws/index.ts';
import { resolveOrganization } from './organization-template.ts';
import { propertiesOf } from './resolved.ts';

const administrator = 'arn:aws:iam::*:role/SecurityAdmin';
const parameters = {
  ProtectByPolicy: 'true',
  PolicyTargetIds: 'r-ab12',
  AdministratorRoleArns: administrator,
  ExemptPathPrefixes: '/break-glass/,/vendors/eu/',
  ExemptUntilTag: 'Keep-Until',
};

async function policyWith(more: Record<string, string> = {}, settings?: Settings): Promise<Policy> {
  const made = await resolveOrganization({ ...parameters, ...more }, settings);
  return propertiesOf(made, 'ProtectionPolicy')['Content'] as Policy;
}

let policy: Policy;
beforeAll(async () => {
  policy = await policyWith();
});

const account = '123456789012';
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;
const resource = (service: string, rest: string) =>
  `arn:aws:${service}:eu-central-1:${account}:${rest}`;
const somebody = role('Developer');
const principals = {
  administrator: role('SecurityAdmin'),
  stackSets: role('stacksets-exec-49c1b0ec2c7c4f3e'),
  restore: role('UnusedIamCredentials-Restore-eu-central-1'),
  revoke: role('UnusedIamCredentials-Revoke-eu-central-1'),
};

/** Whether the policy leaves it to a principal who is otherwise allowed everything. */
function may(
  principal: string,
  action: string,
  on: string,
  context: Record<string, string | readonly string[]> = {},
  scp = policy,
): boolean {
  const everything: Policy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  };
  const request = { action, resource: on, context: { ...context, 'aws:PrincipalArn': principal } };
  return evaluatePolicies([everything, scp], request).allowed;
}

const mayTag = (principal: string, key: string, action = 'iam:TagUser', scp = policy) =>
  may(principal, action, user('alice'), { 'aws:TagKeys': ['team', key] }, scp);

describe('the tags that exempt and protect', () => {
  const exemption = 'unused-iam-credentials:exempt-until';

  it.each([
    ...[exemption, 'UNUSED-iam-credentials:Exempt-Until', 'unused-iam-credentials:PROTECTED'],
    ...['Keep-Until', 'keep-until'],
  ])('%s is set, removed and given at creation by nobody else', (key) => {
    for (const action of ['iam:TagUser', 'iam:UntagUser', 'iam:CreateUser']) {
      expect(mayTag(somebody, key, action)).toBe(false);
      expect(mayTag(principals.revoke, key, action)).toBe(false);
      expect(mayTag(principals.administrator, key, action)).toBe(true);
      expect(mayTag(principals.stackSets, key, action)).toBe(true);
      expect(mayTag(principals.restore, key, action)).toBe(true);
    }
  });

  it('other tags are everybody’s, and so are users without tags', () => {
    expect(mayTag(somebody, 'cost-center')).toBe(true);
    expect(mayTag(somebody, 'unused-iam-credentials:revoked')).toBe(true);
    expect(may(somebody, 'iam:CreateUser', user('bob'))).toBe(true);
    expect(may(somebody, 'iam:UpdateUser', user('bob'))).toBe(true);
    expect(may(somebody, 'iam:DeleteUser', user('bob'))).toBe(true);
  });

  it('the root user of an account and its other administrators are nobody special', () => {
    expect(mayTag(`arn:aws:iam::${account}:root`, exemption)).toBe(false);
    expect(mayTag(role('OrganizationAccountAccessRole'), exemption)).toBe(false);
    expect(mayTag(user('SecurityAdmin'), exemption)).toBe(false);
  });
});

describe('exempt paths', () => {
  it.each(['break-glass/root', 'break-glass/deep/er', 'vendors/eu/x'])(
    'nobody else makes or moves a user in or out of %s',
    (name) => {
      for (const action of ['iam:CreateUser', 'iam:UpdateUser']) {
        expect(may(somebody, action, user(name))).toBe(false);
        expect(may(principals.restore, action, user(name))).toBe(false);
        expect(may(principals.administrator, action, user(name))).toBe(true);
      }
    },
  );

  it('paths beside them are free', () => {
    for (const name of ['break-glass', 'vendors/us/x', 'x/break-glass/y']) {
      expect(may(somebody, 'iam:CreateUser', user(name))).toBe(true);
    }
  });

  it('without any no path is', async () => {
    const scp = await policyWith({ ExemptPathPrefixes: '' });
    expect(JSON.stringify(scp)).not.toContain('user/b');
    expect(may(somebody, 'iam:CreateUser', user('break-glass/x'), {}, scp)).toBe(true);
    expect(may(somebody, 'iam:DeleteRole', principals.restore, {}, scp)).toBe(false);
  });
});

describe('records', () => {
  const record = resource('ssm', 'parameter/unused-iam-credentials/records/AIDAX/1');

  it.each([
    ...['PutParameter', 'DeleteParameter', 'DeleteParameters', 'AddTagsToResource'],
    ...['RemoveTagsFromResource', 'LabelParameterVersion', 'UnlabelParameterVersion'],
  ])('nobody else may ssm:%s', (action) => {
    expect(may(somebody, `ssm:${action}`, record)).toBe(false);
    for (const principal of Object.values(principals)) {
      expect(may(principal, `ssm:${action}`, record)).toBe(true);
    }
  });

  it('can be read; the pause switch can be set and removed by anybody who has the rights', () => {
    expect(may(somebody, 'ssm:GetParameterHistory', record)).toBe(true);
    const pause = resource('ssm', 'parameter/unused-iam-credentials/pause');
    for (const action of ['PutParameter', 'DeleteParameter', 'AddTagsToResource']) {
      expect(may(somebody, `ssm:${action}`, pause)).toBe(true);
    }
    const execution = resource('ssm', 'automation-execution/1');
    expect(may(somebody, 'ssm:StopAutomationExecution', execution)).toBe(true);
  });
});

describe('functions', () => {
  const functions = ['evaluate', 'plan-revocation', 'plan-restoration', 'issue-password'];
  const arns = functions.map((name) =>
    resource('lambda', `function:unused-iam-credentials-${name}`),
  );

  it('are run by the automations only', () => {
    for (const arn of [...arns, `${arns[3]}:1`, `${arns[3]}:live`]) {
      expect(may(somebody, 'lambda:InvokeFunction', arn)).toBe(false);
      expect(may(principals.revoke, 'lambda:InvokeFunction', arn)).toBe(true);
      expect(may(principals.restore, 'lambda:InvokeFunction', arn)).toBe(true);
      expect(may(somebody, 'lambda:GetFunctionConfiguration', arn)).toBe(true);
    }
  });

  it('are kept from what changes their code, their permissions or who may run them', () => {
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

  it.each(functionActions)('are changed by nobody else: %s', (action) => {
    const other = resource('lambda', 'function:payroll');
    for (const arn of arns) {
      expect(may(somebody, action, arn)).toBe(false);
      expect(may(principals.restore, action, arn)).toBe(false);
      expect(may(principals.revoke, action, arn)).toBe(false);
      expect(may(principals.stackSets, action, arn)).toBe(true);
      expect(may(principals.administrator, action, arn)).toBe(true);
      expect(may(somebody, action, other)).toBe(true);
    }
  });
});

describe('documents, roles and stacks', () => {
  it.each(['CreateDocument', 'UpdateDocument', 'UpdateDocumentDefaultVersion', 'DeleteDocument'])(
    'nobody else may ssm:%s; whoever has the rights may start them',
    (action) => {
      const document = resource('ssm', 'document/UnusedIamCredentials-Restore');
      expect(may(somebody, `ssm:${action}`, document)).toBe(false);
      expect(may(principals.restore, `ssm:${action}`, document)).toBe(false);
      expect(may(principals.stackSets, `ssm:${action}`, document)).toBe(true);
      expect(may(somebody, `ssm:${action}`, resource('ssm', 'document/Mine'))).toBe(true);
      const definition = resource('ssm', 'automation-definition/UnusedIamCredentials-Restore:1');
      expect(may(somebody, 'ssm:StartAutomationExecution', definition)).toBe(true);
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

  it.each(roleActions)('nobody makes himself a role that is spared by %s', (action) => {
    const spared = ['stacksets-exec-evil', 'stacksets-exec-/evil', 'SecurityAdmin'];
    for (const name of [...spared, 'UnusedIamCredentials-Restore-evil']) {
      expect(may(somebody, action, role(name))).toBe(false);
      expect(may(principals.restore, action, role(name))).toBe(false);
      expect(may(principals.stackSets, action, role(name))).toBe(true);
      expect(may(principals.administrator, action, role(name))).toBe(true);
    }
    expect(may(somebody, action, role('payroll'))).toBe(true);
  });

  it('nobody else passes the roles to a document or function of his own', () => {
    expect(may(somebody, 'iam:PassRole', principals.restore)).toBe(false);
    expect(may(somebody, 'iam:PassRole', principals.administrator)).toBe(false);
    expect(may(principals.administrator, 'iam:PassRole', principals.restore)).toBe(true);
    expect(may(somebody, 'iam:PassRole', role('payroll'))).toBe(true);
  });

  it('nobody else lets CloudFormation change or delete the stack by the role that made it', () => {
    const stack = resource('cloudformation', 'stack/StackSet-UnusedIamCredentials-1f2e/3d4c');
    const names = ['UpdateStack', 'DeleteStack', 'ExecuteChangeSet', 'CancelUpdateStack'];
    const locks = ['SetStackPolicy', 'UpdateTerminationProtection'];
    const actions = [...names, ...locks].map((name) => `cloudformation:${name}`);
    expect(stackActions).toEqual(expect.arrayContaining(actions));
    for (const action of stackActions) {
      expect(may(somebody, action, stack)).toBe(false);
      expect(may(principals.stackSets, action, stack)).toBe(true);
      const other = resource('cloudformation', 'stack/StackSet-Baseline-1f2e/3d4c');
      expect(may(somebody, action, other)).toBe(true);
    }
    expect(may(somebody, 'cloudformation:DetectStackDrift', stack)).toBe(true);
  });
});

describe('secrets that hold issued passwords', () => {
  const secret = resource('secretsmanager', 'secret:unused-iam-credentials/AIDAX/1-a1B2c3');
  const issuer = role('UnusedIamCredentials-IssuePassword-eu-central-1');

  it.each(secretActions)(
    'are changed by the issuing function and named roles only: %s',
    (action) => {
      for (const principal of [somebody, principals.restore, principals.revoke]) {
        expect(may(principal, action, secret)).toBe(false);
      }
      for (const principal of [issuer, principals.administrator, principals.stackSets]) {
        expect(may(principal, action, secret)).toBe(true);
      }
      const other = resource('secretsmanager', 'secret:unused-iam-credentials-x-a1B2c3');
      expect(may(somebody, action, other)).toBe(true);
    },
  );

  it('are closed to what puts another password or reader into them', () => {
    const names = ['PutResourcePolicy', 'DeleteResourcePolicy', 'PutSecretValue', 'UpdateSecret'];
    const more = ['UpdateSecretVersionStage', 'CreateSecret'];
    const actions = [...names, ...more].map((name) => `secretsmanager:${name}`);
    expect(new Set(secretActions)).toEqual(new Set(actions));
  });

  it('are read by whom their own policy says, who may delete them', () => {
    for (const action of ['GetSecretValue', 'DeleteSecret', 'DescribeSecret']) {
      expect(may(somebody, `secretsmanager:${action}`, secret)).toBe(true);
    }
  });

  it('are all that the issuing function may do more than others', () => {
    const record = resource('ssm', 'parameter/unused-iam-credentials/records/AIDAX/1');
    expect(may(issuer, 'ssm:PutParameter', record)).toBe(false);
    expect(mayTag(issuer, 'unused-iam-credentials:protected')).toBe(false);
  });
});

describe('what waves exempt', () => {
  it('is protected as well', async () => {
    const wave = {
      organizationalUnitIds: ['ou-ab12-cd34ef56'],
      parameters: { ExemptUntilTag: 'wave:until', ExemptPathPrefixes: '/wave/,/robots/' },
    };
    const settings = {
      defaults: {},
      waves: [wave, { ...wave, organizationalUnitIds: ['ou-ab12-x2345678'] }],
    };
    for (const prefixes of ['/break-glass/', '']) {
      const scp = await policyWith({ ExemptPathPrefixes: prefixes }, settings);
      expect(mayTag(somebody, 'WAVE:until', 'iam:TagUser', scp)).toBe(false);
      expect(mayTag(somebody, 'keep-until', 'iam:TagUser', scp)).toBe(false);
      expect(may(somebody, 'iam:CreateUser', user('robots/x'), {}, scp)).toBe(false);
      expect(may(somebody, 'iam:CreateUser', user('wave/x'), {}, scp)).toBe(false);
      expect(may(somebody, 'iam:CreateUser', user('x'), {}, scp)).toBe(true);
      const breakGlass = may(somebody, 'iam:CreateUser', user('break-glass/x'), {}, scp);
      expect(breakGlass).toBe(prefixes === '');
    }
  });
});

describe('the size of the policy', () => {
  const sizeOf = (scp: Policy) => JSON.stringify(scp).length;
  const repeated = (part: string, length: number) =>
    part.repeat(Math.floor((length + 1) / part.length)).slice(0, -1);

  it('leaves half of what AWS takes free with usual values', async () => {
    const sso =
      'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_SecurityAdmin_*';
    const roles = `${administrator},${sso}`;
    const usual = { AdministratorRoleArns: roles, ExemptPathPrefixes: '/break-glass/' };
    expect(sizeOf(await policyWith(usual))).toBeLessThan(5_120);
  });

  it('is within what AWS takes with the longest ones, and as much as waves may have', async () => {
    const { ExemptPathPrefixes, ExemptUntilTag } = passedOnParameters;
    const most = {
      // As many of them as there can be, since each has its quotation marks and what else is put around it.
      AdministratorRoleArns: repeated(
        'arn:*:iam::*:role/a,',
        protectionParameters.AdministratorRoleArns.maxLength,
      ),
      ExemptPathPrefixes: repeated('/"/,', ExemptPathPrefixes.maxLength ?? 0),
      ExemptUntilTag: 'x'.repeat(128),
    };
    expect(ExemptUntilTag.allowedPattern).toContain('{1,128}');
    const wave = (index: number) => {
      const organizationalUnitIds = [`ou-ab12-${index}2345678`];
      const parameters = { ExemptPathPrefixes: `/${index}${'w'.repeat(210)}/` };
      return { organizationalUnitIds, parameters };
    };
    const waves = [1, 2, 3, 4, 5].map(wave);
    expect(policyCharacters(waveExemptions(waves))).toBeGreaterThan(mostWaveExemptions - 60);
    expect(findConflicts({ defaults: {}, waves })).toEqual([]);
    const size = sizeOf(await policyWith(most, { defaults: {}, waves }));
    expect(size + 60).toBeLessThanOrEqual(10_240);
    expect(findConflicts({ defaults: {}, waves: [...waves, wave(6)] })).toEqual([
      expect.stringMatching(/1200 are free/u),
    ]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { listPermissions } from '../../../local-aws/policy/authorize.ts';
import { allow, caller, type RoleFixture, refusedBy, startRole } from './fixture.ts';

const users = 'arn:aws:iam::123456789012:user/*';

let role: RoleFixture;
beforeEach(async () => {
  role = await startRole();
});
afterEach(() => role.aws.close());

describe('where the account has roles', () => {
  it('a role does what its policies allow, and is told what they do not', () => {
    role.permit(allow('iam:GetUser', users));
    expect(role.call('iam', 'GetUser', { UserName: 'frank' })).toBe('done');
    const action = 'iam:ListUsers';
    expect(role.call('iam', 'ListUsers')).toBe(
      `AccessDenied: User: ${caller} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`,
    );
  });

  it('a Deny is told as such', () => {
    role.permit(allow('iam:*', users), { Effect: 'Deny', Action: 'iam:GetUser', Resource: '*' });
    const told =
      / on resource: .*user\/staff\/frank with an explicit deny in an identity-based policy$/;
    expect(role.call('iam', 'GetUser', { UserName: 'frank' })).toMatch(told);
  });

  it('each service has its own code for a denial', () => {
    role.permit();
    expect(role.call('ssm', 'GetParameter', { Name: 'a' })).toEqual(
      refusedBy('AccessDeniedException'),
    );
    expect(role.call('config', 'DescribeConfigRules')).toEqual(refusedBy('AccessDeniedException'));
    expect(role.call('sns', 'Publish', { TopicArn: 'x' })).toEqual(refusedBy('AuthorizationError'));
  });

  it('a role that is not among them, or of another account, may do nothing', () => {
    role.permit(allow('*', '*'));
    const others = [caller.replace('Revoker', 'Other'), caller.replace('1234', '4321')];
    const answers = others.map((other) => role.call('iam', 'ListUsers', {}, other));
    expect(answers).toEqual([refusedBy('AccessDenied'), refusedBy('AccessDenied')]);
  });

  it('a user may do everything, and who is neither user nor session is an error', () => {
    role.permit();
    expect(role.call('iam', 'ListUsers', {}, 'arn:aws:iam::123456789012:user/operator')).toBe(
      'done',
    );
    const arn = 'arn:aws:iam::123456789012:role/Revoker';
    expect(role.call('iam', 'ListUsers', {}, arn)).toMatch(/^InternalFailure: .*role\/Revoker/);
  });

  it('a policy that is not understood is an error, not a denial', () => {
    role.permit(allow('*', '*', { Bool: { 'aws:SecureTransport': 'true' } }));
    expect(role.call('iam', 'ListUsers')).toMatch(/^InternalFailure: .*SecureTransport/);
  });

  it('an operation is authorized before a fault strikes, and an unknown one stays unknown', () => {
    role.permit(allow('iam:GetUser', users));
    role.aws.faults.push({ code: 'ServiceFailure', status: 500 }, deny('GetUser'));
    expect(role.call('iam', 'ListUsers')).toEqual(refusedBy('AccessDenied'));
    expect(role.call('iam', 'GetUser', { UserName: 'frank' })).toMatch(/^ServiceFailure/);
    expect(role.call('iam', 'ListGroups')).toMatch(/^InvalidAction/);
  });
});

it('without roles everybody may do everything, and nothing is noted', () => {
  expect(role.call('iam', 'ListUsers')).toBe('done');
  expect(role.account.permissionsUsed).toEqual(new Set());
});

it('what allows or denies a call is noted; the rest of what the policies say nothing has used', () => {
  role.permit(
    { ...allow(['iam:Get*', 'iam:ListUsers', 'ssm:GetParameter'], '*'), Sid: 'Read' },
    { Effect: 'Deny', Action: ['iam:GetUser', 'iam:TagUser'], Resource: users },
  );
  for (const operation of ['ListUsers', 'GetUser', 'ListAccessKeys']) {
    role.call('iam', operation, { UserName: 'frank' });
  }
  expect([...role.account.permissionsUsed]).toEqual([
    'Revoker iam:ListUsers * (Allow, Read of policy 1)',
    `Revoker iam:GetUser ${users} (Deny, 2 of policy 1)`,
  ]);
  const all = [...listPermissions(role.account.roles ?? new Map())];
  expect(all.filter((permission) => !role.account.permissionsUsed.has(permission))).toEqual([
    'Revoker iam:Get* * (Allow, Read of policy 1)',
    'Revoker ssm:GetParameter * (Allow, Read of policy 1)',
    `Revoker iam:TagUser ${users} (Deny, 2 of policy 1)`,
  ]);
});

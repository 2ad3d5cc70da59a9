import { expect, it } from 'vitest';
import { deny } from '../../../../local-aws/faults.ts';
import { evaluatePolicies, type Statement } from '../../../../local-aws/policy/policy.ts';
import { password } from '../../../builders/account.ts';
import { readerRoleArn } from '../../../builders/remediation.ts';
import { hurry, revoked } from '../../../remediation-docs/restoration-case.ts';
import {
  changes,
  currentSecrets,
  isMarked,
  output,
  statusesOf,
} from '../../../remediation-docs/restoration-views.ts';

type StatementOfSecret = Statement & { readonly Principal: unknown };

const asked = { RestorePassword: 'true' };
const issuerRoleArn = 'arn:aws:iam::123456789012:role/UnusedIamCredentials-IssuePassword-us-east-1';
const changingActions = [
  ...['PutResourcePolicy', 'DeleteResourcePolicy', 'PutSecretValue', 'UpdateSecret'],
  ...['UpdateSecretVersionStage', 'ReplicateSecretToRegions', 'RotateSecret'],
].map((operation) => `secretsmanager:${operation}`);
const strict = {
  MinimumPasswordLength: 40,
  RequireSymbols: true,
  RequireNumbers: true,
  RequireUppercaseCharacters: true,
  RequireLowercaseCharacters: true,
  AllowUsersToChangePassword: true,
};

it.each([
  ['is not set', ''],
  ['is of another account', readerRoleArn.replace('123456789012', '210987654321')],
  ['is no ARN', 'PasswordReader'],
])('issues no password, but restores the keys, if the reader role %s', async (_, arn) => {
  const found = await revoked();
  const { local, frank, account } = found;
  local.readerRoleArn = arn;
  hurry(found);
  const failed = await local.restore(frank.userId, asked);
  expect(failed.status).toBe('Failed');
  expect(failed.failureMessage).toMatch(/Not restored for user frank \(AIDA\w+\): password\./);
  const step = failed.steps.find(({ name }) => name === 'IssuePassword');
  expect(step?.failureMessage).toContain('PASSWORD_READER_ROLE_ARN');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect([frank.loginProfile, account.secrets.size, isMarked(found)]).toEqual([
    undefined,
    0,
    false,
  ]);

  local.readerRoleArn = readerRoleArn;
  const completed = await local.restore(frank.userId, asked);
  expect(completed.status).toBe('Success');
  expect(currentSecrets(account)).toEqual([
    { userName: 'frank', password: frank.loginProfile?.password },
  ]);
  expect(isMarked(found)).toBe(true);
});

it.each([
  ['by its ARN', readerRoleArn],
  ['for whichever account', readerRoleArn.replace('123456789012', '{account}')],
])(
  'stores the password in a secret that only the reader role (%s) could read before the password was in it',
  async (_, setting) => {
    const { local, frank, account, aws, revocation } = await revoked();
    local.readerRoleArn = setting;
    const done = await local.restore(frank.userId, asked);
    const [secret] = account.secrets.values();
    expect(secret?.name).toBe(`unused-iam-credentials/${frank.userId}/${revocation.id}`);
    expect(output(done, 'Password.SecretArn')).toBe(secret?.arn);
    expect(currentSecrets(account)).toEqual([
      { userName: 'frank', password: frank.loginProfile?.password },
    ]);
    const read = { Action: 'secretsmanager:GetSecretValue', Resource: '*' };
    expect(JSON.parse(secret?.policy ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'ReaderMay', Effect: 'Allow', Principal: { AWS: readerRoleArn }, ...read },
        {
          ...{ Sid: 'NobodyElseMay', Effect: 'Deny', Principal: '*', ...read },
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': readerRoleArn } },
        },
        {
          ...{ Sid: 'OnlyIssuerMayChange', Effect: 'Deny', Principal: '*', Resource: '*' },
          Action: changingActions,
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': issuerRoleArn } },
        },
      ],
    });
    const order = changes(aws).filter((name) => /Secret|ResourcePolicy|LoginProfile/.test(name));
    expect(order).toEqual([
      ...['CreateSecret', 'PutResourcePolicy', 'PutSecretValue', 'CreateLoginProfile'],
    ]);
  },
);

it('closes the secret to everybody else, including administrators, who can still delete it', async () => {
  const { local, frank, account } = await revoked();
  await local.restore(frank.userId, asked);
  const [secret] = account.secrets.values();
  // Everyone's own policies allow everything; principals of a resource's policy are not supported here.
  const { Statement } = JSON.parse(secret?.policy ?? '{}') as { Statement: StatementOfSecret[] };
  const denials = Statement.filter(({ Effect }) => Effect === 'Deny');
  expect(denials.map(({ Principal }) => Principal)).toEqual(['*', '*']);
  const policy = {
    Version: '2012-10-17' as const,
    Statement: [
      { Effect: 'Allow' as const, Action: '*', Resource: '*' },
      ...denials.map(({ Principal, ...rest }) => rest),
    ],
  };
  const may = (principal: string, operation: string) =>
    evaluatePolicies([policy], {
      action: `secretsmanager:${operation}`,
      resource: secret?.arn ?? '',
      context: { 'aws:PrincipalArn': principal },
    }).allowed;
  const administrator = 'arn:aws:iam::123456789012:role/Administrator';
  for (const action of changingActions.map((each) => each.replace('secretsmanager:', ''))) {
    expect(may(issuerRoleArn, action), action).toBe(true);
    expect(may(readerRoleArn, action), action).toBe(false);
    expect(may(administrator, action), action).toBe(false);
  }
  expect(may(readerRoleArn, 'GetSecretValue')).toBe(true);
  for (const other of [administrator, issuerRoleArn]) {
    expect(may(other, 'GetSecretValue')).toBe(false);
  }
  for (const operation of ['DeleteSecret', 'RestoreSecret']) {
    expect(may(administrator, operation), operation).toBe(true);
  }
});

it('puts no value into a secret that it could not close', async () => {
  const found = await revoked();
  const { local, frank, account, aws } = found;
  aws.faults.push(deny('PutResourcePolicy'));
  hurry(found);
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Failed');
  expect([...account.secrets.values()].map(({ versions }) => versions)).toEqual([[]]);
  expect(frank.loginProfile).toBeUndefined();
});

it('makes a password that a strict policy accepts', async () => {
  const { local, frank, account } = await revoked({ account: { passwordPolicy: strict } });
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(frank.loginProfile?.password).toHaveLength(40);
  expect(output(done, 'Password.Warning')).toBe('None');
  expect(account.secrets.size).toBe(1);
});

it.each([
  [false, 'true', /the account does not let users change their own/],
  [true, 'true', /^None$/],
  [false, 'false', /^None$/],
])(
  'warns if users may not change their password (AllowUsersToChangePassword %s) but must (%s)',
  async (AllowUsersToChangePassword, PasswordResetRequired, warning) => {
    const passwordPolicy = { ...strict, AllowUsersToChangePassword };
    const { local, frank } = await revoked({ account: { passwordPolicy } });
    const done = await local.restore(frank.userId, { ...asked, PasswordResetRequired });
    expect(output(done, 'Password.Warning')).toMatch(warning);
    expect(frank.loginProfile?.passwordResetRequired).toBe(PasswordResetRequired === 'true');
  },
);

it('waits while IAM calls the user temporarily unmodifiable', async () => {
  const { local, frank, account, aws } = await revoked();
  const busy = { code: 'EntityTemporarilyUnmodifiable', status: 409, times: 2 };
  aws.faults.push({ operation: 'CreateLoginProfile', ...busy });
  const begun = local.now;
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(aws.requests.counts['CreateLoginProfile']).toBe(3);
  expect(local.now - begun).toBeLessThan(60_000);
  expect(currentSecrets(account)).toMatchObject([{ password: frank.loginProfile?.password }]);
});

it('changes nothing if someone issued a password after the plan, and leaves the secret', async () => {
  const { local, frank, account, aws } = await revoked();
  const issue = () => Object.assign(frank, password(0));
  aws.faults.push({ operation: 'UpdateAccessKey', before: issue, times: 1 });
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(frank.loginProfile).toEqual(password(0).loginProfile);
  expect(output(done, 'Password.Warning')).toContain('the user already has a password');
  expect(account.secrets.size).toBe(0);
  expect(changes(aws)).not.toContain('CreateLoginProfile');
});

import { expect, it } from 'vitest';
import { day } from '../../builders/account.ts';
import { changes, ending, recordsIn, startCase, usable } from '../revocation-case.ts';

const replace = { PasswordAction: 'Replace' };

/** The user names and passwords in the current versions of all secrets. */
function secretsIn({ account }: Awaited<ReturnType<typeof startCase>>) {
  return [...account.secrets.values()].map(({ versions }) => {
    const current = versions.find(({ stages }) => stages.includes('AWSCURRENT'));
    return JSON.parse(current?.value ?? '{}');
  });
}

it('a person replaces an unused password by a new one in a secret, to be changed at the first sign-in', async () => {
  const found = await startCase();
  const { local, frank, account } = found;
  const old = frank.loginProfile?.password;
  const done = await local.revoke(frank.userId, replace);
  expect([ending(done), usable(frank)]).toEqual(['Success Revoke', ['password']]);
  expect(frank.loginProfile).toMatchObject({ passwordResetRequired: true });
  expect(frank.loginProfile?.password).not.toBe(old);
  expect(secretsIn(found)).toEqual([{ userName: 'frank', password: frank.loginProfile?.password }]);
  const [stored] = recordsIn(account);
  expect(stored?.record.credentials.map(({ action }) => action)).toEqual(['Deactivate', 'Replace']);
  expect(Object.keys(stored?.tags ?? {})).toEqual(['applied', 'restored-password']);
  // Only the secret and IAM know the password.
  const { secrets: _, users: __, automation, ...rest } = account;
  const seen = [
    done,
    [...automation.executions.values()],
    local.log,
    rest,
    [...account.parameters],
  ];
  expect(JSON.stringify(seen)).not.toContain(frank.loginProfile?.password);
  const [message] = account.published;
  expect(message?.message).toContain('- password: deleted; used 2026-08-13');
  expect(message?.message).toContain(
    `The user has a new password, which is in the secret unused-iam-credentials/${frank.userId}/${done.id}`,
  );
});

it('the new password stays: neither the rule nor a later revocation finds it unused, and a restoration gives back the key only', async () => {
  const { local, frank, key } = await startCase();
  await local.revoke(frank.userId, replace);
  local.now += 2 * day;
  const fresh = frank.loginProfile?.password;
  expect(ending(await local.revoke(frank.userId))).toBe('Success NothingDue');
  await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(usable(frank)).toEqual([key.accessKeyId, 'password']);
  expect(frank.loginProfile?.password).toBe(fresh);
});

it('a replacement does not count as a restoration, so a key can be revoked on the same day', async () => {
  const { local, frank } = await startCase();
  const first = await local.revoke(frank.userId, { ...replace, AccessKeyAction: 'Keep' });
  expect(ending(first)).toBe('Success Revoke');
  local.now += 60_000;
  const second = await local.revoke(frank.userId);
  expect([ending(second), usable(frank)]).toEqual(['Success Revoke', ['password']]);
});

it('a password that was removed after its replacement does not come back by the old record', async () => {
  const { local, frank, account } = await startCase({ accessKeys: [] });
  await local.revoke(frank.userId, replace);
  local.now += 2 * day;
  frank.loginProfile = undefined;
  const { outputs } = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect([outputs['Decision.Outcome'], usable(frank), account.secrets.size]).toEqual([
    ...[['NothingRestorable'], [], 1],
  ]);
});

it.each(['AWS Config', 'somebody unknown'])(
  'counts as Keep where %s started the document, and says so',
  async (who) => {
    const { local, frank, account } = await startCase({ accessKeys: [] });
    const parameters = { IAMResourceId: frank.userId, ...replace };
    const id = local.start('revoke', parameters);
    const execution = account.automation.executions.get(id);
    const executedBy =
      who === 'AWS Config'
        ? 'arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForConfigRemediation/session'
        : undefined;
    if (execution) Object.assign(execution, { executedBy });
    const done = await local.ended(id);
    expect([ending(done), usable(frank)]).toEqual(['Success NothingDue', ['password']]);
    expect(String(done.outputs['Decision.Reason'])).toContain(
      'PasswordAction counts as Keep, because only a person may replace a password',
    );
    expect(changes(local)).not.toContain('DeleteLoginProfile');
  },
);

it('a replacement is refused before any change if the deployment cannot issue passwords', async () => {
  const { local, frank } = await startCase();
  local.settings = { ...local.settings, passwords: 'ByHand' };
  const done = await local.revoke(frank.userId, replace);
  expect([done.status, changes(local)]).toEqual(['Failed', []]);
  expect(JSON.stringify(done.steps)).toContain("Set the stack's PasswordReaderRoleArn");
});

it('a failed replacement fails the execution and says how to issue a password, and a restoration does', async () => {
  const found = await startCase({ accessKeys: [] });
  const { local, frank, account } = found;
  local.aws.faults.push({ operation: 'CreateLoginProfile', code: 'AccessDenied', status: 403 });
  const done = await local.revoke(frank.userId, replace);
  expect([done.status, usable(frank)]).toEqual(['Failed', []]);
  expect(account.published.map(({ message }) => message).join()).toContain(
    'No new password was issued',
  );
  local.aws.faults.splice(0);
  await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(usable(frank)).toEqual(['password']);
  expect(secretsIn(found)).toEqual([{ userName: 'frank', password: frank.loginProfile?.password }]);
});

import { afterEach, expect, it } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { accessKey, password, user } from '../../builders/account.ts';
import { type LocalRemediation, startRemediation, topicArn } from '../../builders/remediation.ts';
import { runProgramIn } from '../run-program.ts';

let local: LocalRemediation | undefined;
afterEach(() => local?.close());

/** Starts an account with frank, who is inactive, and mary, who uses her key. */
async function start() {
  const account = createAccount();
  const mfaDevices = [{ serialNumber: 'arn:aws:iam::123456789012:mfa/frank', enableDate: 0 }];
  const keys = { accessKeys: [accessKey(300, 90)] };
  const frank = user(account, 'frank', { ...password(400, 100), ...keys, mfaDevices });
  user(account, 'mary', { accessKeys: [accessKey(300, 1)] });
  account.groups = new Map([['admins', { path: '/', createDate: 0 }]]);
  frank.groups = ['admins'];
  const started = await startRemediation(account);
  local = started;
  const run = (args: readonly string[], answer?: string) => runProgramIn(started, args, answer);
  return { account, frank, run };
}

it('retire --dry-run shows what would go and what cannot come back, and changes nothing', async () => {
  const { account, frank, run } = await start();
  const before = structuredClone(frank);
  const all = ['--remove-groups', '--detach-policies', '--deactivate-mfa-devices'];
  const { code, stdout, asked } = await run(['retire', 'frank', '--dry-run', ...all], 'y');
  expect({ code, asked }).toEqual({ code: 1, asked: [] });
  expect(stdout).toMatch(/^frank \(AIDA\w+\): DryRun$/mu);
  for (const line of [
    /^ {2}would revoke: access key AKIATEST\d+ \(Deactivate\): used 20/mu,
    /^ {2}would revoke: password \(Delete\): used 20/mu,
    /^ {2}would remove: group admins$/mu,
    /^ {2}cannot be restored: the password: a restoration can only issue a new one$/mu,
    /^ {2}cannot be restored: MFA device arn:aws:iam::123456789012:mfa\/frank: the user must/mu,
  ]) {
    expect(stdout).toMatch(line);
  }
  expect(frank).toEqual(before);
  const [execution] = account.automation.executions.values();
  expect(execution?.parameters).toMatchObject({ DryRun: 'true', NotificationTopicArn: topicArn });
});

it('retire shows last uses and what cannot be restored before it asks, and after confirmation retires only inactive users', async () => {
  const { frank, run } = await start();
  const args = ['retire', 'frank', 'mary', '--deactivate-mfa-devices'];
  const refused = await run(args, 'n');
  expect([refused.code, frank.loginProfile]).toEqual([2, expect.anything()]);
  expect(refused.stderr).toMatch(
    /^ {4}cannot be restored: MFA device arn:aws:iam::123456789012:mfa\/frank: the user must/mu,
  );
  expect(refused.stderr).toMatch(
    /^ {4}access key AKIA\w+ \(Deactivate\): used 2026-08-\d\d .*, last used by \w+ in us-/mu,
  );
  expect(refused.asked).toEqual([
    'Deny 1 user everything, and revoke 2 credentials, in account 123456789012 (us-east-1)? [y/N] ',
  ]);

  const { code, stdout } = await run([...args, '--format', 'json'], 'y');
  expect(code).toBe(0);
  const [first, second] = JSON.parse(stdout);
  expect(first).toMatchObject({
    ...{ userName: 'frank', outcome: 'Retire', failure: null },
    revoked: [expect.stringMatching(/^access key AKIA/u), 'password (Delete)'],
    removed: ['MFA device arn:aws:iam::123456789012:mfa/frank'],
  });
  expect(second).toMatchObject({ userName: 'mary', outcome: 'NotInactive', revoked: [] });
  expect([frank.attachedPolicies, frank.groups]).toEqual([['AWSDenyAll'], ['admins']]);
});

it('retire ends with 1 if an inactive user has too many policies to be denied everything', async () => {
  const { frank, run } = await start();
  frank.attachedPolicies = Array.from({ length: 10 }, (_, index) => `job-${index}`);
  const { code, stdout } = await run(['retire', 'frank', '--yes']);
  expect(stdout).toMatch(/^frank \(AIDA\w+\): TooManyPolicies$/mu);
  expect([code, frank.loginProfile]).toEqual([1, expect.anything()]);
});

it('retire refuses the values that its document would refuse', async () => {
  const { run } = await start();
  const { code, stderr } = await run(['retire', 'frank', '--topic', 'mine', '--yes']);
  expect(code).toBe(2);
  expect(stderr).toContain('--topic is "mine"; expected');
});

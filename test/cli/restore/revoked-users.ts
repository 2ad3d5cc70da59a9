import { expect, onTestFinished } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { functionNames } from '../../../rule/core/names.ts';
import { accessKey, password, user } from '../../builders/account.ts';
import { startRemediation } from '../../builders/remediation.ts';
import { runProgramIn } from '../run-program.ts';

/** An account in which frank's password and two keys were revoked; a key that was never used, deleted. It ends with the test. */
export async function startRevoked({ neverUsed = false } = {}) {
  const account = createAccount();
  const first = accessKey(300, 90);
  const second = accessKey(200, neverUsed ? undefined : 80);
  const frank = user(account, 'frank', { ...password(400, 100), accessKeys: [first, second] });
  account.functions = new Map([[functionNames.issuePassword, {}]]);
  const local = await startRemediation(account);
  onTestFinished(local.close);
  const revocation = await local.revoke(frank.userId, { NeverUsedAccessKeyAction: 'Delete' });
  expect(revocation.status).toBe('Success');
  const name = `/unused-iam-credentials/records/${frank.userId}/${revocation.id}`;
  const record = account.parameters.get(name);
  const run = (args: readonly string[], answer?: string) =>
    runProgramIn(local, ['restore', ...args], answer);
  return { account, first, second, frank, local, revocation, name, record, run };
}

import { afterEach, expect, it } from 'vitest';
import { accessKey, password, user } from '../builders/account.ts';
import { type LocalRemediation, startRemediation } from '../builders/remediation.ts';
import { createAccount } from '../local-aws/index.ts';

let local: LocalRemediation | undefined;
afterEach(() => local?.close());

it('revokes what is unused', async () => {
  const account = createAccount();
  const frank = user(account, 'frank', { ...password(400, 100), accessKeys: [accessKey(300, 90)] });
  local = await startRemediation(account);
  const done = await local.revoke(frank.userId);
  console.log(JSON.stringify(done, null, 1).slice(0, 6000));
  console.log(JSON.stringify([frank, local.log, account.published], null, 1));
  const back = await local.restore(frank.userId, { RestorePassword: 'true' });
  console.log(JSON.stringify(back, null, 1).slice(-6000));
  console.log(
    JSON.stringify(
      [frank, local.log.slice(-4), account.published.slice(-1), [...account.secrets]],
      null,
      1,
    ),
  );
  expect(done.status).toBe('Success');
});

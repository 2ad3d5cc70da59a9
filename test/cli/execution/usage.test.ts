import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createAsk } from '../../../cli/terminal/io.ts';
import { createAccount } from '../../../local-aws/account.ts';
import { accessKey, user } from '../../builders/account.ts';
import { type LocalRemediation, startRemediation } from '../../builders/remediation.ts';
import { keys } from '../live-account.ts';
import { expectRefusal } from '../refusal.ts';
import { runCli } from '../run-cli.ts';
import { runInProcess } from '../run-in-process.ts';
import { shortPolls } from '../short-polls.ts';

let local: LocalRemediation | undefined;
afterEach(async () => {
  await local?.close();
  local = undefined;
});

describe('revoke and restore, called wrongly', () => {
  // Whether stdin is a terminal can only be tested in a separate process.
  it.each<[string, string[], RegExp, typeof runCli?]>([
    ['revoke without a user', ['revoke'], /missing required argument 'user'.*add --help/su],
    ['revoke, unasked', ['revoke', 'a'], /stdin is not a terminal; pass --yes\. See/u, runCli],
    [
      'an unknown option',
      ['revoke', 'a', '--dryrun'],
      /unknown option.*Did you mean --dry-run\?/su,
    ],
    [
      'an option without value',
      ['restore', '--access-key'],
      /--access-key <id>' argument missing/u,
    ],
  ])('are refused: %s', async (_, args, message, run = runInProcess) => {
    expectRefusal(await run(args, { env: keys }), message);
  });

  it.each([
    ['no Region', keys, /no AWS Region was found.*Set --region or AWS_REGION to the Region where/u],
    ['an empty Region', { ...keys, AWS_REGION: '' }, /no AWS Region was found/u],
    ['a Region that is none', { ...keys, AWS_REGION: 'a b' }, /no AWS Region was found/u],
    ['no credentials', { AWS_REGION: 'us-east-1' }, /no AWS credentials were found.*sso login/u],
  ])('are refused with %s', async (_, env, message) => {
    const revoked = await runInProcess(['revoke', 'alice', '--yes'], { env });
    expectRefusal(revoked, message);
    expectRefusal(await runInProcess(['restore', '--list'], { env }), message);
  });
});

describe('restore, as shipped', () => {
  it('lists and restores without asking', async () => {
    const account = createAccount();
    const key = accessKey(300, 90);
    const frank = user(account, 'frank', { accessKeys: [key] });
    local = await startRemediation(account);
    const location = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: local.aws.endpoint };
    const env = { ...keys, ...location, ...shortPolls };

    expect((await local.revoke(frank.userId)).status).toBe('Success');
    const listed = await runInProcess(['restore', '--list'], { env });
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toContain(
      `    access key ${key.accessKeyId}: would be reactivated (last used `,
    );
    const restored = await runCli(['restore', 'frank', '--yes'], { env });
    expect(restored.code).toBe(0);
    expect(restored.stdout).toContain(`  restored: access key ${key.accessKeyId}\n`);
    expect(key.status).toBe('Active');
  });
});

describe('a question', () => {
  function open() {
    const [input, output] = [new PassThrough(), new PassThrough()];
    return { input, output, answer: createAsk(input, output)('Really? ') };
  }

  it('is written to its output, and a line is the answer', async () => {
    const { input, output, answer } = open();
    input.write('yes\nmore\n');
    expect(await answer).toBe('yes');
    output.end();
    expect(await text(output)).toBe('Really? ');
  });

  it('has an empty answer if the input ends', async () => {
    const { input, answer } = open();
    input.end();
    expect(await answer).toBe('');
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { accessKey, user } from '../../builders/account.ts';
import { startRemediation } from '../../builders/remediation.ts';
import { keys } from '../live-account.ts';
import { cliFile } from '../run-cli.ts';
import { shortPolls } from '../short-polls.ts';

/** Revokes frank's and mary's credentials, and presses Ctrl-C once mary's execution, which hangs, was started. */
async function interrupt(...options: readonly string[]) {
  const account = createAccount();
  user(account, 'frank', { accessKeys: [accessKey(300, 90)] });
  const mary = user(account, 'mary', { accessKeys: [accessKey(300, 90)] });
  const local = await startRemediation(account);
  const { invoke } = account.automation;
  account.automation.invoke = (name, payload) =>
    JSON.stringify(payload).includes(mary.userId)
      ? new Promise(() => undefined)
      : invoke(name, payload);
  const env = { ...process.env, ...keys, ...shortPolls, AWS_ENDPOINT_URL: local.aws.endpoint };
  user(account, 'hugo', { accessKeys: [accessKey(300, 90)] });
  const args = [cliFile, 'revoke', 'frank', 'mary', 'hugo', '--yes', ...options];
  const child = spawn(process.execPath, args, { env: { ...env, AWS_REGION: 'us-east-1' } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
    if (stderr.includes('mary: started execution') && !child.killed) child.kill('SIGINT');
  });
  const [code, signal] = await once(child, 'close');
  await local.close();
  const executionIds = [...account.automation.executions.keys()];
  return { code, signal, stdout, stderr, executionIds };
}

describe('Ctrl-C while an execution is followed', () => {
  type Interrupted = Awaited<ReturnType<typeof interrupt>>;
  let table: Interrupted;
  let json: Interrupted;
  beforeAll(async () => {
    [table, json] = await Promise.all([interrupt(), interrupt('--format', 'json')]);
  }, 60_000);

  it('ends at once, after it wrote finished results and the ID of the started execution', () => {
    const { code, signal, stdout, stderr, executionIds } = table;
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' });
    expect(stdout).toMatch(/^frank \(AIDA\w+\): Revoke\n {2}reason: /u);
    expect(stdout).toMatch(/\n {2}execution: [\w-]+\n$/u);
    expect(executionIds).toHaveLength(2);
    expect(stderr).toContain(`mary: started execution ${executionIds[1]}; Ctrl-C does not stop it`);
  });

  it('says what was started and what was not, in each format', () => {
    for (const { stderr, executionIds } of [table, json]) {
      expect(stderr.trimEnd().split('\n').slice(-4)).toEqual([
        'Stopped. A started execution continues.',
        '  frank: ended: Success',
        `  mary: started; see aws ssm get-automation-execution --automation-execution-id ${executionIds[1]}`,
        '  hugo: not started',
      ]);
    }
  });

  it('writes no part of a JSON array', () => {
    expect({ signal: json.signal, stdout: json.stdout }).toEqual({ signal: 'SIGINT', stdout: '' });
  });
});

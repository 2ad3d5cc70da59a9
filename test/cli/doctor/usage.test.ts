import { afterEach, describe, expect, it } from 'vitest';
import { readBuild } from '../../../cli/build.ts';
import { runProgram } from '../../../cli/program.ts';
import { styleFor } from '../../../cli/terminal/style.ts';
import { createAccount } from '../../../local-aws/account.ts';
import { deployWhole } from '../../builders/deployment.ts';
import { type LocalRemediation, startRemediation } from '../../builders/remediation.ts';
import { keys } from '../live-account.ts';
import { runCli } from '../run-cli.ts';
import { startDoctorCase } from './case.ts';

const built = new URL('../../../dist/lambda/', import.meta.url);

describe('doctor, called wrongly, asks AWS nothing', () => {
  it.each([
    [
      'a format',
      ['--format', 'csv'],
      /--format is "csv"; expected table, json\. See .*doctor --h/u,
    ],
    ['a rule', ['--rule', 'a b'], /--rule is "a b"; expected an AWS Config rule's name/u],
    ['a user of no dry run', ['--user', 'a', '--no-dry-run'], /--user names whom .* wants none/u],
    ['an argument', ['alice'], /too many arguments/u],
    ['an option', ['--dryrun'], /unknown option '--dryrun'/u],
  ])('%s', async (_, args, message) => {
    const { local, run } = await startDoctorCase();
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(local.aws.requests.entries).toEqual([]);
  });

  it('where there is no AWS', async () => {
    const told: string[] = [];
    const never = () => Promise.reject(new Error('not wanted'));
    const code = await runProgram(['doctor'], '0.0.0', {
      ...{ clock: { now: () => 0, sleep: never }, createClients: never, readFile: never },
      ...{ writeFile: never, write: never, tell: (line) => void told.push(line) },
      ...{ style: styleFor({ isTTY: false }), isTerminal: false },
    });
    expect([code, told.join()]).toEqual([2, expect.stringContaining('AWS cannot be called')]);
  });
});

describe('doctor, as shipped', () => {
  let local: LocalRemediation | undefined;
  afterEach(async () => {
    await local?.close();
    local = undefined;
  });

  it('compares with the bundles and documents that are built beside it', async () => {
    const account = createAccount();
    local = await startRemediation(account);
    deployWhole(account, await readBuild(built));
    const env = { ...keys, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: local.aws.endpoint };
    const { code, stdout } = await runCli(['doctor', '--format', 'json'], { env });
    const { checks } = JSON.parse(stdout);
    const states = checks.map(({ id, state }: { id: string; state: string }) => [id, state]);
    expect(Object.fromEntries(states)).toMatchObject({
      ...{ 'function-evaluate': 'ok', 'function-issue-password': 'ok' },
      ...{ 'document-revoke': 'ok', 'document-restore': 'ok', remediation: 'ok', rule: 'ok' },
    });
    // The account's clock is not that of the process.
    expect(states.filter(([, state]: [string, string]) => state === 'unchecked')).toEqual([]);
    expect([0, 1]).toContain(code);
  });

  it('is refused without a Region, which is not guessed', async () => {
    const { code, stdout, stderr } = await runCli(['doctor'], { env: keys });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/no AWS Region was found/u);
  });
});

describe('what a build would deploy', () => {
  it('is told by 16 digits of each bundle, and the documents', async () => {
    const { functions, documents } = await readBuild(built);
    expect([...functions.keys()]).toEqual([
      ...['unused-iam-credentials-evaluate', 'unused-iam-credentials-plan-revocation'],
      ...['unused-iam-credentials-plan-restoration', 'unused-iam-credentials-issue-password'],
    ]);
    expect(new Set([...functions.values()].map((hash) => /^[0-9a-f]{16}$/u.test(hash)))).toEqual(
      new Set([true]),
    );
    expect([...documents.keys()]).toEqual([
      ...['UnusedIamCredentials-Revoke', 'UnusedIamCredentials-Restore'],
    ]);
  });

  it('is an error that names the file where a bundle is missing', async () => {
    const nowhere = new URL('../../../dist/none/', import.meta.url);
    await expect(readBuild(nowhere)).rejects.toThrow(
      /^cannot read .*dist\/none\/\S+\/index\.js: there is no such file/u,
    );
  });
});

import { startLocalAws } from '../../../../../local-aws/server.ts';
import { now } from '../../../../builders/account.ts';
import { createSampleAccount } from '../../../../fixtures/sample-account.ts';
import { keys } from '../../../live-account.ts';
import { asOf } from '../../../report-rows.ts';
import { runCli } from '../../../run-cli.ts';

/** The HTML report of the sample account, as the built `audit --live` writes it. */
export async function sampleReport(): Promise<string> {
  const account = createSampleAccount(now);
  account.reportDurationMs = 0;
  const aws = await startLocalAws(account);
  try {
    const env = { ...keys, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: aws.endpoint };
    const options = ['--as-of', asOf, '--exempt-path-prefixes', '/break-glass/', '--quiet'];
    const args = ['audit', '--live', '--format', 'html', ...options];
    const { code, stdout, stderr } = await runCli(args, { env });
    if (code === 1) return stdout;
    throw new Error(`audit ended with ${code}: ${stderr}`);
  } finally {
    await aws.close();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { onTestFinished } from 'vitest';
import type { CheckResult } from '../../../cli/doctor/finding.ts';
import type { Report } from '../../../cli/doctor/report.ts';
import { runProgram } from '../../../cli/program.ts';
import { styleFor } from '../../../cli/terminal/style.ts';
import { createAccount, type LocalAccount } from '../../../local-aws/account.ts';
import { connect } from '../../../rule/aws/clients.ts';
import { accessKey, password, user } from '../../builders/account.ts';
import { deployWhole, namesAsBuild } from '../../builders/deployment.ts';
import { type LocalRemediation, startRemediation } from '../../builders/remediation.ts';
import type { ProgramRun } from '../remediation-program.ts';

/** An account with frank, whose password and key are unused, and a whole deployment, all well. */
export interface DoctorCase {
  readonly account: LocalAccount;
  readonly local: LocalRemediation;
  /** Runs `doctor` with these arguments. */
  readonly run: (...args: readonly string[]) => Promise<Omit<ProgramRun, 'asked'>>;
  readonly close: () => Promise<void>;
  /** Runs it without a dry run; gives the exit code, and what each check came to. */
  readonly examine: (
    ...args: readonly string[]
  ) => Promise<{ code: number; report: Report; check: (id: string) => CheckResult }>;
}

/** What of the environment a test may replace. */
type Environment = Parameters<typeof runProgram>[2];

/** Starts a case, which ends with the test; takes what differs in the program's environment. */
export async function startDoctorCase(rest: Partial<Environment> = {}): Promise<DoctorCase> {
  const started = await openDoctorCase(rest);
  onTestFinished(started.close);
  return started;
}

/** Starts a case, which has to be closed. */
export async function openDoctorCase(rest: Partial<Environment> = {}): Promise<DoctorCase> {
  const account = createAccount();
  user(account, 'frank', { ...password(400, 100), accessKeys: [accessKey(300, 90)] });
  const local = await startRemediation(account);
  deployWhole(account);

  const run: DoctorCase['run'] = async (...args) => {
    const [out, told]: [string[], string[]] = [[], []];
    const clients = connect(
      {
        iam: IAMClient,
        config: ConfigServiceClient,
        ssm: SSMClient,
        secrets: SecretsManagerClient,
        sns: SNSClient,
        lambda: LambdaClient,
      },
      {
        endpoint: local.aws.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
      },
    );
    const code = await runProgram(['doctor', ...args], '0.0.0', {
      // The local account's own sleeps move its time on.
      clock: { now: () => local.now, sleep: () => sleep(10) },
      createClients: () => Promise.reject(new Error('only the clients of doctor are wanted')),
      createDoctorClients: () => Promise.resolve(clients),
      readBuild: () => Promise.resolve(namesAsBuild),
      readFile: () => Promise.reject(new Error('no file is read')),
      writeFile: () => Promise.reject(new Error('no file is written')),
      write: (pieces) => Promise.resolve(void out.push(...pieces)),
      tell: (line) => void told.push(`${line}\n`),
      style: styleFor({ isTTY: false }),
      isTerminal: false,
      ...rest,
    });
    const { iam, config, ssm, secrets, sns, lambda } = clients;
    for (const client of [iam, config, ssm, secrets, sns, lambda]) client.destroy();
    return { code, stdout: out.join(''), stderr: told.join('') };
  };
  const examine: DoctorCase['examine'] = async (...args) => {
    const { code, stdout } = await run('--no-dry-run', '--format', 'json', ...args);
    const report: Report = JSON.parse(stdout);
    const check = (id: string) => {
      const found = report.checks.find((result) => result.id === id);
      if (found === undefined) throw new Error(`No check ${id}`);
      return found;
    };
    return { code, report, check };
  };
  return { account, local, run, examine, close: local.close };
}

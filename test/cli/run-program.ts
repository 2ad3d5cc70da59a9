import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { CommandEnvironment } from '../../cli/environment.ts';
import { runProgram } from '../../cli/program.ts';
import { styleFor } from '../../cli/terminal/style.ts';
import { connect } from '../../rule/aws/clients.ts';
import { namesAsBuild } from '../builders/deployment.ts';
import type { LocalRemediation } from '../builders/remediation.ts';
import { lean, withoutConnection } from '../builders/without-connection.ts';

/** How a run of the program ended, what it wrote and what it asked. */
export interface ProgramRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly asked: readonly string[];
}

/**
 * Runs the program in this process against a local account, in that account's time. Without an answer, stdin is not a
 * terminal.
 */
export async function runProgramIn(
  local: LocalRemediation,
  args: readonly string[],
  answer?: string,
  environment: Partial<CommandEnvironment> = {},
): Promise<ProgramRun> {
  const [out, lines, asked]: [string[], string[], string[]] = [[], [], []];
  const clients = lean(
    connect(
      {
        ...{ iam: IAMClient, config: ConfigServiceClient, ssm: SSMClient, sns: SNSClient },
        ...{ secrets: SecretsManagerClient, lambda: LambdaClient },
      },
      withoutConnection(local.aws),
    ),
  );
  const ask = (question: string) => {
    asked.push(question);
    return Promise.resolve(answer ?? '');
  };
  const code = await runProgram(args, '0.0.0', {
    // The local account's own sleeps move its time on.
    clock: { now: () => local.now, sleep: () => sleep(20) },
    connect: async () => ({ ...clients, region: await clients.iam.config.region() }),
    connectToRoles: () => Promise.reject(new Error('no role is assumed')),
    readBuild: () => Promise.resolve(namesAsBuild),
    readFile: () => Promise.reject(new Error('no file is read')),
    listFolder: () => Promise.reject(new Error('no folder is read')),
    fileTime: () => Promise.resolve(null),
    checkWritable: () => Promise.reject(new Error('no file is written')),
    writeFile: () => Promise.reject(new Error('no file is written')),
    openPrivateFolder: () => Promise.reject(new Error('no folder is opened')),
    write: (pieces) => Promise.resolve(void out.push(...pieces)),
    tell: (line) => void lines.push(`${line}\n`),
    ...(answer === undefined ? {} : { ask }),
    style: styleFor({ isTTY: false }),
    width: null,
    ...environment,
  });
  const { iam, config, ssm, secrets, sns, lambda } = clients;
  for (const client of [iam, config, ssm, secrets, sns, lambda]) client.destroy();
  return { code, stdout: out.join(''), stderr: lines.join(''), asked };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { runProgram } from '../../cli/program.ts';
import { styleFor } from '../../cli/terminal/style.ts';
import { connect } from '../../rule/aws/clients.ts';
import type { LocalRemediation } from '../builders/remediation.ts';

/** How a run of the program ended, what it wrote and what it asked. */
export interface ProgramRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly asked: readonly string[];
}

/**
 * Runs the program in this process against a local account, in that account's time. Takes the account, the
 * arguments, and what a person answers; undefined where standard input is no terminal.
 */
export async function runRemediation(
  local: LocalRemediation,
  args: readonly string[],
  answer?: string,
): Promise<ProgramRun> {
  const [out, told, asked]: [string[], string[], string[]] = [[], [], []];
  const clients = connect(
    { iam: IAMClient, config: ConfigServiceClient, ssm: SSMClient },
    {
      endpoint: local.aws.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
    },
  );
  const ask = (question: string) => {
    asked.push(question);
    return Promise.resolve(answer ?? '');
  };
  const code = await runProgram(args, '0.0.0', {
    // The local account's own sleeps move its time on.
    clock: { now: () => local.now, sleep: () => sleep(20) },
    createClients: () => Promise.reject(new Error('only the clients of remediation are wanted')),
    createRemediationClients: () => Promise.resolve(clients),
    readFile: () => Promise.reject(new Error('no file is read')),
    writeFile: () => Promise.reject(new Error('no file is written')),
    write: (pieces) => Promise.resolve(void out.push(...pieces)),
    tell: (line) => void told.push(`${line}\n`),
    ...(answer === undefined ? {} : { ask }),
    style: styleFor({ isTTY: false }),
    isTerminal: false,
  });
  for (const client of [clients.iam, clients.config, clients.ssm]) client.destroy();
  return { code, stdout: out.join(''), stderr: told.join(''), asked };
}

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The command line as it is shipped; vitest builds it before the tests. */
export const cliFile = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url));

/** How a process ended and what it wrote. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the command line is given besides its arguments. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; it is empty unless given. */
  readonly stdin?: string | Uint8Array;
  /** Milliseconds after which it counts as hung. */
  readonly timeout?: number;
}

/** The default time limit (milliseconds). */
export const hungAfter = 25_000;

/** Runs `unused-iam-credentials` with those arguments, as runProcess does. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runProcess(process.execPath, [cliFile, ...args], options);
}

/** Runs a script with `sh -c`; in it, `cli` is the command line. */
export function runShell(script: string, options: RunOptions = {}): Promise<RunResult> {
  const env = { ...options.env, NODE: process.execPath, CLI_FILE: cliFile };
  return runProcess('sh', ['-c', `cli() { "$NODE" "$CLI_FILE" "$@"; }\n${script}`], {
    ...options,
    env,
  });
}

/** Runs a program without the machine's AWS configuration. Rejects if it takes too long or a signal ends it. */
export async function runProcess(
  program: string,
  args: readonly string[],
  { env = {}, stdin = '', timeout = hungAfter }: RunOptions,
): Promise<RunResult> {
  return inEmptyHome(env, async (variables) => {
    const child = spawn(program, args, {
      cwd: variables['HOME'],
      env: variables,
      timeout,
      killSignal: 'SIGKILL',
    });
    const ended = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        if (code !== null) resolve(code);
        else reject(new Error(`${args.join(' ')} was ended by ${signal}; limit ${timeout} ms`));
      });
    });
    // A process that ends without reading its input closes the pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    const [code, stdout, stderr] = await Promise.all([
      ended,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, stdout, stderr };
  });
}

/** Runs something with these environment variables, none of the machine's AWS configuration, and an empty HOME. */
export async function inEmptyHome<Result>(
  env: Readonly<Record<string, string>>,
  run: (variables: Record<string, string>) => Promise<Result>,
): Promise<Result> {
  const home = await mkdtemp(join(tmpdir(), 'unused-iam-credentials-home-'));
  try {
    return await run({
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      AWS_EC2_METADATA_DISABLED: 'true',
      // The SDK's warning about the end of Node 20 is not output of the command.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...env,
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Removes the lines of progress, which a command writes only when it takes some seconds. */
export function withoutProgress(stderr: string): string {
  return stderr.replace(/^.* …\n/gmu, '');
}

import { readFile, writeFile } from 'node:fs/promises';
import { clearTimeout, setTimeout } from 'node:timers';
import { connectAsUser, connectToRoles } from '../../cli/clients.ts';
import { readBuild } from '../../cli/doctor/build.ts';
import type { CommandEnvironment } from '../../cli/environment.ts';
import { checkWritable, listFolder, readFileTime, withFileErrors } from '../../cli/files.ts';
import { openPrivateFolder } from '../../cli/private-folder.ts';
import { runProgram } from '../../cli/program.ts';
import { styleFor } from '../../cli/terminal/style.ts';
import manifest from '../../package.json' with { type: 'json' };
import { systemClock } from '../../rule/clock.ts';
import { hungAfter, inEmptyHome, type RunOptions, type RunResult } from './run-cli.ts';

/** An object that holds connections until it is destroyed. */
interface Destroyable {
  readonly destroy: () => void;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs `unused-iam-credentials` with those arguments as runCli does, but in this process, which takes a hundredth
 * of the time: with the same files, clock, SDK and environment variables, and with standard output and input in
 * pipes. It does not show how a process starts, ends and writes to a pipe.
 */
export function runInProcess(
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  // The environment variables are those of the whole process: one run after the other has them.
  const run = last.then(() => runAlone(args, options));
  last = run.catch(() => undefined);
  return run;
}

function runAlone(
  args: readonly string[],
  { env = {}, stdin = '', timeout = hungAfter }: RunOptions,
): Promise<RunResult> {
  return inEmptyHome(env, async (variables) => {
    const [out, told, clients]: [string[], string[], Destroyable[]] = [[], [], []];
    const before = process.env;
    process.env = variables;
    let limit: NodeJS.Timeout | undefined;
    const hung = new Promise<never>((_, reject) => {
      const message = `${args.join(' ')} has not ended; limit ${timeout} ms`;
      limit = setTimeout(() => reject(new Error(message)), timeout);
    });
    try {
      const environment = createEnvironment(stdin, out, told, clients);
      const code = await Promise.race([runProgram(args, manifest.version, environment), hung]);
      return { code, stdout: out.join(''), stderr: told.join('') };
    } finally {
      clearTimeout(limit);
      process.env = before;
      for (const client of clients) client.destroy();
    }
  });
}

/** Makes what main.ts gives the program; keeps what is written, told, and made to call AWS. */
function createEnvironment(
  stdin: string | Uint8Array,
  out: string[],
  told: string[],
  clients: Destroyable[],
): CommandEnvironment {
  const keep = async <Made extends object>(making: Promise<Made>): Promise<Made> => {
    const made = await making;
    clients.push(...Object.values(made).filter(isDestroyable));
    return made;
  };
  return {
    clock: systemClock,
    connect: (region, chosen) => keep(connectAsUser(process.env, region, chosen)),
    connectToRoles: (chosen) => connectToRoles(process.env, chosen),
    readBuild: () => readBuild(new URL('../../dist/lambda/', import.meta.url)),
    readFile: (name) =>
      name === '-'
        ? Promise.resolve(Buffer.from(stdin))
        : withFileErrors('read', name, () => readFile(name)),
    listFolder,
    fileTime: readFileTime,
    checkWritable,
    writeFile: (name, text) => withFileErrors('write', name, () => writeFile(name, text)),
    openPrivateFolder,
    write: (pieces) => Promise.resolve(void out.push(...pieces)),
    tell: (line) => void told.push(`${line}\n`),
    style: styleFor({ isTTY: false }),
    width: null,
  };
}

function isDestroyable(value: unknown): value is Destroyable {
  return typeof value === 'object' && value !== null && 'destroy' in value;
}

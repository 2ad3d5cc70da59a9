import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** How a function run ended. */
export interface FunctionRun {
  /** What the handler gave, if it did not throw. */
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  /** The most memory the whole process held, in bytes. */
  readonly peakMemory: number;
  /** Milliseconds from calling the handler to its answer, and of processor time in the whole process. */
  readonly wall: number;
  readonly cpu: number;
  /** Lines the function wrote to standard output. */
  readonly log: readonly string[];
}

/** What a function is run with. */
export interface FunctionOptions {
  readonly endpoint: string;
  /** Milliseconds until the function would be stopped. */
  readonly remaining?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

const bundles = fileURLToPath(new URL('../../dist/lambda', import.meta.url));

const bootstrap = `
  process.once('message', async ({ bundle, event, remaining, invokedFunctionArn }) => {
    const end = Date.now() + remaining;
    const context = { invokedFunctionArn, getRemainingTimeInMillis: () => end - Date.now() };
    const { handler } = require(bundle);
    const begin = performance.now();
    const run = await handler(event, context).then(
      (result) => ({ result }),
      (error) => ({ error: { name: error.name, message: error.message } }),
    );
    const wall = performance.now() - begin;
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const cpu = (userCPUTime + systemCPUTime) / 1000;
    process.send({ ...run, peakMemory: maxRSS * 1024, wall, cpu }, () => process.disconnect());
  });
`;

/**
 * Runs a built function, dist/lambda/<name>/index.js, as Lambda would: in a process of its own, with
 * the endpoint of a local account. Takes the function's name, the event, and what to run with.
 */
export async function runFunction(
  name: string,
  event: unknown,
  { endpoint, remaining = 900_000, environment = {} }: FunctionOptions,
): Promise<FunctionRun> {
  const child = spawn(process.execPath, ['-e', bootstrap], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIALOCAL',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...environment,
    },
  });
  const answered = once(child, 'message');
  const closed = once(child, 'close');
  const invokedFunctionArn = `arn:aws:lambda:us-east-1:123456789012:function:unused-iam-credentials-${name}`;
  child.send({ bundle: `${bundles}/${name}/index.js`, event, remaining, invokedFunctionArn });
  const output = child.stdout === null ? '' : text(child.stdout);
  const ended = closed.then(([code]) => {
    throw new Error(`The function ${name} ended without an answer, with exit code ${code}`);
  });
  const [run] = (await Promise.race([answered, ended])) as [Omit<FunctionRun, 'log'>];
  ended.catch(() => undefined);
  return { ...run, log: (await output).split('\n').filter((line) => line !== '') };
}

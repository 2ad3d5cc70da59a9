import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** How a function run ended. */
export interface FunctionRun {
  /** What the handler gave, if it did not throw. */
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  /** The most memory the whole process held so far, in bytes. */
  readonly peakMemory: number;
  /** Milliseconds from calling the handler to its answer, and of processor time in the whole process. */
  readonly wall: number;
  readonly cpu: number;
}

/** What a function is run with. */
export interface FunctionOptions {
  readonly endpoint: string;
  /** Milliseconds until the function would be stopped. */
  readonly remaining?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** The file to run; by default what was built. */
  readonly bundle?: string;
  /** Who calls is told by it; see LocalAwsOptions. */
  readonly accessKeyId?: string;
}

/** A function in a process of its own, which lives from one event to the next, as Lambda's do. */
export interface WarmFunction {
  /** Runs the handler; events wait for each other. */
  readonly invoke: (event: unknown) => Promise<FunctionRun>;
  /** Ends the process; gives the lines it wrote to standard output. */
  readonly close: () => Promise<string[]>;
}

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const bundles = fileURLToPath(new URL('../dist/lambda', import.meta.url));

const bootstrap = `
  process.on('message', async ({ end: isEnd, bundle, event, remaining, invokedFunctionArn }) => {
    if (isEnd) return process.disconnect();
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
    process.send({ ...run, peakMemory: maxRSS * 1024, wall, cpu });
  });
`;

/** Starts a built function, dist/lambda/<name>/index.js, with the endpoint of a local account. */
export function startFunction(
  name: string,
  { endpoint, remaining = 900_000, environment = {}, ...options }: FunctionOptions,
): WarmFunction {
  const { bundle = `${bundles}/${name}/index.js`, accessKeyId = 'AKIALOCAL' } = options;
  const child = spawn(process.execPath, ['-e', bootstrap], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      // Lambda has the SDK beside the function, wherever that is.
      NODE_PATH: modules,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...environment,
    },
  });
  const closed = once(child, 'close');
  const output = child.stdout === null ? Promise.resolve('') : text(child.stdout);
  const invokedFunctionArn = `arn:aws:lambda:us-east-1:123456789012:function:unused-iam-credentials-${name}`;
  const message = { bundle, remaining, invokedFunctionArn };
  let last: Promise<unknown> = Promise.resolve();
  return {
    invoke: (event) => {
      const run = last.then(() => answerOf(child, name, { ...message, event }));
      last = run.catch(() => undefined);
      return run;
    },
    close: async () => {
      if (child.connected) child.send({ end: true });
      await closed;
      return (await output).split('\n').filter((line) => line !== '');
    },
  };
}

async function answerOf(child: ChildProcess, name: string, message: object): Promise<FunctionRun> {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, 'close', { signal }).then(([code]) => {
    throw new Error(`The function ${name} ended without an answer, with exit code ${code}`);
  });
  ended.catch(() => undefined);
  const answered = once(child, 'message', { signal });
  answered.catch(() => undefined);
  child.send(message);
  try {
    const [run] = (await Promise.race([answered, ended])) as [FunctionRun];
    return run;
  } finally {
    settled.abort();
  }
}

/** Takes a function's name, the event, and what to run with. Runs it once; gives its log as well. */
export async function runFunction(
  name: string,
  event: unknown,
  options: FunctionOptions,
): Promise<FunctionRun & { readonly log: readonly string[] }> {
  const warm = startFunction(name, options);
  try {
    const run = await warm.invoke(event);
    return { ...run, log: await warm.close() };
  } catch (error) {
    await warm.close();
    throw error;
  }
}

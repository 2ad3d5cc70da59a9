import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The result of one invocation. */
export interface FunctionRun {
  /** The handler's result, if it did not throw. */
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  /** The most memory (bytes) that the process held so far. */
  readonly peakMemory: number;
  /** Milliseconds of the handler, and of processor time of the whole process. */
  readonly wall: number;
  readonly cpu: number;
}

/** The options of a function. */
export interface FunctionOptions {
  readonly endpoint: string;
  /** The absolute path of its bundle. */
  readonly bundle: string;
  /** Milliseconds until the function would be stopped. */
  readonly remaining?: number;
  /** The function's memory, 512 by default, by which Lambda limits the heap. */
  readonly memoryMegabytes?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** The access key ID, from which the server's `callerOf` gets the caller's ARN. */
  readonly accessKeyId?: string;
}

/** A function in its own process, which stays warm between invocations, as in Lambda. */
export interface WarmFunction {
  /** Runs the handler; invocations wait for each other. */
  readonly invoke: (event: unknown) => Promise<FunctionRun>;
  /** Ends the process and resolves to the lines that it wrote to standard output. */
  readonly close: () => Promise<string[]>;
}

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));

/**
 * JavaScript for the peak memory (KB) of the process that runs it. On Linux, resourceUsage() would include what the
 * parent held when it started the process.
 */
export const peakMemoryExpression = `(() => {
  try {
    const status = require('node:fs').readFileSync('/proc/self/status', 'utf8');
    return Number(/^VmHWM:\\s+(\\d+) kB$/m.exec(status)[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
})()`;

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
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const cpu = (userCPUTime + systemCPUTime) / 1000;
    process.send({ ...run, peakMemory: ${peakMemoryExpression} * 1024, wall, cpu });
  });
`;

/**
 * The limits that Lambda's Node.js runtime gives to V8: a tenth of the function's memory for new objects, in two
 * halves, and nine tenths for old ones. Without these limits, V8 would use the memory of a large machine and
 * collect garbage too late.
 */
function heapLimits(memoryMegabytes: number): string[] {
  return [
    `--max-semi-space-size=${Math.floor(memoryMegabytes / 20)}`,
    `--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`,
  ];
}

/** Starts a function, which sends its requests to the endpoint of a local account. */
export function startFunction(
  name: string,
  {
    endpoint,
    bundle,
    remaining = 900_000,
    memoryMegabytes = 512,
    environment = {},
    accessKeyId = 'AKIALOCAL',
  }: FunctionOptions,
): WarmFunction {
  const child = spawn(process.execPath, [...heapLimits(memoryMegabytes), '-e', bootstrap], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      // As in Lambda, the function finds the SDK outside of its bundle.
      NODE_PATH: modules,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...environment,
    },
  });
  const closed = once(child, 'close');
  const output = child.stdout === null ? Promise.resolve('') : text(child.stdout);
  const invokedFunctionArn = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
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

/** Runs a function once. The result has the lines of its log as well. */
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

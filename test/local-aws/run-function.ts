import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** How a function run ended: what the handler gave or threw, and what it logged. */
export interface FunctionRun {
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
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
  const { parentPort, workerData } = require('node:worker_threads');
  const { handler } = require(workerData.bundle);
  const end = Date.now() + workerData.remaining;
  handler(workerData.event, { getRemainingTimeInMillis: () => end - Date.now() }).then(
    (result) => parentPort.postMessage({ result }),
    (error) => parentPort.postMessage({ error: { name: error.name, message: error.message } }),
  );
`;

/**
 * Runs a built function, dist/lambda/<name>/index.js, as Lambda would: in an environment of its own,
 * with the endpoint of a local account. Takes the function's name, the event, and what to run with.
 */
export async function runFunction(
  name: string,
  event: unknown,
  { endpoint, remaining = 900_000, environment = {} }: FunctionOptions,
): Promise<FunctionRun> {
  const worker = new Worker(bootstrap, {
    eval: true,
    stdout: true,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIALOCAL',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...environment,
    },
    workerData: { bundle: `${bundles}/${name}/index.js`, event, remaining },
  });
  let output = '';
  worker.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const run = await new Promise<Omit<FunctionRun, 'log'>>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  return { ...run, log: output.split('\n').filter((line) => line !== '') };
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import type { FunctionOptions, FunctionRun, WarmFunction } from '../../local-aws/run-function.ts';
import type { LocalAws } from '../../local-aws/server.ts';
import { leanClient, withoutConnection } from '../../test/builders/without-connection.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How an invocation of a function ends, other than as its code does. */
export type Interruption =
  /** The process ends before so many requests were sent. What was sent has its effect. */
  | { readonly kind: 'ends'; readonly afterRequests: number }
  /** It does all of its work, but the answer is lost. */
  | { readonly kind: 'answer lost' };

/** What a bundle gets of its surroundings. */
interface Surroundings {
  readonly time: VirtualTime;
  readonly write: (line: string) => void;
  /** How the next invocation is interrupted, if it is. */
  readonly interrupt: (name: string) => Interruption | null;
}

type Handler = (event: unknown, context: object) => Promise<unknown>;
type Client = new (configuration: object) => object;

/** The duration of an invocation (milliseconds), during which others continue. */
const latency = 1_000;

const requireHere = createRequire(import.meta.url);
const scripts = new Map<string, Script>();

/**
 * Starts the bundle of a function in this process, on virtual time, with the environment that the template gives
 * it. The SDK's clients are real, except for the connection, the signature and the time between two attempts.
 */
export function startInProcess(
  { time, write, interrupt }: Surroundings,
  name: string,
  options: FunctionOptions,
  aws: LocalAws,
): WarmFunction {
  const { bundle, environment = {}, remaining = 900_000, accessKeyId } = options;
  const invokedFunctionArn = `arn:aws:lambda:us-east-1:${aws.account.accountId}:function:${name}`;
  const lines: string[] = [];
  const log = (text: string) => {
    const line = text.replace(/\n$/u, '');
    lines.push(line);
    write(line);
  };
  let instance = startInstance();

  function startInstance() {
    const life = { requests: 0, mostRequests: Number.POSITIVE_INFINITY, end: () => undefined };
    const answer: LocalAws['respond'] = (request) => {
      life.requests += 1;
      if (life.requests <= life.mostRequests) return aws.respond(request);
      life.end();
      return undefined;
    };
    const location = withoutConnection({ ...aws, respond: answer }, accessKeyId);
    const handler = load(bundle, { ...environment, AWS_REGION: 'us-east-1' }, log, time, {
      ...location,
      retryStrategy: retryAtOnce(time),
    });
    return { handler, life };
  }

  async function run(event: unknown): Promise<unknown> {
    await time.sleep(latency);
    const { handler, life } = instance;
    const interruption = interrupt(name);
    const end = time.now() + remaining;
    const context = { invokedFunctionArn, getRemainingTimeInMillis: () => end - time.now() };
    const copy: unknown = JSON.parse(JSON.stringify(event));
    const ended = new Promise<never>((_, reject) => {
      life.end = () => {
        instance = startInstance();
        return void reject(
          new Error('RequestId: 1 Error: Runtime exited without providing a reason'),
        );
      };
    });
    ended.catch(() => undefined);
    if (interruption?.kind === 'ends') {
      life.mostRequests = life.requests + interruption.afterRequests;
    }
    const result = await Promise.race([handler(copy, context), ended]);
    life.mostRequests = Number.POSITIVE_INFINITY;
    if (interruption?.kind === 'answer lost')
      throw new Error('The answer of the function was lost');
    return result === undefined ? undefined : JSON.parse(JSON.stringify(result));
  }

  return {
    invoke: (event) =>
      run(event).then(
        (result): FunctionRun => ({ result, ...unmeasured }),
        (error: unknown): FunctionRun => ({ error: describe(error), ...unmeasured }),
      ),
    close: async () => lines.splice(0),
  };
}

const unmeasured = { peakMemory: 0, wall: 0, cpu: 0 };

function describe(error: unknown): { name: string; message: string } {
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: 'Error', message: String(error) };
}

/** Runs the code of a bundle, as Node.js does with a CommonJS module. Returns its handler. */
function load(
  bundle: string,
  environment: Readonly<Record<string, string>>,
  log: (line: string) => void,
  time: VirtualTime,
  configuration: object,
): Handler {
  const code = readFileSync(bundle, 'utf8');
  const script =
    scripts.get(code) ??
    new Script(
      `(function (exports, require, module, process, Date, setTimeout, clearTimeout) {${code}\n})`,
      { filename: bundle },
    );
  scripts.set(code, script);
  const module: { exports: { handler?: Handler } } = { exports: {} };
  const surroundings = Object.create(process, {
    env: { value: environment },
    stdout: { value: { write: log } },
  });
  const requireThere = (id: string): unknown => {
    const found: unknown = requireHere(id);
    return id.startsWith('@aws-sdk/client-') ? withClients(found, configuration) : found;
  };
  const { setTimer, clearTimer } = timersOf(time);
  script.runInThisContext()(
    ...[module.exports, requireThere, module, surroundings, dateOf(time), setTimer, clearTimer],
  );
  const { handler } = module.exports;
  if (handler === undefined) throw new Error(`${bundle} exports no handler`);
  return handler;
}

/** A package of the SDK whose clients have this configuration. */
function withClients(found: unknown, configuration: object): object {
  const entries = Object.entries(found as object).map(([name, value]: [string, unknown]) => {
    if (!name.endsWith('Client') || typeof value !== 'function') return [name, value];
    const Base = value as Client;
    // Its name is in errors and in the names of the requests.
    const Configured = {
      [name]: class extends Base {
        constructor(given: object) {
          super({ ...given, ...configuration });
          leanClient(this as unknown as Parameters<typeof leanClient>[0]);
        }
      },
    }[name];
    return [name, Configured];
  });
  return Object.fromEntries(entries);
}

/** As many attempts as the bundle asks for, in virtual time. */
function retryAtOnce(time: VirtualTime) {
  const most = 8;
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
  return {
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (
      { getRetryCount }: ReturnType<typeof token>,
      { errorType }: { readonly errorType: string },
    ) => {
      const count = getRetryCount() + 1;
      if (count >= most || errorType === 'CLIENT_ERROR') throw new Error('No attempt is left');
      await time.sleep(50 * 2 ** count);
      return token(count);
    },
    recordSuccess: () => undefined,
  };
}

/** Date on virtual time. */
function dateOf(time: VirtualTime): typeof Date {
  return new Proxy(Date, {
    construct: (target, given) => {
      return given.length === 0 ? new target(time.now()) : Reflect.construct(target, given);
    },
    get: (target, name, receiver) =>
      name === 'now' ? time.now : Reflect.get(target, name, receiver),
  });
}

function timersOf(time: VirtualTime) {
  const running = new Map<object, AbortController>();
  const setTimer = (act: () => void, milliseconds = 0): object => {
    const [timer, stop] = [{}, new AbortController()];
    running.set(timer, stop);
    const done = time.sleep(milliseconds, stop.signal).then(() => {
      running.delete(timer);
      if (!stop.signal.aborted) act();
    });
    done.catch(() => undefined);
    return timer;
  };
  const clearTimer = (timer: object) => running.get(timer)?.abort();
  return { setTimer, clearTimer };
}

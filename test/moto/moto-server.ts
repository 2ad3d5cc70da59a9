import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A running moto_server with an empty account 123456789012. */
export interface MotoServer {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

const program = 'moto_server';
const host = '127.0.0.1';
/** Milliseconds. */
const longestStart = 18_000;
const longestStop = 3_000;

/**
 * Starts moto_server on a free port of loopback, and waits until it answers. Returns a text for a test's name if
 * moto_server does not run: a program of that name may only point to a missing one.
 */
export async function startMotoServer(): Promise<MotoServer | string> {
  const port = await findFreePort();
  const child = spawn(program, ['-H', host, '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let missing: Error | undefined;
  child.once('error', (error) => {
    missing = error;
  });
  const killWithTests = () => child.kill('SIGKILL');
  process.once('exit', killWithTests);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const stop = async () => {
    await end(child);
    process.off('exit', killWithTests);
  };
  const endpoint = `http://${host}:${port}`;
  const deadline = Date.now() + longestStart;
  while (!(await answers(endpoint))) {
    if (missing !== undefined || hasEnded(child)) {
      process.off('exit', killWithTests);
      const problem = `skipped: ${program} does not run`;
      const why = missing?.message ?? said;
      console.warn(`${problem} (${why}). It comes with the Python package "moto[server]".`);
      return problem;
    }
    if (Date.now() < deadline) {
      await wait(100);
      continue;
    }
    await stop();
    throw new Error(`${program} did not answer within ${longestStart} ms. It said: ${said}`);
  }
  return { endpoint, stop };
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, host), 'listening');
  const address = server.address();
  await once(server.close(), 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port was found');
  return address.port;
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(2_000);
    const response = await fetch(`${endpoint}/moto-api/data.json`, { signal });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), longestStop);
  await ended;
  clearTimeout(force);
}

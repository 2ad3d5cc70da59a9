import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Runs Python scripts in one interpreter, which starts with the first script. */
export interface Python {
  /** Resolves to the handler's result; rejects with the type and message of an exception. */
  run(script: string, handler: string, events: unknown): Promise<unknown>;
  close(): void;
}

type Ask = (request: string) => Promise<string>;

const ANSWER = `
import json
def answer(request):
    try:
        call = json.loads(request)
        names = {'__name__': 'script'}
        exec(call['script'], names)
        result = names[call['handler']](call['events'], {})
        return json.dumps({'result': result}, allow_nan=False)
    except BaseException as error:
        return json.dumps({'error': f'{type(error).__name__}: {error}'})
`;

const SERVE = `${ANSWER}
import sys
out, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    print(answer(line), file=out, flush=True)
`;

/** The Python of this whole process. It ends with the process; closing it does nothing. */
export const sharedPython: Python = { ...createPython(), close: () => undefined };

/** By default, `python3` of the PATH, or Pyodide if there is none. */
export function createPython(runtime = hasPython3() ? 'python3' : 'pyodide'): Python {
  const closing = new AbortController();
  let started: Promise<Ask> | undefined;
  async function run(script: string, handler: string, events: unknown) {
    started ??= runtime === 'python3' ? startProcess(closing.signal) : startPyodide();
    const ask = await started;
    const { result, error } = JSON.parse(await ask(JSON.stringify({ script, handler, events })));
    if (error !== undefined) throw new Error(error);
    return result;
  }
  return { run, close: () => closing.abort() };
}

function hasPython3(): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, 'python3')));
}

async function startProcess(signal: AbortSignal): Promise<Ask> {
  const env = { ...process.env, PYTHONUTF8: '1' };
  const child = spawn('python3', ['-c', SERVE], { env, signal, stdio: ['pipe', 'pipe', 'ignore'] });
  // The interpreter must not keep this process alive. It ends when its input ends.
  for (const handle of [child, child.stdin, child.stdout]) {
    if (handle === child || handle instanceof Socket) handle.unref();
  }
  const waiting: ((answer: string) => void)[] = [];
  const fail = () => {
    for (const settle of waiting.splice(0)) settle('{"error":"Python has ended"}');
  };
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  child.on('error', fail).on('close', fail);
  child.stdin.on('error', fail);
  return (request) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      child.stdin.write(`${request}\n`, (error) => error && fail());
    });
}

async function startPyodide(): Promise<Ask> {
  const { loadPyodide } = await import('pyodide');
  const pyodide = await loadPyodide({ stdout: () => undefined, stderr: () => undefined });
  pyodide.runPython(ANSWER);
  const answer: (request: string) => string = pyodide.globals['get']('answer');
  return async (request) => answer(request);
}

import { createInterface } from 'node:readline/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../rule/clock.ts';
import type { CommandEnvironment } from '../environment.ts';
import { codeOf } from '../files.ts';
import { plain } from './style.ts';

/**
 * Returns a function that asks a question and resolves to the answer: empty if the input ends without one, as
 * with Ctrl-D and Ctrl-C.
 */
export function createAsk(
  input: Readable,
  output: Writable,
): (question: string) => Promise<string> {
  return async (question) => {
    const lines = createInterface({ input, output });
    const closed = new AbortController();
    lines.once('close', () => closed.abort());
    try {
      return await lines.question(question, { signal: closed.signal });
    } catch (error) {
      if (!closed.signal.aborted) throw error;
      output.write('\n');
      return '';
    } finally {
      lines.close();
    }
  };
}

/**
 * Returns a function that listens for Ctrl-C. The process then writes lines and ends by the signal, as it would
 * without a listener.
 */
export function createInterruptListener(
  process: Pick<NodeJS.Process, 'once' | 'off' | 'kill' | 'pid'>,
  tell: (line: string) => void,
): NonNullable<CommandEnvironment['onInterrupt']> {
  return (describe) => {
    const end = () => {
      // The cursor stands behind what the terminal shows for Ctrl-C. One piece, since a second Ctrl-C ends at once.
      tell(['', ...describe()].join('\n'));
      process.kill(process.pid, 'SIGINT');
    };
    process.once('SIGINT', end);
    return () => void process.off('SIGINT', end);
  };
}

/**
 * Returns a function that writes text to a stream such as standard output. A reader that has gone away, as in
 * `… | head`, is not an error: it does not want the rest. Rejects on any other error of the stream.
 */
export function createWriter(stream: Writable): (pieces: Iterable<string>) => Promise<void> {
  // The pipeline rejects; without a listener of its own the stream would throw as well.
  stream.on('error', () => undefined);
  return async (pieces) => {
    try {
      await pipeline(Readable.from(pieces), stream, { end: false });
    } catch (error) {
      if (codeOf(error) !== 'EPIPE') throw error;
    }
  };
}

/** A command that takes longer than this (milliseconds) says what it is doing. */
const silence = 2_000;
/** Between two lines of progress (milliseconds). */
const interval = 1_000;

/** Says what a command is doing. */
export interface Progress {
  /** Sets what the command is doing from now on. */
  readonly report: (what: string) => void;
  readonly stop: () => void;
}

/** Writes nothing for two seconds, then at most one line a second, also while the command waits. */
export function startProgress(write: (line: string) => void, clock: Clock): Progress {
  let current = '';
  let written = '';
  let nextAt = clock.now() + silence;
  const show = () => {
    if (current === written || clock.now() < nextAt) return;
    nextAt = clock.now() + interval;
    written = current;
    write(`${plain(current)} …`);
  };
  const timer = setInterval(show, interval);
  return {
    report: (what) => {
      current = what;
      show();
    },
    stop: () => clearInterval(timer),
  };
}

/** Runs work that may take long, and shows the progress that the work reports. */
export async function withProgress<Result>(
  { tell, clock }: Pick<CommandEnvironment, 'tell' | 'clock'>,
  what: string,
  work: (report: (what: string) => void) => Promise<Result>,
): Promise<Result> {
  const progress = startProgress(tell, clock);
  progress.report(what);
  try {
    return await work(progress.report);
  } finally {
    progress.stop();
  }
}

import type { Stats } from 'node:fs';
import { access, constants, open, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../rule/clock.ts';
import { ExpectedError, messageOf } from '../../rule/core/errors.ts';
import type { Instant } from '../../rule/core/instant.ts';
import type { CommandEnvironment } from '../environment.ts';
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

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'permission was denied',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space is left',
  EEXIST: 'it is a file, not a folder',
  EROFS: 'the file system is read-only',
};

/** Does something to a file of that name; an error becomes a FileError that says why it failed. */
export async function withFileErrors<Result>(
  action: 'read' | 'write',
  name: string,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const reason = reasons[codeOf(error)] ?? messageOf(error);
    throw new ExpectedError('FileError', `cannot ${action} ${name}: ${reason}`, { cause: error });
  }
}

/** Lists the names of the files in a folder, without those in other folders. Throws FileError. */
export function listFolder(name: string): Promise<string[]> {
  return withFileErrors('read', name, async () => {
    const entries = await readdir(name, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  });
}

/**
 * Throws FileError if a file of this name cannot be written, or is one of those that are read, perhaps by another name.
 * Creates nothing.
 */
export function checkWritable(name: string, read: readonly string[]): Promise<void> {
  return withFileErrors('write', name, async () => {
    const found = await stat(name).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    // With a letter more, `folder/` is not taken for a file beside the folder.
    if (found === null) await access(dirname(`${name}x`), constants.W_OK);
    // A pipe may not be opened twice.
    else if (found.isFile() || found.isDirectory()) {
      // Only for writing: macOS opens /dev/stdout in no other way than the shell did.
      await (await open(name, constants.O_WRONLY)).close();
      const same = await findSameFile(found, read);
      if (same !== undefined) throw new Error(`it is the same file as ${same}, which is read`);
    }
  });
}

/** Returns the name of the same file, as a link or, on macOS, in other letter case. */
async function findSameFile(file: Stats, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const other = await stat(name).catch(() => null);
    if (other?.ino === file.ino && other.dev === file.dev) return name;
  }
  return undefined;
}

/** When a file was last changed, in whole seconds; null for `-` and for what is no file, such as a pipe. Throws FileError. */
export async function readFileTime(name: string): Promise<Instant | null> {
  if (name === '-') return null;
  const found = await withFileErrors('read', name, () => stat(name));
  return found.isFile() ? Math.floor(found.mtimeMs / 1000) * 1000 : null;
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

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
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

/** Does work that may take long, and says so; the work reports what it is doing. */
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

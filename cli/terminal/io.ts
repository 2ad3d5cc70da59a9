import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ExpectedError, messageOf } from '../../rule/core/errors.ts';

/**
 * Takes where answers come from and questions go to. Gives back what asks a question and resolves to the
 * answer: empty where the input ends without one, as with Ctrl-D and Ctrl-C.
 */
export function createAsk(
  input: Readable,
  output: Writable,
): (question: string) => Promise<string> {
  return (question) =>
    new Promise((resolve) => {
      const lines = createInterface({ input, output });
      let answered = false;
      lines.on('close', () => {
        if (!answered) output.write('\n');
        resolve('');
      });
      lines.question(question, (answer) => {
        answered = true;
        resolve(answer);
        lines.close();
      });
    });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'permission was denied',
  ENOTDIR: 'a part of the path is no folder',
  ENOSPC: 'no space is left',
  EROFS: 'the file system is read-only',
};

/**
 * Takes what is done to a file, its name, and a function that does it. Gives back what the function
 * gives. Throws FileError that says why it failed.
 */
export async function withFileErrors<Result>(
  action: 'read' | 'write',
  name: string,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = reasons[code] ?? messageOf(error);
    throw new ExpectedError('FileError', `cannot ${action} ${name}: ${reason}`, { cause: error });
  }
}

/**
 * Takes a stream such as standard output. Gives back a function that writes pieces of text and resolves
 * when they are handed over. A reader that has gone away, as in `… | head`, is no error: it does not
 * want the rest. Rejects on any other error of the stream.
 */
export function createWriter(stream: Writable): (pieces: Iterable<string>) => Promise<void> {
  // A failed write is told to its callback; without a listener the stream would throw it as well.
  stream.on('error', () => undefined);
  return async (pieces) => {
    for (const piece of pieces) {
      if (!(await writePiece(stream, piece))) return;
    }
  };
}

/** Resolves to whether there is still a reader. */
function writePiece(stream: Writable, piece: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    stream.write(piece, (error) => {
      if (!error) resolve(true);
      else if ('code' in error && error.code === 'EPIPE') resolve(false);
      else reject(error);
    });
  });
}

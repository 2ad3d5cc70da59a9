import type { Writable } from 'node:stream';

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

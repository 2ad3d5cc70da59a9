import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

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

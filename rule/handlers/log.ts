/** Writes one structured log line. Fields never hold a secret; JSON escapes what names may hold. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/**
 * Takes a line of text; writes it to standard output as it is. Lambda's Node.js runtime has a `console.log`
 * of its own, which puts time, request and level before the line, so that metric filters find no JSON.
 */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Takes what writes a line of text; gives back a log that writes JSON, one object a line. */
export function jsonLog(write: (line: string) => void): Log {
  return (level, message, fields) => write(JSON.stringify({ ...fields, level, message }));
}

/** Writes one structured log line. Fields never hold a secret. JSON escapes control characters in names. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/**
 * Writes a line to standard output as it is. `console.log` of Lambda's Node.js runtime puts time, request
 * and level before the line, so metric filters would not find JSON.
 */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A log that writes one JSON object per line. */
export function jsonLog(write: (line: string) => void): Log {
  return (level, message, fields) => write(JSON.stringify({ ...fields, level, message }));
}

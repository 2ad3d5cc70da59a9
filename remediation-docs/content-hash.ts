import { createHash } from 'node:crypto';

/** The first 16 hexadecimal digits of the SHA-256 of a document or of a function's code. */
export function contentHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The description of a function whose code has that hash. The command `doctor` compares it with the hash of a build. */
export function describeFunction(description: string, hash: string): string {
  return `${description} (content ${hash})`;
}

/** Reads the hash from what `describeFunction` writes; undefined if the text does not end with one. */
export function describedHash(description: string): string | undefined {
  return /\(content ([0-9a-f]{16})\)$/u.exec(description)?.[1];
}

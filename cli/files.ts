import type { BigIntStats } from 'node:fs';
import { access, constants, open, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExpectedError, messageOf } from '../rule/core/errors.ts';
import type { Instant } from '../rule/core/instant.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'permission was denied',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space is left',
  EEXIST: 'it is a file, not a folder',
  EROFS: 'the file system is read-only',
};

/** Runs an operation on a file of that name. Turns an error into a FileError that says why it failed. */
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
    const found = await statExactly(name).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    // The added letter makes `folder/` a path inside the folder, not a file beside it.
    if (found === null) await access(dirname(`${name}x`), constants.W_OK);
    // A pipe may not be opened twice.
    else if (found.isFile() || found.isDirectory()) {
      // Opens for writing only, because macOS opens /dev/stdout only as the shell did.
      await (await open(name, constants.O_WRONLY)).close();
      const same = await findSameFile(found, read);
      if (same !== undefined) throw new Error(`it is the same file as ${same}, which is read`);
    }
  });
}

/** Returns the name of the same file, as a link or, on macOS, in other letter case. */
async function findSameFile(
  file: BigIntStats,
  names: readonly string[],
): Promise<string | undefined> {
  for (const name of names) {
    const other = await statExactly(name).catch(() => null);
    if (other?.ino === file.ino && other.dev === file.dev) return name;
  }
  return undefined;
}

/** File IDs can exceed the largest safe integer, for example in Windows. Two files would then look the same. */
function statExactly(name: string): Promise<BigIntStats> {
  return stat(name, { bigint: true });
}

/**
 * When a file was last changed, in whole seconds; null for `-` and for anything other than a file, such as a pipe.
 * Throws FileError.
 */
export async function readFileTime(name: string): Promise<Instant | null> {
  if (name === '-') return null;
  const found = await withFileErrors('read', name, () => stat(name));
  return found.isFile() ? Math.floor(found.mtimeMs / 1000) * 1000 : null;
}

/** Returns the code of a system's error, such as ENOENT; empty for any other. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

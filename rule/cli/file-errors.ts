import { ExpectedError, messageOf } from '../core/errors.ts';

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

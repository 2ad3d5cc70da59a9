import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileErrors } from './files.ts';

/** A folder whose new files only their owner can read. */
export interface PrivateFolder {
  readonly path: string;
  /** The text of a file; null if there is none. Throws FileError. */
  readonly read: (name: string) => Promise<string | null>;
  /** Writes a file whole or not at all. Throws FileError. */
  readonly write: (name: string, text: string) => Promise<void>;
}

/** Makes the folder if there is none. Throws FileError. */
export async function openPrivateFolder(path: string): Promise<PrivateFolder> {
  await withFileErrors('write', path, () => mkdir(path, { recursive: true, mode: 0o700 }));
  return {
    path,
    read: (name) => {
      const file = join(path, name);
      return withFileErrors('read', file, async () => {
        try {
          return await readFile(file, 'utf8');
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
          throw error;
        }
      });
    },
    write: (name, text) => {
      const file = join(path, name);
      // Writes a new file and renames it, because an existing file would keep its permissions, and nobody must read
      // a file that is half written.
      const draft = `${file}.${process.pid}.new`;
      return withFileErrors('write', file, async () => {
        await rm(draft, { force: true });
        await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
        await rename(draft, file);
      });
    },
  };
}

import type { CommandEnvironment } from '../../environment.ts';
import { readStoredResult, type StoredResult } from './results.ts';

/** The results in a folder. */
export interface StoredResults {
  readonly results: readonly (StoredResult & { readonly file: string })[];
  /** JSON files that are not results. */
  readonly skipped: readonly string[];
}

/** Reads the JSON files of a folder, one after the other. Throws FileError if a file or the folder cannot be read. */
export async function readStoredResults(
  folder: string,
  { listFolder, readFile }: Pick<CommandEnvironment, 'listFolder' | 'readFile'>,
): Promise<StoredResults> {
  const results: (StoredResult & { readonly file: string })[] = [];
  const skipped: string[] = [];
  const files = (await listFolder(folder)).filter((name) => name.toLowerCase().endsWith('.json'));
  for (const file of files.sort((a, b) => (a < b ? -1 : 1))) {
    const read = readStoredResult(await readFile(`${folder}/${file}`));
    if (read === null) skipped.push(file);
    else results.push({ ...read, file });
  }
  return { results, skipped };
}

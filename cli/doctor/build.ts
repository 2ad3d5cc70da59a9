import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { contentHash } from '../../remediation-docs/content-hash.ts';
import { documents } from '../../remediation-docs/documents.ts';
import { functionNames, shortName } from '../../rule/core/names.ts';
import { withFileErrors } from '../files.ts';

/** What this build would deploy. */
export interface Build {
  /** The hash of each function's bundle, by the function's name. */
  readonly functions: ReadonlyMap<string, string>;
  /** The text of each document, by its name. */
  readonly documents: ReadonlyMap<string, string>;
}

/** Reads the functions' bundles, `<folder>/evaluate/index.js`, and the documents. Throws FileError. */
export async function readBuild(folder: URL): Promise<Build> {
  const functions = await Promise.all(
    Object.values(functionNames).map(async (name) => {
      const file = new URL(`${shortName(name)}/index.js`, folder);
      const text = await withFileErrors('read', fileURLToPath(file), () => readFile(file, 'utf8'));
      return [name, contentHash(text)] as const;
    }),
  );
  const texts = await Promise.all(
    documents.map(({ name, load }) =>
      withFileErrors('read', name, async () => [name, load()] as const),
    ),
  );
  return { functions: new Map(functions), documents: new Map(texts) };
}

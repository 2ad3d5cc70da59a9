import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/**
 * The names, versions and licenses of the packages in the bundles, each license text once. Throws if a
 * package has no license.
 */
export async function thirdPartyNotices(
  root: string,
  bundles: readonly Metafile[],
): Promise<string> {
  const inputs = bundles.flatMap(({ outputs }) => Object.values(outputs)).flatMap(bundledInputs);
  const folders = [...new Set(inputs.flatMap((input) => packageFolder(input) ?? []))];
  const packagesByLicense = new Map<string, string[]>();
  for (const folder of folders.toSorted()) {
    const { title, license } = await readLicense(join(root, folder));
    packagesByLicense.set(license, [...(packagesByLicense.get(license) ?? []), title]);
  }
  const sections = [...packagesByLicense].map(
    ([license, titles]) => `${titles.join('\n')}\n\n${license}\n`,
  );
  return `This package includes code of the following packages.\n\n${sections.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function bundledInputs({ inputs }: Metafile['outputs'][string]): string[] {
  return Object.keys(inputs).filter((input) => (inputs[input]?.bytesInOutput ?? 0) > 0);
}

/** The folder of the npm package that a file belongs to; undefined for a file of this repository. */
function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(file)?.[0];
}

async function readLicense(folder: string): Promise<{ title: string; license: string }> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const title = `${manifest.name} ${manifest.version} (${manifest.license})`;
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/iu.test(name));
  if (file !== undefined)
    return { title, license: (await readFile(join(folder, file), 'utf8')).trim() };
  if (typeof manifest.license !== 'string')
    throw new Error(`${folder} names no license, so it cannot be bundled`);
  return { title, license: `The package names its license: ${manifest.license}.` };
}

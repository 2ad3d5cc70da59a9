import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { documents } from '../remediation-docs/documents.ts';
import { thirdPartyNotices } from './notices.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  metafile: true,
} as const satisfies BuildOptions;

/**
 * esbuild computes String.fromCharCode(30) and writes the control character itself. The functions' code is part of
 * the template, and CloudFormation does not document whether it keeps control characters.
 */
const withoutControlCharacters: Plugin = {
  name: 'without-control-characters',
  setup({ onLoad }) {
    onLoad({ filter: /\bpapaparse\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replaceAll('String.fromCharCode(', 'String.fromCodePoint(') };
    });
  },
};

/** esbuild escapes the characters beyond ASCII in strings, but not in regular expressions. Plot has one with arrows. */
const asciiRegularExpressions: Plugin = {
  name: 'ascii-regular-expressions',
  setup({ onLoad }) {
    onLoad({ filter: /@observablehq.plot.src.marks.axis\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const escaped = (character: string) =>
        `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
      return { contents: text.replace(/[^\p{ASCII}]/gu, escaped) };
    });
  },
};

/** In Lambda, the runtime has these. */
const sdk = ['@aws-sdk/*', '@smithy/*'];

/**
 * Writes dist/lambda/<name>/index.js and its source map for every function: CommonJS, which inline
 * Lambda code must be, and without the AWS SDK, which the Lambda runtime includes.
 */
export async function buildFunctions(): Promise<Metafile[]> {
  return bundleFunctions('dist/lambda', sdk);
}

/** The code of one function, as `buildFunctions` writes it, after a plugin has changed modules. */
export async function bundleWith(name: string, plugin: Plugin): Promise<string> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: [`rule/handlers/${name}/index.ts`],
    format: 'cjs',
    external: sdk,
    write: false,
    plugins: [withoutControlCharacters, plugin],
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** Writes the functions to a folder of the repository. The bundles import `external` packages at run time. */
export async function bundleFunctions(folder: string, external: string[]): Promise<Metafile[]> {
  const names = await listFunctions();
  await rm(`${root}/${folder}`, { recursive: true, force: true });
  await mkdir(`${root}/${folder}`, { recursive: true });
  await writeFile(`${root}/${folder}/package.json`, '{ "type": "commonjs" }\n');
  const results = await Promise.all(
    names.map((name) =>
      build({
        ...common,
        entryPoints: [`rule/handlers/${name}/index.ts`],
        outfile: `${folder}/${name}/index.js`,
        format: 'cjs',
        sourcemap: true,
        external,
        plugins: [withoutControlCharacters],
      }),
    ),
  );
  return results.map(({ metafile }) => metafile);
}

/** The names of the Lambda functions: the folders of rule/handlers that have an entry point. */
async function listFunctions(): Promise<string[]> {
  const names = await readdir(`${root}/rule/handlers`);
  return names.filter((name) => existsSync(`${root}/rule/handlers/${name}/index.ts`));
}

/**
 * Writes dist/cli/index.js, the command line, with everything that it needs, so that the package has no
 * dependencies. The AWS SDK is in chunks that only commands that call AWS load.
 */
export async function buildCommandLine(): Promise<Metafile> {
  await rm(`${root}/dist/cli`, { recursive: true, force: true });
  const { metafile } = await build({
    ...common,
    entryPoints: { index: 'cli/main.ts' },
    outdir: 'dist/cli',
    splitting: true,
    format: 'esm',
    // CommonJS packages in the bundle load Node's modules with require.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    legalComments: 'none',
    plugins: [asciiRegularExpressions],
  });
  await chmod(`${root}/dist/cli/index.js`, 0o755);
  // The command line loads the documents from their files, as the stack does, and what the HTML report embeds.
  await Promise.all([
    ...documents.map(({ file }) =>
      copyFile(`${root}/remediation-docs/${file}`, `${root}/dist/cli/${file}`),
    ),
    build({
      ...{ absWorkingDir: root, minify: true, logLevel: 'warning', target: 'es2022' },
      entryPoints: ['report.css', 'report.js'].map((file) => `cli/audit/formats/html/${file}`),
      outdir: 'dist/cli',
    }),
  ]);
  return metafile;
}

/** Writes each document as it is deployed. */
async function writeDocuments(folder: string): Promise<void> {
  await mkdir(`${root}/${folder}`, { recursive: true });
  await Promise.all(
    documents.map(({ name, load }) => writeFile(`${root}/${folder}/${name}.yaml`, load())),
  );
}

/** Writes dist: the functions, the command line, the documents and the licenses of the bundled packages. */
export async function buildAll(): Promise<void> {
  const [functions, commandLine] = await Promise.all([
    buildFunctions(),
    buildCommandLine(),
    writeDocuments('dist/documents'),
  ]);
  const notices = await thirdPartyNotices(root, [...functions, commandLine]);
  await writeFile(`${root}/dist/third-party-notices.txt`, notices);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();

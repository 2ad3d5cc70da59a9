import { chmod, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The Lambda functions; each is bundled from its entry point in rule/handlers. */
const functions = ['evaluate', 'plan-revocation', 'plan-restoration', 'issue-password'] as const;

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Writes dist/lambda/<name>/index.js for every function, with a source map beside it: CommonJS, since
 * inline Lambda code is, and without the AWS SDK, which the Lambda runtime brings.
 */
export async function buildFunctions(): Promise<void> {
  await bundleFunctions('dist/lambda', ['@aws-sdk/*', '@smithy/*']);
}

/** Takes a folder below the repository and the packages to leave out; writes the functions there. */
export async function bundleFunctions(folder: string, external: string[]): Promise<void> {
  await rm(`${root}/${folder}`, { recursive: true, force: true });
  await mkdir(`${root}/${folder}`, { recursive: true });
  await writeFile(`${root}/${folder}/package.json`, '{ "type": "commonjs" }\n');
  await Promise.all(
    functions.map((name) =>
      build({
        absWorkingDir: root,
        entryPoints: [`rule/handlers/${name}/index.ts`],
        outfile: `${folder}/${name}/index.js`,
        bundle: true,
        minify: true,
        platform: 'node',
        format: 'cjs',
        target: 'node20',
        sourcemap: true,
        external,
        logLevel: 'warning',
      }),
    ),
  );
}

/**
 * Writes dist/cli/index.js, the command line: an ES module that loads the AWS SDK, and what needs it,
 * only for commands that call AWS.
 */
export async function buildCommandLine(): Promise<void> {
  await rm(`${root}/dist/cli`, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: { index: 'cli/main.ts' },
    outdir: 'dist/cli',
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    // What is bundled of CommonJS packages asks for Node's modules by require.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    target: 'node20',
    sourcemap: true,
    external: ['@aws-sdk/*', '@smithy/*'],
    logLevel: 'warning',
  });
  await chmod(`${root}/dist/cli/index.js`, 0o755);
  await copyDocuments('dist/cli');
}

/** The modules of remediation-docs read the documents beside themselves, wherever they are bundled to. */
async function copyDocuments(folder: string): Promise<void> {
  const files = await readdir(`${root}/remediation-docs`);
  await Promise.all(
    files
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => copyFile(`${root}/remediation-docs/${file}`, `${root}/${folder}/${file}`)),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await Promise.all([buildFunctions(), buildCommandLine()]);

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The Lambda functions; each is bundled from its entry point in rule/handlers. */
const functions = ['evaluate'] as const;

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Writes dist/lambda/<name>/index.js for every function, with a source map beside it: CommonJS, since
 * inline Lambda code is, and without the AWS SDK, which the Lambda runtime brings.
 */
export async function buildFunctions(): Promise<void> {
  await rm(`${root}/dist/lambda`, { recursive: true, force: true });
  await mkdir(`${root}/dist/lambda`, { recursive: true });
  await writeFile(`${root}/dist/lambda/package.json`, '{ "type": "commonjs" }\n');
  await Promise.all(
    functions.map((name) =>
      build({
        absWorkingDir: root,
        entryPoints: [`rule/handlers/${name}.ts`],
        outfile: `dist/lambda/${name}/index.js`,
        bundle: true,
        minify: true,
        platform: 'node',
        format: 'cjs',
        target: 'node20',
        sourcemap: true,
        external: ['@aws-sdk/*', '@smithy/*'],
        logLevel: 'warning',
      }),
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildFunctions();

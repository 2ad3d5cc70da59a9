import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../../dist/cli/', import.meta.url);

/** Returns a module and everything that it imports statically. */
function modulesFrom(name: string, reached = new Set<string>()): Set<string> {
  if (reached.has(name)) return reached;
  reached.add(name);
  if (!name.startsWith('./')) return reached;
  const source = readFileSync(new URL(name, folder), 'utf8');
  for (const [, next = ''] of source.matchAll(/\b(?:from|import)\s*["']([^"']+)["']/gu)) {
    modulesFrom(next, reached);
  }
  return reached;
}

it('the built command line starts without the AWS SDK and the documents, which take longer to load than the rest', () => {
  const modules = [...modulesFrom('./index.js')];
  expect(modules).toContain('node:fs/promises');
  expect(modules.filter((name) => /^@(aws-sdk|smithy)\//u.test(name))).toEqual([]);
  const bundled = modules.filter((name) => name.startsWith('./'));
  const sources = bundled.map((name) => readFileSync(new URL(name, folder), 'utf8'));
  expect(sources.join()).not.toContain('revoke-unused-credentials.yaml');
});

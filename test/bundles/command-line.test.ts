import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../../dist/cli/', import.meta.url);

/** The modules that start with a module: what it imports, and what that imports. */
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

it('the built command line starts without the AWS SDK, which takes longer to load than all the rest', () => {
  const modules = [...modulesFrom('./index.js')];
  expect(modules).toContain('node:fs/promises');
  expect(modules.filter((name) => /^@(aws-sdk|smithy)\//u.test(name))).toEqual([]);
});

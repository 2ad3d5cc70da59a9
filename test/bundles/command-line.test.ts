import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../../dist/cli/', import.meta.url);

/** The text of a module with everything that it imports before it runs, by file. */
function modulesFrom(name: string, reached = new Map<string, string>()): Map<string, string> {
  if (reached.has(name) || !name.startsWith('./')) return reached;
  const source = readFileSync(new URL(name, folder), 'utf8');
  reached.set(name, source);
  for (const [, next = ''] of source.matchAll(/\b(?:from|import)\s*["']([^"']+)["']/gu)) {
    modulesFrom(next, reached);
  }
  return reached;
}

const textFrom = (name: string) => [...modulesFrom(name).values()].join('\n');

/** A word of the signature of every request to AWS. */
const signature = 'aws4_request';

/** A word of every HTML report. */
const policy = 'Content-Security-Policy';

it('the built command line starts without the AWS SDK, the documents and the HTML report, which take longer to load than the rest', () => {
  const clients = readdirSync(folder).find((name) => name.startsWith('clients-'));
  expect(textFrom(`./${clients}`)).toContain(signature);
  const report = readdirSync(folder).find((name) => name.startsWith('html-'));
  expect(textFrom(`./${report}`)).toContain(policy);
  const start = textFrom('./index.js');
  expect(start).not.toContain(signature);
  // All SDK clients together have 1.1 MB.
  expect(start.length).toBeLessThan(200_000);
  expect(start).not.toContain(policy);
  expect(start).not.toContain('revoke-unused-credentials.yaml');
});

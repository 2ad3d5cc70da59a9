import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withGeneratedParts } from '../../scripts/readme/readme.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

describe('the README', () => {
  it('shows parameters as the code has them and figures as measured (else: npm run readme)', () => {
    expect(readme).toBe(withGeneratedParts(readme));
  });

  it('names only npm scripts that exist', () => {
    const named = [...readme.matchAll(/npm (?:run )?([\w-]+)/gu)].map(([, script = '']) => script);
    const scripts = new Set([...Object.keys(manifest.scripts), 'ci']);
    expect(named.filter((script) => !scripts.has(script))).toEqual([]);
    expect(named).toEqual(expect.arrayContaining(['ci', 'start', 'test']));
  });

  it('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/gu)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) readFileSync(new URL(`../../${link}`, import.meta.url));
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accountParameterGroups } from '../../infra/parameters/account.ts';
import {
  organizationParameterGroups,
  policyParameterGroups,
} from '../../infra/parameters/organization.ts';
import { mostKeysAtOnce } from '../../rule/core/purge-plan.ts';
import { generatedDocuments, withGeneratedParts } from '../../scripts/readme/readme.ts';
import { anchors, links, type MarkdownDocument, readDocuments, sentences } from './markdown.ts';

const root = new URL('../../', import.meta.url);
const documents = readDocuments();
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

/** What is wrong with a link of the document, or nothing. */
function brokenLink({ path, text }: MarkdownDocument, link: string): string[] {
  const url = new URL(link, new URL(path, root));
  const anchor = decodeURIComponent(url.hash.slice(1));
  url.hash = '';
  if (!existsSync(url)) return [`${link}: no such file`];
  if (anchor === '') return [];
  const target = link.startsWith('#') ? text : readFileSync(url, 'utf8');
  return anchors({ text: target }).includes(anchor) ? [] : [`${link}: no such heading`];
}

describe('the README', () => {
  const [readme] = documents;

  it('has at most 1,000 words', () => {
    expect(readme?.path).toBe('README.md');
    expect(readme?.text.trim().split(/\s+/u).length).toBeLessThanOrEqual(1000);
  });

  it('shows a picture with a title and a description for screen readers', () => {
    expect(readme?.text).toContain('](docs/overview.svg)');
    const picture = readFileSync(new URL('docs/overview.svg', root), 'utf8');
    expect(picture).toMatch(/<svg[^>]* role="img" aria-labelledby="title desc"/u);
    expect(picture).toMatch(/<title id="title">.+<\/title>\s*<desc id="desc">.+<\/desc>/u);
  });
});

describe('generated parts', () => {
  it.each(generatedDocuments)('of %s are current (else: npm run readme)', (path) => {
    const text = readFileSync(new URL(path, root), 'utf8');
    expect(text).toBe(withGeneratedParts(path, text));
  });
});

it('the reference names every stack parameter', () => {
  const reference = documents.find(({ path }) => path === 'docs/reference.md')?.text ?? '';
  const names = [accountParameterGroups, organizationParameterGroups(false), policyParameterGroups]
    .flat()
    .flatMap(({ parameters }) => Object.keys(parameters));
  expect(names.filter((name) => !reference.includes(`| \`${name}\` |`))).toEqual([]);
});

it('the page about operations says how many keys one execution announces and deletes', () => {
  const operations = documents.find(({ path }) => path === 'docs/operations.md')?.text;
  expect(operations).toContain(`at most ${mostKeysAtOnce} in one execution`);
});

describe('messages and comments in the code', () => {
  it.each(['cli', 'infra', 'local-aws', 'remediation-docs', 'rule', 'scripts', 'terraform'])(
    'of %s name only documents that exist',
    (folder) => {
      const files = readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' });
      const named = files
        .filter((file) => /\.(?:tf|ts|ya?ml)$/u.test(file))
        .flatMap((file) =>
          readFileSync(new URL(`${folder}/${file}`, root), 'utf8').match(/\bdocs\/[\w/-]+\.md/gu),
        )
        .filter((document) => document !== null);
      expect(named.filter((document) => !existsSync(new URL(document, root)))).toEqual([]);
    },
  );
});

describe.each(documents)('$path', (document) => {
  it('links only to files and headings that exist', () => {
    expect(links(document).flatMap((link) => brokenLink(document, link))).toEqual([]);
  });

  it('has no sentence of more than 38 words', () => {
    const long = sentences(document).filter((sentence) => sentence.split(' ').length > 38);
    expect(long).toEqual([]);
  });

  it('names only npm scripts that exist, and no npm package that is not published', () => {
    const named = [...document.text.matchAll(/\bnpm run ([\w-]+)|\bnpm (start|test)\b/gu)];
    const missing = named
      .map(([, script, standard]) => script ?? standard ?? '')
      .filter((script) => !Object.hasOwn(manifest.scripts, script));
    expect(missing).toEqual([]);
    expect(document.text).not.toMatch(/npx unused-iam|npm (?:i|install) (?:-g )?unused-iam/u);
  });
});

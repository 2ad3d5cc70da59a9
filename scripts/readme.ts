import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderParameterTables } from './parameter-table.ts';

const begin = '<!-- parameters: written by npm run readme -->';
const end = '<!-- end of parameters -->';
const readme = new URL('../README.md', import.meta.url);

/** Takes the README's text; gives it back with its generated tables made anew. Throws if it lacks their marks. */
export function withParameterTables(text: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md lacks the lines ${begin} and ${end}`);
  return `${text.slice(0, from)}${begin}\n${renderParameterTables()}\n${text.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(readme, withParameterTables(readFileSync(readme, 'utf8')));
}

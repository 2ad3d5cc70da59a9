import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { recordingRegions } from '../../infra/shared/region-check.ts';
import { type BenchResults, renderMarkdown } from '../bench/results.ts';
import { renderCostTable } from './cost.ts';
import { renderParameterTables } from './parameter-table.ts';

const readme = new URL('../../README.md', import.meta.url);
const results = new URL('../bench/results.json', import.meta.url);

/**
 * Takes the README's text; gives it back with what is generated in it made anew: the parameters from
 * the code, the figures and costs from bench/results.json. Throws if it lacks their marks.
 */
export function withGeneratedParts(text: string): string {
  const measured: BenchResults = JSON.parse(readFileSync(results, 'utf8'));
  const parts = {
    parameters: renderParameterTables(),
    figures: renderMarkdown(measured).trimEnd(),
    cost: renderCostTable(measured),
    regions: recordingRegions.map((region) => `\`${region}\``).join(', '),
  };
  return Object.entries(parts).reduce(
    (written, [part, content]) => replacePart(written, part, content),
    text,
  );
}

function replacePart(text: string, part: string, content: string): string {
  const begin = `<!-- ${part}: written by npm run readme -->`;
  const end = `<!-- end of ${part} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md lacks the lines ${begin} and ${end}`);
  return `${text.slice(0, from)}${begin}\n${content}\n${text.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(readme, withGeneratedParts(readFileSync(readme, 'utf8')));
}

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { recordingRegions } from '../../infra/parameters/checks.ts';
import { type BenchResults, renderMarkdown } from '../bench/results.ts';
import type { SimulationResults } from '../simulate-organization/scenarios.ts';
import { renderCostTables, renderPrices } from './cost.ts';
import {
  renderActionTable,
  renderOrganizationParameters,
  renderRuleParameters,
  renderStackParameters,
} from './reference.ts';
import { renderSoak, type SoakResults } from './soak.ts';
import { accountModule, organizationModule, renderGiven, renderVariables } from './terraform.ts';

const root = new URL('../../', import.meta.url);
const benchResults = new URL('../bench/results.json', import.meta.url);
const soakResults = new URL('../soak/results.json', import.meta.url);
const simulationResults = new URL('../simulate-organization/results.json', import.meta.url);

type Render = (measured: BenchResults, simulated: SimulationResults, soaked: SoakResults) => string;

/** The generated parts of each document: from the code, the built functions, and the results of scripts. */
const parts: Readonly<Record<string, Readonly<Record<string, Render>>>> = {
  'docs/deploy.md': {
    regions: () => recordingRegions.map((region) => `\`${region}\``).join(', '),
  },
  'docs/reference.md': {
    parameters: renderRuleParameters,
    'stack parameters': renderStackParameters,
    'organization parameters': renderOrganizationParameters,
    actions: renderActionTable,
  },
  'docs/cost.md': { cost: renderCostTables, prices: renderPrices },
  'docs/how-it-is-proven.md': {
    soak: (_, __, soaked) => renderSoak(soaked),
    figures: (measured) => renderMarkdown(measured).trimEnd(),
  },
  'terraform/variables.tf': { parameters: () => renderVariables(accountModule) },
  'terraform/parameters.tf': { parameters: () => renderGiven(accountModule) },
  'terraform/modules/organization/variables.tf': {
    parameters: () => renderVariables(organizationModule),
  },
  'terraform/modules/organization/parameters.tf': {
    parameters: () => renderGiven(organizationModule),
  },
};

/** The lines around a generated part of a document. */
function markers(document: string, part: string): { begin: string; end: string } {
  const [begin, end] = [`${part}: written by npm run readme`, `end of ${part}`];
  return document.endsWith('.md')
    ? { begin: `<!-- ${begin} -->`, end: `<!-- ${end} -->` }
    : { begin: `# ${begin}`, end: `# ${end}` };
}

/** The documents and Terraform files that have generated parts, by path from the root. */
export const generatedDocuments = Object.keys(parts);

/** The document's text with its generated parts written again. Throws if it lacks their markers. */
export function withGeneratedParts(document: string, text: string): string {
  const measured: BenchResults = JSON.parse(readFileSync(benchResults, 'utf8'));
  const simulated: SimulationResults = JSON.parse(readFileSync(simulationResults, 'utf8'));
  const soaked: SoakResults = JSON.parse(readFileSync(soakResults, 'utf8'));
  return Object.entries(parts[document] ?? {}).reduce((written, [part, render]) => {
    const { begin, end } = markers(document, part);
    const from = written.indexOf(begin);
    const to = written.indexOf(end);
    if (from < 0 || to < from)
      throw new Error(`${document} lacks the lines ${begin} and ${end}; add both`);
    return `${written.slice(0, from)}${begin}\n${render(measured, simulated, soaked)}\n${written.slice(to)}`;
  }, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const document of generatedDocuments) {
    const file = new URL(document, root);
    writeFileSync(file, withGeneratedParts(document, readFileSync(file, 'utf8')));
  }
}

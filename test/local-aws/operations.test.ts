import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { operations } from '../../local-aws/operations.ts';
import { documents } from '../../remediation-docs/documents.ts';

const root = new URL('../../', import.meta.url);
const calls = new URL('rule/aws/', root);

const sources = textsIn(calls, '.ts');
const script = readFileSync(new URL('scripts/demo.ts', root), 'utf8');
const undo = readFileSync(new URL('docs/undo.md', root), 'utf8');
const inRule = commandsIn(sources);
// STS reads the account from the ID of a key, so that no account is needed.
const inUndo = [...undo.matchAll(/^aws (?!sts )(\w+) ([a-z-]+)/gmu)].map(
  ([, service = '', command = '']) => `${service}:${pascalCase(command)}`,
);
const inDocuments = documents.flatMap(({ load }) => callsOfSteps(parse(load())));

function textsIn(folder: URL, ending: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(ending));
  return files.map((file) => readFileSync(new URL(file, folder), 'utf8'));
}

function pascalCase(command: string): string {
  return command.replaceAll(/(?:^|-)([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}

function commandsIn(texts: readonly string[]): Set<string> {
  const uses = texts.join('\n').matchAll(/\b(?:new (\w+)Command\(|paginate([A-Z]\w*))/gu);
  return new Set([...uses].map(([, command = '', paginator]) => paginator ?? command));
}

// A step may stand at any depth, since loops have steps of their own.
function callsOfSteps(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { action, inputs } = value as { action?: unknown; inputs?: Record<string, unknown> };
  const own = action === 'aws:executeAwsApi' ? [`${inputs?.['Service']}:${inputs?.['Api']}`] : [];
  return [...own, ...Object.values(value).flatMap(callsOfSteps)];
}

function offered(isWanted: (operation: string) => boolean): Set<string> {
  const wanted = operations.filter(({ operation }) => isWanted(operation));
  return new Set(wanted.map(({ service, operation }) => `${service}:${operation}`));
}

describe('the operations of the local account', () => {
  it('are exactly those that rule/aws, the remediation documents, docs/undo.md and `npm start` call', () => {
    const commands = new Set([...inRule, ...commandsIn([script])]);
    const known = new Set(operations.map(({ operation }) => operation));
    expect([...commands].filter((operation) => !known.has(operation))).toEqual([]);
    const called = [...offered((operation) => commands.has(operation)), ...inDocuments, ...inUndo];
    expect(offered(() => true)).toEqual(new Set(called));
  });
});

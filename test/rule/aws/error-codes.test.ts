import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../../rule/aws/', import.meta.url);
const { resolve } = createRequire(import.meta.url);

/** Answers to every operation of every service, so the models list them for none. */
const ofEveryOperation = ['AccessDenied', 'AccessDeniedException'];
/** Known to a service, but not listed for the operation that the file calls; harmless if it never comes. */
const ofOtherOperations = [
  'NoSuchEntity',
  'EntityTemporarilyUnmodifiableException',
  'NoSuchRemediationConfigurationException',
];

/** The errors that the SDK's model of an operation names. */
function errorsOf(client: string, operation: string): string[] {
  const types = path.join(path.dirname(resolve(client)), '../dist-types/commands');
  const text = readFileSync(path.join(types, `${operation}Command.d.ts`), 'utf8');
  return [...text.matchAll(/@throws \{@link (\w+)\}/gu)].map(([, name = '']) => name);
}

const files = readdirSync(folder).map((name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const [, client = ''] = /from '(@aws-sdk\/client-[\w-]+)'/u.exec(text) ?? [];
  const operations = [...text.matchAll(/\b(?:new (\w+)Command\(|paginate(\w+),)/gu)].map(
    ([, command, paginator]) => command ?? paginator ?? '',
  );
  // What stands between the two functions that compare codes and the end of their statement.
  const compared = [...text.matchAll(/\b(?:orNull|hasAwsCode)\(([^;{]+)[;{]/gu)];
  const constants = [...text.matchAll(/'(\w+Exception)'/gu)].map(([, code = '']) => code);
  const codes = compared.flatMap(([, list = '']) => list.match(/(?<=')[A-Z]\w+(?=')/gu) ?? []);
  return { name, client, operations, codes: [...new Set([...codes, ...constants])] };
});

describe.each(files.filter(({ codes }) => codes.length > 0))('$name', (file) => {
  it('names only error codes that the models of the called operations list', () => {
    const called = files.filter(({ client }) => client === file.client);
    const known = called.flatMap(({ client, operations }) =>
      operations.flatMap((operation) => errorsOf(client, operation)),
    );
    const unknown = file.codes.filter(
      (code) => ![...known, ...ofEveryOperation, ...ofOtherOperations].includes(code),
    );
    expect(unknown).toEqual([]);
  });
});

it('the codes of eight files are compared', () => {
  expect(files.filter(({ codes }) => codes.length > 0).length).toBeGreaterThanOrEqual(8);
});

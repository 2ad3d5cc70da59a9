import * as config from '@aws-sdk/client-config-service';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as ssm from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { documents as automationDocuments } from '../../remediation-docs/documents.ts';
import { runInProcess } from '../cli/run-in-process.ts';
import { type Operations, operationsOf, otherServices } from './aws-commands.ts';
import { fencedCommands, pageCommands, readDocuments, splitWords } from './markdown.ts';

const services: Readonly<Record<string, Operations>> = {
  configservice: operationsOf(config),
  iam: operationsOf(iam),
  lambda: operationsOf(lambda),
  secretsmanager: operationsOf(secretsManager),
  sns: operationsOf(sns),
  ssm: operationsOf(ssm),
  ...otherServices,
};

/** Options of the AWS CLI itself, and of its paging. */
const globalOptions = ['region', 'query', 'output', 'max-items', 'profile'];

const letters = (name: string) => name.replaceAll('-', '').toLowerCase();

/** What is wrong with an AWS CLI command, or nothing. */
function wrongIn(command: string): string[] {
  const [, service = '', operation = '', ...rest] = splitWords(command);
  const parameters = services[service]?.get(letters(operation));
  if (parameters === undefined) return [`${service} ${operation} does not exist`];
  return rest
    .filter((word) => word.startsWith('--'))
    .map((word) => word.slice(2))
    .filter((option) => !globalOptions.includes(option))
    .filter(
      (option) =>
        !parameters.includes(letters(option)) &&
        !parameters.includes(letters(option.replace(/^no-/u, ''))),
    )
    .map((option) => `${service} ${operation} does not take --${option}`);
}

/** In a sentence, a command of this tool may stand without its name. */
const ownMention =
  /`((?:unused-iam-credentials )?(?:audit|completion|doctor|purge|restore|retire|revoke)(?: [^`]*)?)`/gu;

const documents = readDocuments().map((document) => ({
  path: document.path,
  commands: fencedCommands(document),
  // In a sentence a command may stand without its parameters.
  mentioned: [...document.text.matchAll(/`aws ([a-z]+) ([a-z-]+)[^`]*`/gu)].map(([code]) =>
    code.slice(1, -1),
  ),
  ownMentioned: [...document.text.matchAll(ownMention)].flatMap(([, code]) => code ?? []),
}));

describe('AWS CLI commands in the documents', () => {
  const withCommands = documents.map(({ path, commands, mentioned }) => ({
    path,
    aws: [...commands.filter((command) => command.startsWith('aws ')), ...mentioned],
  }));

  it.each(withCommands.filter(({ aws }) => aws.length > 0))(
    'in $path name operations and parameters that exist',
    ({ aws }) => {
      expect(aws.flatMap(wrongIn)).toEqual([]);
    },
  );

  it('are found, and errors in them fail the test', () => {
    expect(withCommands.flatMap(({ aws }) => aws).length).toBeGreaterThan(60);
    expect(wrongIn('aws iam get-users')).toEqual(['iam get-users does not exist']);
    expect(wrongIn('aws iam get-user --name x')).toEqual(['iam get-user does not take --name']);
  });
});

describe('the executions that the documents start', () => {
  const starting = documents.flatMap(({ path, commands }) =>
    commands
      .filter((command) => / start-automation-execution /u.test(command))
      .map((command) => [path, command]),
  );

  it('are found for every document that a person starts', () => {
    const named = automationDocuments.filter(({ name }) =>
      starting.some(([, command]) => command?.includes(`--document-name ${name} `)),
    );
    expect(named).toEqual(automationDocuments);
  });

  it.each(starting)('in %s have the parameters of their document: %s', (_, command = '') => {
    const words = splitWords(command);
    const wordAfter = (option: string) => words[words.indexOf(option) + 1] ?? '';
    const document = automationDocuments.find(({ name }) => name === wordAfter('--document-name'));
    const parameters = document?.parameters() ?? {};
    const required = Object.keys(parameters).filter(
      (name) => parameters[name]?.default === undefined,
    );
    const given = wordAfter('--parameters')
      .split(',')
      .map((pair) => pair.slice(0, pair.indexOf('=')));
    expect(Object.keys(parameters)).toEqual(expect.arrayContaining(given));
    expect(given).toEqual(expect.arrayContaining(required));
  });
});

describe('commands of this tool in the documents', () => {
  const own = /^(?:unused-iam-credentials|node dist\/cli\/index\.js) (.+)$/u;
  const all = documents.flatMap(({ commands, ownMentioned }) => [
    ...commands.flatMap((command) => own.exec(command)?.[1] ?? []),
    ...ownMentioned.map((command) => command.replace(/^unused-iam-credentials /u, '')),
  ]);

  it('are found', () => {
    expect(all.length).toBeGreaterThan(8);
  });

  it.each([...new Set(all)])('%s has options that exist', async (command) => {
    const [name = '', ...rest] = splitWords(command);
    const { stdout: help } = await runInProcess([name, '--help']);
    expect(help).toContain(`Usage: unused-iam-credentials ${name}`);
    const options = rest.filter((word) => word.startsWith('--'));
    expect(
      options.filter((option) => !new RegExp(`^ +(?:-h, )?${option}\\b`, 'mu').test(help)),
    ).toEqual([]);
  });
});

it('under each heading, AWS CLI commands come before those of this tool that start a document', () => {
  const starts = /^unused-iam-credentials (?:purge|restore|retire|revoke) /u;
  const sections = readDocuments().flatMap((document) => {
    const commands = pageCommands(document);
    return [...new Set(commands.map(({ heading }) => heading))].map((heading) => ({
      place: `${document.path}: ${heading}`,
      commands: commands.filter((each) => each.heading === heading).map(({ command }) => command),
    }));
  });
  const withTool = sections.filter(({ commands }) => commands.some((each) => starts.test(each)));
  expect(withTool.length).toBeGreaterThan(5);
  const toolFirst = withTool.filter(
    ({ commands }) =>
      !commands
        .slice(
          0,
          commands.findIndex((each) => starts.test(each)),
        )
        .some((each) => /\baws /u.test(each)),
  );
  expect(toolFirst.map(({ place }) => place)).toEqual([]);
});

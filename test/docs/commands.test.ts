import * as config from '@aws-sdk/client-config-service';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as ssm from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { runInProcess } from '../cli/run-in-process.ts';
import { type Operations, operationsOf, otherServices } from './aws-commands.ts';
import { fencedCommands, readDocuments, splitWords } from './markdown.ts';

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

const documents = readDocuments().map((document) => ({
  path: document.path,
  commands: fencedCommands(document),
  // In a sentence a command may stand without its parameters.
  mentioned: [...document.text.matchAll(/`aws ([a-z]+) ([a-z-]+)[^`]*`/gu)].map(([code]) =>
    code.slice(1, -1),
  ),
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

describe('commands of this tool in the documents', () => {
  const own = /^(?:unused-iam-credentials|node dist\/cli\/index\.js) (.+)$/u;
  const all = documents.flatMap(({ commands }) =>
    commands.flatMap((command) => own.exec(command)?.[1] ?? []),
  );

  it('are found', () => {
    expect(all.length).toBeGreaterThan(8);
  });

  it.each([...new Set(all)])('%s has options that exist', async (command) => {
    const [name = '', ...rest] = splitWords(command);
    const { stdout: help } = await runInProcess([name, '--help']);
    expect(help).toContain(`Usage: unused-iam-credentials ${name}`);
    const options = rest.filter((word) => word.startsWith('--'));
    expect(options.filter((option) => !new RegExp(`^ +${option}\\b`, 'mu').test(help))).toEqual([]);
  });
});

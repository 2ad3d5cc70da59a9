import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument, visit } from 'yaml';
import { addUser, createAccount } from '../../local-aws/account.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import manifest from '../../package.json' with { type: 'json' };
import { runProcess, withoutProgress } from '../cli/run-cli.ts';
import { links } from '../docs/markdown.ts';
import { organizationText, protectionText } from '../infra/organization/template.ts';
import { type AccountTemplate, accountTemplate } from '../infra/synthesized.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'unused-iam-credentials-package-'));
const inTemporary = (...names: string[]) => join(temporary, ...names);
const unpacked = inTemporary('package');
const tarball = `${manifest.name}-${manifest.version}.tgz`;
const pages = [
  'audit-report.png',
  'overview.svg',
  ...readdirSync('docs').filter((name) => name.endsWith('.md')),
].map((name) => `docs/${name}`);
const decisions = readdirSync('docs/decisions').map((name) => `docs/decisions/${name}`);
const eventPages = readdirSync('docs/events').map((name) => `docs/events/${name}`);
const below = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.terraform'))
    .map((entry) => join(entry.parentPath, entry.name));
const deploymentFiles = [
  ...below('docs/recipes'),
  ...below('terraform').filter((file) => /\.(?:md|tf)$/u.test(file)),
];
const templates = ['', 'Organization', 'Protection'].map(
  (stack) => `cdk.out/UnusedIamCredentials${stack}.template.json`,
);
const functions = [
  ...['evaluate', 'issue-password', 'plan-purge', 'plan-restoration', 'plan-retirement'],
  ...['plan-revocation', 'restore-permissions'],
];
const documents = ['Purge', 'Restore', 'Retire', 'Revoke'].map(
  (name) => `UnusedIamCredentials-${name}`,
);

/** Runs a program that must succeed. */
async function succeed(program: string, args: readonly string[]): Promise<void> {
  const env = { npm_config_update_notifier: 'false' };
  const { code, stderr } = await runProcess(program, args, { env, timeout: 50_000 });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${code} ${stderr}`);
}

const read = (...names: string[]) => readFileSync(join(...names), 'utf8');

/** The code of the functions and the text of the documents in the packed account template, by name. */
function readDeployed(): Record<string, unknown> {
  const { Resources }: AccountTemplate = JSON.parse(read(unpacked, templates[0] ?? ''));
  const entries = Object.values(Resources).flatMap(({ Type, Properties: of }) => {
    const { ZipFile } = Object(of?.['Code']);
    if (Type === 'AWS::Lambda::Function') return [[of?.['FunctionName'], ZipFile]];
    return Type === 'AWS::SSM::Document' ? [[of?.['Name'], of?.['Content']]] : [];
  });
  return Object.fromEntries(entries);
}

/** The same of the packed bundles and documents. */
function readBuilt(): Record<string, unknown> {
  return Object.fromEntries([
    ...functions.map((name) => [
      `unused-iam-credentials-${name}`,
      read(unpacked, `dist/lambda/${name}/index.js`),
    ]),
    ...documents.map((name) => [name, read(unpacked, `dist/documents/${name}.yaml`)]),
  ]);
}

/** The files of the package. */
function listFiles(): string[] {
  return readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(unpacked.length + 1));
}

/** Packs a copy of the checkout with its templates, and installs the package where nothing of the checkout is. */
beforeAll(async () => {
  const copy = inTemporary('checkout');
  const left = new Set(['node_modules', '.git', 'release', 'reports', '.stryker-tmp', 'cdk.out']);
  cpSync(root, copy, {
    recursive: true,
    filter: (file) => !left.has(file.slice(root.length).split(sep)[0] ?? ''),
  });
  mkdirSync(join(copy, 'cdk.out'));
  const texts = await Promise.all([
    accountTemplate().then((template) => JSON.stringify(template)),
    ...[organizationText(), protectionText()],
  ]);
  for (const [index, name] of templates.entries()) {
    writeFileSync(join(copy, name), texts[index] ?? '');
  }
  await succeed('npm', ['pack', copy, '--ignore-scripts', '--pack-destination', temporary]);
  rmSync(copy, { recursive: true });
  const prefix = inTemporary('prefix');
  await Promise.all([
    succeed('npm', ['install', '-g', '--offline', '--prefix', prefix, inTemporary(tarball)]),
    succeed('tar', ['-xzf', inTemporary(tarball), '-C', temporary]),
  ]);
}, 120_000);
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const command = (args: readonly string[], env: Record<string, string> = {}) =>
  runProcess(inTemporary('prefix', 'bin', manifest.name), args, { env });

describe('the package', () => {
  it('contains the command line, the functions, the documents, the templates, the Terraform modules, the pages and nothing else', () => {
    const files = listFiles();
    const chunk = /^dist\/cli\/[\w-]+\.(?:css|js|yaml)$/u;
    expect(new Set(files.filter((file) => !chunk.test(file)))).toEqual(
      new Set([
        ...['LICENSE', 'README.md', 'package.json', 'dist/third-party-notices.txt'],
        ...templates,
        ...documents.map((name) => `dist/documents/${name}.yaml`),
        ...functions.map((name) => `dist/lambda/${name}/index.js`),
        'dist/lambda/package.json',
        ...pages,
        ...decisions,
        ...eventPages,
        ...deploymentFiles,
      ]),
    );
    expect(files).toContain('dist/cli/index.js');
  });

  it('contains every file to which its pages link', () => {
    const files = new Set(listFiles());
    const markdown = [...files].filter((file) => file.endsWith('.md'));
    const broken = markdown.flatMap((path) => {
      const targets = links({ path, text: read(unpacked, path) }).map((link) => link.split('#')[0]);
      const missing = targets.filter((to) => to && !files.has(join(dirname(path), to)));
      return missing.map((to) => `${path}: ${to}`);
    });
    expect(markdown.length).toBeGreaterThan(10);
    expect(broken).toEqual([]);
  });

  it('is ASCII in everything that runs, and without control characters in what is deployed', () => {
    const others = (notIn: RegExp, files: readonly string[]) =>
      files.filter((file) => notIn.test(read(unpacked, file)));
    const files = listFiles().filter((file) => !/\.(?:md|png|svg)$/u.test(file));
    expect(others(/[^\p{ASCII}]/u, files)).toEqual([]);
    const deployed = files.filter((file) =>
      /^(?:cdk\.out|dist\/(?:documents|lambda))\//u.test(file),
    );
    expect(deployed).toHaveLength(templates.length + documents.length + functions.length + 1);
    expect(others(/[^\n\t -~]/u, deployed)).toEqual([]);
  });

  it('has at most 1.4 MB and needs no other package', () => {
    expect(readFileSync(inTemporary(tarball)).length).toBeLessThan(1_400_000);
    expect(Object.keys(JSON.parse(read(unpacked, 'package.json')))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:d|optionalD|peerD)ependencies$/u)]),
    );
  });

  it('deploys exactly the functions and documents that its doctor compares with', () => {
    expect(readDeployed()).toEqual(readBuilt());
  });

  it.each(documents)('has %s as plain YAML, without anchors', (name) => {
    const anchors: string[] = [];
    visit(parseDocument(read(unpacked, `dist/documents/${name}.yaml`)), {
      Alias: (_, { source }) => void anchors.push(source),
      Value: (_, { anchor }) => void (anchor !== undefined && anchors.push(anchor)),
    });
    expect(anchors).toEqual([]);
  });

  it('names the license of every package that it includes', () => {
    const notices = read(unpacked, 'dist/third-party-notices.txt');
    for (const name of [
      '@aws-sdk/client-iam',
      '@observablehq/plot',
      'commander',
      'papaparse',
      'preact',
      'valibot',
      'yaml',
    ])
      expect(notices).toMatch(new RegExp(`^${name} [\\d.]+ \\(.+\\)$`, 'mu'));
  });
});

describe('the installed command line', () => {
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startLocalAws(createAccount());
    addUser(aws.account, { userName: 'alice', createDate: Date.now() });
  });
  afterAll(() => aws.close());

  const callAws = (...args: string[]) =>
    command(args, {
      ...{ AWS_ACCESS_KEY_ID: 'AKIALOCAL', AWS_SECRET_ACCESS_KEY: 'local' },
      ...{ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: aws.endpoint },
    });

  it('prints its version', async () => {
    const stdout = `${manifest.version}\n`;
    expect(await command(['--version'])).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('audits a credential report', async () => {
    const report = join(root, 'test/fixtures/credential-report.csv');
    const { stdout } = await command(['audit', '--report', report, '--format', 'json']);
    expect(JSON.parse(stdout).users.length).toBeGreaterThan(1);
  });

  it('writes the HTML report with the style sheet and script beside it', async () => {
    const report = join(root, 'test/fixtures/credential-report.csv');
    const { stdout } = await command(['audit', '--report', report, '--format', 'html']);
    expect(stdout).toMatch(/<style>.{1000,}<\/style>/su);
    expect(stdout).toMatch(/<script>.{1000,}<\/script>\n<\/body>\n<\/html>\n$/su);
  });

  it('audits a live account with the SDK that it includes', async () => {
    const { code, stdout } = await callAws('audit', '--live', '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).users).toMatchObject([{ userName: 'alice' }]);
  });

  it('revoke reports that nothing is deployed', async () => {
    const { code, stderr } = await callAws('revoke', '--yes', 'alice');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('AutomationDefinitionNotFoundException'),
    });
  });

  it('doctor reads the bundles and documents beside it', async () => {
    const { code, stdout, stderr } = await callAws('doctor', '--no-dry-run', '--format', 'json');
    expect({ code, stderr: withoutProgress(stderr), checks: JSON.parse(stdout).checks }).toEqual({
      ...{ code: 1, stderr: '' },
      checks: expect.arrayContaining([expect.objectContaining({ id: 'rule' })]),
    });
  });

  it('says how to get credentials if there are none', async () => {
    const { code, stderr } = await command(['audit', '--live']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('aws configure') });
  });
});

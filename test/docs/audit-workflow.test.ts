import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runProcess } from '../cli/run-cli.ts';
import { runInProcess } from '../cli/run-in-process.ts';
import { useTemporaryFolder } from '../cli/temporary-folder.ts';

const folder = new URL('../../docs/recipes/', import.meta.url);
const temporary = useTemporaryFolder();

const step = v.looseObject({
  name: v.optional(v.string()),
  uses: v.optional(v.string()),
  run: v.optional(v.string()),
});
const workflow = v.object({
  permissions: v.record(v.string(), v.string()),
  jobs: v.record(v.string(), v.object({ steps: v.array(step) })),
});

const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));
const recipes = files.map((file) => {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const { permissions, jobs } = v.parse(workflow, parse(text));
  return { file, text, permissions, steps: Object.values(jobs).flatMap(({ steps }) => steps) };
});

it('a recipe of docs/recipes is found', () => {
  expect(files).toContain('audit-workflow.yml');
});

describe.each(recipes)('$file', ({ text, permissions, steps }) => {
  it('pins every action to a commit, and says of which version', () => {
    const uses = steps.flatMap((one) => one.uses ?? []);
    expect(uses.length).toBeGreaterThan(2);
    for (const action of uses) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/u);
      expect(text).toMatch(new RegExp(`${action} # v\\d+\\.\\d+\\.\\d+$`, 'mu'));
    }
  });

  it('has no more permissions than it needs, and no stored key', () => {
    expect(permissions).toEqual({ actions: 'read', contents: 'read', 'id-token': 'write' });
    expect(text).not.toMatch(/secrets\.|access-key-id/u);
  });

  it('uses only options of audit that exist', async () => {
    const { stdout: help } = await runInProcess(['audit', '--help']);
    const commands = steps.flatMap(
      ({ run }) => run?.match(/unused-iam-credentials audit[\s\S]*?\|\|/gu) ?? [],
    );
    expect(commands).toHaveLength(1);
    const options = commands.flatMap((command) => command.match(/--[\w-]+/gu) ?? []);
    expect(options.filter((option) => !new RegExp(`^ +${option}\\b`, 'mu').test(help))).toEqual([]);
  });

  it('has scripts without errors of syntax', async () => {
    for (const { run } of steps) {
      if (run === undefined) continue;
      expect(await runProcess('bash', ['-n', '-c', run], {})).toMatchObject({
        code: 0,
        stderr: '',
      });
    }
  });
});

const scriptOf = (wanted: string) =>
  recipes
    .find(({ file }) => file === 'audit-workflow.yml')
    ?.steps.find(({ name }) => name === wanted)?.run;

describe('the earlier results of audit-workflow.yml', () => {
  it.each([
    { when: 'without an earlier run', run: '', available: 'exit 1', code: 0, downloads: false },
    { when: 'of a run', run: '7', available: 'echo 1', code: 0, downloads: true },
    { when: 'that GitHub deleted', run: '7', available: 'echo 0', code: 0, downloads: false },
    { when: 'that cannot be read', run: '7', available: 'exit 1', code: 1, downloads: false },
  ])('$when: ends with $code, downloads: $downloads', async (example) => {
    const name = `bin-${example.when.replaceAll(' ', '-')}`;
    temporary.folder(name);
    const gh = temporary.file(
      `${name}/gh`,
      `#!/bin/sh\ncase "$1 $2" in\n"run list") echo ${example.run};;\n"run download") echo "$3" > downloaded;;\n"api repos/o/r/actions/runs/7/artifacts") ${example.available};;\nesac\n`,
    );
    chmodSync(gh, 0o755);
    const script = `cd '${temporary.path}/${name}'\n${scriptOf('Get the earlier results')}`;
    const { code } = await runProcess('bash', ['-e', '-c', script], {
      env: {
        PATH: [`${temporary.path}/${name}`, process.env['PATH']].join(delimiter),
        ...{ GITHUB_REPOSITORY: 'o/r', GITHUB_WORKFLOW: 'w' },
      },
    });
    expect(code).toBe(example.code);
    expect(existsSync(`${temporary.path}/${name}/downloaded`)).toBe(example.downloads);
  });
});

describe('the audit of audit-workflow.yml', () => {
  const script = scriptOf('Audit');

  it.each([
    [0, 0],
    [1, 0],
    [2, 2],
  ])('that ends with %d ends its step with %d, and its summary is kept', async (code, ends) => {
    const name = `bin-${code}`;
    temporary.folder(name);
    const summary = temporary.file(`${name}/step-summary.md`, '');
    const command = temporary.file(
      `${name}/unused-iam-credentials`,
      `#!/bin/sh\necho result > "$6"; echo summary > "$8"; exit ${code}\n`,
    );
    chmodSync(command, 0o755);
    temporary.folder(`${name}/results`);
    const path = [`${temporary.path}/${name}`, process.env['PATH']].join(delimiter);
    const run = `cd '${temporary.path}/${name}'\n${script}`;
    // GitHub runs scripts in this way.
    const result = await runProcess('bash', ['-e', '-c', run], {
      env: { PATH: path, GITHUB_STEP_SUMMARY: summary },
    });
    expect(result.code).toBe(ends);
    expect(temporary.read(`${name}/step-summary.md`)).toBe('summary\n');
    const [written = ''] = readdirSync(`${temporary.path}/${name}/results`);
    expect(written).toMatch(/^\d{4}-\d\d-\d\d\.json$/u);
    expect(existsSync(`${temporary.path}/${name}/results/${written}`)).toBe(true);
  });
});

import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cliFile, runCli, runProcess } from './run-cli.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const name = 'unused-iam-credentials';

const folder = useTemporaryFolder();
const here = folder.folder('here');
folder.file('here/report.json', '');
const bin = folder.folder('bin');
chmodSync(
  folder.file(`bin/${name}`, `#!/bin/sh\nexec '${process.execPath}' '${cliFile}' "$@"\n`),
  0o755,
);

/** Runs a script in a shell in which the command line is installed, in a folder with the file `report.json`. */
function inShell(shell: string, args: readonly string[], script: string) {
  const env = { PATH: `${bin}:${process.env['PATH']}`, TERM: 'dumb' };
  return runProcess(shell, [...args, `cd '${here}'\n${script}`], { env });
}

/** What bash completes for the last of the words of each command line. */
async function completeInBash(lines: readonly (readonly string[])[]): Promise<Set<string>[]> {
  const calls = lines.map((words) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    return `COMP_WORDS=(${name} ${quoted}); COMP_CWORD=${words.length}
_unused_iam_credentials
printf '%s\\n' "\${COMPREPLY[@]}" ''`;
  });
  const script = [`source <(${name} completion bash)`, ...calls].join('\n');
  const { code, stdout, stderr } = await inShell('bash', ['-c'], script);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const answers = stdout.split(/\n\n/u).slice(0, lines.length);
  return answers.map((answer) => new Set(answer.split('\n').filter(Boolean)));
}

describe('completion in bash', () => {
  const completions: readonly (readonly [string[], string[]])[] = [
    [['re'], ['revoke', 'retire', 'restore']],
    [
      ['purge', '--d'],
      ['--dry-run', '--delete-after-days'],
    ],
    [['--no-color', 'purge', '--de'], ['--delete-after-days']],
    [
      ['revoke', '--password-action', ''],
      ['Delete', 'Replace', 'Keep'],
    ],
    // Bash breaks words at =.
    [['revoke', '--password-action', '=', 'R'], ['Replace']],
    [
      ['revoke', 'alice', '--format', ''],
      ['table', 'json'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['audit', '--evaluation-scope', ''],
      ['credential', 'user', 'console-password'],
    ],
    [['audit', '--only', ''], ['non-compliant']],
    [
      ['audit', '--by', ''],
      ['user', 'credential'],
    ],
    [['audit', '--report', ''], ['report.json']],
    [['audit', '--compare', ''], ['report.json']],
    [['audit', '--accounts-file', ''], ['report.json']],
    [['audit', '--cache', ''], ['report.json']],
    [
      ['help', 're'],
      ['revoke', 'retire', 'restore'],
    ],
    [['revoke', ''], []],
  ];

  it('finds commands, options, their values and files', async () => {
    const completed = await completeInBash(completions.map(([words]) => words));
    expect(completed).toEqual(completions.map(([, expected]) => new Set(expected)));
  });

  it('does not run a substitution that stands on the command line', async () => {
    const script = `source <(${name} completion bash)
COMP_WORDS=(${name} revoke '$(touch evil)' --dr); COMP_CWORD=3
_unused_iam_credentials
printf '%s' "\${COMPREPLY[@]}"`;
    const { stdout } = await inShell('bash', ['-c'], script);
    expect(stdout).toBe('--dry-run');
    expect(readdirSync(here)).toEqual(['report.json']);
  });
});

const isInstalled = (shell: string) => spawnSync(shell, ['-c', 'exit']).status === 0;

describe('completion in other shells', () => {
  it.skipIf(!isInstalled('fish'))('works in fish (skipped if fish is not installed)', async () => {
    const script = `${name} completion fish | source
complete -C '${name} ret'
complete -C '${name} revoke --password-action '
complete -C '${name} audit --report rep'`;
    const { stdout, stderr } = await inShell('fish', ['--no-config', '-c'], script);
    expect(stderr).toBe('');
    expect(stdout).toBe(
      [
        'retire\tDeny inactive users everything, and revoke their credentials',
        ...['Delete', 'Keep', 'Replace'].map((it) => `${it}\tWhat happens to an unused password`),
        'report.json\n',
      ].join('\n'),
    );
  });

  it.skipIf(!isInstalled('zsh'))('loads in zsh (skipped if zsh is not installed)', async () => {
    const script = `autoload -U compinit; compinit -D -u
source <(${name} completion zsh)
print -r -- $_comps[${name}]`;
    const { stdout, stderr } = await inShell('zsh', ['-f', '-c'], script);
    expect({ stdout, stderr }).toEqual({ stdout: `_${name}\n`, stderr: '' });
  });

  it.each([
    ['of an option', ['audit', '--format', '']],
    ['of an argument', ['completion', '']],
    ['of help', ['help', '']],
  ])(
    'describes every value %s, because zsh shows a value without a description as `--`',
    async (_, words) => {
      const { stdout } = await runCli(['complete', '--', ...words]);
      const values = stdout.trim().split('\n').slice(0, -1);
      expect(values.length).toBeGreaterThan(2);
      expect(values.filter((value) => !/^[\w-]+\t\w/u.test(value))).toEqual([]);
    },
  );

  it('is refused for a shell that is not known', async () => {
    const { code, stdout, stderr } = await runCli(['completion', 'tcsh']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('<shell> is "tcsh"; expected bash, zsh, fish. See');
  });
});

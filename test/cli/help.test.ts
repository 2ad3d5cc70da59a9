import { describe, expect, it } from 'vitest';
import { runInProcess } from './run-in-process.ts';

describe('help', () => {
  it.each([
    ['the program', ['--help'], 'help.txt'],
    ['the program without arguments', [], 'help.txt'],
    ['audit', ['audit', '--help'], 'help-audit.txt'],
    ['audit by the help command', ['help', 'audit'], 'help-audit.txt'],
    ['revoke', ['revoke', '--help'], 'help-revoke.txt'],
    ['revoke by the help command', ['help', 'revoke'], 'help-revoke.txt'],
    ['retire', ['retire', '--help'], 'help-retire.txt'],
    ['restore', ['restore', '--help'], 'help-restore.txt'],
    ['purge', ['purge', '--help'], 'help-purge.txt'],
    ['doctor', ['doctor', '--help'], 'help-doctor.txt'],
    ['completion', ['completion', '--help'], 'help-completion.txt'],
  ])('of %s is as pinned', async (_, args, file) => {
    const run = await runInProcess(args);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    await expect(run.stdout).toMatchFileSnapshot(`./${file}`);
    expect(run.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

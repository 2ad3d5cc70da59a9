import { describe, expect, it, vi } from 'vitest';
import type { AwsChoice } from '../../cli/clients.ts';
import { runProgram } from '../../cli/program.ts';
import { createStyle, styleFor, widthOf } from '../../cli/terminal/style.ts';
import { systemClock } from '../../rule/clock.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import { startRevoked } from './restore/revoked-users.ts';
import { runProgramIn } from './run-program.ts';

const unused = () => Promise.reject(new Error('this is not used'));
const painting = '\u001B[';

/** Runs the program on a terminal with colors, until it connects to AWS. */
async function run(...args: string[]) {
  const [chosen, told]: [AwsChoice[], string[]] = [[], []];
  const code = await runProgram(args, '0.0.0', {
    clock: systemClock,
    connect: (_, choice = {}) => {
      chosen.push(choice);
      throw new ExpectedError('CredentialsError', 'this is as far as the test goes');
    },
    ...{ readBuild: unused, readFile: unused, listFolder: unused, writeFile: unused },
    checkWritable: unused,
    ...{ fileTime: unused, openPrivateFolder: unused, connectToRoles: unused },
    write: async () => undefined,
    tell: (line) => told.push(line),
    ...{ style: createStyle(true), width: 80 },
  });
  return { code, chosen, told: told.join('\n') };
}

describe('--profile and --region', () => {
  it.each([
    [['audit', '--live']],
    [['revoke', 'alice', '--yes']],
    [['retire', 'alice', '--yes']],
    [['restore', '--list']],
    [['restore', 'alice', '--yes']],
    [['purge', '--yes']],
    [['doctor']],
  ])('are taken before and after the name of the command: %j', async (args) => {
    const options = ['--profile', 'ops', '--region', 'eu-central-1'];
    const expected = [{ profile: 'ops', region: 'eu-central-1' }];
    expect((await run(...args, ...options)).chosen).toEqual(expected);
    expect((await run(...options, ...args)).chosen).toEqual(expected);
    expect((await run(...args)).chosen).toEqual([{ profile: undefined, region: undefined }]);
  });

  it.each([
    [['--region', 'Frankfurt'], '--region is "Frankfurt"; expected an AWS Region, such as'],
    [['--region', ''], '--region is ""; expected an AWS Region, such as'],
    [['--profile', ''], '--profile is ""; expected the name of a profile'],
  ])('are refused if they are wrong: %j', async (options, message) => {
    const { code, chosen, told } = await run('restore', '--list', ...options);
    expect({ code, chosen }).toEqual({ code: 2, chosen: [] });
    expect(told).toContain(message);
  });
});

describe('colors', () => {
  it.each([
    ['are shown in a terminal', true, [], true],
    ['are not shown with --no-color', true, ['--no-color'], false],
    ['are not shown in a pipe', false, [], false],
    ['are shown in a pipe with --color', false, ['--color'], true],
  ])('%s', async (_, terminal, options, painted) => {
    const { local } = await startRevoked();
    const args = ['restore', '--list', ...options];
    const style = createStyle(terminal);
    const { stdout } = await runProgramIn(local, args, undefined, { style });
    expect(stdout.includes(painting)).toBe(painted);
  });

  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{ isTTY: false }, {}, false],
  ])('of the stream %j with %j are shown: %s', (stream, variables, painted) => {
    vi.stubEnv('NO_COLOR', undefined);
    vi.stubEnv('TERM', 'xterm');
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(styleFor(stream).bad('x').includes(painting)).toBe(painted);
    vi.unstubAllEnvs();
  });
});

describe('the help', () => {
  it('describes the options of revoke beside them in a terminal of 60 columns', async () => {
    const { local } = await startRevoked();
    const args = ['revoke', '--help'];
    const { stdout } = await runProgramIn(local, args, undefined, { width: 60 });
    expect(stdout).toContain(`
  --dry-run                               Show what would be
                                          revoked, and
                                          change nothing
`);
  });
});

describe('the width', () => {
  it.each([
    ['of a terminal is its columns', { isTTY: true, columns: 100 }, '', 100],
    ['is COLUMNS', { isTTY: true, columns: 100 }, '60', 60],
    ['of a terminal without columns is 80', { isTTY: true, columns: 0 }, '', 80],
    ['of a pipe is not limited', { isTTY: false }, '60', null],
  ])('%s', (_, stream, columns, width) => {
    vi.stubEnv('COLUMNS', columns);
    expect(widthOf(stream)).toBe(width);
    vi.unstubAllEnvs();
  });
});

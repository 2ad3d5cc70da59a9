import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { mixedReport } from './report-rows.ts';
import { runCli } from './run-cli.ts';
import { runInProcess } from './run-in-process.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const folder = useTemporaryFolder();
const mixed = folder.file('mixed.csv', mixedReport);

describe('the command line in this process', () => {
  it.each<[string, string[], string | Uint8Array]>([
    ['an unknown option', ['audit', '--\u001B[31m', mixed], ''],
    ['bytes on standard input', ['audit', '--report', '-'], Uint8Array.of(0xff, 0xfe, 0x00)],
    ['a folder to write to', ['audit', '--report', mixed, '--output', folder.path], ''],
  ])('ends and writes like a separate process: %s', async (_, args, stdin) => {
    const [here, there] = await Promise.all([
      runInProcess(args, { stdin }),
      runCli(args, { stdin }),
    ]);
    expect(here).toEqual(there);
  });

  it('has no environment variables but those of its run, also where two run at once', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAMACHINE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    onTestFinished(() => void vi.unstubAllEnvs());
    const before = process.env;
    const live = ['audit', '--live'];
    const nobody = runInProcess(live, { env: { AWS_PROFILE: 'nobody' } });
    const half = runInProcess(live, { env: { AWS_SECRET_ACCESS_KEY: 'local' } });
    const refused = { code: 2, stderr: expect.stringContaining('no AWS credentials were found') };
    expect(await Promise.all([nobody, half])).toMatchObject([refused, refused]);
    expect(process.env).toBe(before);
  });
});

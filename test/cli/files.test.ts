import type * as FileSystem from 'node:fs/promises';
import { afterAll, expect, it, vi } from 'vitest';
import { useTemporaryFolder } from './temporary-folder.ts';

/** File IDs as Windows has them: beyond the largest safe integer. */
const ids = new Map<string, bigint>();

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof FileSystem>();
  const stat = async (name: string, options?: { bigint?: boolean }) => {
    const found = await original.stat(name, options);
    const id = ids.get(name) ?? 0n;
    return Object.assign(found, { ino: options?.bigint === true ? id : Number(id) });
  };
  return { ...original, stat };
});

const folder = useTemporaryFolder();

// Test files share modules. Others may have loaded this one with the real file system, and must not get the mocked one.
vi.resetModules();
const { checkWritable } = await import('../../cli/files.ts');
afterAll(() => {
  vi.doUnmock('node:fs/promises');
  vi.resetModules();
});

it('a file is not taken for a file that is read, even if only the last digit of their IDs differs', async () => {
  const [read, written, link] = ['read.csv', 'out.json', 'link.csv'].map((name) =>
    folder.file(name, ''),
  );
  if (read === undefined || written === undefined || link === undefined) throw new Error('No file');
  ids
    .set(read, 2n ** 60n)
    .set(link, 2n ** 60n)
    .set(written, 2n ** 60n + 1n);
  await expect(checkWritable(written, [read])).resolves.toBeUndefined();
  await expect(checkWritable(link, [read])).rejects.toThrow('it is the same file as');
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder for one test file. */
export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file, and returns its path. */
  readonly file: (name: string, content: string | Uint8Array) => string;
  /** Makes a folder in it, and returns its path. */
  readonly folder: (name: string) => string;
  /** Reads a file's text. */
  readonly read: (name: string) => string;
}

/** Makes a folder that is removed after the tests of the file that calls it. */
export function useTemporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'unused-iam-credentials-test-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    file: (name, content) => {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
    folder: (name) => {
      mkdirSync(join(path, name));
      return join(path, name);
    },
    read: (name) => readFileSync(join(path, name), 'utf8'),
  };
}

/** A report as `aws iam get-credential-report` prints it. */
export function awsCliJson(csv: string, generatedTime?: string): string {
  const Content = Buffer.from(csv).toString('base64');
  const time = generatedTime === undefined ? {} : { GeneratedTime: generatedTime };
  return JSON.stringify({ Content, ReportFormat: 'text/csv', ...time }, null, 4);
}

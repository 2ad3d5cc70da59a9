import { expect } from 'vitest';
import type { RunResult } from './run-cli.ts';

/** Expects exit code 2, nothing on standard output, and sentences without a stack trace. */
export function expectRefusal(run: RunResult, ...messages: readonly RegExp[]): void {
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 2, stdout: '' });
  for (const message of messages) expect(run.stderr).toMatch(message);
  expect(run.stderr).not.toMatch(/^\s+at |unexpected error|defect/mu);
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { buildAll } from '../scripts/build.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    motoMissing: string | null;
  }
}

/** Before all tests, builds what is tested as built, and checks for moto_server. */
export default async function buildOnce({ provide }: TestProject): Promise<void> {
  const [motoMissing] = await Promise.all([findMoto(), buildAll()]);
  provide('motoMissing', motoMissing);
}

// A program of that name may only point to a missing one, so it must run. That takes seconds.
async function findMoto(): Promise<string | null> {
  try {
    await promisify(execFile)('moto_server', ['--help'], { timeout: 18_000 });
    return null;
  } catch (error) {
    const problem = 'skipped: moto_server does not run';
    console.warn(`${problem} (${error}). It comes with the Python package "moto[server]".`);
    return problem;
  }
}

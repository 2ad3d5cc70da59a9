import { describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { useTemporaryFolder } from '../cli/temporary-folder.ts';
import { caseLimit, findViolation, fuzzCase, runFuzzCase } from './fuzz-case.ts';

const folder = useTemporaryFolder();
const seed = 20_261_121;

describe('audit of a mutated credential report', () => {
  it('ends with exit code 0, 1 or 2 and a message, never a stack trace, in 2,000 cases', async () => {
    const codes = new Map<number, number>();
    const violations: string[] = [];
    for (let index = 0; index < 2000; index += 1) {
      const example = fuzzCase(seed + index);
      const startedAt = performance.now();
      const outcome = await runFuzzCase(example);
      if (performance.now() - startedAt > caseLimit) violations.push(`${example.seed}: too slow`);
      const violation = findViolation(example, outcome);
      if (violation !== undefined) violations.push(`${example.seed}: ${violation}`);
      codes.set(outcome.code, (codes.get(outcome.code) ?? 0) + 1);
    }
    expect(violations).toEqual([]);
    // The mutations are of use: many leave a report that is evaluated, many do not.
    expect(codes.get(1)).toBeGreaterThan(200);
    expect(codes.get(2)).toBeGreaterThan(200);
  }, 60_000);

  it('reads the same mutated report for the same seed', () => {
    expect(fuzzCase(seed)).toEqual(fuzzCase(seed));
    expect(fuzzCase(seed).bytes).not.toEqual(fuzzCase(seed + 1).bytes);
  });

  it('ends in the same way in a separate process, in 6 cases', async () => {
    for (let index = 0; index < 6; index += 1) {
      const file = folder.file(`${index}.csv`, fuzzCase(seed + index).bytes);
      const example = fuzzCase(seed + index, file);
      const outcome = await runCli(example.args);
      expect({ seed: example.seed, violation: findViolation(example, outcome) }).toEqual({
        seed: example.seed,
        violation: undefined,
      });
      expect(outcome.code).toBe((await runFuzzCase(example)).code);
    }
  }, 60_000);
});

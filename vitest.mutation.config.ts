import { defineConfig } from 'vitest/config';

/** Stryker runs these tests for each mutant: only those of rule/core and rule/formats, which are fast. */
export default defineConfig({
  test: {
    env: { TZ: 'Pacific/Kiritimati' },
    // Property tests take longer while Stryker measures coverage.
    testTimeout: 30_000,
    include: ['test/rule/core/**/*.test.ts', 'test/rule/formats/**/*.test.ts'],
  },
});

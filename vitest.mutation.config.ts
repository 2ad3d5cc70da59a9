import { defineConfig } from 'vitest/config';

/** The tests that must notice every mutant of rule/core and rule/formats. */
export default defineConfig({
  test: {
    env: { TZ: 'Pacific/Kiritimati' },
    // Property tests take longer while Stryker measures coverage.
    testTimeout: 30_000,
    include: ['test/core/**/*.test.ts', 'test/formats/**/*.test.ts'],
  },
});

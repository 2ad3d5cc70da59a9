import { defineConfig } from 'vitest/config';

/** The tests that are to kill every mutant of rule/core and rule/formats: theirs alone, and nothing slow. */
export default defineConfig({
  test: {
    env: { TZ: 'Pacific/Kiritimati' },
    include: ['test/core/**/*.test.ts', 'test/formats/**/*.test.ts'],
  },
});

import { defineConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** `npm run test-report`: tests the HTML report in Chromium, which not every machine has. */
export default defineConfig({
  ...config,
  test: { ...config.test, include: ['test/**/*.browser.ts'] },
});

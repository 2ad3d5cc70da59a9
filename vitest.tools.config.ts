import { defineConfig } from 'vitest/config';
import config from './vitest.config.ts';

/**
 * `npm run test-tools`: the tests that need other programs, which take as long as all other tests: cfn-lint and cdk-nag
 * (*.lint.ts), Terraform over moto (*.terraform.ts), and Chromium (*.browser.ts).
 */
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ['test/**/*.{lint,terraform,browser}.ts'],
    // Files are given to whichever worker is free, because they take from 20 seconds to minutes.
    isolate: true,
  },
});

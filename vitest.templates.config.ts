import { defineConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** `npm run lint-templates`: cfn-lint, cdk-nag and CDK's own checks take as long as a third of all tests. */
export default defineConfig({
  ...config,
  test: { ...config.test, include: ['test/**/*.lint.ts'] },
});

import { defineConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** `npm run test-terraform`: Terraform checks the variables and deploys the examples to moto, which takes as long as a third of all tests. */
export default defineConfig({
  ...config,
  test: { ...config.test, include: ['test/terraform/*.terraform.ts'] },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-once.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
    // The files of a worker share its modules, the SDK above all, which takes long to load: no test may rely on what a module keeps.
    isolate: false,
    // A zone far from UTC shows where a date is not kept in UTC. The SDK announces a coming end of Node 20 at every client; that is no result of a test.
    env: { TZ: 'Pacific/Kiritimati', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});

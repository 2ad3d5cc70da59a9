import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-once.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
    // The files of a worker share its modules, because the SDK loads slowly. No test may rely on the state of a module.
    isolate: false,
    // A zone far from UTC reveals dates that are not kept in UTC. The SDK warns about Node 20 with every client.
    env: { TZ: 'Pacific/Kiritimati', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});

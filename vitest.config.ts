import { defineConfig } from 'vitest/config';

/** Tests run the real program, some many times: a machine that is busy with other things must not fail them. */
export default defineConfig({ test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } });

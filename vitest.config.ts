import { defineConfig } from 'vitest/config';
import { LongTestsFirst } from './test/rig/long-tests-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/rig/build-program.ts'],
    // Tests run the real program, some many times: a machine that is busy with other things must not fail them.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most of them wait for a program, so that one core has time for the tests and for what runs them.
    maxWorkers: '100%',
    // Modules keep nothing from one test to the next; to load them again for each file takes longer than many a file.
    isolate: false,
    sequence: { sequencer: LongTestsFirst },
  },
});

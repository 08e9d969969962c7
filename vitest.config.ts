import { defineConfig } from 'vitest/config'

const setupFiles = ['./test/setup/console.ts']
const globalSetup = ['./test/setup/global-database.ts']
/** What is waited for comes within moments, but not on a machine that is busy with other tests: then a second is short. */
const patience = { poll: { timeout: 15_000 } }

/** Groups run one after the other: a browser or a kill test must not share the cores with the units. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'simulator/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/launcher/**', 'test/*/kill.test.ts', 'test/fixtures/**'],
          setupFiles,
          globalSetup,
          expect: patience,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: { name: 'web', include: ['web/**/*.test.{ts,tsx}'], setupFiles, expect: patience, testTimeout: 20_000 },
      },
      {
        // Starts and kills real servers: one file at a time, so that the machine's load is the test's own.
        test: {
          name: 'launcher',
          sequence: { groupOrder: 1 },
          include: ['test/launcher/**/*.test.ts', 'test/*/kill.test.ts'],
          setupFiles,
          globalSetup,
          expect: patience,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['test/e2e/**/*.test.ts'],
          setupFiles,
          globalSetup,
          expect: patience,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})

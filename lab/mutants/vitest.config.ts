import { defineConfig } from 'vitest/config'
import { keepWorker } from './kept-worker.ts'

/** The unit tests of what is mutated, each in the process of the mutant. */
export default defineConfig({
  plugins: [keepWorker],
  test: {
    environment: 'node',
    // a busy machine kills no mutant
    testTimeout: 120_000,
    isolate: false,
    env: { LOG_LEVEL: 'silent', TZ: 'UTC' },
    restoreMocks: true,
    unstubEnvs: true,
    setupFiles: ['lib/platform/testing/properties.ts', 'lib/platform/testing/real-timers.ts'],
    include: (process.env.MUTANT_TESTS ?? 'lib/{bgp,detection,history,cost}/**/*.test.ts').split(','),
    exclude: ['**/node_modules/**', '**/*.{db,routers,long}.test.ts'],
  },
})

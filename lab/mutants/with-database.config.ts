import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { instrumentMutants } from './instrument.ts'

const { MUTANT_FILES = '', MUTANT_TESTS = '' } = process.env
await instrumentMutants(MUTANT_FILES.split(','))

/** Sorts tests by cost: tests without a database or properties first, and among equals the tests in higher folders. */
class ByCost extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const cost = ({ moduleId }: TestSpecification) =>
      ['.db.', '.property.'].filter((kind) => moduleId.includes(kind)).length * 100 + moduleId.split('/').length
    return files.toSorted((a, b) => cost(a) - cost(b) || (a.moduleId < b.moduleId ? -1 : 1))
  }
}

/** Vitest configuration for database tests that try mutants in one process. */
export default defineConfig({
  test: {
    environment: 'node',
    experimental: { viteModuleRunner: false, nodeLoader: false },
    isolate: false,
    fileParallelism: false,
    env: { LOG_LEVEL: 'silent', TZ: 'UTC' },
    restoreMocks: true,
    unstubEnvs: true,
    runner: 'lab/mutants/runner.ts',
    setupFiles: [
      'lib/platform/testing/properties.ts',
      'lib/platform/testing/real-timers.ts',
      'lib/access/testing/open-caller.ts',
    ],
    globalSetup: ['lib/platform/testing/global-setup.ts'],
    include: MUTANT_TESTS.split(','),
    exclude: ['**/node_modules/**', '**/.mutants/**', '**/*.{routers,long}.test.ts'],
    sequence: { sequencer: ByCost },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})

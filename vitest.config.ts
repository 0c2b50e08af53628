import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { createClientReferencesPlugin } from './app/testing/client-references.ts'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const propertyRuns = Number(process.env.PROPERTY_RUNS ?? 1)

const common = {
  exclude: [...configDefaults.exclude, '**/.next/**', '**/.runtime/**', '**/.data/**'],
  env: { LOG_LEVEL: 'silent', TZ: 'UTC' },
  environment: 'node' as const,
  restoreMocks: true,
  unstubEnvs: true,
  setupFiles: [
    'lib/platform/testing/properties.ts',
    'lib/platform/testing/real-timers.ts',
    'lib/access/testing/open-caller.ts',
  ],
  // Long limits for slow machines, which only a hanging test reaches; no test measures speed.
  testTimeout: 240_000 * Math.max(1, propertyRuns),
  hookTimeout: 120_000,
  expect: { poll: { timeout: 30_000 } },
}

/**
 * Runs TypeScript directly in Node, as in the product, so that modules are not transformed and imports are not resolved
 * at each use (ADR 0178).
 */
const native = { experimental: { viteModuleRunner: false, nodeLoader: false } }

const postgres = {
  globalSetup: ['lib/platform/testing/global-setup.ts'],
  setupFiles: [...common.setupFiles, 'lib/questions/testing/register-tables.ts'],
}

/**
 * Test files that need their own process, because Azure's SDK keeps its token source as long as the process runs,
 * because they replace modules, which files in one process share, or because they count the calls of all loaded
 * functions.
 */
const ISOLATED = [
  'lib/azure/identity/identity.test.ts',
  'lib/poller/activity-log.test.ts',
  'bin/test/text-parsers.property.test.ts',
]
const ISOLATED_DB = [
  'lib/azure/identity/database-tokens.db.test.ts',
  'lib/notify/end-to-end.db.test.ts',
  'app/pages-isolation.db.test.ts',
  'app/api/pipeline.db.test.ts',
]
/** Files that need a compiler, because they import JSX, Next.js, or JSON without an import attribute. */
const OF_THE_APP = ['{app,components}/**/*.test.{ts,tsx}', '{bin,lab,lib}/**/*.test.tsx']
const OF_THE_APP_DB = ['{app,components}/**/*.db.test.{ts,tsx}', 'bin/peerwatch/run.db.test.ts']
/** Renders pages with all client components, on a clock of its own. */
const REFEREE = ['lab/referee/*.db.test.ts']
const OF_OTHER_PROJECTS = ['**/*.{db,routers,long}.test.{ts,tsx}']

/** Order of projects whose files share a process. */
const SHARED = ['db', 'db-app', 'unit-app', 'unit']
/** Tests that wait for real polls and deliveries. */
const WAITING = /lab\/corpus\/live|lib\/(poller|notify|recording)\/[^/]*\.db\.test|lab\/demo-history/
/** The longest test file. It starts first, because the run would otherwise wait for it at the end. */
const LONGEST = /lab\/testing\/torture\/rounds\.db\.test/

/**
 * Spreads waiting tests evenly among computing tests, so that the cores are never idle. Files of a project run
 * consecutively, because a process ends when the next file belongs to another project.
 */
class Interleaved extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const shared = (name: string) => (SHARED.includes(name) ? SHARED.indexOf(name) : SHARED.length)
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project)
    return [...byProject]
      .toSorted(([a], [b]) => Number(b.config.isolate) - Number(a.config.isolate) || shared(a.name) - shared(b.name))
      .flatMap(([, own]) => spread(own))
  }
}

/** Sorts files: the longest first, and waiting and computing files evenly mixed, each in their original order. */
function spread(files: readonly TestSpecification[]): TestSpecification[] {
  const waits = ({ moduleId }: TestSpecification) => WAITING.test(moduleId)
  const placed = [files.filter(waits), files.filter((file) => !waits(file))].flatMap((kind) =>
    kind.map((file, n) => ({ file, at: LONGEST.test(file.moduleId) ? 0 : (n + 0.5) / kind.length })),
  )
  return placed.toSorted((a, b) => a.at - b.at).map(({ file }) => file)
}

/**
 * `*.test.ts` has no requirements; `*.db.test.ts` gets a Postgres; `*.routers.test.ts` also needs BIRD and permission
 * to create network namespaces; `*.long.test.ts` gets a Postgres and runs only in `npm run test:all`. One kind is run
 * by `vitest run --project 'db*'`.
 */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    // more than the number of cores, because tests with a database and a worker mostly wait
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: Interleaved },
    projects: [
      {
        extends: true,
        test: {
          ...common,
          ...native,
          name: 'unit',
          // test files share a process and its modules, because a new process and its imports would take longer than
          // most files
          isolate: false,
          include: ['{bin,lab,lib}/**/*.test.ts'],
          exclude: [...common.exclude, ...OF_OTHER_PROJECTS, ...ISOLATED],
        },
      },
      {
        extends: true,
        test: {
          ...common,
          name: 'unit-app',
          isolate: false,
          include: OF_THE_APP,
          exclude: [...common.exclude, ...OF_OTHER_PROJECTS, ...ISOLATED],
        },
      },
      {
        extends: true,
        test: {
          ...common,
          ...native,
          name: 'unit-isolated',
          include: ISOLATED,
          exclude: [...common.exclude, ...OF_OTHER_PROJECTS],
        },
      },
      {
        extends: true,
        test: {
          ...common,
          ...native,
          ...postgres,
          name: 'db',
          isolate: false,
          retry: 1,
          include: ['{bin,lab,lib}/**/*.db.test.ts'],
          exclude: [...common.exclude, ...ISOLATED_DB, ...OF_THE_APP_DB, ...REFEREE],
        },
      },
      {
        extends: true,
        test: {
          ...common,
          ...postgres,
          name: 'db-app',
          isolate: false,
          retry: 1,
          include: OF_THE_APP_DB,
          exclude: [...common.exclude, ...ISOLATED_DB],
        },
      },
      {
        extends: true,
        // tests in this project do not render client components
        plugins: [createClientReferencesPlugin()],
        test: {
          ...common,
          ...postgres,
          name: 'db-isolated',
          // These tests run real processes under load. At its end, the run lists each test that needed a second
          // attempt, because a second attempt is a sign of a fault.
          retry: 1,
          include: ISOLATED_DB,
        },
      },
      {
        extends: true,
        test: {
          ...common,
          ...postgres,
          name: 'db-referee',
          include: REFEREE,
        },
      },
      {
        extends: true,
        test: {
          ...common,
          ...postgres,
          name: 'long',
          include: ['{app,bin,components,lab,lib}/**/*.long.test.{ts,tsx}'],
          testTimeout: 1_800_000,
        },
      },
      {
        extends: true,
        test: {
          ...common,
          ...native,
          ...postgres,
          name: 'routers',
          isolate: false,
          include: ['{bin,lab,lib}/**/*.routers.test.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
})

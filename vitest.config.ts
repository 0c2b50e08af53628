import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { clientReferences } from './app/testing/client-references.ts'
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
  // Only a test that hangs reaches these limits: a busy machine is slow, and no test measures it.
  testTimeout: 120_000 * Math.max(1, propertyRuns),
  hookTimeout: 120_000,
  expect: { poll: { timeout: 30_000 } },
}

/** Node runs TypeScript itself, as in the product: nothing is transformed, and what is imported is not looked up at each use (ADR 0178). */
const native = { experimental: { viteModuleRunner: false, nodeLoader: false } }

const postgres = {
  globalSetup: ['lib/platform/testing/global-setup.ts'],
  setupFiles: [...common.setupFiles, 'lib/questions/testing/register-tables.ts'],
}

/** Need a process of their own: Azure's SDK keeps where tokens come from for the life of a process, and files share replaced modules. */
const ISOLATED = ['lib/azure/identity/identity.test.ts', 'lib/poller/activity-log.test.ts']
const ISOLATED_DB = [
  'lib/azure/identity/database-tokens.db.test.ts',
  'lib/notify/end-to-end.db.test.ts',
  'lib/poller/{discovery,metrics}.db.test.ts',
  'app/pages-isolation.db.test.ts',
  'app/api/pipeline.db.test.ts',
]
/** Import what only a compiler takes: JSX, Next.js, JSON without an attribute. */
const OF_THE_APP = ['{app,components}/**/*.test.{ts,tsx}', '{bin,lab,lib}/**/*.test.tsx']
const OF_THE_APP_DB = ['{app,components}/**/*.db.test.{ts,tsx}', 'bin/peerwatch/run.db.test.ts']
/** Draws pages with all that browsers draw, on a clock of its own. */
const REFEREE = ['lab/referee/*.db.test.ts']
const OF_OTHER_PROJECTS = ['**/*.{db,routers,long}.test.{ts,tsx}']

/** The order of those whose files share a process. */
const SHARED = ['db', 'db-app', 'unit-app', 'unit']
/** Tests that wait for real polls and deliveries. */
const WAITING = /lab\/corpus\/live|lib\/(poller|notify|recording)\/[^/]*\.db\.test|lab\/demo-history/
/** Takes longer than all others, and would be waited for at the end. */
const LONGEST = /lab\/testing\/torture\/rounds\.db\.test/

/**
 * Starts what only computes last and spreads what waits over the files before it, so that the cores are never idle. Files of a project
 * stand together, because a process ends when the next file is another project's.
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

/** The longest first, else in the same order, each kind of file as evenly among the others as their numbers allow. */
function spread(files: readonly TestSpecification[]): TestSpecification[] {
  const waits = ({ moduleId }: TestSpecification) => WAITING.test(moduleId)
  const placed = [files.filter(waits), files.filter((file) => !waits(file))].flatMap((kind) =>
    kind.map((file, n) => ({ file, at: LONGEST.test(file.moduleId) ? 0 : (n + 0.5) / kind.length })),
  )
  return placed.toSorted((a, b) => a.at - b.at).map(({ file }) => file)
}

/**
 * `*.test.ts` needs nothing; `*.db.test.ts` gets a Postgres; `*.routers.test.ts` also needs BIRD and permission to create network
 * namespaces; `*.long.test.ts` gets a Postgres and runs in `npm run test:all` only. Run one kind by `vitest run --project 'db*'`.
 */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    // more than there are cores, because tests with a database and a worker wait for most of their time
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: Interleaved },
    projects: [
      {
        extends: true,
        test: {
          ...common,
          ...native,
          name: 'unit',
          // files share modules: a process and its imports cost more than most files
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
        // no test here draws what browsers draw
        plugins: [clientReferences()],
        test: {
          ...common,
          ...postgres,
          name: 'db-isolated',
          // real processes under load; the end of a run names each test that needs a second attempt
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

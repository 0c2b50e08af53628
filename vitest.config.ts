import { configDefaults, defineConfig } from 'vitest/config'

const everywhere = {
  include: ['{app,bench,bin,components,lib}/**/*.test.{ts,tsx}'],
  exclude: [...configDefaults.exclude, '**/.next/**', '**/.runtime/**', '**/.data/**'],
  env: { LOG_LEVEL: 'silent', TZ: 'UTC' },
  environment: 'node' as const,
  restoreMocks: true,
  unstubEnvs: true,
  setupFiles: ['lib/platform/testing/property-seed.ts'],
}

/** Limits that only what hangs reaches: a busy machine takes its time, and no test measures it. */
const patient = { testTimeout: 60_000, hookTimeout: 120_000 }
const postgres = { globalSetup: ['lib/platform/testing/global-setup.ts'] }

/**
 * `*.test.ts` needs nothing; `*.db.test.ts` gets a Postgres; `*.routers.test.ts` also needs BIRD and may make network
 * namespaces. Run one kind by `vitest run --project unit`.
 */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    // all cores: left alone, vitest keeps one for itself, which on two is half of what there is
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          ...everywhere,
          ...patient,
          name: 'unit',
          exclude: [...everywhere.exclude, '**/*.{db,routers}.test.{ts,tsx}'],
        },
      },
      {
        extends: true,
        test: {
          ...everywhere,
          ...patient,
          ...postgres,
          // real processes under load; what needs a second attempt is named at the end of the run
          retry: 1,
          name: 'db',
          include: ['{app,bench,bin,components,lib}/**/*.db.test.{ts,tsx}'],
        },
      },
      {
        extends: true,
        test: {
          ...everywhere,
          ...patient,
          ...postgres,
          name: 'routers',
          include: ['lib/**/*.routers.test.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
})

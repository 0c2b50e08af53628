import { configDefaults, defineConfig } from 'vitest/config'

const everywhere = {
  include: ['{app,bench,bin,components,lib}/**/*.test.{ts,tsx}'],
  exclude: [...configDefaults.exclude, '**/.next/**', '**/.runtime/**', '**/.data/**'],
  env: { LOG_LEVEL: 'silent', TZ: 'UTC' },
  environment: 'node' as const,
  restoreMocks: true,
  unstubEnvs: true,
}

/** `*.test.ts` needs nothing; `*.db.test.ts` gets a Postgres. Run one kind by `vitest run --project unit`. */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    projects: [
      {
        extends: true,
        test: { ...everywhere, name: 'unit', exclude: [...everywhere.exclude, '**/*.db.test.{ts,tsx}'] },
      },
      {
        extends: true,
        test: {
          ...everywhere,
          name: 'db',
          include: ['{app,bench,bin,components,lib}/**/*.db.test.{ts,tsx}'],
          globalSetup: ['lib/platform/testing/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})

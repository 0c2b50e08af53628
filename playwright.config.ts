import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { defineConfig } from '@playwright/test'

/**
 * The browser tests run against the whole product, started like a user starts it, on a separate port and in a separate
 * data folder. Playwright reads this file again in every worker, so the environment passes on the chosen values.
 * `*.long.spec.ts` and tests tagged `@long` run only in `npm run test:all`.
 */
process.env.PEERWATCH_E2E_PORT ??= execFileSync(
  process.execPath,
  [
    '-e',
    `require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port); this.close() })`,
  ],
  { encoding: 'utf8' },
).trim()
process.env.PEERWATCH_E2E_DATA_DIR ??= openFolder()

/** Tests that wait for real polls or for a separate web server. */
const WAITING = ['**/{faults,sign-in,wall-losses}.spec.ts']

const { PEERWATCH_E2E_PORT: port, PEERWATCH_E2E_DATA_DIR: dataDir, CHROMIUM_PATH } = process.env
const baseURL = `http://127.0.0.1:${port}`

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/begin.ts',
  projects: [
    // tests that wait for polls begin first, so that the cores are busy until the end
    { name: 'e2e-waiting', testMatch: WAITING, grepInvert: /@long/ },
    { name: 'e2e', testIgnore: [...WAITING, '**/*.long.spec.ts'], grepInvert: /@long/ },
    { name: 'e2e-long', grep: /@long|\.long\.spec\.ts/ },
  ],
  fullyParallel: true,
  forbidOnly: true,
  // two more than CI's number of cores, as in vitest, because tests wait for polls and answers; one product serves all
  // workers
  workers: 4,
  // long limits for slow machines, which only a hanging test reaches
  timeout: 240_000,
  // All tests share one product. At its end, the run lists each test that needed a second attempt, because a second
  // attempt is a sign of a fault.
  retries: 1,
  expect: { timeout: 60_000 },
  use: {
    // tests of one worker share the HTTP cache and the code cache of the browser; all other state is reset between
    // tests
    reuseContext: true,
    actionTimeout: 60_000,
    baseURL,
    locale: 'en-GB',
    timezoneId: 'UTC',
    // loading animations are composited sixty times a second, which takes an eighth of the CPU time, and a fading theme
    // has undefined contrast. Tests of motion enable it.
    contextOptions: { reducedMotion: 'reduce' },
    // recording takes a third of a test's CPU time, so a test is recorded at its second attempt only
    trace: 'on-first-retry',
    launchOptions: {
      ...(CHROMIUM_PATH ? { executablePath: CHROMIUM_PATH } : {}),
      args: [
        // Chromium's own sandbox does not start as root or in most containers
        '--no-sandbox',
        // one process less, which saves 6 % of the CPU time
        '--in-process-gpu',
        '--disable-gpu',
        // pages live for seconds, so optimizing their scripts does not pay off (14 % of the browser's CPU time)
        '--js-flags=--no-opt --no-maglev',
      ],
    },
  },
  webServer: {
    command: `"${process.execPath}" bin/start.mjs`,
    url: `${baseURL}/api/health`,
    env: {
      HOST: '127.0.0.1',
      PORT: port ?? '',
      DATA_DIR: dataDir ?? '',
      AZURE_SUBSCRIPTION_IDS: '',
      OUTBOUND_ALLOW: '127.0.0.1',
      // No test has to wait for a poll of routes. A change of a table first changes the sessions or the numbers of
      // routes, and then the table is polled immediately.
      POLL_ROUTES_EVERY: '60s',
      // Open pages repeat their queries after every poll. With more frequent polls of circuits and routes, these
      // queries would take more time than a few tests would save by waiting less.
      POLL_SESSIONS_EVERY: '15s',
      POLL_CIRCUITS_EVERY: '30s',
    },
    timeout: 900_000,
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 8_000 },
  },
})

/** Creates the data folder, readable for everybody so that PostgreSQL's user can enter it if root runs the tests. */
function openFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-e2e-'))
  chmodSync(folder, 0o755)
  return folder
}

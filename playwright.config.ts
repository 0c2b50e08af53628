import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { defineConfig } from '@playwright/test'

/**
 * The browser tests run against the whole product, started as a user starts it, on a port and in a data folder of its own. Playwright
 * reads this file again in every worker, so the environment passes on what is chosen once. `*.long.spec.ts`, and what is tagged `@long`, run in
 * `npm run test:all` only.
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

/** Tests that wait for real polls, and for a web of their own. */
const WAITING = ['**/{faults,sign-in,wall-losses}.spec.ts']

const { PEERWATCH_E2E_PORT: port, PEERWATCH_E2E_DATA_DIR: dataDir, CHROMIUM_PATH } = process.env
const baseURL = `http://127.0.0.1:${port}`

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/begin.ts',
  projects: [
    // what waits for polls begins first, so that the cores are busy until the end
    { name: 'e2e-waiting', testMatch: WAITING, grepInvert: /@long/ },
    { name: 'e2e', testIgnore: [...WAITING, '**/*.long.spec.ts'], grepInvert: /@long/ },
    { name: 'e2e-long', grep: /@long|\.long\.spec\.ts/ },
  ],
  fullyParallel: true,
  forbidOnly: true,
  // two more than the cores that CI has, as vitest's, because tests wait for polls and answers; one product serves all of them
  workers: 4,
  // only a test that hangs reaches these limits: a busy machine is slow
  timeout: 240_000,
  // all tests share one product; the end of a run names each test that needs a second attempt, which is a fault to find
  retries: 1,
  expect: { timeout: 60_000 },
  use: {
    // tests of one worker share what their browser fetched and compiled; the rest of a context is reset between them
    reuseContext: true,
    actionTimeout: 60_000,
    baseURL,
    locale: 'en-GB',
    timezoneId: 'UTC',
    // what breathes while a page loads is composited sixty times a second, an eighth of the CPU time; and what fades from one theme into the
    // other has no contrast of its own. Tests of motion ask for it.
    contextOptions: { reducedMotion: 'reduce' },
    // recording takes a third of a test's CPU time, so a test is recorded at its second attempt only
    trace: 'on-first-retry',
    launchOptions: {
      ...(CHROMIUM_PATH ? { executablePath: CHROMIUM_PATH } : {}),
      args: [
        // Chromium's own sandbox does not start as root or in most containers
        '--no-sandbox',
        // a process less, which takes 6 % of the CPU time
        '--in-process-gpu',
        '--disable-gpu',
        // pages live for seconds: what optimizing their scripts costs is not won back, 14 % of the browser's CPU time
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
      // no test waits for a poll of routes: what changes a table is seen in sessions and counts first, and has it read at once
      POLL_ROUTES_EVERY: '60s',
      // every poll has the open pages read again, and those of circuits and routes cost more than what a few tests wait longer
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

/** Open, so that PostgreSQL's user can enter it when root runs the tests. */
function openFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-e2e-'))
  chmodSync(folder, 0o755)
  return folder
}

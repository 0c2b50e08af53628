import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { defineConfig } from '@playwright/test'

/**
 * The browser tests run against the whole product, started as a user starts it, on a port and in a data folder of its own. Playwright
 * reads this file again in every worker, so what is chosen once is passed on by the environment.
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

const { PEERWATCH_E2E_PORT: port, PEERWATCH_E2E_DATA_DIR: dataDir, CHROMIUM_PATH } = process.env
const baseURL = `http://127.0.0.1:${port}`

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  // a machine may be slow and have other work: only what never comes is a failure
  timeout: 240_000,
  // one estate lives on under all tests: what a second attempt was needed for is named at the end, and is a fault to be found
  retries: 1,
  expect: { timeout: 60_000 },
  use: {
    actionTimeout: 60_000,
    baseURL,
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-first-failure',
    // Chromium's own sandbox does not start as root or in most containers.
    launchOptions: { ...(CHROMIUM_PATH ? { executablePath: CHROMIUM_PATH } : {}), args: ['--no-sandbox'] },
  },
  webServer: {
    command: `"${process.execPath}" bin/start.mjs`,
    url: `${baseURL}/api/health`,
    env: { HOST: '127.0.0.1', PORT: port ?? '', DATA_DIR: dataDir ?? '', AZURE_SUBSCRIPTION_IDS: '' },
    timeout: 900_000,
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 8_000 },
  },
})

/** Open, so that PostgreSQL's user can enter it when root runs the tests, and nothing is put elsewhere. */
function openFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-e2e-'))
  chmodSync(folder, 0o755)
  return folder
}

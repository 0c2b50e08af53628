/** The whole product on the simulated estate, and the browser that looks at it. */
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Browser, chromium } from '@playwright/test'
import { freePort } from '#lib/platform/bootstrap/postgres.mjs'

const ROOT = path.resolve(import.meta.dirname, '../..')

export interface Product {
  url: string
  stop: () => Promise<void>
}

/**
 * Runs `measure` against the product and a browser, and stops what it started.
 * @param url of a product that runs already; without it one is started in a data folder of its own
 */
export async function withProduct(
  url: string | undefined,
  measure: (browser: Browser, url: string) => Promise<void>,
): Promise<void> {
  const product = url ? { url, stop: async () => {} } : await startProduct()
  const browser = await chromium.launch({
    args: ['--no-sandbox'],
    ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
  })
  try {
    await measure(browser, product.url)
  } finally {
    await browser.close()
    await product.stop()
  }
}

async function startProduct(): Promise<Product> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-bench-'))
  chmodSync(dataDir, 0o755)
  const port = await freePort()
  const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir, AZURE_SUBSCRIPTION_IDS: '' }
  const child = spawn(process.execPath, ['bin/start.mjs'], { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `http://127.0.0.1:${port}`
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(dataDir, { recursive: true, force: true })
  }
  while (!(await fetch(`${url}/api/health`).catch(() => null))?.ok) {
    if (child.exitCode !== null) throw new Error('the product did not start')
    await delay(1_000)
  }
  return { url, stop }
}

/** Rows of one of the API's lists. */
export const list = async <Row>(url: string, path: string): Promise<Row[]> =>
  ((await (await fetch(`${url}/api/v1/${path}`)).json()) as { data: Row[] }).data

/** The whole product on the simulated estate, and a browser that opens it. */
import { type Browser, chromium } from '@playwright/test'
import { startProductOnSimulator } from '../product/start-product.ts'

/** Runs `work` with a browser, and closes the browser. */
export async function withBrowser(work: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({
    args: ['--no-sandbox'],
    ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
  })
  try {
    await work(browser)
  } finally {
    await browser.close()
  }
}

/**
 * Runs `measure` with a browser and the product, and stops everything that it started.
 * @param url URL of a running product; if undefined, a product is started in a separate data folder
 */
export function withProduct(
  url: string | undefined,
  measure: (browser: Browser, url: string) => Promise<void>,
): Promise<void> {
  // start the browser first, so that a missing browser fails before the product is started
  return withBrowser((browser) => withServer(url, (own) => measure(browser, own)))
}

/** Runs `measure` with the product, for callers that need no browser. */
export async function withServer(url: string | undefined, measure: (url: string) => Promise<void>): Promise<void> {
  const product = url ? { url, stop: async () => {} } : await startProductOnSimulator()
  try {
    await measure(product.url)
  } finally {
    await product.stop()
  }
}

/** The whole product on the simulated estate, and the browser that looks at it. */
import { type Browser, chromium } from '@playwright/test'
import { startProduct } from '../product/start-product.ts'

/** Runs `work` with a browser, and closes it. */
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
 * Runs `measure` against the product and a browser, and stops what it started.
 * @param url of a product that runs already; without it one is started in a data folder of its own
 */
export function withProduct(
  url: string | undefined,
  measure: (browser: Browser, url: string) => Promise<void>,
): Promise<void> {
  // first: without a browser nothing is started
  return withBrowser((browser) => withServer(url, (own) => measure(browser, own)))
}

/** The same for who brings a browser of its own. */
export async function withServer(url: string | undefined, measure: (url: string) => Promise<void>): Promise<void> {
  const product = url ? { url, stop: async () => {} } : await startProduct()
  try {
    await measure(product.url)
  } finally {
    await product.stop()
  }
}

import { gzipSync } from 'node:zlib'
import { type APIRequestContext, expect, type Page } from '@playwright/test'

/** What a page may load until all of it was in view, compressed. */
export const SCRIPT_BYTES = 460_000

/** By address: each is fetched and compressed once, however many pages use it. */
const sizes = new Map<string, Promise<number>>()

/** Notes the scripts that a page asks for from now on. */
export function noteScripts(page: Page): Set<string> {
  const scripts = new Set<string>()
  page.on('request', (asked) => {
    if (asked.resourceType() === 'script') scripts.add(asked.url())
  })
  return scripts
}

/** Bytes of these scripts, each compressed as well as gzip can. */
export async function compressedBytes(request: APIRequestContext, scripts: ReadonlySet<string>): Promise<number> {
  const sizeOf = async (address: string) => {
    const response = await request.get(address, { maxRetries: 3 })
    expect(response.ok(), address).toBe(true)
    return gzipSync(await response.body(), { level: 9 }).length
  }
  let bytes = 0
  for (const address of scripts) {
    const size = sizes.get(address) ?? sizeOf(address)
    sizes.set(address, size)
    bytes += await size
  }
  return bytes
}

/** Scrolls through the whole page until all of its charts are drawn: their library comes near the viewport only. */
export async function seeAll(page: Page): Promise<void> {
  const missing = page.locator('[data-plot]').filter({ hasNot: page.locator('svg.recharts-surface') })
  await expect(async () => {
    await page.evaluate(async () => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
      for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
        scrollTo(0, top)
        await frame()
        await frame()
      }
    })
    await expect(missing).toHaveCount(0, { timeout: 2_000 })
  }).toPass()
}

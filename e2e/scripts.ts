import { gzipSync } from 'node:zlib'
import { type APIRequestContext, expect, type Page } from '@playwright/test'
import { scrollThrough } from '#lab/screens/page-scripts.ts'

/** By address: each is fetched and compressed once, however many pages use it. */
const sizes = new Map<string, Promise<number>>()

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

/** Scrolls through the whole page until all of its charts are drawn: their code comes near the viewport only. */
export async function seeAll(page: Page): Promise<void> {
  const missing = page.locator('[data-plot]').filter({ hasNot: page.locator('svg[data-chart]') })
  await expect(async () => {
    await scrollThrough(page)
    await expect(missing).toHaveCount(0, { timeout: 2_000 })
  }).toPass()
}

import { gzipSync } from 'node:zlib'
import { type APIRequestContext, expect, type Page } from '@playwright/test'
import { CHART_SCRIPT_BYTES, isChartScript, PAGE_SCRIPT_BYTES, scrollThrough } from '#lab/screens/page-scripts.ts'

interface Size {
  bytes: number
  isChart: boolean
}
/** Sizes by address. Each script is fetched and compressed once, even if several pages use it. */
const sizes = new Map<string, Promise<Size>>()

/** Fails if the page's scripts exceed their budget, or the scripts with Recharts exceed the budget of charts. */
export async function expectFewScripts(request: APIRequestContext, scripts: ReadonlySet<string>): Promise<void> {
  expect(await computeCompressedScriptBytes(request, scripts, false), 'scripts of the page').toBeLessThan(
    PAGE_SCRIPT_BYTES,
  )
  expect(await computeCompressedScriptBytes(request, scripts, true), 'scripts of charts').toBeLessThan(
    CHART_SCRIPT_BYTES,
  )
}

/**
 * Returns the total bytes of these scripts at gzip's best compression. @param isChart true = only scripts with
 * Recharts, false = all others
 */
export async function computeCompressedScriptBytes(
  request: APIRequestContext,
  scripts: ReadonlySet<string>,
  isChart: boolean,
): Promise<number> {
  const sizeOf = async (address: string) => {
    const response = await request.get(address, { maxRetries: 3 })
    expect(response.ok(), address).toBe(true)
    const body = await response.body()
    return { bytes: gzipSync(body, { level: 9 }).length, isChart: isChartScript(body.toString()) }
  }
  let bytes = 0
  for (const address of scripts) {
    const size = sizes.get(address) ?? sizeOf(address)
    sizes.set(address, size)
    const script = await size
    if (script.isChart === isChart) bytes += script.bytes
  }
  return bytes
}

/** Scrolls through the whole page until all charts are drawn, because their code is loaded only near the viewport. */
export async function scrollUntilAllChartsDrawn(page: Page): Promise<void> {
  const missing = page.locator('[data-plot]').filter({ hasNot: page.locator('svg[data-chart]') })
  await expect(async () => {
    await scrollThrough(page)
    await expect(missing).toHaveCount(0, { timeout: 2_000 })
  }).toPass()
}

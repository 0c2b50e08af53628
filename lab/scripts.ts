/**
 * Measures the compressed size of the scripts of each page: `npm run bench scripts [--url=http://127.0.0.1:3000]`.
 * Uses the whole product on the simulated estate, which is started unless an address is given, and first visits at
 * 1,920 by 1,080 px. Sizes are with maximum gzip compression: the scripts that load with the page, and all scripts
 * after the whole page was scrolled into view, because charts load their scripts near the viewport. Scripts with
 * Recharts have a separate limit. Fails if a page exceeds a limit.
 */
import { parseArgs } from 'node:util'
import type { Browser } from '@playwright/test'
import { findPicturedResourceIds, picturedViews } from './pictures/views.ts'
import { computeCompressedFileBytes } from './screens/counts.ts'
import { printFigureLine } from './screens/figures.ts'
import {
  CHART_SCRIPT_BYTES,
  isChartScript,
  recordScripts,
  PAGE_SCRIPT_BYTES,
  scrollThrough,
  WALL_SCRIPT_BYTES,
} from './screens/page-scripts.ts'
import { withProduct } from './screens/product.ts'

const DRAWN = ':is(main:not(:has([aria-busy=true])), .wall-tile)'

const { values } = parseArgs({ options: { url: { type: 'string' } } })

await withProduct(values.url, async (browser, url) => {
  const places = await findPicturedResourceIds(url)
  printFigureLine('| page | with the page, kB | all of it in view, kB | limit, kB | charts, kB | limit, kB |')
  printFigureLine('|---|---|---|---|---|---|')
  for (const view of picturedViews) {
    if (view.isOverlay || view.onPaper) continue
    const limit = view.isWall ? WALL_SCRIPT_BYTES : PAGE_SCRIPT_BYTES
    const { first, all, charts } = await scriptsOf(browser, `${url}${view.pathOf(places)}`)
    const cells = [first, all, limit, charts, CHART_SCRIPT_BYTES].map((bytes) => (bytes / 1000).toFixed(0))
    const isOver = all > limit || charts > CHART_SCRIPT_BYTES
    printFigureLine(`| ${view.name} | ${cells.join(' | ')}${isOver ? ', exceeded' : ''} |`)
    if (isOver) process.exitCode = 1
  }
})

/**
 * Returns the total size of the scripts that load with the page, and of all scripts after the page was scrolled
 * through, in bytes. The sizes are given separately for scripts with and without Recharts.
 */
async function scriptsOf(browser: Browser, address: string): Promise<{ first: number; all: number; charts: number }> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
  const scripts = recordScripts(page)
  await page.goto(address, { waitUntil: 'load' })
  await page.waitForSelector(DRAWN, { state: 'attached' })
  const first = await computeCompressedFileBytes([...scripts])
  await scrollThrough(page)
  // wait for the scripts that scrolling requests, and for the scripts that they request
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[data-plot]')].every((plot) => plot.querySelector('svg[data-chart]')),
  )
  const all = await computeCompressedFileBytes([...scripts], (script) => !isChartScript(script))
  const charts = await computeCompressedFileBytes([...scripts], isChartScript)
  await page.close()
  return { first, all, charts }
}

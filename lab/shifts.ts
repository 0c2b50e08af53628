/**
 * Measures the layout shift of screens while they load: `npm run bench shifts [--url=http://127.0.0.1:3000]
 * [--only=routes]`.
 * Uses every screen of the pictures bench in windows of 360 and 1440 px, and walls also in upright and 4K windows, with
 * an empty cache. The goal is a Cumulative Layout Shift below 0.05 (Google calls 0.1 good). Prints the height of each
 * screen, and the elements that moved if a screen misses the goal.
 */
import { parseArgs } from 'node:util'
import type { Browser } from '@playwright/test'
import { pictureSizes } from './pictures/take.ts'
import { findPicturedResourceIds, picturedViews } from './pictures/views.ts'
import { printFigureLine } from './screens/figures.ts'
import { withProduct } from './screens/product.ts'

const { values } = parseArgs({ options: { url: { type: 'string' }, only: { type: 'string' } } })
const GOAL = 0.05
const wallSizes = [...pictureSizes, { width: 1080, height: 1920 }]
const LOADING = 'main [aria-busy=true]'
/** Maximum duration of loading; later shifts are not counted. */
const MAX_MS = 15_000
const QUIET_MS = 1_000

interface Shift {
  value: number
  /**
   * the first words of each moved element, with its vertical position before and after the shift; the horizontal
   * position is given instead if the text is marked `across`
   */
  moved: string[]
}

await withProduct(values.url, async (browser, url) => {
  const places = await findPicturedResourceIds(url)
  for (const view of picturedViews) {
    if (view.act || view.onPaper || (values.only && view.name !== values.only)) continue
    for (const size of view.isWall ? wallSizes : pictureSizes.slice(0, 2))
      await measure(browser, view.name, `${url}${view.pathOf(places)}`, size)
  }
})

async function measure(
  browser: Browser,
  name: string,
  address: string,
  viewport: { width: number; height: number },
): Promise<void> {
  const context = await browser.newContext({ viewport, timezoneId: 'UTC' })
  const page = await context.newPage()
  await page.addInitScript(recordShifts)
  await page.goto(address)
  await page
    .waitForFunction((loading) => !document.querySelector(loading), LOADING, { timeout: MAX_MS })
    .catch(() => printFigureLine(`${name} at ${viewport.width} px still loads after ${MAX_MS / 1_000} s`))
  await page.waitForTimeout(QUIET_MS)
  const { shifts, height } = await page.evaluate(() => ({
    shifts: (window as unknown as Noted).shifts,
    height: document.documentElement.scrollHeight,
  }))
  const sum = shifts.reduce((all, { value }) => all + value, 0)
  printFigureLine(
    `${name} at ${viewport.width} px: ${sum.toFixed(3)}, ${height} px high${sum < GOAL ? '' : ', above the goal'}`,
  )
  if (sum >= GOAL) for (const { value, moved } of shifts) printFigureLine(`  ${value.toFixed(3)}: ${moved.join('; ')}`)
  await context.close()
}

interface Noted {
  shifts: Shift[]
}

/** Records layout shifts. Runs in the page before other scripts. */
function recordShifts(): void {
  const shifts: Shift[] = []
  Object.assign(window, { shifts })
  new PerformanceObserver((entries) => {
    for (const entry of entries.getEntries()) {
      const { value, hadRecentInput, sources } = entry as PerformanceEntry & {
        value: number
        hadRecentInput: boolean
        sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[]
      }
      if (hadRecentInput) continue
      const moved = sources.map(({ node, previousRect: from, currentRect: to }) => {
        const isAcross = Math.abs(to.x - from.x) > Math.abs(to.y - from.y)
        const [before, after] = isAcross ? [from.x, to.x] : [from.y, to.y]
        const text = (node?.textContent ?? '').trim().slice(0, 30)
        return `${text} ${Math.round(before)} to ${Math.round(after)}${isAcross ? ' across' : ''}`
      })
      shifts.push({ value, moved })
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

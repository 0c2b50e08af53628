import type { Browser, Page } from '@playwright/test'
import { measureBlocking } from './blocking.ts'
import { printFigureLine } from './figures.ts'

/** Slowdown of the processor for which the times are printed. */
const SLOWER = 4
/** Key that is pressed first on a page. It makes the page load the scripts of the palette. */
const WAKING = 'Shift'

const rows = ['j', 'j', 'j', 'k', 'j', 'k']
const typed = [...'london', ...Array.from({ length: 6 }, () => 'Backspace')]

/**
 * Screens and the label of their filter. On each, keys move through rows, type into the filter, and search in the
 * palette.
 */
const screens = [
  { name: 'overview', path: '/', filter: 'Filter the map' },
  { name: 'sessions', path: '/sessions', filter: /^Filter/ },
  // the filters of this screen are evaluated by the server after they are submitted, so that typing is not measured
  { name: 'routes', path: '/routes?view=table', filter: null },
] as const

/**
 * Measures the processor time of the main thread for each key in rows, filters and the palette, and of its longest
 * task. Processor time depends little on other load of the machine. Prints the times multiplied by four, as on a
 * processor that is four times slower.
 */
export async function keysOnSlowScreens(browser: Browser, url: string): Promise<void> {
  for (const { name, path, filter } of screens) {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
    await page.goto(url + path)
    await page.waitForSelector('main:not(:has([aria-busy=true]))')
    await page.keyboard.press(WAKING)
    await page.waitForTimeout(3_000)
    await measure(page, `${name}, rows by j and k`, rows)
    if (filter !== null) {
      await page.getByRole('main').getByLabel(filter).first().focus()
      await measure(page, `${name}, its filter`, typed)
      await page.keyboard.press('Escape')
    }
    await page.keyboard.press('/')
    await page.getByRole('dialog').getByRole('combobox').waitFor()
    await measure(page, `${name}, the palette`, [...typed, 'ArrowDown', 'ArrowUp'])
    await page.close()
  }
}

async function measure(page: Page, what: string, keys: readonly string[]): Promise<void> {
  const frame = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
  const press = async () => {
    for (const key of keys) {
      await page.keyboard.press(key)
      await frame()
    }
  }
  // the first press is a warm-up, in which the browser compiles the code and makes the requests
  await press()
  const { cpuMs, longestCpuMs } = await measureBlocking(page, press)
  const slow = (ms: number) => (ms * SLOWER).toFixed(0)
  printFigureLine(`${what}: ${slow(cpuMs / keys.length)} ms for a key, longest task ${slow(longestCpuMs)} ms`)
}

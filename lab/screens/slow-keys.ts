import type { Browser, Page } from '@playwright/test'
import { blockingOf } from './blocking.ts'
import { print } from './figures.ts'

/** How many times slower the processor is that is spoken of. */
const SLOWER = 4
/** The palette's scripts come with the first key. */
const WAKING = 'Shift'

const rows = ['j', 'j', 'j', 'k', 'j', 'k']
const typed = [...'london', ...Array.from({ length: 6 }, () => 'Backspace')]

/** What a hand does on each: rows gone through, its filter typed into, and the palette. */
const screens = [
  { name: 'overview', path: '/', filter: 'Filter the map' },
  { name: 'sessions', path: '/sessions', filter: /^Filter/ },
  // its filters are asked of the server, once they are sent
  { name: 'routes', path: '/routes?view=table', filter: null },
] as const

/**
 * From a key to the frame that answers it on a processor four times slower: rows, filters, and the palette. Of processor time, which other
 * work on the machine moves little: what the main thread did for each key, and its longest task, each four times as long.
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
  // compiled, and what is asked for was asked
  await press()
  const { cpuMs, longestCpuMs } = await blockingOf(page, press)
  const slow = (ms: number) => (ms * SLOWER).toFixed(0)
  print(`${what}: ${slow(cpuMs / keys.length)} ms for a key, longest task ${slow(longestCpuMs)} ms`)
}

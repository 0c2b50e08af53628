import type { Browser, CDPSession, Page } from '@playwright/test'
import { printTimes, printRatio } from './figures.ts'

const PAINTS = 5
const SLOWER = 4

/** Times of a first visit, in milliseconds since its request. */
export interface FirstVisitTimes {
  firstPaint: number
  largestPaint: number
  /** time at which the page's scripts had taken over the server-rendered elements */
  scriptsRun: number
  /** time at which the awaited elements were present */
  ready: number
}

/** Measures first visits in a browser whose processor is slowed down four times, each with an empty cache. */
export async function firstVisits(browser: Browser, address: string, awaited: string): Promise<FirstVisitTimes[]> {
  const visits: FirstVisitTimes[] = []
  for (let run = 0; run < PAINTS; run++) {
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
    const page = await context.newPage()
    await page.addInitScript(recordScriptsRun)
    await throttleBrowserProcessor(page)
    await page.goto(address)
    await page.waitForSelector(awaited)
    visits.push(await visitOf(page))
    await context.close()
  }
  return visits
}

/**
 * Prints the times of the visits. Compares the first paint with the time at which the page's scripts had run, because a
 * page that is rendered by scripts would have its first paint only then.
 */
export function printFirstVisitTimes(what: string, visits: readonly FirstVisitTimes[]): void {
  const times = (of: keyof FirstVisitTimes) => visits.map((visit) => visit[of])
  printTimes(`${what}, first paint`, times('firstPaint'))
  printTimes(`${what}, largest paint`, times('largestPaint'))
  printTimes(`${what}, scripts have run`, times('scriptsRun'))
  printTimes(`${what}, all drawn`, times('ready'))
  printRatio(`${what}, first paint`, times('firstPaint'), {
    name: 'a page that is drawn when its scripts have run',
    times: times('scriptsRun'),
  })
}

/** Makes the processor four times slower for the page. */
export async function throttleBrowserProcessor(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  return session
}

/** Records when React has attached itself to the `main` element. Runs in the page. */
function recordScriptsRun(): void {
  const isTaken = (element: Element | null) =>
    element !== null && Object.keys(element).some((key) => key.startsWith('__reactFiber'))
  const check = () => {
    if (isTaken(document.querySelector('main'))) Object.assign(window, { scriptsRun: performance.now() })
    else requestAnimationFrame(check)
  }
  requestAnimationFrame(check)
}

async function visitOf(page: Page): Promise<FirstVisitTimes> {
  const ready = await page.evaluate(() => performance.now())
  await page.waitForFunction(() => 'scriptsRun' in window)
  const paints = await page.evaluate(
    () =>
      new Promise<Omit<FirstVisitTimes, 'ready'>>((resolve) => {
        new PerformanceObserver((entries) => {
          resolve({
            firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
            largestPaint: entries.getEntries().at(-1)?.startTime ?? 0,
            scriptsRun: (window as unknown as { scriptsRun: number }).scriptsRun,
          })
        }).observe({ type: 'largest-contentful-paint', buffered: true })
      }),
  )
  return { ...paints, ready }
}

/**
 * Measures how soon pages show their content and how fast they react to keys: `npm run bench pages
 * [--url=http://127.0.0.1:3000] [--keys]`.
 * Uses the whole product on the simulated estate, which is started unless an address is given, and a browser whose
 * processor is slowed down four times:
 * - a circuit over all 35 days of the demo's past, and the overview: bytes, requests, processor time and layout shift
 * of a visit; first and largest paint, and the time at which everything was drawn, always with an empty cache; also the
 * time at which the page's scripts had run, before which a page rendered by scripts would be empty;
 * - tracks on the circuit page of 35 days and on an incident of 60 sources: time from a key that zooms, moves, or moves
 * the crosshair to the next frame;
 * - without the slowdown, the longest task of the main thread meanwhile, and while keys are pressed on the Sources page
 * during a refresh of 60 resources: by processor time and by the clock;
 * - only with `--keys`: time from a key to the frame with its effect on overview, sessions and routes, for rows,
 * filters and the palette.
 */
import { parseArgs } from 'node:util'
import type { Browser, Page } from '@playwright/test'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Incident, IncidentDetail } from '#lib/incidents/api/index.ts'
import { measureBlocking, printBlocking } from './screens/blocking.ts'
import { countVisit, printCounts } from './screens/counts.ts'
import { printMachine, printTimes } from './screens/figures.ts'
import { keysWhileSourcesRefresh } from './screens/many-sources.ts'
import { firstVisits, throttleBrowserProcessor, printFirstVisitTimes } from './screens/paint.ts'
import { keysOnSlowScreens } from './screens/slow-keys.ts'
import { fetchList } from './product/list.ts'
import { withProduct } from './screens/product.ts'

const { values } = parseArgs({ options: { url: { type: 'string' }, keys: { type: 'boolean', default: false } } })
const CIRCUIT = 'erc-london'
/** Length of the demo's past, in days. */
const DAYS = 35
const DRAWN = 'main:not(:has([aria-busy=true])) [data-track]'
/** Keys in an order in which each one has an effect. */
const GESTURES = ['ArrowRight', 'ArrowRight', '+', 'ArrowLeft', 'Shift+ArrowLeft', '-']
const TURNS = 3
const SOURCES = 60

await withProduct(values.url, async (browser, url) => {
  printMachine()
  if (values.keys) return keysOnSlowScreens(browser, url)
  const circuit = (await fetchList<Circuit>(url, 'circuits?limit=1000')).find(({ name }) => name === CIRCUIT)
  if (!circuit) throw new Error(`${CIRCUIT} is not in the estate`)
  const from = new Date(Date.now() - DAYS * 86_400_000).toISOString()
  const address = `${url}/circuits/${circuit.id}?${new URLSearchParams({ from })}`
  await visit(browser, `circuit over ${DAYS} days`, address, DRAWN)
  await visit(browser, 'overview', url, 'main:not(:has([aria-busy=true]))')
  const plain = async () => {}
  printTimes(`circuit over ${DAYS} days, a key to the next frame`, await gestures(browser, address, plain, 1))
  const [incident] = await fetchList<Incident>(url, 'incidents?state=closed&limit=1')
  if (!incident) throw new Error('the past holds no incident')
  const many = `${url}/incidents/${incident.id}`
  printTimes(
    `incident of ${SOURCES} sources, a key to the next frame`,
    await gestures(browser, many, withManySources, SOURCES),
  )
  await gestures(browser, many, withManySources, SOURCES, `incident of ${SOURCES} sources, at full speed`)
  await keysWhileSourcesRefresh(browser, url)
  printMachine()
})

async function visit(browser: Browser, what: string, address: string, awaited: string): Promise<void> {
  printCounts(what, await countVisit(browser, address, awaited))
  printFirstVisitTimes(what, await firstVisits(browser, address, awaited))
}

/** Replaces the timeline of the page's incident with SOURCES copies of its first event, each with another source. */
function withManySources(page: Page): Promise<unknown> {
  return page.route(/\/api\/v1\/incidents\/[^/?]+$/, async (route) => {
    const response = await route.fetch()
    const answer = (await response.json()) as { data: IncidentDetail }
    const [first] = answer.data.timeline
    const timeline = Array.from({ length: SOURCES }, (_, n) => ({
      ...first,
      id: `source${n}`,
      scope: `source${n}`,
      scopeName: `source-${n}`,
      partOf: null,
    }))
    await route.fulfill({ response, json: { ...answer, data: { ...answer.data, timeline } } })
  })
}

/**
 * Measures the time from each key to the next frame.
 * @param prepare runs before the page is opened
 * @param lanes number of tracks that the page must show
 * @param fullSpeed title for the blocking times; if given, the browser is not slowed down
 */
async function gestures(
  browser: Browser,
  address: string,
  prepare: (page: Page) => Promise<unknown>,
  lanes: number,
  fullSpeed?: string,
): Promise<number[]> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
  await page.addInitScript(recordKeys)
  if (fullSpeed === undefined) await throttleBrowserProcessor(page)
  await prepare(page)
  await page.goto(address)
  await page.waitForSelector(DRAWN)
  // the server renders the real incident; the page requests the incident again when it becomes visible, and then
  // receives the prepared one
  await page.waitForFunction(
    (least) => {
      dispatchEvent(new Event('visibilitychange'))
      const drawn = [...document.querySelectorAll<SVGElement>('[data-track]')]
      return new Set(drawn.map(({ dataset }) => dataset.track)).size >= least
    },
    lanes,
    { polling: 1_000 },
  )
  const axis = page.getByRole('slider', { name: /^Time on the axis/ })
  const keys = Array.from({ length: TURNS }, () => GESTURES).flat()
  const pressAll = async () => {
    for (const [before, key] of keys.entries()) {
      await axis.focus()
      await page.keyboard.press(key)
      await page.waitForFunction((count) => (window as unknown as Noted).keyTimes.length > count, before)
    }
  }
  if (fullSpeed === undefined) await pressAll()
  else printBlocking(fullSpeed, [await measureBlocking(page, pressAll)])
  const times = await page.evaluate(() => (window as unknown as Noted).keyTimes)
  await page.close()
  return times
}

interface Noted {
  /** milliseconds from each key to the end of the next frame */
  keyTimes: number[]
}

/**
 * Records the times of keys. Runs in the page before its scripts, because a listener that is added later might miss a
 * key.
 */
function recordKeys(): void {
  const keyTimes: number[] = []
  Object.assign(window, { keyTimes })
  const note = ({ timeStamp, key }: KeyboardEvent) => {
    if (key === 'Shift') return
    requestAnimationFrame(() => setTimeout(() => keyTimes.push(performance.now() - timeStamp)))
  }
  addEventListener('keydown', note, { capture: true })
}

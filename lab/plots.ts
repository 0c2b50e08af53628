/**
 * Measures the time to draw a chart with axes: `npm run bench plots [--url=http://127.0.0.1:3000]`.
 * Uses the whole product on the simulated estate, which is started unless an address is given, and a browser at full
 * speed. The chart shows the traffic of a circuit with 1,000 points and five series (an area and four lines, partly
 * from counters and partly from metrics). Measured are:
 * - first drawing with the library loaded: from the time the chart comes near the viewport to the layout of the
 * drawing; also the longest task of the main thread meanwhile, by processor time, which depends little on other load of
 * the machine;
 * - drawing again with another scale: from the click to the layout;
 * - for comparison, the minimum for any drawing on the same page: four paths of 1,000 steps, built, appended and
 * measured;
 * - time from a key on the crosshair to the next frame.
 */
import { parseArgs } from 'node:util'
import type { Page } from '@playwright/test'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { UsageResponse, ApiUsagePoint } from '#lib/usage/api/index.ts'
import { fetchList } from './product/list.ts'
import { type MainThreadLoad, measureBlocking, printBlocking } from './screens/blocking.ts'
import { printMachine, printRatio, printTimes } from './screens/figures.ts'
import { withProduct } from './screens/product.ts'

const { values } = parseArgs({ options: { url: { type: 'string' } } })
const POINTS = 1_000
const STEP_MS = 300_000
const TURNS = 9
const KEYS = 40

await withProduct(values.url, async (browser, url) => {
  printMachine()
  const [circuit] = await fetchList<Circuit>(url, 'circuits?limit=1000')
  if (!circuit) throw new Error('no circuit in the estate')
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
  await page.addInitScript(recordDrawings)
  await page.route(/\/usage\?/, async (route) => {
    const response = await route.fetch()
    const answer = (await response.json()) as { data: UsageResponse }
    await route.fulfill({ response, json: { ...answer, data: { ...answer.data, step: '5m', points: manyPoints() } } })
  })
  const chart = page.getByRole('slider', { name: /^Traffic of/ })
  const draw = async () => {
    await chart.scrollIntoViewIfNeeded()
    await page.waitForSelector('[data-plot] svg [data-series=line]')
  }
  await page.goto(`${url}/circuits/${circuit.id}?tab=traffic&range=24h`)
  await chart.waitFor({ state: 'attached' })
  await draw()
  const [first, tasks]: [number[], MainThreadLoad[]] = [[], []]
  for (let turn = 0; turn < TURNS; turn++) {
    await page.getByRole('main').getByRole('link', { name: 'Circuits', exact: true }).click()
    await chart.waitFor({ state: 'detached' })
    await page.evaluate(() => scrollTo(0, 0))
    await page.getByRole('main').getByRole('link', { name: circuit.name }).first().click()
    await page.getByRole('tab', { name: 'Traffic' }).click()
    await chart.waitFor({ state: 'attached' })
    // the measurement starts after all other content of the page has been drawn
    await page.waitForSelector('main:not(:has([aria-busy=true]))')
    tasks.push(await measureBlocking(page, draw))
    first.push(await drawnWithin(page))
  }
  const again: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    await page.getByLabel('Scale to bandwidth').click()
    again.push(await drawnWithin(page))
  }
  const plain = { name: 'plain SVG paths', times: await page.evaluate(drawPlain, { points: POINTS, turns: TURNS }) }
  printTimes(`${POINTS} points, first drawing`, first)
  printBlocking(`${POINTS} points, first drawing`, tasks)
  printTimes(`${POINTS} points, drawn again`, again)
  printTimes(`${POINTS} points, ${plain.name}`, plain.times)
  printRatio(plain.name, plain.times, { name: 'the first drawing of a chart', times: first })
  printRatio(plain.name, plain.times, { name: 'a chart drawn again', times: again })
  printTimes(`${POINTS} points, a key on the crosshair to the next frame`, await keyTimes(page))
  printMachine()
})

/** Builds the points. Every fourth point comes from metrics only, and the rates rise and fall like those of a day. */
function manyPoints(): ApiUsagePoint[] {
  const begin = Math.floor(Date.now() / STEP_MS) * STEP_MS - POINTS * STEP_MS
  return Array.from({ length: POINTS }, (_, n) => ({
    start: new Date(begin + n * STEP_MS).toISOString(),
    bytesIn: String(Math.round(4e9 + 3e9 * Math.sin(n / 40) + (n % 7) * 1e8)),
    bytesOut: String(Math.round(6e9 + 4e9 * Math.sin(n / 33) + (n % 5) * 1e8)),
    coveredSeconds: 300,
    source: n % 4 === 0 ? ('metric' as const) : ('counter' as const),
    metricSeconds: n % 4 === 0 ? 300 : 0,
    atLeast: false,
    disagreement: null,
  }))
}

interface Noted {
  /** resolves with the duration of the last drawing in milliseconds, once the drawing is complete */
  drawing: Promise<number>
}

function drawnWithin(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as Noted).drawing)
}

/**
 * Records the duration of drawings. Runs at the start of the page. A drawing begins when a chart comes near the
 * viewport or with a click, and ends with the layout of the elements that React inserted.
 */
function recordDrawings(): void {
  let begin = 0
  let done: (ms: number) => void = () => {}
  const start = () => {
    begin = performance.now()
    Object.assign(window, { drawing: new Promise<number>((resolve) => (done = resolve)) })
  }
  const Observer = window.IntersectionObserver
  window.IntersectionObserver = class extends Observer {
    constructor(callback: IntersectionObserverCallback, options?: IntersectionObserverInit) {
      super((entries, observer) => {
        if (entries.some(({ target, isIntersecting }) => isIntersecting && target.matches('[data-plot]'))) start()
        callback(entries, observer)
      }, options)
    }
  }
  addEventListener('click', ({ target }) => target instanceof HTMLInputElement && start(), { capture: true })
  new MutationObserver((changes) => {
    const isCurve = (node: Node) => node instanceof Element && node.closest('[data-plot] [data-series=line]') !== null
    const drew = changes.some(({ target, addedNodes }) => isCurve(target) || [...addedNodes].some(isCurve))
    if (!drew) return
    document.querySelector('[data-plot] svg')?.getBoundingClientRect()
    done(performance.now() - begin)
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['d'] })
}

/** Measures the drawing of plain SVG paths. Runs in the page. */
function drawPlain({ points, turns }: { points: number; turns: number }): number[] {
  const name = 'http://www.w3.org/2000/svg'
  return Array.from({ length: turns }, (_, turn) => {
    const begin = performance.now()
    const svg = document.createElementNS(name, 'svg')
    svg.setAttribute('width', '1400')
    svg.setAttribute('height', '256')
    for (let series = 0; series < 4; series++) {
      let d = 'M0 128'
      for (let n = 0; n < points; n++) d += `H${n * 1.4}V${Math.round(128 + 100 * Math.sin(n / 40 + series + turn))}`
      const path = document.createElementNS(name, 'path')
      path.setAttribute('d', d)
      path.setAttribute('fill', 'none')
      path.setAttribute('stroke', 'currentColor')
      svg.append(path)
    }
    document.body.append(svg)
    svg.getBoundingClientRect()
    const took = performance.now() - begin
    svg.remove()
    return took
  })
}

async function keyTimes(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = []
    Object.assign(window, { keyTimes: times })
    const note = ({ timeStamp }: KeyboardEvent) =>
      requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - timeStamp)))
    addEventListener('keydown', note, { capture: true })
  })
  await page.getByRole('slider', { name: /^Traffic of/ }).focus()
  for (let n = 0; n < KEYS; n++) {
    await page.keyboard.press('ArrowLeft')
    await page.waitForFunction((count) => (window as unknown as { keyTimes: number[] }).keyTimes.length > count, n)
  }
  return page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes)
}

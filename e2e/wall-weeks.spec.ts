import { type CDPSession, expect, type Page, test } from '@playwright/test'
import type { Wall } from '#lib/contract/index.ts'
import { openWall, wallOf } from './wall-pages.ts'

const DAYS = 30
/** Each step passes twenty minutes at once, so that it is a machine that woke up as well. */
const STEP_MS = 1_200_000
const STEPS = (DAYS * 86_400_000) / STEP_MS
/** A day in which everything is loaded that ever will be. */
const WARM_UP_STEPS = 86_400_000 / STEP_MS

/**
 * Puts a server into the page that answers by the page's own clock: tiles that come and go, a stream that changes, breaks off and
 * is refused now and then.
 */
function serveInPage(wall: Wall): void {
  const real = window.fetch
  let asked = 0
  const states = ['up', 'degraded', 'down', 'unknown', 'maintenance'] as const
  const answer = () => {
    asked++
    const tiles = Array.from({ length: 14 }, (_, i) => ({
      ...wall.tiles[0],
      id: `${i}-${Math.floor(asked / 7) % 40}`,
      name: `thing ${i} ${asked}`,
      state: states[(asked + i) % states.length],
      since: [new Date(Date.now() - 90_000).toISOString(), new Date(Date.now() - 60_000).toISOString()],
    }))
    const freshness = { state: 'fresh', oldestPollAt: null, latePollAt: null }
    return { data: { ...wall, tiles }, asOf: new Date().toISOString(), freshness }
  }
  const stream = (signal: AbortSignal) => {
    let timer: ReturnType<typeof setInterval>
    const change = { topics: ['circuits'], scope: null, at: new Date().toISOString() }
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const text = new TextEncoder().encode(`event: change\ndata: ${JSON.stringify(change)}\n\n`)
        timer = setInterval(() => controller.enqueue(text), 5_000)
        signal.addEventListener('abort', () => {
          clearInterval(timer)
          controller.error(new Error('aborted'))
        })
      },
      cancel: () => clearInterval(timer),
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  Object.assign(window, { timesAsked: () => asked })
  window.fetch = async (input, init) => {
    const address = String(input)
    if (address.endsWith('/api/health')) return Response.json({ status: 'ok', newestPollAt: null })
    if (address.endsWith('/api/v1/stream') && init?.signal) {
      return asked % 50 === 49 ? new Response('', { status: 503 }) : stream(init.signal)
    }
    if (address.endsWith('/api/v1/wall')) {
      const now = answer()
      if (asked % 60 === 59) throw new TypeError('Failed to fetch')
      return Response.json(now)
    }
    return real(input, init)
  }
}

interface Held {
  heapBytes: number
  nodes: number
  listeners: number
}

async function held(cdp: CDPSession): Promise<Held> {
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('HeapProfiler.collectGarbage')
  const { metrics } = await cdp.send('Performance.getMetrics')
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
  return { heapBytes: value('JSHeapUsedSize'), nodes: value('Nodes'), listeners: value('JSEventListeners') }
}

const pass = async (page: Page, steps: number) => {
  for (let step = 0; step < steps; step++) await page.clock.fastForward(STEP_MS)
}

// a trace of thousands of steps that pass by themselves tells nobody anything
test.use({ trace: 'off' })

test('30 days on a wall, thousands of updates: no memory is kept, and the clock is right', async ({
  page,
  request,
}) => {
  test.setTimeout(900_000)
  await page.clock.install({ time: '2026-11-20T03:00:00.000Z' })
  await page.addInitScript(serveInPage, await wallOf(request))
  await openWall(page)
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  await pass(page, WARM_UP_STEPS)
  const before = await held(cdp)
  await pass(page, STEPS - WARM_UP_STEPS)
  const after = await held(cdp)
  expect(await page.evaluate('timesAsked()')).toBeGreaterThan(STEPS)
  expect(after.heapBytes - before.heapBytes, 'bytes of heap').toBeLessThan(1_500_000)
  expect(after.nodes - before.nodes, 'nodes').toBeLessThan(200)
  expect(after.listeners - before.listeners, 'listeners').toBeLessThan(20)
  // read and compared at once: the clock goes on while a busy machine thinks
  const apart = () =>
    page.evaluate(() => {
      const shown = document.querySelector('.wall-clock')?.textContent?.slice(0, 8)
      return Math.abs(Date.parse(`${new Date().toISOString().slice(0, 11)}${shown}Z`) - Date.now())
    })
  await expect.poll(apart, 'milliseconds between the wall and the clock').toBeLessThan(5_000)
  await expect(page.getByText('THIS SCREEN IS OFFLINE')).toBeHidden()
})

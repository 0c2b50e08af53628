import { type APIRequestContext, type CDPSession, expect, type Page } from '@playwright/test'
import type { WallDisplay } from '#lib/overview/api/index.ts'
import { openWallDisplay, fetchWallData } from './wall-pages.ts'

/** Time that passes in each step: twenty minutes in one jump, as when a machine wakes up. */
const STEP_MS = 1_200_000
const STEPS_A_DAY = 86_400_000 / STEP_MS

/**
 * Installs a server in the page that uses the page's clock. Its tiles appear and disappear, and its stream sends
 * changes, breaks off and is sometimes refused.
 */
function serveInPage(wall: WallDisplay): void {
  const real = window.fetch
  let asked = 0
  const states = ['up', 'degraded', 'down', 'unknown', 'maintenance'] as const
  const answer = () => {
    asked++
    const tiles = Array.from({ length: 14 }, (_, i) => ({
      ...wall.tiles[0],
      id: `${i}-${Math.floor(asked / 7) % 40}`,
      name: `tile ${i} ${asked}`,
      state: states[(asked + i) % states.length],
      word: states[(asked + i) % states.length],
      called: states[(asked + i) % states.length],
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

/**
 * Simulates days on a wall display whose contents change continuously. After the first day, which loads everything,
 * memory, nodes and listeners must not grow, and the clock must be right at the end.
 */
export async function expectNoLeak(page: Page, request: APIRequestContext, days: number): Promise<void> {
  await page.clock.install({ time: '2026-11-20T03:00:00.000Z' })
  await page.addInitScript(serveInPage, await fetchWallData(request))
  await openWallDisplay(page)
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  await pass(page, STEPS_A_DAY)
  const before = await held(cdp)
  await pass(page, (days - 1) * STEPS_A_DAY)
  const after = await held(cdp)
  expect(await page.evaluate('timesAsked()')).toBeGreaterThan(days * STEPS_A_DAY)
  expect(after.heapBytes - before.heapBytes, 'bytes of heap').toBeLessThan(1_500_000)
  expect(after.nodes - before.nodes, 'nodes').toBeLessThan(200)
  expect(after.listeners - before.listeners, 'listeners').toBeLessThan(20)
  // read and compare in one call, because the clock continues while a slow machine computes
  const apart = () =>
    page.evaluate(() => {
      const shown = document.querySelector('.wall-clock')?.textContent?.slice(0, 8)
      return Math.abs(Date.parse(`${new Date().toISOString().slice(0, 11)}${shown}Z`) - Date.now())
    })
  await expect.poll(apart, 'milliseconds between the wall and the clock').toBeLessThan(5_000)
  await expect(page.getByText('THIS SCREEN IS OFFLINE')).toBeHidden()
}

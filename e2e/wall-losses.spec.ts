import { type APIRequestContext, expect, test } from '@playwright/test'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { WallDisplay } from '#lib/overview/api/index.ts'
import { provideCircuitDisturbances } from './disturbances.ts'
import { waitForCircuitByName, fetchApiResponseBody } from './estate.ts'
import { tagLongIf } from './long.ts'
import { SeverableProxy } from './severable-proxy.ts'
import {
  alterWallResponses,
  measureWallLayout,
  openWallDisplay,
  fetchWallTileState,
  waitUntilWallClockTicks,
  getWallTileByName,
} from './wall-pages.ts'

const CIRCUIT = 'useasterc1cust1'

const untilItIs = (request: APIRequestContext, state: string) =>
  expect.poll(() => fetchWallTileState(request, CIRCUIT), { intervals: [500], timeout: 120_000 }).toBe(state)

/** No other file disturbs this circuit. Each test restores its disturbances, so that they do not affect other tests. */
const { disturb, restore } = provideCircuitDisturbances(CIRCUIT)

test('a path is cut: degraded without a reload, acknowledged, and back with how long it was', async ({
  page,
  request,
}) => {
  const { id } = await waitForCircuitByName(request, CIRCUIT)
  await untilItIs(request, 'up')
  await disturb(request, { op: 'cut-path', circuit: CIRCUIT, path: 'primary' })
  await openWallDisplay(page)
  await untilItIs(request, 'degraded')
  const tile = getWallTileByName(page, CIRCUIT)
  await expect(tile).toContainText('ONE PATH')
  await expect(tile).toContainText('Secondary path only')
  await expect(tile).toContainText(/≥ \d+ (s|min)/)

  // an incident is opened a moment after the state is known
  await expect(async () => {
    const open = await fetchApiResponseBody<{ data: Incident[] }>(request, `incidents?state=open&scope=${id}`)
    for (const incident of open.data) {
      expect((await request.post(`/api/v1/incidents/${incident.id}/ack`, { data: {} })).status()).toBe(200)
    }
    await expect(tile).toContainText('acknowledged by local', { timeout: 15_000 })
  }).toPass()
  await expect(tile).toContainText('ONE PATH')

  await restore()
  await untilItIs(request, 'up')
  await expect(tile).toContainText(/recovered \d\d:\d\d, ≤\s\d.+ degraded/)
})

// runs only in long tests, because lib/overview/answers/wall-tiles.test.ts covers order and texts and the tests below
// how they are shown
test('both paths are cut: down, the first of all', tagLongIf(true), async ({ page, request }) => {
  await untilItIs(request, 'up')
  await disturb(request, { op: 'cut-path', circuit: CIRCUIT, path: 'both' })
  await openWallDisplay(page)
  await untilItIs(request, 'down')
  const tile = getWallTileByName(page, CIRCUIT)
  await expect(tile).toContainText('DOWN')
  // when its site is known to be cut off, the tile may report that instead
  await expect(tile).toContainText(/No path is left|not reached/)
  await expect(page.getByRole('listitem').first()).toContainText('DOWN')
  await restore()
  await untilItIs(request, 'up')
  await expect(tile).toContainText(/≤\s\d.+ down/)
})

// runs only in long tests, because faults.spec.ts covers the same refusal on other pages and the tests below how it is
// shown
test(
  'Azure refuses: unknown with the reason in the second line, while what metrics report goes on',
  tagLongIf(true),
  async ({ page, request }) => {
    await untilItIs(request, 'up')
    await disturb(request, { op: 'api-fault', fault: '403', resource: CIRCUIT })
    await openWallDisplay(page)
    await untilItIs(request, 'unknown')
    const unknown = getWallTileByName(page, CIRCUIT).filter({ hasText: /UNKNOWN/ })
    await expect(unknown).toContainText('Azure refused (403)')
    await expect(getWallTileByName(page, CIRCUIT).filter({ hasText: /DOWN/ })).toHaveCount(0)
    await expect(page.getByText('THIS SCREEN IS OFFLINE')).toBeHidden()
    await expect(page.getByText('NOTHING IS POLLED')).toBeHidden()
    await restore()
    await untilItIs(request, 'up')
    await expect(unknown).toHaveCount(0)
  },
)

test('the screen is offline: its own banner, no number counts, and it comes back by itself', async ({
  page,
  baseURL,
}) => {
  const proxy = new SeverableProxy(Number(new URL(baseURL ?? '').port))
  await proxy.open()
  try {
    await openWallDisplay(page, `http://127.0.0.1:${proxy.port}/wall`)
    await expect(page.getByRole('contentinfo')).toContainText(/(oldest poll|Last update) .+ ago/)
    await proxy.cut()
    const alert = page.getByRole('main').getByRole('alert')
    await expect(alert).toContainText('THIS SCREEN IS OFFLINE')
    await expect(alert).toContainText(/Data last known at \d\d:\d\d:\d\d UTC, .+ ago/)
    // while the screen is offline, tiles no longer appear or disappear, so that they can be counted
    const tiles = await page.getByRole('listitem').count()
    await expect(page.getByText('UNKNOWN', { exact: true })).toHaveCount(tiles)
    await expect(page.getByText(/[A-Z ]+, last known \d\d:\d\d:\d\d/).first()).toBeVisible()
    await proxy.open()
    await expect(alert).toBeEmpty({ timeout: 90_000 })
  } finally {
    await proxy.cut()
  }
})

test('what is down is shown as down, what Azure refuses as unknown, each with its reason and without a banner; that nothing is polled has one, and since when', async ({
  page,
  request,
}) => {
  const freshness = { state: 'fresh', oldestPollAt: null, latePollAt: null } as const
  const down = { state: 'down', outcome: null, doubt: null, meaning: 'No path is left' } as const
  const refused = {
    state: 'unknown',
    outcome: 'forbidden',
    doubt: 'Azure refused (403)',
    unconfirmedSince: null,
  } as const
  const silent = (wall: WallDisplay): WallDisplay => ({
    ...wall,
    tiles: wall.tiles.map((tile, index) => ({
      ...tile,
      state: 'unknown',
      outcome: 'not_polled',
      ...(index === 0 && { name: 'Collector', word: 'late' }),
    })),
    collector: { state: 'silent', newestPollAt: new Date(Date.now() - 240_000).toISOString() },
  })
  const failing = (wall: WallDisplay): WallDisplay => ({
    ...wall,
    tiles: wall.tiles.map((tile, index) => ({
      ...tile,
      freshness,
      recovered: null,
      ...(index === 0 ? down : refused),
    })),
  })
  let isPolled = true
  // 16:10, the aspect ratio with the narrowest tiles for their height
  await page.setViewportSize({ width: 1440, height: 900 })
  await alterWallResponses(page, request, (wall) => (isPolled ? failing(wall) : silent(wall)))
  await openWallDisplay(page)
  await expect(page.getByRole('listitem').first()).toContainText('DOWN')
  await expect(page.getByRole('listitem').first()).toContainText('No path is left')
  const unknown = page.getByRole('listitem').filter({ hasText: /UNKNOWN/ })
  await expect(unknown.first()).toContainText('Azure refused (403)')
  await expect(page.getByText('THIS SCREEN IS OFFLINE')).toBeHidden()
  await expect(page.getByText('NOTHING IS POLLED')).toBeHidden()

  isPolled = false
  // the event makes the page query immediately
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  const alert = page.getByRole('main').getByRole('alert')
  await expect(alert).toContainText('NOTHING IS POLLED')
  await expect(alert).toContainText(/ended at \d\d:\d\d:\d\d UTC, 4 min/)
  await expect(page.getByText('THIS SCREEN IS OFFLINE')).toBeHidden()
  await expect(page.getByText('COLLECTOR LATE')).toBeVisible()
  expect((await measureWallLayout(page)).brokenWords).toEqual([])
})

// runs only in long tests, because components/wall/wall-text.test.ts covers the texts and the tests above other altered
// answers
test('what is late says so at the foot and in its row', tagLongIf(true), async ({ page, request }) => {
  const latePollAt = new Date(Date.now() - 130_000).toISOString()
  const late = { state: 'late', oldestPollAt: latePollAt, latePollAt } as const
  const tiles = (wall: WallDisplay) => wall.tiles.map((tile) => ({ ...tile, state: 'up', freshness: late }) as const)
  const collector = { state: 'late', newestPollAt: latePollAt } as const
  await alterWallResponses(page, request, (wall) => ({ ...wall, tiles: tiles(wall), collector }), late)
  await openWallDisplay(page)
  await expect(page.getByRole('contentinfo')).toContainText(/DATA LATE, oldest poll 2 min/)
  await expect(page.getByRole('listitem').first()).toContainText(/LATE 2 min/)
})

test('another build answers: the wall loads itself again, once', async ({ page }) => {
  let loads = 0
  page.on('load', () => loads++)
  await page.clock.install()
  await openWallDisplay(page)
  await page.waitForLoadState('load')
  let status = 'unavailable'
  let asked = 0
  await page.route('**/api/health', async (route) => {
    const json = { status, newestPollAt: null, build: 'another' }
    await route.fulfill({ status: status === 'ok' ? 200 : 503, json })
    asked++
  })
  const passFiveMinutes = async () => {
    await page.clock.fastForward(301_000)
    await page.clock.runFor(2_000)
  }
  /** Advances the clock until the wall display has queried the build again. */
  const untilRequested = async () => {
    const before = asked
    await expect(async () => {
      await passFiveMinutes()
      await expect.poll(() => asked, { timeout: 5_000 }).toBeGreaterThan(before)
    }).toPass()
  }
  await untilRequested()
  expect(loads).toBe(1)
  status = 'ok'
  await expect(async () => {
    await passFiveMinutes()
    await expect.poll(() => loads, { timeout: 10_000 }).toBe(2)
  }).toPass()
  await expect(page.getByRole('listitem').first()).toBeVisible()
  await waitUntilWallClockTicks(page)
  await untilRequested()
  expect(loads).toBe(2)
})

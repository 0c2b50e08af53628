import { expect, test } from '@playwright/test'
import type { WallDisplay, WallState, WallTile } from '#lib/overview/api/index.ts'
import { findAccessibilityViolations } from './accessibility.ts'
import { waitForCircuitByName, fetchApiResponseBody } from './estate.ts'
import type { ApiEndpointResponse } from '#lib/api/index.ts'
import {
  alterWallResponses,
  copyFirstTileWithChanges,
  measureWallLayout,
  openWallDisplay,
  waitUntilWallClockTicks,
  fetchWallData,
} from './wall-pages.ts'
import { tagLongIf } from './long.ts'
import { recordScripts, WALL_SCRIPT_BYTES } from '#lab/screens/page-scripts.ts'
import { computeCompressedScriptBytes } from './scripts.ts'

const states: WallState[] = ['down', 'degraded', 'unknown', 'maintenance', 'up']
/** Returns a wall with the maximum number of tiles, in every state, with the longest texts. */
const full = (wall: WallDisplay): WallDisplay => {
  const tiles = Array.from({ length: 20 }, (_, i) =>
    copyFirstTileWithChanges(wall, {
      id: `tile-${i}`,
      name: `erc-johannesburg-north-${i}`,
      state: states[i % 4] ?? 'down',
      views: [],
      meaning: 'Secondary path only, 1,204 prefixes cut off',
      outcome: 'forbidden',
      doubt: 'Azure refused (403)',
      since: ['2026-11-01T00:00:00.000Z', '2026-11-01T00:00:05.000Z'],
      owner: { owner: 'provider', name: 'Liquid Intelligent Technologies', confidence: 0.7 },
    }),
  )
  return { ...wall, tiles, counts: { down: 5, degraded: 5, unknown: 5, maintenance: 5, up: 40, silent: 0 } }
}

test('what is always there: tiles, a clock that ticks, the age of the data, no chrome, few scripts; a gesture arms the sound, and brings the menu', async ({
  page,
  request,
}) => {
  await waitForCircuitByName(request, 'erc-amsterdam')
  const scripts = recordScripts(page)
  await openWallDisplay(page)
  // repeat, because resources appear and disappear both in the answer and on the wall display
  await expect(async () => {
    const { tiles } = await fetchWallData(request)
    // the footer counts tiles without space, except resources without sessions, which the header counts
    const reporting = tiles.filter(({ state }) => state !== 'silent')
    const foot = await page.getByRole('contentinfo').innerText()
    const beyond = [...foot.matchAll(/\+(\d+) (?:not )?ok/g)].reduce((sum, [, count]) => sum + Number(count), 0)
    const shown = page.getByRole('listitem').and(page.locator(':not([data-state=silent])'))
    expect((await shown.count()) + beyond).toBe(reporting.length)
  }).toPass()
  await expect(page.getByRole('banner')).toContainText(/8 circuits.+ · 11 gateways: \d.+ without sessions/)
  await expect(page.getByRole('banner')).toContainText(/\d\d:\d\d:\d\d UTC/)
  await expect(page.getByRole('contentinfo')).toContainText(/(Data fresh|DATA LATE), oldest poll .+ ago/)
  await expect(page.getByRole('contentinfo')).toContainText('Click for sound')
  await waitUntilWallClockTicks(page)
  await expect(page.getByRole('navigation', { name: 'Screens' })).toHaveCount(0)
  await expect(page.getByRole('navigation', { name: 'Wall' })).not.toBeInViewport()
  await expect.poll(() => scripts.size).toBeGreaterThan(3)
  expect(await computeCompressedScriptBytes(request, scripts, false)).toBeLessThan(WALL_SCRIPT_BYTES)

  await page.mouse.move(300, 300)
  await expect(page.getByRole('navigation', { name: 'Wall' })).toBeInViewport()
  // click outside of any link
  await page.locator('.wall-clock').click()
  await expect(page.getByText('Click for sound')).toBeHidden()
  // the menu remains visible for a while after the last input
  await expect(async () => {
    await page.mouse.move(400, 400)
    await page.mouse.move(500, 500)
    await page.getByRole('link', { name: 'Sound: on' }).click({ timeout: 4_000 })
  }).toPass()
  await expect(page).toHaveURL(/sound=off/)
  await expect(page.getByText('Click for sound')).toBeHidden()
})

/** Meanings that are too long for a tile in four columns. */
const longMeanings = [
  'Secondary path only, its site on backup, 1,204 prefixes cut off',
  'Neighbor 2001:db8:1234:5678:9abc:def0:1234:5678 is down on instance 2001:db8:1234:5678:9abc:def0:1234:5679',
  'Amsterdam on backup, Secondary path only, Rotterdam-Europoort reached in part, 17 prefixes cut off',
  'not reached, no prefix cut off; which circuits are its home is inferred',
]

for (const [width, height, columns, scale] of [
  [1920, 1080, 4, 1],
  [3840, 2160, 5, 0.8],
  [1080, 1920, 1, 1],
  [360, 800, 1, 1],
] as const) {
  test(
    `a full wall, every state on it, is legible and accessible at ${width} by ${height}: no scroll, no small text, no word cut, a long meaning in fewer clauses, nothing moves for who asked for that`,
    // runs only in long tests except at 1920 px; appearance.spec.ts covers the wall display on a phone
    tagLongIf(width !== 1920),
    async ({ page, request }) => {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ reducedMotion: 'reduce' })
      let isLong = false
      await alterWallResponses(page, request, (wall) => {
        const filled = full(wall)
        const longer = filled.tiles.map((tile, i) => ({ ...tile, meaning: longMeanings[(i >> 2) % 4] ?? '' }))
        return isLong ? { ...filled, tiles: longer } : filled
      })
      await openWallDisplay(page)
      await expect(page.getByText('+40 ok')).toBeVisible()
      await expect(page.locator('[data-state=down]').first()).toBeVisible()
      await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0)
      const { smallest, smallestWord, scrolls, cut, cutWords } = await measureWallLayout(page)
      expect(smallest).toBeGreaterThanOrEqual(3.6 * scale)
      expect(smallestWord).toBeGreaterThanOrEqual(6.1 * scale)
      expect(scrolls).toBe(false)
      expect(cut).toEqual([])
      expect(cutWords).toEqual([])
      const lefts = await page
        .getByRole('listitem')
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left))
      expect(new Set(lefts.map(Math.round)).size).toBe(columns)
      // a phone shows only the first tiles
      if (width < 1000) return
      await expect(page.getByText('PLANNED').first()).toBeVisible()
      expect(await findAccessibilityViolations(page)).toEqual([])

      isLong = true
      // the event makes the page query immediately
      await page.evaluate(() => window.dispatchEvent(new Event('online')))
      const meanings = page.locator('.wall-meaning')
      await expect(meanings.filter({ hasText: longMeanings[0] }).first()).toBeAttached()
      const shown = async () =>
        meanings.evaluateAll((all) =>
          all.map((meaning) => ({
            // letters extend slightly beyond their lines
            isCut:
              meaning.scrollHeight - meaning.clientHeight > 0.3 * Number.parseFloat(getComputedStyle(meaning).fontSize),
            words: (meaning.querySelector(':scope > :not(.sr-only)')?.textContent ?? '').replaceAll('\u00a0', ' '),
          })),
        )
      await expect.poll(async () => (await shown()).filter(({ isCut }) => isCut)).toEqual([])
      for (const { words } of await shown())
        expect(
          longMeanings.some((meaning) => /^($|[,;])/.test(meaning.slice(words.length)) && meaning.startsWith(words)) ||
            words === '',
          words,
        ).toBe(true)
      const longer = await measureWallLayout(page)
      expect(longer.cut).toEqual([])
      expect(longer.smallest).toBeGreaterThanOrEqual(3.6)
    },
  )
}

test('turns from site to site, that with an outage first, and says what is wrong elsewhere; the menu chooses of what, and for how long', async ({
  page,
  request,
}) => {
  const { subscriptions } = (await fetchApiResponseBody<ApiEndpointResponse<'wall'>>(request, 'wall?by=site')).data
  expect(subscriptions.map(({ name }) => name)).toEqual(expect.arrayContaining(['London', 'Amsterdam']))
  await openWallDisplay(page)
  await page.mouse.move(300, 300)
  await page.getByRole('link', { name: 'by subscription' }).click()
  await expect(page).toHaveURL(/rotate=30s&by=subscription/)
  await page.goto('/wall?rotate=5s&by=site')
  const top = page.getByRole('banner')
  for (const turn of [1, 2])
    await expect(top).toContainText(`, ${turn} of ${subscriptions.length}`, { timeout: 60_000 })
})

test('the picture moves by a few pixels every few minutes', tagLongIf(true), async ({ page }) => {
  await page.clock.install()
  await openWallDisplay(page)
  const place = () => page.locator('.wall-tiles').evaluate((list) => list.getBoundingClientRect().left)
  const places = new Set<number>()
  for (let step = 0; step < 8; step++) {
    places.add(await place())
    await page.clock.fastForward(180_000)
    await page.clock.runFor(1_500)
  }
  expect(places.size).toBeGreaterThan(2)
  expect(Math.max(...places) - Math.min(...places)).toBeLessThanOrEqual(8)
})

test('j, k and the arrows go through the tiles of what is not up, a acknowledges the one that has the focus, Enter opens it', async ({
  page,
  request,
}) => {
  const acknowledged: string[] = []
  const href = '/incidents?incidents.of=tile'
  await alterWallResponses(page, request, (wall) => {
    const tile = (id: string, more: Partial<WallTile>) => ({
      ...copyFirstTileWithChanges(wall, {
        id,
        name: `erc-${id}`,
        href,
        acknowledged: null,
        recovered: null,
        plannedUntil: null,
        ...more,
      }),
    })
    const answered = (id: string) => (acknowledged.includes(id) ? { at: new Date().toISOString(), by: 'local' } : null)
    const fallen = (id: string) => tile(id, { state: 'down', incidentId: id, acknowledged: answered(id) })
    return {
      ...wall,
      tiles: [
        fallen('one'),
        fallen('two'),
        ...(['up', 'silent'] as const).map((state) => tile(state, { state, incidentId: null })),
      ],
    }
  })
  let isRefused = true
  await page.route(/\/api\/v1\/incidents\/[^/]+\/ack$/, async (route) => {
    if (isRefused)
      return route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ status: 503, title: 'Unavailable', detail: 'The database does not answer.' }),
      })
    acknowledged.push(/incidents\/([^/]+)/.exec(route.request().url())?.[1] ?? '')
    return route.fulfill({ json: { data: {} } })
  })
  await openWallDisplay(page)
  const link = (name: string) => page.getByRole('link', { name, exact: true })
  await expect(link('erc-two')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Acknowledge erc-one' })).toBeHidden()

  // an incident is acknowledged only after its tile was focused
  await page.keyboard.press('a')
  await expect(link('erc-one')).toBeFocused()
  await expect(page.getByRole('button', { name: 'Acknowledge erc-one' })).toBeVisible()
  expect(await findAccessibilityViolations(page)).toEqual([])
  for (const [key, name] of [
    ['j', 'erc-two'],
    // tiles that are up are skipped
    ['ArrowDown', 'erc-two'],
    ['k', 'erc-one'],
    ['ArrowRight', 'erc-two'],
  ] as const) {
    await page.keyboard.press(key)
    await expect(link(name)).toBeFocused()
  }
  await page.keyboard.press('a')
  await expect(page.getByRole('status')).toContainText('Not acknowledged: The database does not answer.')
  isRefused = false
  await page.keyboard.press('a')
  await expect.poll(() => acknowledged).toEqual(['two'])
  await expect(page.getByRole('button', { name: 'Acknowledge erc-two' })).toHaveCount(0)
  await expect(link('erc-two')).toBeFocused()
  await page.keyboard.press('a')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/incidents\.of=tile/)
  expect(acknowledged).toEqual(['two'])
})

import { expect, test } from '@playwright/test'
import type { WallDisplay, WallTile } from '#lib/overview/api/index.ts'
import { MAX_CUMULATIVE_LAYOUT_SHIFT } from './layout.ts'
import { tagLongIf } from './long.ts'
import { expectTooltipAtPointer } from './plots.ts'
import type { ApiEndpointResponse } from '#lib/api/index.ts'
import { alterWallResponses, measureWallLayout, openWallDisplay } from './wall-pages.ts'
import { layoutShift } from '#lab/screens/counts.ts'

/** Returns nine tiles of which one is down and therefore listed first; null = all are up. */
function brokenAt(place: number | null, wall: WallDisplay): WallTile[] {
  const up = wall.tiles.slice(0, 9).map((tile) => ({ ...tile, state: 'up', recovered: null }) as const)
  const found = place === null ? undefined : up[place]
  if (!found) return up
  const broken: WallTile = {
    ...found,
    // the name and the time of the begin together need two lines
    name: 'erc-johannesburg',
    state: 'down',
    meaning: 'No path is left',
    since: ['2026-11-01T00:00:00.000Z', '2026-11-01T00:00:05.000Z'],
    owner: { owner: 'provider', name: 'Equinix', confidence: 0.7 },
    incidentId: 'i1',
    acknowledged: null,
    outcome: null,
    doubt: null,
    freshness: { state: 'fresh', oldestPollAt: null, latePollAt: null },
    impact: '5 prefixes without a path; no path on erc-london; no redundancy on erc-london until it is repaired.',
    nextStep: 'Ask Equinix for the link of this path. Known: the port of Microsoft that it ends on.',
    briefStep: 'Ask Equinix',
  }
  return [broken, ...up.toSpliced(place ?? 0, 1)]
}

test('what is broken has the large tile: since when, owner, next step, whether somebody acknowledged it; every one has its last day, with a name', async ({
  page,
  request,
}) => {
  await alterWallResponses(page, request, (wall) => {
    const tiles = brokenAt(0, wall)
    const at = new Date(Date.now() - 600_000).toISOString()
    const event = {
      title: 'Path down',
      startedBetween: [at, at] as [string, string],
      endedBetween: null,
      href: '/events',
    }
    return { ...wall, tiles, lastEvents: ['a', 'b', 'c'].map((id) => ({ ...event, id, resource: `erc-${id}` })) }
  })
  await openWallDisplay(page)
  const tiles = page.getByRole('listitem')
  await expect(tiles.first()).toContainText('Owner: Equinix, likely, not acknowledged')
  await expect(tiles.first()).toContainText(/Impact: 5\sprefixes without a path[;.]/)
  await expect(tiles.first()).toContainText('Next: Ask Equinix for the link of this path.')
  await expect(page.getByRole('img', { name: /^Last 24 hours, in half hours: 1?\d down/ })).toHaveCount(9)
  await expect(tiles.first().getByRole('img', { name: /^Last 30 days, in days: \d down/ })).toBeVisible()
  await expect(tiles.first()).toContainText('30 d, 99.982 %')
  const tooltip = await expectTooltipAtPointer(page, tiles.first().locator('.wall-traffic'), 0.3)
  await expect(tooltip).toContainText(/UTC.*Worst state.*To Azure\s*\d.* Mb\/s, mean/)
  // the tooltip is read at the pointer, so that its text may be smaller than that of the tiles
  await page.mouse.move(0, 0)
  await expect(tooltip).toBeHidden()
  await expect(tiles.first()).toContainText(/since .*00:00:05, ≥.\d+.d/)
  await expect(tiles.first()).toContainText(/Mb\/s.*, max \d+/)
  const areas = await tiles.evaluateAll((all) => all.map((one) => one.clientWidth * one.clientHeight))
  expect(areas[0]).toBeGreaterThan(3.5 * Math.max(...areas.slice(1)))
  await expect(page.getByRole('region', { name: 'Last events' })).toContainText(/\d\d:\d\d Path down erc-a/)
  const { smallest, smallestWord, scrolls, cut, cutWords } = await measureWallLayout(page)
  expect([scrolls, cut, cutWords]).toEqual([false, [], []])
  expect(smallest).toBeGreaterThanOrEqual(3.6)
  expect(smallestWord).toBeGreaterThanOrEqual(6.1)
})

for (const motion of ['no-preference', 'reduce'] as const)
  test(
    `a tile that breaks while others are read takes its place at once${motion === 'reduce' ? ', also where less motion is asked for' : ''}`,
    tagLongIf(motion === 'no-preference'),
    async ({ page, request }) => {
      await page.emulateMedia({ reducedMotion: motion })
      let place: number | null = null
      // the footer has more text at first, so that it needs a second line
      const many = { down: 0, degraded: 20, unknown: 0, maintenance: 0, up: 400, silent: 0 }
      const few = { ...many, degraded: 0, up: 8 }
      const counts = () => (place === null ? many : few)
      await alterWallResponses(page, request, (wall) => ({ ...wall, tiles: brokenAt(place, wall), counts: counts() }))
      await openWallDisplay(page)
      const first = page.getByRole('listitem').first()
      await expect(first).toHaveAttribute('data-state', 'up')
      await expect(page.locator('.wall-proof:not([aria-hidden])')).toBeVisible()
      // the server rendered the real estate, in which resources may be down; wait until that layout shift has been
      // reported, which takes time in a slow browser
      let before = Number.NaN
      await expect(async () => {
        const former = before
        before = await page.evaluate(layoutShift)
        expect(before).toBe(former)
      }).toPass()
      const movements = await page.evaluateHandle(countMovements)
      place = 5
      // the event makes the page query immediately
      await page.evaluate(() => window.dispatchEvent(new Event('online')))
      await expect(first).toHaveAttribute('data-state', 'down')
      const shift = (await page.evaluate(layoutShift)) - before
      expect(await movements.evaluate(({ count }) => count)).toBe(0)
      expect(shift, 'layout shift').toBeLessThan(MAX_CUMULATIVE_LAYOUT_SHIFT)
    },
  )

test('whether alerting is proved, which comes after the page, finds its room kept', async ({ page }) => {
  const { promise: asked, resolve: send } = Promise.withResolvers<void>()
  await page.route('**/api/v1/alerting', async (route) => {
    await asked
    const response = await route.fetch()
    const answer = (await response.json()) as ApiEndpointResponse<'alerting'>
    const proof = { ...answer.data.proof, state: 'proved', words: 'Alerting proved 9 min ago' }
    await route.fulfill({ response, json: { ...answer, data: { ...answer.data, proof } } })
  })
  await openWallDisplay(page)
  const proof = page.locator('.wall-proof')
  await expect(proof).toHaveAttribute('aria-hidden', 'true')
  const kept = await proof.boundingBox()
  send()
  await expect(proof).not.toHaveAttribute('aria-hidden')
  const taken = await proof.boundingBox()
  expect(taken?.height).toBe(kept?.height)
  expect(taken?.width).toBeLessThanOrEqual(kept?.width ?? 0)
})

/**
 * Counts the transitions and animations of scripts that run directly after a change of the page, while a tile has not
 * reached its place. Runs in the page.
 */
function countMovements(): { count: number } {
  const movements = { count: 0 }
  new MutationObserver(() => {
    movements.count += document.getAnimations().filter((one) => !(one instanceof CSSAnimation)).length
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['style', 'data-state'] })
  return movements
}

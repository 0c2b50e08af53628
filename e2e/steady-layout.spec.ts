import { expect, type Page, test } from '@playwright/test'
import { alterApiResponses, awaitContentAfterRefetch } from './altered-answers.ts'
import { getLondonCircuitPagePath, fetchLondonOutageIncident, waitUntilPageSettled } from './estate.ts'
import { MAX_CUMULATIVE_LAYOUT_SHIFT, PHONE_WIDTH_PX } from './layout.ts'
import { findElementsBeyondRightEdge } from './long-names.ts'
import { tagLongIf } from './long.ts'
import { showOnlyGivenOpenIncidents } from './open-incidents.ts'
import { layoutShift } from '#lab/screens/counts.ts'

for (const [where, width, count, pathOf] of [
  ['the overview', PHONE_WIDTH_PX, 1, async () => '/'],
  ['the overview', 1350, 1, async () => '/'],
  ['the overview', 1350, 4, async () => '/'],
  ['the incidents', PHONE_WIDTH_PX, 1, async () => '/incidents'],
  ['a circuit', PHONE_WIDTH_PX, 1, getLondonCircuitPagePath],
  ['a circuit', 1350, 2, getLondonCircuitPagePath],
] as const) {
  const isSteady = where !== 'the incidents'
  test(
    `${count === 1 ? 'an open incident' : `${count} incidents that open at once`} whose words are long ${count === 1 ? 'does' : 'do'} not widen ${where} at ${width} px${isSteady ? ', nor move it' : ''}`,
    tagLongIf(where !== 'the overview' || width !== PHONE_WIDTH_PX),
    async ({ page, request }) => {
      await page.setViewportSize({ width, height: 900 })
      const outage = await fetchLondonOutageIncident(request)
      const word = 'erc-'.padEnd(80, 'london')
      const root = { ...outage.root, scopeName: word }
      const open: object[] = []
      await showOnlyGivenOpenIncidents(page, open)
      // faults of the estate would change a circuit's page too, so its first answer is repeated
      let seen: unknown
      await alterApiResponses(page, /\/api\/v1\/circuits\/[^/?]+$/, (circuit) => {
        seen ??= circuit
        return seen
      })
      await page.goto(await pathOf(request))
      await waitUntilPageSettled(page)
      if (isSteady) await awaitContentAfterRefetch(page, page.getByText(/^(No open incident|Last incidents)$/))
      const before = await page.evaluate(layoutShift)
      for (let n = 0; n < count; n++)
        open.push({
          ...outage,
          id: `${outage.id}${n || ''}`,
          root,
          scopeName: word,
          state: 'open',
          phase: 'ongoing',
          endedBetween: null,
        })
      await awaitContentAfterRefetch(page, page.getByText(word).filter({ visible: true }).first())
      expect(await findElementsBeyondRightEdge(page)).toEqual([])
      // these pages are not reloaded, so content that appears later must not shift the text that a user reads
      // on the overview, the map is at the top while there are no incidents, so their rows move it down once
      const most = where === 'the overview' ? 0.12 : MAX_CUMULATIVE_LAYOUT_SHIFT
      if (isSteady) expect((await page.evaluate(layoutShift)) - before, 'layout shift').toBeLessThan(most)
    },
  )
}

for (const list of ['circuits', 'gateways', 'sessions', 'hubs', 'ports'])
  test(
    `the columns of ${list} keep their places when days and traffic come`,
    tagLongIf(list !== 'circuits'),
    async ({ page }) => {
      let come = () => {}
      const answered = new Promise<void>((resolve) => {
        come = resolve
      })
      // block all other answers
      await page.route('**/api/v1/**', () => {})
      await page.route(
        /\/api\/v1\/((sessions\/|ports\/)?uptime|circuits\/history|gateways\/traffic)\b/,
        async (route) => {
          await answered
          await route.continue()
        },
      )
      await page.setViewportSize({ width: 1350, height: 900 })
      // only visible columns, because a narrow page hides some
      const awaited = page.locator('td .skeleton').filter({ visible: true })
      // a slow server sends the page without its list, so repeat
      await expect(async () => {
        await page.goto(`/${list}`)
        await expect(awaited.first()).toBeVisible({ timeout: 5_000 })
      }).toPass()
      const before = await placesIn(page)
      come()
      await expect(awaited).toHaveCount(0)
      const after = await placesIn(page)
      // the height of a row is not a whole number of pixels, and rows far below may be drawn only now
      expect(before.filter((place, index) => Math.abs(place - (after[index] ?? -1)) > 1)).toEqual([])
    },
  )

/**
 * Changes of a table since the observation began: numbers of rows that were added together, and the number of removed
 * columns.
 */
interface Drawn {
  rows: number[]
  columnsGone: number
}

test('rows that a filter left out come back in pieces, and no column goes for it', async ({ page }) => {
  await page.setViewportSize({ width: 1350, height: 900 })
  await page.goto('/sessions')
  await waitUntilPageSettled(page)
  const rows = page.locator('main tbody tr[data-index]')
  // the rows of the first screen; more rows follow
  await expect.poll(() => rows.count()).toBeGreaterThan(30)
  const all = await rows.count()
  await page.evaluate(() => {
    const drawn: Drawn = { rows: [], columnsGone: 0 }
    Object.assign(window, { drawn })
    const named = (nodes: NodeList, name: string) => [...nodes].filter(({ nodeName }) => nodeName === name).length
    // called once for all changes of one task
    new MutationObserver((changes) => {
      drawn.rows.push(changes.reduce((sum, { addedNodes }) => sum + named(addedNodes, 'TR'), 0))
      drawn.columnsGone += changes.reduce((sum, { removedNodes }) => sum + named(removedNodes, 'TH'), 0)
    }).observe(document.querySelector('main') ?? document, { childList: true, subtree: true })
  })
  const filter = page.getByRole('searchbox', { name: 'Filter sessions' })
  await filter.fill('zurich')
  await expect.poll(() => rows.count()).toBeLessThan(20)
  // also a user who reads the result for a while keeps the columns
  await page.waitForTimeout(600)
  await filter.fill('')
  await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(all)
  // long enough for a late measurement of the columns
  await page.waitForTimeout(1_000)
  const drawn = await page.evaluate(() => (window as unknown as { drawn: Drawn }).drawn)
  expect(Math.max(...drawn.rows)).toBeLessThanOrEqual(12)
  expect(drawn.columnsGone).toBe(0)
})

/** Returns the left edge of each column and the top of each row. */
const placesIn = (page: Page) =>
  page
    .locator('th, tbody tr')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect()[one.tagName === 'TR' ? 'top' : 'left']))

import { expect, type Page, test } from '@playwright/test'
import type { CostReview } from '#lib/cost/api/index.ts'
import { decisionRows, openReview, panel } from './cost-pages.ts'
import { settled } from './estate.ts'
import { tagLongIf } from './long.ts'

const linesOf = async (page: Page, button: string) => {
  await page.getByRole('main').getByRole('button', { name: 'More' }).first().click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ])
  // the menu closes after the download has finished
  await expect(page.getByRole('group', { name: 'More' }).filter({ visible: true })).toHaveCount(0)
  const text = (await (await file.createReadStream()).toArray()).join('')
  return { name: file.suggestedFilename(), lines: text.trim().split(/\r?\n/) }
}

/** Returns the number of A4 pages that the page prints on. */
async function sidesOf(page: Page): Promise<number> {
  await page.emulateMedia({ media: 'print' })
  const pdf = (await page.pdf({ format: 'A4' })).toString('latin1')
  const sides = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0
  expect(sides).toBeGreaterThan(0)
  return sides
}

/** Returns the review with ten times as many circuits, and long texts about each. */
function grown(review: CostReview): CostReview {
  const { projections, summary } = review
  const times = Array.from({ length: 10 }, (_, n) => (n === 0 ? '' : String(n)))
  const circuits = times.flatMap((n) =>
    projections.circuits.map((one) => ({
      ...one,
      circuitId: `${one.circuitId}${n}`,
      name: n === '' ? one.name : `${one.name}-${n}`,
    })),
  )
  const reviewed = times.flatMap((n) => summary.circuits.map((one) => ({ ...one, circuitId: `${one.circuitId}${n}` })))
  const [at, money] = [review.from, { amount: '1234.50', currency: 'USD' }]
  const long =
    'as the carrier reported us in the meeting about the contract of the year, with words enough to fill more than a line'
  return {
    ...review,
    projections: { ...projections, circuits },
    summary: { ...summary, circuits: reviewed },
    budgets: circuits.map(({ circuitId, name }) => ({
      id: circuitId,
      name,
      owner: 'network-operations@contoso.example',
      customer: null,
      circuitIds: [circuitId],
      budget: money,
      projected: { p10: money, p50: money, p90: money },
      variance: money,
      state: 'over',
    })),
    unused: circuits.map(({ circuitId, name }) => ({
      kind: 'bandwidth_not_needed',
      resourceId: circuitId,
      name,
      perMonth: money,
      saving: money,
      reason: `${long}.`,
      remedy: `${long}.`,
    })),
    corrections: circuits.map(({ circuitId }) => ({
      week: review.week,
      circuitId,
      published: money,
      now: money,
      reason: long,
    })),
    decisions: circuits.map(({ circuitId }) => ({
      id: circuitId,
      circuitId,
      at,
      by: 'local',
      decided: long,
      why: long,
      outcome: long,
      followUp: null,
    })),
  }
}

test('the review is taken along as CSV and in the format of FOCUS, and prints on one side of A4', async ({
  page,
  request,
}) => {
  await openReview(page, request, 'erc-london', 'review')
  const csv = await linesOf(page, 'CSV')
  expect(csv.name).toMatch(/^peerwatch-cost-\d{4}-W\d\d\.csv$/)
  expect(csv.lines).toHaveLength(7)
  expect(csv.lines[0]).toContain('changeSinceLastWeek')
  const focus = await linesOf(page, 'FOCUS')
  expect(focus.name).toMatch(/^peerwatch-focus-projection-\d{4}-\d\d\.csv$/)
  expect(focus.lines[0]).toContain('BilledCost')
  expect(focus.lines[0]).toContain('x_P90')
  expect(focus.lines.length).toBeGreaterThan(4)

  await page.emulateMedia({ media: 'print' })
  for (const line of ['Decision', 'Name', 'Date']) {
    await expect(page.getByRole('term').filter({ hasText: line })).toBeVisible()
  }
  await expect.poll(() => sidesOf(page), 'sides of paper').toBe(1)
})

test('the availability report prints on two sides of A4', async ({ page }) => {
  await page.goto('/resilience?tab=availability')
  // the page's old address redirects to the new one
  await expect(page).toHaveURL(/\/availability/)
  await expect(panel(page, 'Providers').getByRole('row').nth(1)).toBeVisible()
  await settled(page)
  await expect.poll(() => sidesOf(page), 'sides of paper').toBeLessThanOrEqual(2)
})

test(
  'two sides of A4 are enough for an estate of many circuits, with the rest named',
  tagLongIf(true),
  async ({ page, request }) => {
    await openReview(page, request, 'erc-london', 'review')
    await page.route(/\/api\/v1\/cost\/weekly/, async (route) => {
      const answer = (await (await route.fetch()).json()) as { data: CostReview }
      await route.fulfill({ json: { ...answer, data: grown(answer.data) } })
    })
    await page.goto('/cost')
    await expect(decisionRows(page)).toHaveCount(52)
    await settled(page)
    await expect.poll(() => sidesOf(page), 'sides of paper').toBeLessThanOrEqual(2)
    await expect(page.getByText('44 more on the screen and in the CSV file.')).toBeVisible()
    // the page repeats its query, and no test needs that answer
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  },
)

import { readFile } from 'node:fs/promises'
import { expect, type Route, test } from '@playwright/test'
import type { CostPriceListStatus, CostReviewWithSummary } from '#lib/cost/api/index.ts'
import { findAccessibilityViolations } from './accessibility.ts'
import {
  getCostDecisionRows,
  openCostReview,
  getPanelByHeading,
  openCostReviewTabPanel,
  fetchCostReview,
  waitForCostReview,
} from './cost-pages.ts'
import { waitForCircuitByName, goByKeys, waitUntilPageSettled } from './estate.ts'
import { saveChartAsFile } from './plots.ts'
import { tagLongIf } from './long.ts'

test('the review says of each circuit what it costs and what to do, and one circuit opens into its options', async ({
  page,
  request,
}) => {
  const id = await waitForCostReview(request, 'erc-london')
  await page.goto('/cost')
  await waitUntilPageSettled(page)
  // the first panel shows the possible savings, or that there are none
  await expect(page.getByRole('region', { name: 'Savings' })).toContainText(
    /\$[\d,]+.* a month can be saved|No change saves money/,
  )
  const rows = getCostDecisionRows(page)
  // a header, eight circuits and the total
  await expect(rows).toHaveCount(10)
  await expect(rows.last()).toContainText(/^Total.*\$[\d,]+/)
  const london = rows.filter({ hasText: 'erc-london' })
  await expect(london).toContainText('Standard metered, 1 Gb/s')
  await expect(london).toContainText(/Stay|Switch|Too close to call|Too early/)
  await expect(london).toContainText(/\d %/)

  await page.getByRole('searchbox').fill('johannesburg')
  await expect(rows).toHaveCount(3)
  await expect(page).toHaveURL(/cost\.q=johannesburg/)
  await page.getByRole('searchbox').fill('')

  await page.goto(`/cost?circuit=${id}`)
  await page.getByRole('link', { name: 'All options of erc-london' }).click()
  const options = getPanelByHeading(page, 'Plan options for erc-london')
  const unlimited = options.getByRole('row').filter({ hasText: 'Standard unlimited, 1 Gb/s' })
  await expect(unlimited).toContainText('$5,700')
  await expect(unlimited).toContainText('Irreversible: going back needs a new circuit.')
  const months = getPanelByHeading(page, '12-month forecast of erc-london')
  await months.getByRole('button', { name: '12-month forecast of erc-london' }).click()
  await expect(months.getByRole('row')).toHaveCount(13)
  await expect(months.getByRole('row').nth(1)).toContainText('$')

  await getPanelByHeading(page, /^Billable bytes of/)
    .getByLabel('Circuit')
    .selectOption('erc-johannesburg')
  await expect(getPanelByHeading(page, 'Plan options for erc-johannesburg')).toBeVisible()
  await expect(page).not.toHaveURL(new RegExp(`circuit=${id}`))

  // the anchor opens a section in another tab
  await page.evaluate(() => window.location.assign('#assumptions'))
  await expect(getPanelByHeading(page, 'Assumptions').getByRole('listitem').first()).toBeInViewport()
})

/** Returns a review of a month without measurements. */
const unmeasured = (review: CostReviewWithSummary): CostReviewWithSummary => ({
  ...review,
  variance: [],
  summary: {
    toDate: [],
    saving: [],
    savingInPlace: [],
    savingByNewCircuit: [],
    asked: [],
    circuits: review.projections.circuits.slice(0, 1).map(({ circuitId }) => ({
      circuitId,
      saving: null,
      change: null,
      peak: null,
      curve: null,
    })),
  },
  projections: {
    ...review.projections,
    totals: [],
    circuits: review.projections.circuits.slice(0, 1).map((one) => ({
      ...one,
      billedBytesToDate: '0',
      coveredShare: 0,
      costToDate: null,
      forecast: null,
      forecastBasis: 'Nothing was measured yet.',
      metered: null,
      options: [],
      recommendation: { ...one.recommendation, action: 'too_early', to: null, reason: 'Nothing was measured yet.' },
    })),
  },
})

test(
  'what is not there is said: no answer, no circuit, nothing measured, no price list',
  tagLongIf(true),
  async ({ page, request }) => {
    const real = await fetchCostReview(request)
    const freshness = { state: 'fresh', oldestPollAt: null, latePollAt: null }
    const shown = (data: CostReviewWithSummary) => (route: Route) =>
      route.fulfill({ json: { data, asOf: real.from, freshness } })
    let answer = (route: Route) =>
      route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        json: { type: 'about:blank', title: 'Something went wrong', status: 500, detail: 'It is in the log.' },
      })
    await page.route(/\/api\/v1\/cost\/weekly(\?|$)/, (route) => answer(route))
    // without notifications of changes, the page does not repeat its query unless the user clicks
    await page.route('**/api/v1/stream', (route) => route.abort())
    // an address with a circuit is sent without data, so the page queries the data itself
    await page.goto('/cost?circuit=none')
    await expect(page.getByRole('alert').filter({ hasText: 'Something went wrong' })).toContainText('It is in the log.')

    answer = shown({ ...real, projections: { ...real.projections, circuits: [], totals: [], unpriced: 0 } })
    await page.getByRole('button', { name: 'Retry' }).click()
    await expect(page.getByText('No circuits in this month')).toBeVisible()

    answer = shown(unmeasured(real))
    await page.route('**/api/v1/cost/prices', async (route) => {
      const response = await route.fetch()
      const { data, ...rest } = (await response.json()) as { data: CostPriceListStatus }
      const faults = [{ check: 'unreachable', detail: 'prices.azure.com did not answer within 30 s' }]
      const lastCheck = { ...data.lastCheck, at: real.from, outcome: 'unreachable', faults }
      await route.fulfill({ response, json: { ...rest, data: { ...data, lastCheck } } })
    })
    await page.goto('/cost?circuit=none')
    await waitUntilPageSettled(page)
    await expect(page.getByText('The last update was unreachable: prices.azure.com did not answer')).toBeVisible()
    await getCostDecisionRows(page).nth(1).getByRole('button', { name: /^Why/ }).click()
    await expect(getCostDecisionRows(page).nth(2)).toContainText('nothing measured')
    await openCostReviewTabPanel(page, 'Options', /^Plan options for /)
    await expect(getPanelByHeading(page, /^Plan options for /)).toContainText('No figure: Nothing was measured yet.')
    expect(await findAccessibilityViolations(page)).toEqual([])
  },
)

// runs only in long tests, because operator-tasks.spec.ts covers the review and cost.db.test.ts the amounts of the
// what-if
test(
  'a what-if stands in the address; what no price list has is asked for',
  tagLongIf(true),
  async ({ page, request }) => {
    await openCostReview(page, request)
    const whatIf = await openCostReviewTabPanel(page, 'Options', 'What if')
    const answer = whatIf.getByRole('status')
    await whatIf.getByLabel('Plan').selectOption('metered')
    await expect(answer).toContainText('a month, as it is.')
    await whatIf.getByLabel('Plan').selectOption('unlimited')
    await expect(answer).toContainText('Standard Unlimited 1 Gb/s: $5,700 a month')
    await expect(answer).toContainText('Irreversible: going back needs a new circuit.')
    await expect(page).toHaveURL(/plan=unlimited/)

    await whatIf.getByLabel('second circuit of the same kind').check()
    await expect(answer).toContainText('Standard Unlimited 1 Gb/s, twice: $11,400 a month')
    await whatIf.getByLabel('second circuit of the same kind').uncheck()

    await whatIf.getByLabel('with Global Reach').check()
    await expect(answer).toContainText('Global Reach is in no price list')
    const fee = whatIf.getByLabel('Global Reach, per month')
    await fee.fill('expensive')
    await expect(fee).toHaveAttribute('aria-invalid', 'true')
    await fee.fill('300')
    await fee.press('Enter')
    await expect(answer).toContainText('with Global Reach: $6,000 a month')
    await expect(page).toHaveURL(/reachMonthly=300/)
    await page.reload()
    await waitUntilPageSettled(page)
    await expect(answer).toContainText('with Global Reach: $6,000 a month')
    await whatIf.getByRole('button', { name: 'Reset' }).click()
    await expect(page).not.toHaveURL(/plan=|reach=/)
  },
)

test(
  'the whole edge is added up, what hubs save is reported, and projected is held against billed',
  tagLongIf(true),
  async ({ page, request }) => {
    await openCostReview(page, request)
    const tco = await openCostReviewTabPanel(page, 'Total cost', 'Total cost of ownership')
    await expect(tco.getByRole('region', { name: 'Total cost by circuit' }).getByRole('row')).toHaveCount(9)
    await expect(tco.getByRole('region', { name: 'Total cost by customer' })).toContainText('Northwind')
    await expect(tco).toContainText('2 networks use the gateway of vnet-hub-uks')
    await tco.getByText(/^All \d+ rows/).click()
    const rows = tco.getByRole('region', { name: 'Cost items' })
    await expect(rows).toContainText('FastPath needs this size')
    await expect(rows).toContainText('the price list has no "VpnGw2AZ"')
    await expect(rows).toContainText('its bytes are not polled; at most the bytes of the circuits')

    const reconcile = await openCostReviewTabPanel(page, 'Invoice', 'Forecast vs. invoice')
    await expect(reconcile).toContainText(/A billed GB \((calibrated|uncalibrated)\)/)
    await expect(reconcile).toContainText(/\d+ days?|No invoice data yet|No bill could be read/)
  },
)

test(
  'a week that is over stands as it was published, with nothing to change in it',
  tagLongIf(true),
  async ({ page, request }) => {
    await openCostReview(page, request)
    // the report is published in the background after the start
    await expect
      .poll(async () => (await fetchCostReview(request)).weeks.length, { timeout: 120_000 })
      .toBeGreaterThan(0)
    const [week] = (await fetchCostReview(request)).weeks
    await page.goto(`/cost?week=${week}`)
    await waitUntilPageSettled(page)
    await expect(page.getByRole('heading', { level: 1, name: `Cost review ${week}` })).toBeVisible()
    await expect(page.getByText(/^published/)).toBeVisible()
    await openCostReviewTabPanel(page, 'Prices and assumptions', 'Assumptions')
    await expect(getPanelByHeading(page, 'Price overrides')).toHaveCount(0)
    await expect(page.getByRole('form')).toHaveCount(0)
    await page.goto('/cost?week=2001-W01')
    await expect(page.getByRole('alert').filter({ hasText: '2001-W01' })).toBeVisible()
  },
)

// runs only in long tests, because shortcuts.spec.ts covers other screens and the test above the same what-if
test(
  'g m leads to the review, and a what-if is asked by keyboard alone',
  tagLongIf(true),
  async ({ page, request }) => {
    await waitForCircuitByName(request, 'erc-london')
    await page.goto('/')
    await waitUntilPageSettled(page)
    await goByKeys(page, 'm', /^Cost review/)
    const whatIf = await openCostReviewTabPanel(page, 'Options', 'What if')
    const tier = whatIf.getByLabel('SKU')
    await tier.focus()
    await page.keyboard.press('p')
    await expect(page).toHaveURL(/tier=Premium/)
    await page.keyboard.press('Tab')
    await expect(whatIf.getByLabel('Bandwidth')).toBeFocused()
  },
)

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `the review is in order for everybody on a phone, all of it open, ${colorScheme}`,
    // appearance.spec.ts covers the same page as first shown, in the light theme
    tagLongIf(true),
    async ({ page, request }) => {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width: 360, height: 900 })
      await openCostReview(page, request)
      await openCostReviewTabPanel(page, 'Total cost', 'Total cost of ownership')
      await page.getByText(/^All \d+ rows/).click()
      const whatIf = await openCostReviewTabPanel(page, 'Options', 'What if')
      await whatIf.getByLabel('with Global Reach').check()
      await whatIf.getByLabel('on ExpressRoute Direct').check()
      await waitUntilPageSettled(page)
      expect(await findAccessibilityViolations(page)).toEqual([])
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(excess).toBe(0)
    },
  )
}

// runs only in long tests, because usage.spec.ts covers a similar chart
test(
  'the chart of billed bytes is drawn, read by keyboard, and saved with its title as picture and numbers',
  tagLongIf(true),
  async ({ page, request }) => {
    await openCostReview(page, request)
    const plot = getPanelByHeading(page, /^Billable bytes of/).getByRole('group', { name: /^Billable bytes of/ })
    const slider = plot.getByRole('slider')
    await slider.focus()
    await page.keyboard.press('Home')
    await expect(slider).toHaveAttribute('aria-valuetext', /-01 00:00:00 UTC: Measured so far 0$/)
    await page.keyboard.press('End')
    await expect(plot.locator('[data-plot-tooltip]')).toContainText('p10 to p90')
    await page.keyboard.press('Escape')
    await expect(plot.locator('[data-plot-tooltip]')).toHaveCount(0)
    await plot.getByRole('button', { name: 'Table' }).click()
    await expect(plot.getByRole('table')).toContainText('Measured so far')
    await expect(plot.locator('svg[data-chart]')).toBeVisible()
    const saved = async (form: 'SVG' | 'PNG' | 'CSV') => {
      const download = await saveChartAsFile(page, /^Billable bytes of/, form)
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
    }
    const svg = await saved('SVG')
    expect(svg.name).toMatch(/^peerwatch-billable-bytes-.+-\d{4}-\d{2}-01T000000Z-.+\.svg$/)
    expect(svg.bytes.toString()).toMatch(/Peerwatch: billable bytes of .+ to .+ UTC/)
    expect((await saved('PNG')).bytes.subarray(1, 4).toString()).toBe('PNG')
    const [title, header, first] = (await saved('CSV')).bytes.toString().split('\r\n')
    expect(title).toContain('Peerwatch billable bytes of')
    expect(header).toContain('Measured so far (bytes)')
    expect(first).toMatch(/^\d{4}-\d{2}-01T00:00:00.000Z,0/)
  },
)

// runs only in long tests, because usage.spec.ts covers a similar chart and components/cost/curve/cost-curve.test.ts
// the texts
test(
  'the cost of both plans is read over the bytes of the month: today, its end, and what the current plan loses',
  tagLongIf(true),
  async ({ page, request }) => {
    await openCostReview(page, request, 'erc-johannesburg')
    const chart = getPanelByHeading(page, 'Cost of erc-johannesburg by plan')
    const slider = chart.getByRole('slider')
    await slider.focus()
    await page.keyboard.press('Home')
    await expect(slider).toHaveAttribute(
      'aria-valuetext',
      /^0 in the month: Metered \(current\) \$290, Unlimited \$5,200$/,
    )
    await page.keyboard.press('End')
    await expect(slider).toHaveAttribute('aria-valuetext', /the current plan costs \$[\d,]+ more than Unlimited/)
    await expect(chart.locator('[data-plot-drawing]')).toContainText(/today [\d.]+ TB/)
    await expect(chart.locator('[data-plot-drawing]')).toContainText(/month’s end \$[\d,]+/)
    await chart.getByRole('button', { name: 'Table' }).click()
    await expect(chart.getByRole('row').filter({ hasText: 'measured so far' })).toHaveCount(1)
    await expect(chart.getByRole('row').filter({ hasText: 'break-even' })).toHaveCount(1)
    const svg = await saveChartAsFile(page, /^Cost of erc-johannesburg by plan/, 'SVG')
    expect(await readFile(await svg.path(), 'utf8')).toContain('Peerwatch: cost of erc-johannesburg by plan')
    expect(await findAccessibilityViolations(page, { within: '[data-plot]' })).toEqual([])
  },
)

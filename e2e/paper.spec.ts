import { expect, type Page, test } from '@playwright/test'
import type { CostReviewWithSummary } from '#lib/cost/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { fetchCostReview, getCostDecisionRows, openCostReview, getPanelByHeading } from './cost-pages.ts'
import {
  waitForCircuitByName,
  fetchLondonOutageIncident,
  fetchApiResponseBody,
  waitUntilPageSettled,
} from './estate.ts'
import { tagLongIf } from './long.ts'
import { readPdfPages } from './pdf-text.ts'

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

interface Paper {
  /** text of all pages without spaces */
  text: string
  /** number of printed pages */
  sides: number
}

const squeeze = (text: string) => text.replaceAll(/\s/g, '')
const countOf = (text: string, part: string) => text.split(squeeze(part)).length - 1
/** Right edge of the printable area of A4 in px: the width of the paper without the right margin. */
const RIGHT_EDGE_PX = 794 - 45

/**
 * Lists the controls of a sheet, the elements beyond its right edge, the cells of columns that are too narrow, and the
 * texts of tables that are smaller than 7.5 pt.
 */
const findFaults = (sheet: Element) => {
  const edge = sheet.getBoundingClientRect().right + 1
  const shown = [...sheet.querySelectorAll('*')].filter((one) => one.checkVisibility())
  return [
    ...shown.filter((one) => one.matches('button, input, select, textarea, summary, [role=tab], [role=slider]')),
    // the browser cuts off the parts of an SVG drawing that are outside of the drawing
    ...shown.filter((one) => !one.closest('svg *') && one.getBoundingClientRect().right > edge),
    // a high cell is in a column so narrow that each line has one word
    ...shown.filter(
      (one) => one.matches('td') && (one as HTMLTableCellElement).colSpan === 1 && one.clientHeight > 136,
    ),
    ...shown.filter(
      (one) => one.matches('table *:not(svg *)') && Number.parseFloat(getComputedStyle(one).fontSize) < 10,
    ),
  ].map((one) => one.outerHTML.slice(0, 120))
}

/** Prints the page on A4, checks the form of the sheet, and returns its text and the number of its pages. */
async function print(page: Page, colorScheme: 'light' | 'dark' = 'light'): Promise<Paper> {
  await waitUntilPageSettled(page)
  await page.emulateMedia({ media: 'print', colorScheme })
  const sheet = page.locator('[data-sheet]').last()
  await expect(sheet).toBeVisible()
  await expect(sheet.locator('[aria-busy=true]')).toHaveCount(0)
  await expect(sheet).toHaveCSS('color', 'rgb(0, 0, 0)')
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(255, 255, 255)')
  await expect(page.getByRole('main')).toBeHidden()
  expect(await sheet.evaluate(findFaults)).toEqual([])
  await page.emulateMedia({ media: null, colorScheme: null })
  // the browser announces this print to the page, as for its own print command
  const pages = readPdfPages(await page.pdf({ preferCSSPageSize: true }))
  for (const [index, { text, right }] of pages.entries()) {
    expect(text).toContain(`Page${index + 1}of${pages.length}`)
    expect(right).toBeLessThan(RIGHT_EDGE_PX)
  }
  const text = pages.map((one) => one.text).join('')
  const { pathname, searchParams } = new URL(page.url())
  expect(text).toContain(squeeze(pathname))
  const at = searchParams.get('at') ?? searchParams.get('to')
  expect(text).toMatch(at ? `Stateof${at.slice(0, 10)}` : /Asof\d{4}-\d\d-\d\d\d\d:\d\d:\d\dUTC/)
  return { text, sides: pages.length }
}

/** Returns the review with ten times as many circuits, and long texts about each. */
function grown(review: CostReviewWithSummary): CostReviewWithSummary {
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

test('the review is taken along as CSV and in the format of FOCUS, and prints on at most two sides of A4', async ({
  page,
  request,
}) => {
  await openCostReview(page, request, 'erc-london', 'review')
  const csv = await linesOf(page, 'CSV')
  expect(csv.name).toMatch(/^peerwatch-cost-\d{4}-W\d\d\.csv$/)
  expect(csv.lines).toHaveLength(9)
  expect(csv.lines[0]).toContain('changeSinceLastWeek')
  const focus = await linesOf(page, 'FOCUS')
  expect(focus.name).toMatch(/^peerwatch-focus-projection-\d{4}-\d\d\.csv$/)
  expect(focus.lines[0]).toContain('BilledCost')
  expect(focus.lines[0]).toContain('x_P90')
  expect(focus.lines.length).toBeGreaterThan(4)

  const { text, sides } = await print(page)
  expect(sides).toBeLessThanOrEqual(2)
  for (const part of ['a month can be saved', 'Confidence', 'Peak after', 'Decision', 'Name', 'Date'])
    expect(text).toContain(squeeze(part))
  expect(text).not.toContain(squeeze('Budgets and findings'))
  // a circuit has one recommendation, in its row; the facts about lightly used circuits do not repeat it
  expect(text).not.toContain(squeeze('answer its open questions'))
  const { unused } = await fetchCostReview(request)
  // the list of lightly used circuits names every circuit, also those whose row already has the reason as a caveat
  const [, listed = ''] = text.split(squeeze('Lightly used circuits'))
  for (const { name } of unused.filter(({ kind }) => kind === 'bandwidth_not_needed')) expect(listed).toContain(name)
  for (const { reason } of unused)
    expect(text.split(squeeze(reason)).length - 1, reason).toBeLessThanOrEqual(
      unused.filter((other) => other.reason === reason).length,
    )
  // another tab prints without the names of the tabs that are closed
  await page.getByRole('tab', { name: 'Total cost' }).click()
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('tab')).toHaveCount(1)
  await expect(page.getByText(/^As of \d{4}-/)).toBeVisible()
})

test('the availability report prints with lines to sign, at rest and for the month of a failure', async ({
  page,
  request,
}) => {
  const { startedBetween } = await fetchLondonOutageIncident(request)
  for (const month of [null, startedBetween[0].slice(0, 7)]) {
    // the page's old address redirects to the new one
    await page.goto(month ? `/availability?month=${month}` : '/resilience?tab=availability')
    await expect(page).toHaveURL(/\/availability/)
    await expect(getPanelByHeading(page, 'Providers').getByRole('row').nth(1)).toBeVisible()
    const { text, sides } = await print(page)
    expect(sides).toBeLessThanOrEqual(2)
    for (const part of ['Providers, their circuits added up', 'erc-johannesburg', 'Report accepted by'])
      expect(text).toContain(squeeze(part))
  }
})

test('the report on a customer prints all its parts, whichever tab is open', async ({ page, request }) => {
  await waitForCircuitByName(request, 'erc-northwind-uk')
  await page.goto('/customers/Contoso')
  await expect(
    page
      .getByRole('region', { name: /ircuits/ })
      .getByRole('row')
      .nth(1),
  ).toBeVisible()
  await expect(async () => {
    const { text } = await print(page)
    for (const part of ['Circuits', 'Availability 20', 'Cost, this month so far', 'Report accepted by'])
      expect(text).toContain(squeeze(part))
  }).toPass()
})

test('a handover prints its incidents, and the lines that both shifts sign, now and for a shift of the past', async ({
  page,
  request,
}) => {
  const outage = await fetchLondonOutageIncident(request)
  const from = new Date(Date.parse(outage.startedBetween[0]) - 3_600_000).toISOString()
  for (const query of ['', `?${new URLSearchParams({ from, to: duringOutage(outage) })}`]) {
    await page.goto(`/handover${query}`)
    await expect(page.getByRole('heading', { name: 'Incidents', exact: true })).toBeVisible()
    const { text } = await print(page)
    for (const part of [
      'Handed over by',
      'Taken over by',
      'Polling gaps',
      ...(query ? ['Peering down: erc-london'] : []),
    ])
      expect(text).toContain(squeeze(part))
  }
})

/** Returns the time one minute after the latest possible start of an outage, ISO 8601. */
const duringOutage = ({ startedBetween }: Incident) => new Date(Date.parse(startedBetween[1]) + 60_000).toISOString()

test('a look-up prints its answer, its path in two rows and its lanes, at rest and in a failure of the past', async ({
  page,
  request,
}) => {
  const outage = await fetchLondonOutageIncident(request)
  for (const at of [null, duringOutage(outage)]) {
    await page.goto(`/routes?ip=10.10.4.7&view=lookup${at ? `&at=${encodeURIComponent(at)}` : ''}`)
    await expect(page.getByRole('region', { name: 'Around this moment' })).toBeVisible()
    const { text } = await print(page, at ? 'dark' : 'light')
    for (const part of ['Route look-up: 10.10.4.7', 'Path, continued', 'AS path', 'Routes that cover it', 'Round-trip'])
      expect(text).toContain(squeeze(part))
    expect(countOf(text, 'Route changes')).toBe(1)
    // at that time, the circuit that is now in use was down
    if (at) expect(text).not.toContain(squeeze('via erc-london, both paths'))
  }
})

test('an incident prints its advice once, its events as a table and its evidence as an appendix, now and in the past', async ({
  page,
  request,
}) => {
  const outage = await fetchLondonOutageIncident(request)
  for (const at of [null, duringOutage(outage)]) {
    await page.goto(`/incidents/${outage.id}${at ? `?at=${encodeURIComponent(at)}` : ''}`)
    await expect(page.getByRole('heading', { name: 'Summary' })).toBeVisible()
    const advice =
      (await fetchApiResponseBody<{ data: Incident }>(request, `incidents/${outage.id}`)).data.cause?.nextStep ?? ''
    const { text } = await print(page)
    expect(countOf(text, advice.split(' Known: ')[0] ?? '')).toBeLessThanOrEqual(1)
    for (const part of ['Lasted', 'Appendix: evidence', at ? 'OPEN' : 'CLOSED']) expect(text).toContain(squeeze(part))
    expect(text).not.toContain(squeeze('Thresholds:'))
    expect(countOf(text, 'Appendix: evidence')).toBe(1)
  }
})

test('the list of incidents prints the start and the end of closed incidents, without controls', async ({
  page,
  request,
}) => {
  await fetchLondonOutageIncident(request)
  await page.goto('/incidents')
  await expect(page.getByRole('region', { name: 'Closed', exact: true })).toBeVisible()
  const { text } = await print(page)
  for (const part of ['Closed incidents', 'Began', 'Ended', 'Lasted', 'By owner', 'Peering down: erc-london'])
    expect(text).toContain(squeeze(part))
  expect(text).not.toContain('Views')
})

test('home prints without its controls and empty pages, and the figure of the traffic on the page of its chart', async ({
  page,
  request,
}) => {
  await waitForCircuitByName(request, 'erc-london')
  await page.goto('/')
  await expect(page.getByText('24 h ago')).toBeVisible()
  await waitUntilPageSettled(page)
  const pages = readPdfPages(await page.pdf({ preferCSSPageSize: true }))
  const text = pages.map((one) => one.text).join('')
  for (const control of ['Places', 'All incidents', 'show all']) expect(text).not.toContain(squeeze(control))
  // every page has a foot of about 60 characters; a map that begins a page once left a page with only its foot
  for (const one of pages) expect(one.text.length).toBeGreaterThan(100)
  const drawn = pages.filter((one) => one.text.includes(squeeze('24 h ago')))
  expect(drawn).toHaveLength(1)
  expect(drawn[0]?.text).toContain(squeeze('Traffic of all circuits, 24 h'))
  // the heading of the map is on the page of the drawing
  const map = pages.find((one) => one.text.includes(squeeze('Width and color: share of the bandwidth')))
  expect(map?.text).toContain('Map')
})

test('a circuit prints its folded sections, without the name of its first tab', async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, 'erc-london')
  await page.goto(`/circuits/${id}`)
  await waitUntilPageSettled(page)
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('tab')).toHaveCount(0)
  const sections = await page.locator('details[data-state-fold] > div').all()
  expect(sections.length).toBeGreaterThan(0)
  for (const section of sections) await expect(section).toBeVisible()
  await expect(page.getByRole('link', { name: 'All', exact: true })).toHaveCount(0)
})

test('a ticket prints without the page behind it', async ({ page, request }) => {
  const outage = await fetchLondonOutageIncident(request)
  await page.goto(`/incidents/${outage.id}`)
  await page.getByRole('button', { name: /^Ticket text about/ }).click()
  await expect(page.getByLabel('Text of the ticket')).toBeVisible()
  const { text } = await print(page)
  expect(text).toContain('erc-london')
  expect(text).not.toContain(squeeze('Appendix: evidence'))
})

test(
  'a review of many circuits prints all of them, between pages that repeat the head of the table',
  tagLongIf(true),
  async ({ page, request }) => {
    await openCostReview(page, request, 'erc-london', 'review')
    await page.route(/\/api\/v1\/cost\/weekly/, async (route) => {
      const answer = (await (await route.fetch()).json()) as { data: CostReviewWithSummary }
      await route.fulfill({ json: { ...answer, data: grown(answer.data) } })
    })
    await page.goto('/cost')
    await expect(getCostDecisionRows(page)).toHaveCount(52)
    const { text, sides } = await print(page)
    expect(sides).toBeGreaterThan(2)
    expect(countOf(text, 'Peak after, one path')).toBeGreaterThan(2)
    expect(text).toContain('erc-london-9')
    // the page repeats its query, and no test needs that answer
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  },
)

import { expect, test } from '@playwright/test'
import type { CircuitPathParity } from '#lib/usage/api/index.ts'
import type { ActiveProblem, EstateOverview } from '#lib/overview/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { alterApiResponses, awaitContentAfterRefetch } from './altered-answers.ts'
import {
  fetchLondonOutageIncident,
  getLondonCircuitPagePath,
  waitForCircuitByName,
  waitForGatewayByName,
  waitUntilPageSettled,
} from './estate.ts'
import { PHONE_WIDTH_PX } from './layout.ts'
import { findElementsBeyondRightEdge } from './long-names.ts'
import { tagLongIf } from './long.ts'
import { getIsoTimeDaysAgo } from './views.ts'

test.use({ viewport: { width: PHONE_WIDTH_PX, height: 780 } })

for (const [path, name] of [
  ['/circuits', 'ExpressRoute circuits'],
  ['/gateways', 'Gateways'],
  ['/sessions', 'BGP sessions'],
  ['/events?range=30d', 'Events'],
  ['/routes?view=table', 'Routes'],
  [`/routes?ip=10.10.4.7&at=${getIsoTimeDaysAgo(2)}`, 'Routes that cover 10.10.4.7'],
  ['/routes?view=churn&range=30d', 'Prefixes with the most changes'],
] as const) {
  test(`${name} have rows of two lines, none beyond the edge`, tagLongIf(path !== '/sessions'), async ({ page }) => {
    await page.goto(path)
    await waitUntilPageSettled(page)
    if (path.includes('ip=')) await page.getByText(/^All \d+ routes, one by one/).click()
    const list = page.getByRole('region', { name, exact: true })
    await expect(list.locator('tbody tr').first()).toBeVisible()
    await expect(list.locator('thead')).toBeHidden()
    const rows = await list
      .locator('tbody tr:visible')
      .evaluateAll((all) => all.map((row) => ({ words: row.textContent, height: row.getBoundingClientRect().height })))
    expect(rows.filter(({ height }) => height > 64)).toEqual([])
    expect(await findElementsBeyondRightEdge(page)).toEqual([])
    await expect(page.getByRole('combobox', { name: /^Sort / })).toBeVisible()
  })
}

test('what is wrong is cut at the edge of the overview, however long its reason', async ({ page }) => {
  const late: ActiveProblem = {
    id: 'collector',
    type: 'source',
    name: 'Collector',
    state: 'unknown',
    called: 'late',
    kind: null,
    severity: 'unknown',
    reason: '',
    href: '/sources',
    since: null,
    unconfirmedSince: null,
    incidentId: null,
  }
  const reason = 'Of 132 polls 114 are late: activity, inventory, probe, connection, metrics, stats, arp, summary'
  await alterApiResponses<EstateOverview>(page, /\/api\/v1\/overview(\?|$)/, (overview) => ({
    ...overview,
    worstFirst: [{ ...late, reason }],
  }))
  await page.goto('/')
  await waitUntilPageSettled(page)
  await awaitContentAfterRefetch(page, page.getByText(reason))
  expect(await findElementsBeyondRightEdge(page)).toEqual([])
  const item = page.getByRole('list', { name: 'Problems without an incident' }).getByRole('link')
  expect((await item.boundingBox())?.width).toBeLessThan(PHONE_WIDTH_PX)
})

test(
  'prefixes that differ between the paths of a circuit are a list, however long the AS paths',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForCircuitByName(request, 'erc-london')
    const asPath = [12076, ...Array.from({ length: 12 }, (_, index) => 4_200_000_001 + index)]
    const parity: CircuitPathParity = {
      onlyPrimary: 1,
      onlySecondary: 0,
      shared: 1,
      unequal: 1,
      differences: [
        { prefix: 'fd00:1234:5678:9abc:def0:1234::/96', primary: asPath, secondary: asPath.slice(0, 5) },
        { prefix: '10.20.0.0/16', primary: asPath, secondary: null },
      ],
    }
    await alterApiResponses(page, /\/api\/v1\/circuits\/[^/]+\/parity$/, () => parity)
    await page.goto(`/circuits/${id}?tab=routes`)
    await waitUntilPageSettled(page)
    const list = page.getByRole('region', { name: 'Prefixes that differ', exact: true })
    // the second table may have rows of the estate itself
    await awaitContentAfterRefetch(page, list.getByText('fd00:1234:5678:9abc:def0:1234::/96', { exact: true }))
    await expect(list.locator('thead')).toBeHidden()
    await expect(list.getByText('missing', { exact: true })).toBeVisible()
    expect(await list.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
    expect(await findElementsBeyondRightEdge(page)).toEqual([])
  },
)

test('the examples of the look-up stay inside the screen', async ({ page }) => {
  await page.goto('/routes')
  await waitUntilPageSettled(page)
  // an address that several circuits announce has the longest line
  await expect(page.getByText(/^erc-\S+, erc-/).first()).toBeVisible()
  expect(await findElementsBeyondRightEdge(page)).toEqual([])
})

test('a list of hundreds of rows is scrolled from its first to its last', async ({ page, request }) => {
  await waitForGatewayByName(request, 'ergw-hub')
  const neighborOf = (index: number) => `10.9.${100 + Math.floor(index / 100)}.${100 + (index % 100)}`
  await alterApiResponses<BgpSession[]>(page, /\/api\/v1\/sessions(\?|$)/, ([session]) =>
    Array.from({ length: 400 }, (_, index) => ({ ...session, neighbor: neighborOf(index) })),
  )
  await page.goto('/sessions')
  await waitUntilPageSettled(page)
  const list = page.getByRole('region', { name: 'BGP sessions' })
  await awaitContentAfterRefetch(page, list.getByText(`↔ ${neighborOf(0)}`))
  const scrolled = (share: number) =>
    list.evaluate((region, share) => {
      const { top, height } = region.getBoundingClientRect()
      window.scrollTo({ top: top + window.scrollY + height * share - window.innerHeight / 2 })
    }, share)
  await expect(async () => {
    await scrolled(1)
    await expect(list.getByText(`↔ ${neighborOf(399)}`)).toBeInViewport({ timeout: 1_000 })
  }).toPass()
  await scrolled(0.5)
  // rows are shown in the middle, not the empty space for rows that are not rendered
  const inTheMiddle = () =>
    page.evaluate(() =>
      document
        .elementFromPoint(window.innerWidth / 2, window.innerHeight / 2)
        ?.closest('tr')
        ?.getAttribute('data-index'),
    )
  await expect.poll(inTheMiddle).toMatch(/^\d+$/)
  await scrolled(0)
  await expect(list.getByText(`↔ ${neighborOf(0)}`)).toBeInViewport()
})

test('the tabs of a circuit are near the top, and the content of each begins below them', async ({ page, request }) => {
  await page.goto(await getLondonCircuitPagePath(request))
  await waitUntilPageSettled(page)
  const tabs = page.getByRole('tablist', { name: 'Parts of this page' })
  const bottomOfTabs = async () => {
    const box = await tabs.boundingBox()
    return box ? box.y + box.height : Number.NaN
  }
  // a head in which a poll is late has one more line
  expect(await bottomOfTabs()).toBeLessThan(310)
  const state = page.getByRole('heading', { level: 2, name: 'If this fails' })
  await expect(state).toBeVisible()
  await tabs.getByRole('tab', { name: 'Traffic' }).click()
  await expect(state).toBeHidden()
  const content = await page.getByRole('tabpanel').boundingBox()
  expect((content?.y ?? Number.NaN) - (await bottomOfTabs())).toBeLessThan(30)
  await tabs.getByRole('tab', { name: 'Now' }).click()
  await expect(state).toBeVisible()
})

test('the top bar shows the hour and the minute', async ({ page, request }) => {
  await page.goto(await getLondonCircuitPagePath(request))
  await waitUntilPageSettled(page)
  const clock = page.getByRole('button', { name: /UTC\s*, show local time$/ })
  await expect(clock).toHaveText(/^\d\d:\d\d\s+UTC/, { useInnerText: true })
  expect(await findElementsBeyondRightEdge(page)).toEqual([])
})

test('links below the head of an incident lead to its timeline and its events', async ({ page, request }) => {
  const { id } = await fetchLondonOutageIncident(request)
  await page.goto(`/incidents/${id}`)
  await waitUntilPageSettled(page)
  const parts = page.getByRole('navigation', { name: 'Parts of this page' })
  expect((await parts.boundingBox())?.y).toBeLessThan(300)
  for (const name of ['Timeline', 'Events', 'Timeline']) {
    await parts.getByRole('link', { name, exact: true }).click()
    const heading = page.getByRole('heading', { level: 2, name, exact: true })
    await expect(heading).toBeInViewport()
    const [bar, title] = [await parts.boundingBox(), await heading.boundingBox()]
    expect(title?.y, name).toBeGreaterThan((bar?.y ?? 0) + (bar?.height ?? 0))
  }
})

import { expect, type Locator, test } from '@playwright/test'
import { awaitContentAfterRefetch } from './altered-answers.ts'
import { getPanelByHeading } from './cost-pages.ts'
import { getLondonCircuitPagePath, fetchLondonOutageIncident, waitUntilPageSettled } from './estate.ts'
import { tagLongIf } from './long.ts'
import { showOnlyGivenOpenIncidents } from './open-incidents.ts'

test('at 1440 px no table of routes is wider than its page', tagLongIf(true), async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  for (const [path, name] of [
    ['/routes?view=table', 'Routes'],
    ['/routes?table=tables', 'Routes'],
    ['/routes?view=changes&range=30d', 'Changes of routes'],
  ] as const) {
    await page.goto(path)
    await waitUntilPageSettled(page)
    const table = page.getByRole('region', { name, exact: true })
    await expect(table.locator('tbody tr').first()).toBeVisible()
    expect(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), path).toBe(0)
  }
})

test(
  'at 1440 px values stand below the names of their columns, and a SKU on one line',
  tagLongIf(true),
  async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    for (const path of ['/circuits', '/sessions', '/handover']) {
      await page.goto(path)
      await waitUntilPageSettled(page)
      const table = page.locator('main table:has(tbody td)').first()
      await expect(table).toBeVisible()
      const apart = await table.evaluate((element) => {
        const edge = (cell: Element | undefined) => {
          if (!cell) return 0
          const { left } = cell.getBoundingClientRect()
          return left + Number.parseFloat(getComputedStyle(cell).paddingLeft)
        }
        const values = element.querySelectorAll('tbody tr:first-child > *')
        return [...element.querySelectorAll('thead th')].map((name, index) => edge(name) - edge(values[index]))
      })
      expect(
        apart.filter((px) => Math.abs(px) > 0.5),
        path,
      ).toEqual([])
    }
    await page.goto('/circuits')
    const skus = page.getByRole('cell').getByText(/^Standard (metered|unlimited)$/)
    await expect(skus.first()).toBeVisible()
    for (const sku of await skus.all())
      expect(
        await sku.evaluate((cell) => {
          const words = document.createRange()
          words.selectNodeContents(cell)
          return words.getClientRects().length
        }),
      ).toBe(1)
  },
)

test('the clock offers the range around the open incident of a circuit', tagLongIf(true), async ({ page, request }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  const outage = await fetchLondonOutageIncident(request)
  const began = new Date(Date.now() - 600_000).toISOString()
  const open = { ...outage, state: 'open', phase: 'ongoing', startedBetween: [began, began], endedBetween: null }
  await showOnlyGivenOpenIncidents(page, [open])
  await page.goto(await getLondonCircuitPagePath(request))
  await waitUntilPageSettled(page)
  const clock = page.getByRole('button', { name: 'Clock: Now · incident' })
  await awaitContentAfterRefetch(page, clock)
  await clock.click()
  await expect(page.getByRole('radio', { name: /^incident:/ })).toBeVisible()
})

test('at 3840 px the fields of a channel are no wider than they are read, in line with what is beside them', async ({
  page,
}) => {
  await page.setViewportSize({ width: 3840, height: 2160 })
  await page.goto('/settings/notifications')
  await waitUntilPageSettled(page)
  await page.getByRole('button', { name: 'Add channel' }).click()
  const form = page.getByRole('form', { name: 'New webhook' })
  const rem = await page.evaluate(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize))
  for (const name of ['Name', 'URL', 'Scope'])
    expect((await form.getByLabel(name).boundingBox())?.width, name).toBeLessThan(66 * rem)
  const middleOf = async (control: Locator) => {
    const box = await control.boundingBox()
    return box ? box.y + box.height / 2 : Number.NaN
  }
  const [secret, generate] = [form.getByLabel(/^Signing secret/), form.getByRole('button', { name: 'Generate' })]
  expect(Math.abs((await middleOf(secret)) - (await middleOf(generate)))).toBeLessThan(2)
})

test('at 3840 px home has incidents, map and figures next to each other, in letters 1.25 times as large', async ({
  page,
}) => {
  await page.setViewportSize({ width: 3840, height: 2160 })
  await page.goto('/')
  await waitUntilPageSettled(page)
  await expect(page.locator('html')).toHaveCSS('font-size', '20px')
  const boxes = await Promise.all(
    [
      page.getByRole('region', { name: /open incident/ }),
      page.getByRole('region', { name: 'Map' }),
      page.getByRole('complementary', { name: 'Figures' }),
    ].map((part) => part.boundingBox()),
  )
  const [incidents, map, figures] = boxes
  expect((incidents?.x ?? 0) + (incidents?.width ?? 0)).toBeLessThan(map?.x ?? 0)
  expect((map?.x ?? 0) + (map?.width ?? 0)).toBeLessThan(figures?.x ?? 0)
  expect(Math.max(...boxes.map((box) => (box ? box.y + box.height : Number.NaN)))).toBeLessThan(2160)
})

test('only at 3840 px home, a circuit and an incident show below their content what else happened', async ({
  page,
  request,
}) => {
  const { id } = await fetchLondonOutageIncident(request)
  for (const [path, name] of [
    ['/', 'Latest events'],
    [await getLondonCircuitPagePath(request), 'Events'],
    [`/incidents/${id}`, 'Other closed incidents'],
  ] as const) {
    await page.setViewportSize({ width: 3840, height: 2160 })
    await page.goto(path)
    await waitUntilPageSettled(page)
    const panelOf = (title: string) =>
      page.locator('[data-panel]', { has: page.getByRole('heading', { level: 2, name: title, exact: true }) })
    const [left, right] = [panelOf(name), panelOf('Configuration changes')]
    await expect(left).toBeVisible()
    await expect(right).toBeVisible()
    await waitUntilPageSettled(page)
    await expect(async () => {
      const [a, b] = [await left.boundingBox(), await right.boundingBox()]
      expect([b?.y, b?.height], path).toEqual([a?.y, a?.height])
      expect((a?.x ?? 0) + (a?.width ?? 0), path).toBeLessThan(b?.x ?? 0)
    }).toPass()
    await page.setViewportSize({ width: 1440, height: 900 })
    await expect(right, path).toHaveCount(0)
  }
})

test('at 3840 px the facts of an incident and of a look-up are next to their timeline, in short lines', async ({
  page,
  request,
}) => {
  await page.setViewportSize({ width: 3840, height: 2160 })
  const { id } = await fetchLondonOutageIncident(request)
  const main = page.getByRole('main')
  for (const [path, left, right] of [
    [`/incidents/${id}`, main.getByRole('region', { name: 'Summary' }), page.locator('#timeline')],
    ['/routes?ip=10.10.4.7&view=lookup', main.getByRole('status'), page.getByRole('region', { name: 'Ranking' })],
  ] as const) {
    await page.goto(path)
    await waitUntilPageSettled(page)
    await expect(right).toBeVisible()
    const [facts, timeline] = [await left.boundingBox(), await right.boundingBox()]
    expect((facts?.x ?? Number.NaN) + (facts?.width ?? 0), path).toBeLessThanOrEqual(timeline?.x ?? 0)
    // the width of the lines, because a list item can be wider than its text
    const widths = await left.locator('p, li').evaluateAll((texts) =>
      texts.flatMap((text) => {
        const range = document.createRange()
        range.selectNodeContents(text)
        return [...range.getClientRects()].map(({ width }) => width)
      }),
    )
    expect(Math.max(...widths), path).toBeLessThanOrEqual(56 * 20)
  }
})

test('only at 3840 px the cost review shows usage, cost by plan, budgets and findings below its table', async ({
  page,
}) => {
  await page.setViewportSize({ width: 3840, height: 2160 })
  await page.goto('/cost')
  await waitUntilPageSettled(page)
  const usage = getPanelByHeading(page, /^Billable bytes of/)
  const plans = getPanelByHeading(page, /^Cost of .* by plan$/)
  const [budgets, findings] = [getPanelByHeading(page, 'Budgets'), getPanelByHeading(page, 'Findings')]
  for (const panel of [usage, plans, budgets, findings]) await expect(panel).toBeVisible()
  for (const [left, right] of [
    [usage, plans],
    [budgets, findings],
  ] as const)
    await expect(async () => {
      const [a, b] = [await left.boundingBox(), await right.boundingBox()]
      expect([b?.y, b?.height]).toEqual([a?.y, a?.height])
      expect((a?.x ?? 0) + (a?.width ?? 0)).toBeLessThan(b?.x ?? 0)
    }).toPass()
  await page.setViewportSize({ width: 1440, height: 900 })
  await expect(findings).toHaveCount(0)
  await expect(usage).toHaveCount(0)
})

import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import type { RouteInterval } from '#lib/routes/api/index.ts'
import type { UnpolledInterval } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { waitForCircuitByName, fetchApiResponseBody, waitUntilPageSettled } from './estate.ts'
import { tagLongIf } from './long.ts'

const ago = (hours: number) => new Date(Date.now() - hours * MS_PER_HOUR).toISOString()
const middle = (from: string, to: string) => new Date((Date.parse(from) + Date.parse(to)) / 2).toISOString()

/** Returns a time at which a temporary route of the demo's past existed, and a time after it. */
async function whileRouted(request: APIRequestContext, prefix: string) {
  const query = `routes/history?prefix=${prefix}&from=${ago(30 * 24)}`
  const { data } = await fetchApiResponseBody<{ data: RouteInterval[] }>(request, query)
  const stood = data.find(({ to }) => to !== null)
  if (!stood?.to) throw new Error(`${prefix} did not come and go`)
  return {
    at: middle(stood.from[1], stood.to[0]),
    after: new Date(Date.parse(stood.to[1]) + MS_PER_HOUR).toISOString(),
  }
}

/** Returns a time in the demo's past at which Azure had failed to answer for hours. */
async function whileUnseen(request: APIRequestContext): Promise<string> {
  const query = `routes/churn?from=${ago(10 * 24)}&to=${ago(5 * 24)}`
  const { uncovered } = await fetchApiResponseBody<{ uncovered: UnpolledInterval[] }>(request, query)
  const gap = uncovered.find(({ kind, outcome }) => kind === 'learned' && outcome === 'unavailable')
  if (!gap) throw new Error('everything was seen')
  return middle(gap.from, gap.to)
}

test.beforeEach(async ({ request }) => {
  await waitForCircuitByName(request, 'erc-london')
})

const answerOf = (page: Page) => page.getByRole('main').getByRole('status')
const clock = (page: Page) => page.getByRole('dialog', { name: 'Clock' })

test('an address is looked up: the answer, then the ranking, then every candidate with its reason', async ({
  page,
}) => {
  await page.goto('/routes')
  await waitUntilPageSettled(page)
  await page.getByLabel('Look up an address').fill('10.10.4.7')
  await page.getByLabel('Look up an address').press('Enter')
  await expect(page).toHaveURL(/ip=10\.10\.4\.7/)
  await expect(answerOf(page)).toContainText(/10\.10\.4\.7 is routed via erc-.*[Bb]ecause /)
  const ranking = page.getByRole('region', { name: 'Ranking' })
  await expect(ranking.getByRole('listitem').first()).toContainText(/1\s*IN USE\s*10\.10\.0\.0\/16/)
  await ranking.getByText(/^All \d+ routes, one by one/).click()
  const candidates = page.getByRole('region', { name: 'Routes that cover 10.10.4.7' })
  await expect(candidates.getByRole('row', { name: /IN USE/ }).first()).toContainText('10.10.0.0/16')
  await expect(candidates.getByRole('row').nth(1)).toContainText('IN USE')
})

// runs only in long tests, because operator-tasks.spec.ts covers a lookup in the past
test(
  'a pasted address of the past answers for that moment, and says nothing of one that nobody saw',
  tagLongIf(true),
  async ({ page, request }) => {
    const { at } = await whileRouted(request, '10.10.5.0/24')
    await page.goto(`/routes?ip=10.10.5.9&at=${at}`)
    await expect(answerOf(page)).toContainText(/10\.10\.5\.9 was routed via erc-amsterdam.*longest prefix/)
    await page.goto(`/routes?ip=10.10.5.9&at=${await whileUnseen(request)}`)
    // peers of a Route Server may have been polled while no gateway was
    await expect(answerOf(page)).toContainText(
      /no route table has data for that time|a table that may hold one has no data/,
    )
    await expect(answerOf(page).getByText('NO DATA').first()).toBeVisible()
    await page.goto(`/routes?ip=192.168.77.1&at=${ago(2)}`)
    await expect(answerOf(page)).toContainText('no route to 192.168.77.1')
  },
)

// runs only in long tests, because routes.spec.ts covers the same for a prefix
test('what is no address is not asked', tagLongIf(true), async ({ page }) => {
  await page.goto('/routes')
  await waitUntilPageSettled(page)
  await page.getByLabel('Look up an address').fill('10.10.4')
  await page.getByLabel('Look up an address').press('Enter')
  await expect(page.getByText('Enter an IP address such as')).toBeVisible()
  await expect(page).not.toHaveURL(/ip=/)
})

test('the bars of change set the moment, by mouse and by keyboard', tagLongIf(true), async ({ page }) => {
  await page.goto('/routes?view=table&range=7d')
  await waitUntilPageSettled(page)
  const bars = page.getByRole('slider', { name: /Time of the tables/ })
  await bars.click({ position: { x: 40, y: 40 } })
  await expect(page).toHaveURL(/at=20/)
  await expect(page.getByText(/^Showing/)).toBeVisible()
  const first = new URL(page.url()).searchParams.get('at')
  await bars.focus()
  await bars.press('Home')
  await expect(bars).toHaveAttribute('aria-valuetext', /announced [\d,]+, changed [\d,]+, withdrawn [\d,]+$/)
  await bars.press('Enter')
  await expect.poll(() => new URL(page.url()).searchParams.get('at')).not.toBe(first)
})

test('two moments are compared: what a leak left behind went again, and what was not seen is said', async ({
  page,
  request,
}) => {
  const leak = await whileRouted(request, '172.24.0.0/20')
  await page.goto(`/routes?view=diff&from=${leak.at}&to=${leak.after}`)
  await expect(answerOf(page)).toContainText(/[\d,]+ withdrawn, 0 announced/)
  const table = page.getByRole('region', { name: 'Route differences between A and B' })
  const row = table.getByRole('row', { name: /172\.24\./ }).first()
  await expect(row).toContainText('WITHDRAWN')
  await expect(row).toContainText(/64998.*no route/)
  await row.getByRole('button', { name: /details of/ }).click()
  await expect(table.getByRole('listitem').first()).toContainText(/64998 via .*no route/)
  await waitUntilPageSettled(page)
  await page.getByText('Compare with Azure (az commands)').click()
  await expect(page.getByText(/^az network vnet-gateway list-learned-routes/).first()).toBeVisible()
  await page.goto(`/routes?view=diff&from=${await whileUnseen(request)}&to=${ago(1)}`)
  await expect(answerOf(page)).toContainText('without data')
})

test('a prefix over time: its tracks, and every change with the rows before and after', async ({ page }) => {
  await page.goto('/routes?view=history&range=7d')
  await waitUntilPageSettled(page)
  await page.getByLabel('Prefix or address').fill('10.10.5.0/24')
  await page.getByLabel('Prefix or address').press('Enter')
  await expect(page.getByRole('link', { name: 'ergw-hub, 10.0.4.12 ← 10.0.4.6' })).toBeVisible()
  await expect(page.getByRole('list', { name: 'AS paths' })).toContainText('65001')
  const changes = page.getByRole('region', { name: 'Changes of this prefix' })
  await expect(changes.getByRole('row', { name: /ANNOUNCED/ }).first()).toContainText(/no route.*65001/)
  const withdrawn = changes.getByRole('row', { name: /WITHDRAWN/ }).first()
  await expect(withdrawn).toContainText(/65001.*no route/)
  await withdrawn.getByRole('button', { name: /details of/ }).click()
  await expect(changes.getByRole('listitem').first()).toContainText(/via .*no route/)
  await page.getByText('Compare with Azure (az commands)').click()
  await expect(page.getByRole('button', { name: /Copy the az command/ }).first()).toBeVisible()
})

test('what changed most leads to the history of a prefix', tagLongIf(true), async ({ page }) => {
  await page.goto('/routes?view=churn&range=30d')
  await waitUntilPageSettled(page)
  const table = page.getByRole('region', { name: 'Prefixes with the most changes' })
  const prefix = await table.getByRole('link').first().innerText()
  // another prefix may be first in the meantime
  await table.getByRole('link', { name: prefix, exact: true }).first().click()
  await expect(page.getByLabel('Prefix or address')).toHaveValue(prefix)
  await expect(page).toHaveURL(/range=30d/)
})

test(
  'the time is chosen by keyboard, kept in the address, and shared by the tabs',
  tagLongIf(true),
  async ({ page }) => {
    await page.goto('/routes')
    await waitUntilPageSettled(page)
    await page.keyboard.press('.')
    await clock(page).getByRole('radio', { name: /^6h/ }).focus()
    // keep the key pressed until the focus has moved, because the selection follows it
    await page.keyboard.down('ArrowRight')
    await expect(clock(page).getByRole('radio', { name: /^24h/ })).toBeFocused()
    await page.keyboard.up('ArrowRight')
    await expect(page).toHaveURL(/range=24h/)
    await expect(clock(page).getByText('the last 24 hours')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'Clock: Now · 24 h' })).toBeVisible()
    await page.getByRole('link', { name: 'Compare' }).click()
    await expect(page).toHaveURL(/view=diff/)
    await expect(page).toHaveURL(/range=24h/)
    await page.getByRole('button', { name: /^Clock:/ }).click()
    const form = clock(page).getByRole('form', { name: 'Custom time range' })
    await form.getByLabel(/^From/).fill('2026-01-02 03:04:05')
    await form.getByLabel(/^To/).fill('2026-01-01 00:00')
    await expect(form.getByRole('status')).toHaveText('The end is before the start.')
    await expect(form.getByRole('button', { name: 'Show' })).toBeDisabled()
    await clock(page).getByRole('button', { name: 'Earlier' }).click()
    await expect(page).toHaveURL(/from=20.*to=20/)
    await page.keyboard.press('Escape')
    await expect(form).toBeHidden()
    await page.keyboard.press('n')
    await expect(page).not.toHaveURL(/[?&](from|to|at)=/)
  },
)

test('a query that the API refuses is shown in its words', async ({ page }) => {
  await page.goto(`/routes?view=diff&from=${ago(1)}&to=${ago(2)}`)
  await expect(page.getByRole('main').getByRole('alert').first()).toContainText('from lies after to')
})

// runs only in long tests, because the tests above cover the bars for one time
test('one line of time moves either of the two moments that are compared', tagLongIf(true), async ({ page }) => {
  await page.goto('/routes?view=diff&range=7d')
  await waitUntilPageSettled(page)
  const bars = page.getByRole('slider', { name: /Time of the tables/ })
  await expect(page.locator('[data-plot] [data-cursor]')).toHaveCount(2)
  await bars.focus()
  await page.keyboard.press('Home')
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/[?&]a=20\d\d-.*[?&]b=20\d\d-/)
  const first = new URL(page.url()).searchParams.get('a')
  await page.keyboard.press('End')
  await page.keyboard.press('PageUp')
  await page.keyboard.press('Enter')
  await expect.poll(() => new URL(page.url()).searchParams.get('b')).not.toBe(null)
  expect(new URL(page.url()).searchParams.get('a')).toBe(first)
})

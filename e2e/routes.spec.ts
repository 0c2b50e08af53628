import { expect, test } from '@playwright/test'
import { waitForCircuitByName, fetchApiResponseBody, waitUntilPageSettled } from './estate.ts'
import { tagLongIf } from './long.ts'

const rows = 'tbody tr'

test.beforeEach(async ({ page }) => {
  await expect
    .poll(
      async () =>
        (await fetchApiResponseBody<{ data: unknown[] }>(page.request, 'routes?prefix=10.10.0.0/16')).data.length,
    )
    .toBeGreaterThan(0)
})

test('routes are filtered by prefix and by AS number, which the address has; what is no prefix is marked as wrong', async ({
  page,
}) => {
  await page.goto('/routes?view=table')
  await waitUntilPageSettled(page)
  await page.getByLabel('Within prefix').fill('10.10')
  await page.getByLabel('Within prefix').press('Enter')
  await expect(page).toHaveURL(/within=10\.10\.0\.0(\/|%2F)16/)
  const table = page.getByRole('region', { name: 'Routes', exact: true })
  await expect(table.locator(rows).first()).toContainText('10.10.0.0/16')
  await expect(table.locator(rows).filter({ hasNotText: /10\.10\.\d+\.\d+\// })).toHaveCount(0)
  await page.getByLabel('AS number in the path').fill('64999')
  await page.getByLabel('AS number in the path').press('Enter')
  await expect(page.getByText('No matching routes')).toBeVisible()
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect(page).toHaveURL(/\/routes\?view=table$/)
  await expect(table.locator(rows).first()).toBeVisible()
  const field = page.getByLabel('Within prefix')
  await field.fill('10.0.0.0/99')
  await field.press('Enter')
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(page).toHaveURL(/\/routes\?view=table$/)
})

test('pages are turned by cursor, and Back turns them back', async ({ page }) => {
  const hasMore = async () =>
    (await fetchApiResponseBody<{ nextCursor: string | null }>(page.request, 'routes?limit=100')).nextCursor !== null
  await expect.poll(hasMore, 'the estate has more than one page of routes').toBe(true)
  await page.goto('/routes?view=table&paths=each')
  await waitUntilPageSettled(page)
  const table = page.getByRole('region', { name: 'Routes', exact: true })
  const before = await table.locator(rows).first().innerText()
  await page.getByRole('button', { name: 'Next page' }).click()
  await expect(page).toHaveURL(/cursor=/)
  await expect(table.locator(rows).first()).not.toHaveText(before)
  await page.goBack()
  await expect(page).toHaveURL(/\/routes\?view=table&paths=each$/)
  await expect(page.getByRole('button', { name: 'First page' })).toBeDisabled()
  await page.getByRole('combobox', { name: 'Rows', exact: true }).selectOption('By prefix')
  const prefix = table.locator(rows).filter({ hasText: '10.10.0.0/16' })
  await expect(prefix).toHaveCount(1)
  await prefix.getByRole('button', { name: /routes: details of 10\.10\.0\.0\/16$/ }).click()
  await expect(table.getByRole('listitem').filter({ hasText: 'ergw-hub' }).first()).toBeVisible()
})

// runs only in long tests, because route-history.spec.ts and operator-tasks.spec.ts cover the same
test('a moment of the past is shown as such', tagLongIf(true), async ({ page }) => {
  const at = new Date(Date.now() - 1000).toISOString()
  await page.goto(`/routes?at=${encodeURIComponent(at)}`)
  await waitUntilPageSettled(page)
  await expect(page.getByText(/^Showing/)).toBeVisible()
  await page.getByRole('button', { name: 'Back to now' }).click()
  await expect(page.getByText(/^Showing/)).toBeHidden()
  await expect(page).toHaveURL(/\/routes$/)
})

test('a moment goes from page to page, survives a reload and the back button, and one key ends it', async ({
  page,
  request,
}) => {
  const { id } = await waitForCircuitByName(request, 'erc-london')
  const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000).toISOString()
  const isThen = async (path: RegExp) => {
    await expect(page).toHaveURL(path)
    expect(new URL(page.url()).searchParams.get('at')).toBe(at)
    await expect(page.getByRole('region', { name: 'Clock' })).toContainText(at.slice(11, 19))
  }
  await page.goto(`/?at=${encodeURIComponent(at)}`)
  await waitUntilPageSettled(page)
  await isThen(/\/\?/)
  // links of the map itself are only for the mouse
  const london = page.getByRole('main').getByRole('link', { name: /^erc-london/ })
  await london
    .and(page.locator(`[href^="/circuits/${id}?"]`))
    .first()
    .click()
  await isThen(/\/circuits\//)
  for (const [key, path] of [
    ['r', /\/routes\?/],
    ['i', /\/incidents\?/],
    ['g', /\/gateways\?/],
  ] as const) {
    await waitUntilPageSettled(page)
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    await isThen(path)
  }
  await page.locator('main a[href^="/gateways/"]').first().click()
  await isThen(/\/gateways\/./)
  await page.goBack()
  await isThen(/\/gateways\?/)
  await page.goForward()
  await isThen(/\/gateways\/./)
  await page.reload()
  await isThen(/\/gateways\/./)
  await waitUntilPageSettled(page)
  // press a key immediately after Back, before the previous page renders
  await page.evaluate(() => {
    const press = () => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }))
    window.addEventListener('popstate', press, { once: true })
    history.back()
  })
  await expect(page.getByRole('region', { name: 'Clock' })).toBeHidden()
  await expect(page).toHaveURL(/\/gateways$/)
})

test('a table sorts, filters and exports what it shows', async ({ page }) => {
  // at this width, the column with days is shown only on request
  await page.goto('/sessions?sessions.show=uptime')
  await waitUntilPageSettled(page)
  await page.getByRole('searchbox', { name: 'Filter sessions' }).fill('ergw-hub 10.0.4.4')
  await expect(page).toHaveURL(/sessions\.q=/)
  const table = page.getByRole('region', { name: 'BGP sessions' })
  await expect(table.locator(rows)).toHaveCount(2)
  const days = table.getByRole('slider', { name: 'Days of uptime' }).first()
  await expect(days).toHaveAttribute('aria-valuetext', /^30 days: (up|session) \d/)
  await table.getByRole('button', { name: 'Local address' }).click()
  await expect(table.getByRole('columnheader', { name: 'Local address' })).toHaveAttribute('aria-sort', 'ascending')
  await expect(table.locator(rows).first()).toContainText('10.0.4.12')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export sessions as CSV' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^peerwatch-sessions-.*\.csv$/)
  const lines = (await (await download.createReadStream()).toArray()).join('').trim().split('\r\n')
  expect(lines).toHaveLength(4)
  expect(lines[0]).toMatch(/^"Peerwatch sessions, as of .* UTC, http.*[?&]at=/)
  expect(lines[1]).toContain('Neighbor')
  expect(lines[1]).toContain('"Up at least, of what was observed in 30 days (%)"')
  expect(lines[1]).toContain(
    '"Up since, earliest (UTC)","Up since, latest (UTC)",Up for at least (s),Up for at most (s)',
  )
})

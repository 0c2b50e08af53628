import { expect, test } from '@playwright/test'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { EstateOverview } from '#lib/overview/api/index.ts'
import { alterApiResponses, awaitContentAfterRefetch } from './altered-answers.ts'
import { waitForCircuitByName, waitForGatewayByName, waitUntilPageSettled } from './estate.ts'

test('the overview says how the estate is and since when, and what flows', async ({ page, request }) => {
  await waitForCircuitByName(request, 'erc-amsterdam')
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible()
  const headline = page.locator('[data-headline]')
  // the headline names problems, otherwise the number of circuits that are up
  await expect(headline).toHaveText(/circuit|erc-|gw-/)
  await expect(headline).toHaveCSS('font-size', '28px')
  const figures = page.getByRole('complementary', { name: 'Figures' })
  await expect(figures.getByText(/^[\d.]+ [MG]b\/s from Azure$/)).toBeVisible()
  await expect(figures.getByRole('img', { name: /^Traffic of 24 hours, at most [\d.]+ [MG]b\/s$/ })).toBeVisible()
  await expect(figures.getByRole('link', { name: /^erc-amsterdam / })).toBeVisible()
  await expect(page.locator('[data-stream=live]')).toBeVisible()
})

test('the overview shows the map, its failed circuit and the trust in its data without scrolling', async ({
  page,
  request,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  const { id, name } = await waitForCircuitByName(request, 'erc-zurich')
  await alterApiResponses<Circuit[]>(page, /\/api\/v1\/circuits(\?|$)/, (circuits) =>
    circuits.map((circuit) => (circuit.id === id ? { ...circuit, redundancy: 'reduced' } : circuit)),
  )
  await page.goto('/')
  await waitUntilPageSettled(page)
  const chips = page.getByRole('list', { name: 'Trust' })
  for (const [words, href] of [
    [/^Data .*\d+\/\d+ fresh/, '/sources'],
    [/^Failover tested \d+ of \d+$/, '/resilience?tab=drills'],
    [/^Alerting /, '/settings?tab=notifications'],
  ] as const)
    await expect(chips.getByRole('link', { name: words })).toHaveAttribute('href', href)
  const mark = page.getByRole('list', { name: 'Failed in the map' }).getByRole('button', { name: new RegExp(name) })
  await awaitContentAfterRefetch(page, mark)
  await expect(mark).toContainText('ONE PATH')
  const map = page.getByRole('group', { name: 'Estate map' })
  expect((await map.boundingBox())?.y).toBeLessThan(600)
  await mark.click()
  await expect(map.locator(`[data-map-row="${id}"]`)).toBeInViewport()
  const closed = page.getByRole('button', { name: /closed/ })
  await expect(page.getByRole('list', { name: 'Incidents that are over' })).toHaveCount(0)
  await closed.click()
  await expect(page.getByRole('list', { name: 'Incidents that are over' })).toBeVisible()
})

test('the demo offers three things to try until they are dismissed', async ({ page, request }) => {
  await waitForCircuitByName(request, 'erc-amsterdam')
  // while an incident is ongoing, the page does not offer them
  await alterApiResponses<EstateOverview>(page, /\/api\/v1\/overview(\?|$)/, (overview) => ({
    ...overview,
    incidents: { ...overview.incidents, open: [] },
  }))
  await page.goto('/')
  await waitUntilPageSettled(page)
  const tries = page.getByRole('navigation', { name: 'Things to try' })
  await awaitContentAfterRefetch(page, tries)
  await expect(tries.getByRole('link')).toHaveText([
    'Which path did 10.10.4.7 take at 03:12?',
    'Simulate the failure of erc-amsterdam',
  ])
  await tries.getByRole('button', { name: 'Cut a path on the control page' }).click()
  await expect(page.locator('[aria-controls=simulator-control]')).toHaveAttribute('aria-expanded', 'true')
  await tries.getByRole('button', { name: 'Dismiss the things to try' }).click()
  await expect(tries).toBeHidden()
  await page.reload()
  await waitUntilPageSettled(page)
  await expect(tries).toBeHidden()
})

test('bytes move on a circuit page without a reload, and every number says when it was true', async ({
  page,
  request,
}) => {
  const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
  await page.goto(`/circuits/${id}?tab=routes`)
  await expect(page.getByRole('heading', { level: 1, name: 'erc-amsterdam' })).toBeVisible()
  await expect(page).toHaveTitle(/erc-amsterdam/)
  const counter = page.getByTitle(/^[\d,]+ bytes$/).first()
  const before = await counter.getAttribute('title')
  await expect(counter).not.toHaveAttribute('title', before ?? '')
  await expect(page.getByText(/as of \d\d:\d\d:\d\d UTC/)).toHaveCount(0)
  await expect(page.getByText('From Azure (billable)').first()).toBeVisible()
})

test('a gateway shows each neighbor on each instance, and siblings outside the count', async ({ page, request }) => {
  const { id } = await waitForGatewayByName(request, 'ergw-hub')
  await page.goto(`/gateways/${id}`)
  await waitUntilPageSettled(page)
  const matrix = page.getByRole('table', { name: /a row for each neighbor/ })
  await expect(matrix.getByRole('columnheader', { name: /10\.0\.4\.12/ })).toBeVisible()
  await expect(matrix.getByRole('columnheader', { name: /10\.0\.4\.13/ })).toBeVisible()
  await expect(matrix.getByRole('row', { name: /10\.0\.4\.15/ })).toHaveCount(0)
  await page.getByText('Between its own instances (not counted)').click()
  const siblings = page.locator('details', { hasText: 'Between its own instances (not counted)' })
  const sibling = siblings.getByRole('row', { name: /10\.0\.4\.15/ })
  await expect(sibling).toContainText('NEVER CONNECTED (normal for a sibling)')
})

test('a page arrives with its numbers in it, before any script has run', async ({ browser, request, baseURL }) => {
  await waitForCircuitByName(request, 'erc-amsterdam')
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${baseURL}/circuits`)
  await expect(page.getByRole('link', { name: 'erc-amsterdam' })).toBeVisible()
  // a long table shows its first rows, and a link to the same page with all rows
  await page.goto(`${baseURL}/sessions`)
  const rows = page.getByRole('row')
  const first = await rows.count()
  const whole = page.getByRole('link', { name: /^Show all \d+ rows$/ })
  const all = Number((await whole.textContent())?.match(/\d+/)?.[0])
  await whole.click()
  await expect(whole).toHaveCount(0)
  // A server that needs longer for an answer than its limit sends the page without it, for the scripts to ask.
  await expect(async () => {
    await page.reload()
    await expect(rows).toHaveCount(all + 1, { timeout: 5_000 })
  }).toPass()
  expect(first).toBeLessThan(all)
  await context.close()
})

test('what is not there is said in words, with a path back', async ({ page }) => {
  await page.goto('/circuits/nowhere')
  const unknown = page.getByRole('main').getByRole('alert')
  await expect(unknown).toContainText('Not found')
  await expect(unknown.getByRole('link', { name: /^Circuits/ })).toHaveAttribute('href', /^\/circuits/)
  expect((await page.goto('/circuit/london'))?.status()).toBe(404)
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  const near = page.getByRole('navigation', { name: 'Did you mean' })
  await expect(near.getByRole('link', { name: /^Circuits/ })).toHaveAttribute('href', '/circuits')
  const named = near.getByRole('link', { name: /^erc-london/ })
  await expect(named).toHaveAttribute('href', /^\/circuits\//)
  // an address with a name instead of the ID redirects to the same page
  const page308 = await page.request.get('/circuits/erc-london', { maxRedirects: 0 })
  expect([page308.status(), page308.headers()['location']]).toEqual([308, await named.getAttribute('href')])
})

import { type APIRequestContext, expect, type Locator, type Page, test } from '@playwright/test'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { provideCircuitDisturbances } from './disturbances.ts'
import {
  waitForCircuitByName,
  captureCopiedText,
  goByKeys,
  limitSimulatedEventToResources,
  fetchApiResponseBody,
  waitUntilPageSettled,
} from './estate.ts'
import { tagLongIf } from './long.ts'

const CIRCUIT = 'erc-johannesburg'
const GATEWAY = 'ergw-jnb'

/** Each test covers a case that no other file covers. */
const { disturb, restore } = provideCircuitDisturbances(CIRCUIT)

const untilPrimaryIs = (request: APIRequestContext, id: string, state: string) =>
  expect
    .poll(
      async () => {
        const { data } = await fetchApiResponseBody<{ data: Circuit }>(request, `circuits/${id}`)
        return data.paths.find(({ path }) => path === 'primary')?.state
      },
      { intervals: [500], timeout: 120_000 },
    )
    .toBe(state)

test('a cut path is on the screen as soon as the API has it, and heals in sight', async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, CIRCUIT)
  await limitSimulatedEventToResources(page, { seconds: 900 })
  await page.goto(`/circuits/${id}`)
  await waitUntilPageSettled(page)
  const panel = page.getByRole('region', { name: 'Primary', exact: true })
  await expect(panel.getByText('UP', { exact: true }).first()).toBeVisible()
  await page.getByRole('button', { name: /Simulated estate/ }).click()
  const demo = page.getByRole('region', { name: 'Simulated estate' })
  await demo.getByLabel('Path').selectOption(`${CIRCUIT}/primary`)
  await page.getByRole('button', { name: 'Cut this path' }).click()
  await untilPrimaryIs(request, id, 'down')
  await expect(panel.getByText('DOWN', { exact: true }).first()).toBeVisible()
  await expect(page.getByText('ONE PATH LEFT').first()).toBeVisible()
  await expect(panel.getByText(/BGP (Idle|Active|Connect)/).first()).toBeVisible()
  await page.getByRole('button', { name: 'Restore' }).click()
  await untilPrimaryIs(request, id, 'up')
  await expect(page.getByText('BOTH PATHS UP', { exact: true }).first()).toBeVisible()
})

test('the loss and the return are in the record, with bounds and evidence', async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, CIRCUIT)
  // the session is a part of its path, so its events are listed only with parts=each
  await page.goto(`/events?scope=${id}&parts=each`)
  await waitUntilPageSettled(page)
  const table = page.getByRole('region', { name: 'Events', exact: true })
  const loss = table.getByRole('row').filter({ hasText: 'SESSION DOWN' }).first()
  await expect(loss).toContainText(/[≤≥] \d| – \d+ (s|min|h)/)
  await expect(table.getByRole('row').filter({ hasText: 'SESSION UP' }).first()).toBeVisible()
  await loss.getByRole('button', { name: /^Evidence of/ }).click()
  const evidence = page.getByRole('dialog', { name: 'SESSION DOWN' })
  await expect(evidence.getByText('before').first()).toBeVisible()
  // another test may have saved a version of the thresholds in the meantime
  const rules = evidence.getByRole('link', { name: /^(default thresholds|thresholds v\d+)$/ })
  await expect(rules).toHaveAttribute('href', /^\/settings\/thresholds(\?.*)?#version-\d+$/)
  await page.keyboard.press('Escape')
  await expect(evidence).toBeHidden()
})

test('by keyboard alone: the list, an open incident, taking it on, assigning and sending it, its post-mortem', async ({
  page,
  request,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const { id } = await waitForCircuitByName(request, CIRCUIT)
  await disturb(request, { op: 'cut-path', circuit: CIRCUIT, path: 'primary' })
  const opened = async () => (await openIncidents(request, id)).length > 0
  await expect.poll(opened, { timeout: 120_000 }).toBe(true)
  await page.goto('/')
  await waitUntilPageSettled(page)
  await goByKeys(page, 'i', 'Incidents')
  await waitUntilPageSettled(page)
  const panel = page.getByRole('list', { name: 'Open incidents' })
  await tabTo(page, panel.getByRole('link', { name: new RegExp(CIRCUIT) }).first())
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/incidents\/\w+/)
  await waitUntilPageSettled(page)
  await tabTo(page, page.getByRole('button', { name: /with a note$/i }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('textbox', { name: /^Note \(optional\)/ }))
  await page.keyboard.type('rang the provider')
  await page.keyboard.press('Enter')
  await expect(page.getByText('rang the provider').first()).toBeVisible()
  await expect(page.getByRole('definition').filter({ hasText: 'rang the provider' })).toContainText('local')
  await assignByKeys(page, `Ann ${Date.now()}`)
  await sendByKeys(page)
  await tabTo(page, page.getByRole('button', { name: 'More' }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Copy post-mortem' }))
  expect(await captureCopiedText(page, () => page.keyboard.press('Enter'))).toContain('rang the provider')
  await restore()
  await untilPrimaryIs(request, id, 'up')
})

async function assignByKeys(page: Page, name: string): Promise<void> {
  await tabTo(page, page.getByRole('button', { name: /^(Assign|Reassign)$/ }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('textbox', { name: 'Other name' }))
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('definition').filter({ hasText: name })).toBeVisible()
  await expect(page.getByText(`local assigned it to ${name}`)).toBeVisible()
}

/** Sends an incident to a channel that exists only on this page, because settings.spec.ts adds real channels. */
async function sendByKeys(page: Page): Promise<void> {
  let sent: unknown
  await page.route('**/api/v1/incidents/recipients', (route) => {
    const data = [{ id: 'ch_1', name: 'NOC', kind: 'webhook', keepsOpen: false }]
    const freshness = { state: 'fresh', oldestPollAt: null }
    return route.fulfill({ json: { data, asOf: new Date().toISOString(), freshness } })
  })
  await page.route('**/api/v1/incidents/*/send', (route) => {
    sent = route.request().postDataJSON()
    return route.fulfill({ json: { data: {} } })
  })
  await tabTo(page, page.getByRole('button', { name: 'Send to…' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Send to NOC' }))
  await page.keyboard.press('Enter')
  await expect(page.getByText('Queued for NOC').first()).toBeVisible()
  expect(sent).toEqual({ channelId: 'ch_1' })
}

test(
  'what Azure refuses is named, with what is missing; no session is called down for it',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForCircuitByName(request, CIRCUIT)
    await disturb(request, { op: 'api-fault', fault: '403', resource: CIRCUIT })
    await page.goto('/sources')
    await waitUntilPageSettled(page)
    const faults = page.locator('section', { has: page.getByRole('heading', { name: 'Polling errors' }) })
    await expect(faults.getByText('Azure refused (403)').first()).toBeVisible()
    await expect(faults.getByText(/Missing actions?:/).first()).toBeVisible()
    await page
      .getByRole('region', { name: 'Polls' })
      .getByRole('button', { name: /refused \(403\)/ })
      .first()
      .click()
    await expect(page).toHaveURL(/scope=.*kind=/)
    await expect(page.getByText('NO DATA').first()).toBeVisible()
    await page.goto(`/circuits/${id}`)
    // earlier samples remain valid until they are old
    await expect(page.getByText('UNKNOWN').first()).toBeVisible({ timeout: 120_000 })
    await expect(page.getByRole('main').getByText('DOWN', { exact: true })).toHaveCount(0)
    await restore()
    await expect(page.getByText('BOTH PATHS UP', { exact: true }).first()).toBeVisible({ timeout: 120_000 })
  },
)

// runs only in long tests, because the test before it covers a similar answer and the first test the same control
test(
  'an Azure that asks to slow down is reported so, and polling resumes by itself',
  tagLongIf(true),
  async ({ page }) => {
    // by default the page throttles all of Azure, which would delay other tests
    await limitSimulatedEventToResources(page, { resource: GATEWAY, seconds: 900 })
    await page.goto('/sources')
    await waitUntilPageSettled(page)
    const peers = `BGP peers of ${GATEWAY}:`
    await page.getByRole('button', { name: /Simulated estate/ }).click()
    await page.getByRole('button', { name: 'Throttle Azure (429)' }).click()
    await expect(page.getByText('Azure asked to slow down (429)').first()).toBeVisible({ timeout: 120_000 })
    const slowed = page.getByTitle(`${peers} Azure asked to slow down (429)`)
    await expect(slowed).toBeVisible({ timeout: 120_000 })
    await page.getByRole('button', { name: 'Restore' }).click()
    await expect(slowed).toBeHidden({ timeout: 120_000 })
    await expect(page.getByTitle(`${peers} answered`)).toBeVisible()
  },
)

async function openIncidents(request: APIRequestContext, scope: string): Promise<Incident[]> {
  return (await fetchApiResponseBody<{ data: Incident[] }>(request, `incidents?state=open&scope=${scope}`)).data
}

async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 200; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  await expect(target).toBeFocused()
}

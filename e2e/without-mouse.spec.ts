import { expect, test } from '@playwright/test'
import type { BackTestBody } from '#lib/contract/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { alterApiResponses, awaitContentAfterRefetch } from './altered-answers.ts'
import { failOnOverview } from './failing-circuit.ts'
import { waitForCircuitByName, fetchLondonOutageIncident, waitUntilPageSettled } from './estate.ts'
import { pressTabUntilFocused } from './tab-to.ts'
import { tagLongIf } from './long.ts'

// runs only in long tests, because faults.spec.ts (an incident by keyboard), palette.spec.ts, shortcuts.spec.ts and
// map.spec.ts cover parts of it
test(
  'from the overview, past the navigation, to the circuit that fails, along its tracks, and on by the palette',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
    await failOnOverview(page, id)
    await page.goto('/')
    await waitUntilPageSettled(page)
    const failing = page.getByRole('link', { name: /erc-amsterdam.*Secondary path: BGP is down/ })
    await awaitContentAfterRefetch(page, failing)
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: 'Skip to content' })
    await expect(skip).toBeFocused()
    await expect(skip).toBeInViewport()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('main')).toBeFocused()
    await pressTabUntilFocused(page, failing)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'erc-amsterdam' })).toBeVisible()
    await waitUntilPageSettled(page)
    const axis = page.getByRole('slider', { name: /^Time on the axis/ })
    await pressTabUntilFocused(page, axis)
    await expect(axis).toHaveAttribute('aria-valuetext', 'no time selected')
    await page.keyboard.press('ArrowLeft')
    await expect(axis).toHaveAttribute('aria-valuetext', /UTC/)
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('combobox', { name: 'Go to' })).toBeFocused()
    await page.keyboard.type('ergw-hub')
    await expect(page.getByRole('option', { name: /ergw-hub/, selected: true })).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'ergw-hub' })).toBeVisible()
  },
)

test('an address is looked up as of a moment, which is moved in steps', tagLongIf(true), async ({ page }) => {
  await page.goto('/routes?view=lookup')
  await waitUntilPageSettled(page)
  await page.keyboard.press('f')
  await expect(page.getByLabel('Look up an address')).toBeFocused()
  await page.keyboard.type('10.10.4.7')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/ip=10\.10\.4\.7/)
  await expect(page.getByRole('status').filter({ hasText: '10.10.4.7' })).toBeVisible()
  await page.keyboard.press('.')
  const moment = page.getByLabel(/^A moment/)
  await expect(moment).toBeVisible()
  await pressTabUntilFocused(page, moment)
  await page.keyboard.type(new Date(Date.now() - 120_000).toISOString().slice(0, 19).replace('T', ' '))
  // the field's part before the caret is the seconds
  await page.keyboard.press('ArrowDown')
  await expect(moment).toBeFocused()
  await page.keyboard.press('Enter')
  const asked = () => new URL(page.url()).searchParams.get('at')
  await expect.poll(asked).not.toBeNull()
  await expect(page.getByRole('status').filter({ hasText: '10.10.4.7' })).toBeVisible()
  await expect(page.getByRole('dialog', { name: 'Clock' })).toBeHidden()
  await page.keyboard.press('n')
  await expect.poll(asked).toBeNull()
})

// runs only in long tests, because faults.spec.ts covers the same for an open incident
test('an incident is acknowledged, with a note', tagLongIf(true), async ({ page, request }) => {
  const { id } = await fetchLondonOutageIncident(request)
  // altered to be open and not acknowledged, because the incidents that are really open differ each time
  let acknowledged: Incident['acknowledged'] = null
  await alterApiResponses<Incident>(page, new RegExp(`/api/v1/incidents/${id}$`), (incident) => ({
    ...incident,
    state: 'open',
    closedAt: null,
    acknowledged,
  }))
  await page.route(`**/api/v1/incidents/${id}/ack`, async (route) => {
    const { note } = route.request().postDataJSON() as { note: string }
    acknowledged = { at: new Date().toISOString(), by: 'local', note }
    await route.fulfill({ json: { data: {} } })
  })
  await page.goto(`/incidents/${id}`)
  await waitUntilPageSettled(page)
  const withNote = page.getByRole('button', { name: 'With a note' })
  await awaitContentAfterRefetch(page, withNote)
  await pressTabUntilFocused(page, withNote)
  await page.keyboard.press('Enter')
  await pressTabUntilFocused(page, page.getByLabel(/^Note \(optional\)/))
  await page.keyboard.type('the carrier is called')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('definition').filter({ hasText: 'the carrier is called' })).toContainText('local')
})

// runs only in long tests, because settings.spec.ts covers saving a threshold
test('a threshold is tried on the past, and nothing is saved', tagLongIf(true), async ({ page }) => {
  let wanted: BackTestBody | undefined
  const found = (changed: BackTestBody['values']) => ({
    id: 'tried',
    requestedAt: new Date().toISOString(),
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-08T00:00:00.000Z',
    version: 0,
    changed,
    state: 'done',
    progress: 1,
    startedAt: null,
    finishedAt: null,
    error: null,
    result: { kinds: [], appeared: [], vanished: [], appearedCount: 0, vanishedCount: 0, notReproducible: [] },
  })
  await page.route(/\/api\/v1\/back-tests(\?|$)/, async (route) => {
    if (route.request().method() === 'POST') {
      wanted = route.request().postDataJSON() as BackTestBody
      return route.fulfill({ status: 202, json: { data: found(wanted.values) } })
    }
    const freshness = { state: 'fresh', oldestPollAt: null }
    const data = wanted ? [found(wanted.values)] : []
    return route.fulfill({ json: { data, asOf: new Date().toISOString(), freshness } })
  })
  await page.goto('/settings/declarations')
  await waitUntilPageSettled(page)
  await pressTabUntilFocused(page, page.getByRole('link', { name: 'Alerting' }))
  await page.keyboard.press('Enter')
  const value = page.getByRole('textbox', { name: /^Value of / }).first()
  await expect(value).toBeVisible()
  await pressTabUntilFocused(page, value)
  const more = (await value.inputValue()).replace(/\d+/, (number) => `${Number(number) + 1}`)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(more)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('form', { name: 'Changes' })).toContainText('1 value changed, not saved')
  await pressTabUntilFocused(page, page.getByRole('button', { name: 'Back-test on the last 7 days' }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByText('the same events would have been raised')).toBeVisible()
  expect(Object.values(wanted?.values ?? {})).toEqual([expect.any(Number)])
})

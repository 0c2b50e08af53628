import { expect, test } from '@playwright/test'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { IncidentDetail } from '#lib/incidents/api/index.ts'
import { findAccessibilityViolations } from './accessibility.ts'
import { alterApiResponses, awaitContentAfterRefetch } from './altered-answers.ts'
import {
  waitForCircuitByName,
  waitForGatewayByName,
  fetchLondonOutageIncident,
  fetchApiResponseBody,
  waitUntilPageSettled,
} from './estate.ts'
import { tagLongIf } from './long.ts'
import { dragOverChart, expectTooltipAtPointer } from './plots.ts'

const TIME_AXIS = /^Time on the axis/

test(
  'a circuit shows all that was seen of both paths under one crosshair',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
    await page.goto(`/circuits/${id}?range=6h`)
    await waitUntilPageSettled(page)
    const axis = page.getByRole('slider', { name: TIME_AXIS })
    for (const track of ['Traffic by path', 'CE – MSEE', 'MSEE – ergw-hub', 'Round-trip time']) {
      await expect(axis.locator(`[data-track="${track}"]`).first(), track).toBeVisible()
    }
    await axis.focus()
    await page.keyboard.press('ArrowRight')
    await expect(axis).toHaveAttribute(
      'aria-valuetext',
      /Traffic by path.*primary to Azure .*b\/s.*secondary from Azure \(billable\) .*b\/s.*CE – MSEE primary: UP.*On-Prem complete/,
    )
    await page.keyboard.press('+')
    await expect(page).toHaveURL(/[?&]from=20\d\d-/)
    await axis.focus()
    await page.keyboard.press('0')
    await expect(page).not.toHaveURL(/[?&]from=/)
    // the same gestures as in plots, and the values at the pointer
    const tooltip = await expectTooltipAtPointer(page, axis, 0.8)
    await expect(tooltip).toContainText(/UTC.*primary to Azure.*CE – MSEE primary/)
    await dragOverChart(page, axis, 0.6, 0.8)
    await expect(page).toHaveURL(/[?&]from=20\d\d-/)
    await axis.dblclick({ position: { x: 400, y: 40 } })
    await expect(page).toHaveURL(/[?&]range=6h/)
    const secondary = page.getByRole('list', { name: 'Legend' }).getByRole('button', { name: 'secondary' })
    await secondary.click({ modifiers: ['Shift'] })
    await expect(axis.locator('[data-line="secondary to Azure"]')).toHaveCount(0)
    await expect(axis.locator('[data-line="primary to Azure"]')).toHaveCount(1)
    await page.getByRole('button', { name: 'Reset zoom' }).click()
    await expect(axis.locator('[data-line="secondary to Azure"]')).toHaveCount(1)
  },
)

test('a circuit’s parts are tabs: a link to a section opens its own, arrows the next, and each is three screens at most', async ({
  page,
  request,
}) => {
  const { id } = await waitForCircuitByName(request, 'erc-london')
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(`/circuits/${id}#headroom`)
  const tab = (name: string) => page.getByRole('tab', { name })
  await expect(tab('Routes')).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByText(/of 4,000 prefixes/).first()).toBeInViewport()
  await tab('Routes').focus()
  for (const [key, name, address] of [
    ['ArrowLeft', 'Traffic', /[?&]tab=traffic/],
    ['ArrowLeft', 'Now', /\/circuits\/[^?]+$/],
    ['End', 'Configuration', /[?&]tab=configuration/],
    ['ArrowLeft', 'History', /[?&]tab=history/],
    ['End', 'Configuration', /[?&]tab=configuration/],
  ] as const) {
    await page.keyboard.press(key)
    await expect(tab(name)).toBeFocused()
    await expect(tab(name)).toHaveAttribute('aria-selected', 'true')
    await expect(page).toHaveURL(address)
    await waitUntilPageSettled(page)
    expect(await page.evaluate(() => document.documentElement.scrollHeight), name).toBeLessThanOrEqual(2_700)
  }
  await page.reload()
  await expect(tab('Configuration')).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('tabpanel')).toHaveAccessibleName('Configuration')
  await expect(page.getByRole('heading', { name: 'Traffic', exact: true })).toHaveCount(0)
  // at the right of the current state, without scrolling
  await page.evaluate(() => scrollTo(0, 0))
  expect((await page.getByRole('tablist').boundingBox())?.y).toBeLessThan(220)
  await expect(page.getByRole('region', { name: 'Secondary', exact: true })).toBeInViewport()
  // for a circuit with traffic, Lifecycle is only in the menu and becomes a tab when chosen
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('link', { name: 'Lifecycle' }).click()
  await expect(tab('Lifecycle')).toHaveAttribute('aria-selected', 'true')
  // an address with the old name of the tab History
  await page.goto(`/circuits/${id}?tab=events`)
  await expect(tab('History')).toHaveAttribute('aria-selected', 'true')
})

test(
  'what happened again on a circuit is one row with its count, and opens on each time',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForCircuitByName(request, 'erc-london')
    await page.goto(`/circuits/${id}?tab=history`)
    const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Events', exact: true }) })
    const repeated = panel
      .getByRole('listitem')
      .filter({ hasText: /Path down/ })
      .filter({ hasText: /\d+×/ })
      .first()
    await repeated.locator('summary').click()
    const each = repeated.getByRole('link')
    expect(await each.count()).toBe(Number(/(\d+)×/.exec(await repeated.innerText())?.[1]))
    await each.first().click()
    await expect(page).toHaveURL(/\/incidents\//)
  },
)

// runs only in long tests, because the test above covers the page of a circuit, which is the longest
test(
  'the overview, cost, thresholds, and what a loss would do are three screens at most',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForCircuitByName(request, 'erc-london')
    await page.setViewportSize({ width: 1440, height: 900 })
    for (const [path, last] of [
      ['/', 'Map'],
      ['/cost?tab=options', 'What if'],
      ['/settings/thresholds', 'Versions'],
      [`/resilience?tab=what-if&lose=${id}`, 'Double failures'],
    ] as const) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 2, name: last })).toBeAttached()
      await waitUntilPageSettled(page)
      expect(await page.evaluate(() => document.documentElement.scrollHeight), path).toBeLessThanOrEqual(2_700)
    }
  },
)

test('the verdict on a circuit leads to a simulation with the same numbers', async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, 'erc-johannesburg')
  await page.goto(`/circuits/${id}`)
  // single losses are computed in the background, for the first time within a minute after the start
  const verdict = page.locator('[data-effect=known]')
  await expect(verdict).toHaveText(/cut off/, { timeout: 90_000 })
  const words = await verdict.innerText()
  await page.getByRole('link', { name: 'Simulate', exact: true }).click()
  await expect(page.getByText(words).first()).toBeVisible()
})

test('a session has a page of its own, reached from the table, with what stands in series with it; an address that names none says so', async ({
  page,
  request,
}) => {
  const gateway = await waitForGatewayByName(request, 'ergw-hub')
  await page.goto(`/sessions?scope=${gateway.id}`)
  await waitUntilPageSettled(page)
  // click anywhere on the row
  await page
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name: /^Session 10\./ }) })
    .first()
    .getByRole('cell')
    .last()
    .click()
  await expect(page).toHaveURL(new RegExp(`/sessions/${gateway.id}/[\\d.]+~[\\d.]+$`))
  await waitUntilPageSettled(page)
  await expect(page.getByRole('heading', { level: 1, name: /^ergw-hub instance \d ↔ / })).toBeVisible()
  const facts = page.locator('section', { has: page.getByRole('heading', { name: 'Session', exact: true }) })
  await expect(facts).toContainText('Prefixes received')
  await expect(
    page.getByRole('slider', { name: TIME_AXIS }).locator('[data-track="This session"]').first(),
  ).toBeVisible()
  await expect(page.getByRole('link', { name: 'ergw-hub' }).first()).toBeVisible()
  const timeline = page.locator('section', { has: page.getByRole('heading', { name: 'Timeline', exact: true }) })
  await expect(timeline.getByText(/\d % up(, not polled .+)?$/)).toBeVisible()
  await page.goto(`/sessions/${gateway.id}/192.0.2.1~192.0.2.2`)
  await expect(page.getByText('Session not found')).toBeVisible()
})

test('a press on a row opens it even if its data arrive before the release', async ({ page, request }) => {
  const gateway = await waitForGatewayByName(request, 'ergw-hub')
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await page.route(/\/api\/v1\/sessions\/uptime\b/, async (route) => {
    await released
    await route.continue()
  })
  await page.goto(`/sessions?scope=${gateway.id}`)
  const placeholder = page.locator('td .skeleton').filter({ visible: true })
  await placeholder.first().hover()
  await page.mouse.down()
  release()
  await expect(placeholder).toHaveCount(0)
  // the browser sends no click, because the pressed placeholder is gone
  await page.mouse.up()
  await expect(page).toHaveURL(new RegExp(`/sessions/${gateway.id}/[\\d.]+~[\\d.]+$`))
})

// runs only in long tests, because the test before it covers such a page
test('a session of a circuit is reached from its track, by keyboard', tagLongIf(true), async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
  await page.goto(`/circuits/${id}`)
  await waitUntilPageSettled(page)
  const track = page.getByRole('link', { name: 'CE – MSEE, primary' })
  await track.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/sessions/${id}/`))
  await waitUntilPageSettled(page)
  await expect(page.getByRole('heading', { level: 1, name: 'erc-amsterdam primary: CE ↔ MSEE' })).toBeVisible()
  const series = page.locator('section', { has: page.getByRole('heading', { name: 'In series on the primary path' }) })
  await expect(series).toContainText('MSEE')
  await expect(series.getByRole('link', { name: 'ergw-hub' })).toBeVisible()
})

test('a ticket is written in one click, for each reader; its service key is asked for on purpose, and recorded', async ({
  page,
  request,
}) => {
  const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
  await page.goto(`/circuits/${id}`)
  await waitUntilPageSettled(page)
  await page.getByRole('button', { name: 'Ticket text about erc-amsterdam' }).click()
  const ticket = page.getByRole('dialog', { name: 'Ticket about erc-amsterdam' })
  const text = ticket.getByLabel('Text of the ticket')
  await expect(text).toContainText('Primary path: UP')
  await expect(text).toContainText('Secondary path: UP')
  await expect(text).not.toContainText('Resource id')
  await ticket.getByRole('radio', { name: 'For Microsoft' }).click()
  await expect(text).toContainText('Resource id')
  await expect(text).toContainText('Gateway sessions')
  await expect(text).not.toContainText(/service key/i)
  await ticket.getByRole('button', { name: 'Request the service key' }).click()
  const why = ticket.getByRole('textbox', { name: 'Reason' })
  await expect(why).toBeFocused()
  await expect(ticket.getByRole('button', { name: 'Record request' })).toBeDisabled()
  const purpose = `a cross-connect, ${Date.now()}`
  await why.fill(purpose)
  await page.keyboard.press('Enter')
  await expect(ticket.getByText('Peerwatch keeps no service key')).toBeVisible()
  await expect(ticket.getByText(/^az network express-route show .*--query serviceKey/)).toBeVisible()
  expect(await findAccessibilityViolations(page)).toEqual([])
  await ticket.getByRole('link', { name: 'Settings, Audit' }).click()
  const requests = page.getByRole('table', { name: 'Service key requests' })
  const entry = requests.getByRole('row').filter({ hasText: purpose })
  await expect(entry).toContainText('erc-amsterdam')
  await expect(entry).toContainText('local')
  const change = page.getByRole('table', { name: 'Changes' }).getByRole('row').filter({ hasText: purpose })
  await expect(change).toContainText('Request service key')
})

// runs only in long tests, because the test before it covers the same dialog and components/tickets/ticket-text.test.ts
// the texts
test('a ticket about one path holds that one, of the other how it is', tagLongIf(true), async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
  await page.goto(`/circuits/${id}`)
  await waitUntilPageSettled(page)
  await page.getByRole('button', { name: 'Ticket text about erc-amsterdam' }).click()
  await page.getByRole('radio', { name: 'Secondary path' }).click()
  const text = page.getByLabel('Text of the ticket')
  await expect(text).toContainText(/^ExpressRoute circuit erc-amsterdam, secondary path: UP/)
  await expect(text).toContainText(/Primary path: [A-Z ]+\n\nSecondary path: UP\n {2}Since/)
})

// runs only in long tests, because components/tickets/gateway-ticket-text.test.ts covers the texts
test('the ticket of a gateway’s incident is one about the gateway', tagLongIf(true), async ({ page, request }) => {
  const { id: scope } = await waitForGatewayByName(request, 'ergw-hub')
  const outage = await fetchLondonOutageIncident(request)
  await alterApiResponses<IncidentDetail>(page, /\/api\/v1\/incidents\/[^/?]+$/, (incident) => ({
    ...incident,
    scope,
    scopeName: 'ergw-hub',
    root: incident.root && { ...incident.root, scope, scopeName: 'ergw-hub', subject: '', kind: 'gateway_isolated' },
  }))
  await page.goto(`/incidents/${outage.id}`)
  await waitUntilPageSettled(page)
  const button = page.getByRole('button', { name: 'Ticket text about ergw-hub' })
  await awaitContentAfterRefetch(page, button)
  await button.click()
  const text = page.getByRole('dialog', { name: 'Ticket about ergw-hub' }).getByLabel('Text of the ticket')
  await expect(text).toContainText('Please check the instances of this gateway')
  await expect(text).toContainText(/10\.0\.4\.1[23]/)
})

test('a circuit reports whether both paths are reported the same, a gateway what it carries', async ({
  page,
  request,
}) => {
  const circuit = await waitForCircuitByName(request, 'erc-amsterdam')
  const parity = page.locator('section', { has: page.getByRole('heading', { name: 'Private peering' }) })
  await page.goto(`/circuits/${circuit.id}?tab=routes`)
  await expect(parity).toContainText(/equal on both paths|not been polled yet/)
  const gateway = await waitForGatewayByName(request, 'ergw-hub')
  // metrics are polled every few minutes, and the first time some time after the start
  const loads = async () => {
    const { data } = await fetchApiResponseBody<{ data: Gateway }>(request, `gateways/${gateway.id}`)
    return data.load?.map(({ limit }) => limit)
  }
  await expect.poll(loads, { timeout: 120_000 }).toContain(1_000_000)
  await page.goto(`/gateways/${gateway.id}?tab=load`)
  await expect(page.getByText(/of 1,000,000/).first()).toBeVisible()
  const days = page.getByRole('slider', { name: 'Days of ergw-hub' })
  await days.press('End')
  await expect(days).toHaveAttribute('aria-valuetext', /^\d{4}-\d\d-\d\d: /)
  await expectTooltipAtPointer(page, days, 0.5)
})

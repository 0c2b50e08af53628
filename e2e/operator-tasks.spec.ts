import { expect, type Locator, type Page, test } from '@playwright/test'
import { findAccessibilityViolations } from './accessibility.ts'
import { awaitContentAfterRefetch } from './altered-answers.ts'
import { failOnOverview } from './failing-circuit.ts'
import { waitForCircuitByName, waitUntilPageSettled } from './estate.ts'
import { tagLongIf } from './long.ts'
import { expectTooltipAtPointer } from './plots.ts'

/** Counts the actions, clicks and keys of a first-time user's tasks, from the overview to the answer. */
class Walk {
  readonly #page: Page
  readonly #begun = Date.now()
  clicks = 0
  keys = 0
  /** clicks, pressed keys and typed texts; a text counts as one action */
  actions = 0

  constructor(page: Page) {
    this.#page = page
  }

  async click(target: Locator): Promise<void> {
    await target.click()
    this.clicks++
    this.actions++
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text)
    this.keys += text.length
    this.actions++
  }

  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key)
    this.keys++
    this.actions++
  }

  /** Adds the counts to the test's result. */
  ends(): void {
    const seconds = ((Date.now() - this.#begun) / 1000).toFixed(1)
    const description = `${this.clicks} clicks, ${this.keys} keys, ${seconds} s by machine`
    test.info().annotations.push({ type: 'measured', description })
  }
}

async function begin(page: Page): Promise<Walk> {
  await page.goto('/')
  await waitUntilPageSettled(page)
  return new Walk(page)
}

test('which session flapped, and how long was it down', tagLongIf(true), async ({ page }) => {
  const walk = await begin(page)
  await walk.press('/')
  await expect(page.getByRole('combobox', { name: 'Go to' })).toBeFocused()
  await walk.type('flap')
  await expect(page.getByRole('option', { selected: true })).toContainText(/flap/i)
  await walk.press('Enter')
  const flap = page
    .getByRole('region', { name: 'Events', exact: true })
    .getByRole('row', { name: /SESSION FLAP/ })
    // an ongoing flap may be listed first
    .filter({ hasText: /at (least|most) |for | – \d+ (s|min|h)/ })
    .first()
  await expect(flap).toContainText(/ ↔ /)
  walk.ends()
  expect([walk.clicks, walk.keys]).toEqual([0, 6])
})

/** Asks the command palette where an address was routed at 03:12 yesterday, which is always in the past. */
async function askAtNight(page: Page, walk: Walk): Promise<void> {
  await walk.press('/')
  await expect(page.getByRole('combobox', { name: 'Go to' })).toBeFocused()
  await walk.type('10.10.4.7 at 03:12 yesterday')
  await expect(page.getByRole('option', { selected: true })).toContainText('10.10.4.7')
  await walk.press('Enter')
}

test('what happened to 10.10.4.7 at 03:12, whose was it, the ticket as of then, and what changed between 03:00 and 04:00', async ({
  page,
}) => {
  const walk = await begin(page)
  await askAtNight(page, walk)
  const main = page.getByRole('main')
  const answer = main.getByRole('status').filter({ hasText: '10.10.4.7' })
  await expect(answer.getByRole('heading')).toHaveText(/^10\.10\.4\.7 was routed via /)
  const happened = main.getByRole('region', { name: 'What happened' })
  await expect(happened).toHaveText(
    /^(No incident on this path between 02:57 and 03:27 UTC|No incident, but |Uncertain: |[A-Z].*: .+ UTC(ended|critical|major|minor))/,
  )
  await expect(happened).toContainText(/traffic|loss/)
  // the events are above the picture of the path
  await expect(happened.locator('~ section[aria-label=Path]')).toBeVisible()
  expect([walk.actions, walk.clicks]).toEqual([3, 0])
  const strips = main.getByRole('region', { name: 'Around this moment' })
  await expect(strips).toContainText(/Route changes.*erc-london primary.*Round-trip time/)
  const tooltip = await expectTooltipAtPointer(page, strips.locator('[data-pointer-area]').nth(2), 0.5)
  await expect(tooltip).toContainText(
    /^\d\d:\d\d:\d\d UTC.*(up|down|planned work|not polled|changed between two polls)/,
  )
  // every further link keeps the time
  for (const link of await main.getByRole('region', { name: 'Path' }).getByRole('link').all())
    expect(await link.getAttribute('href')).toMatch(/[?&]at=[^&]*T03(:|%3A)12/)
  await walk.click(main.getByRole('button', { name: /^Ticket text about/ }))
  const ticket = page.getByRole('dialog').getByLabel('Text of the ticket')
  await expect(ticket).toContainText(/Then\s+Primary path\s+(UP|DOWN|NOT SEEN|CHANGED)/)
  await expect(ticket).toContainText(/as of \d{4}-\d\d-\d\d 03:12:00 UTC/)
  await expect(ticket).not.toContainText('Please check both paths')
  walk.ends()

  await page.keyboard.press('Escape')
  const further = new Walk(page)
  await expect(page.getByRole('region', { name: 'Path', exact: true })).toContainText(/At .*03:12:00/)
  const views = page.getByRole('navigation', { name: 'Route views' })
  await further.click(views.getByRole('link', { name: 'Compare' }))
  await expect(page.getByLabel(/^A \(/)).toHaveValue(/ 03:00$/)
  await expect(page.getByLabel(/^B, /)).toHaveValue(/ 04:00$/)
  await expect(main.getByRole('status').filter({ hasText: /No net change|withdrawn/ })).toBeVisible()
  await further.click(page.getByRole('link', { name: /updates? in between$/ }))
  await expect(page.getByRole('heading', { level: 2, name: 'Route changes' }).first()).toBeVisible()
  await waitUntilPageSettled(page)
  await expect(page).toHaveURL(/from=[^&]*T03(:|%3A)00.*to=[^&]*T04(:|%3A)00/)
  further.ends()
  expect(further.clicks).toBeLessThanOrEqual(3)
})

// runs only in long tests, because without-mouse.spec.ts covers the way to the failing circuit and
// resource-pages.spec.ts its ticket
test('from the path that fails to the text of its ticket', tagLongIf(true), async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
  await failOnOverview(page, id)
  const walk = await begin(page)
  const failing = page
    .getByRole('link', { name: /erc-amsterdam/ })
    .and(page.locator(`[href="/circuits/${id}"]`))
    .first()
  await awaitContentAfterRefetch(page, failing)
  await walk.click(failing)
  await walk.click(page.getByRole('button', { name: 'Ticket text about erc-amsterdam' }))
  await expect(page.getByLabel('Text of the ticket')).toContainText('Secondary path')
  await walk.click(page.getByRole('button', { name: 'Copy ticket' }))
  walk.ends()
  expect(walk.clicks).toBe(3)
})

test('what changed between yesterday 18:00 and now', tagLongIf(true), async ({ page, request }) => {
  await waitForCircuitByName(request, 'erc-london')
  const walk = await begin(page)
  const since = `${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)} 18:00`
  await walk.click(screensIn(page).getByRole('link', { name: /^Incidents/ }))
  await walk.click(page.getByRole('navigation', { name: 'Incidents' }).getByRole('link', { name: 'Handover' }))
  await page.getByLabel('Since (UTC)').fill(since)
  walk.keys += since.length
  await expect(page.getByText(/ 18:00:00 – /)).toBeVisible()
  for (const name of ['Incidents', 'Polling gaps'])
    await expect(page.getByRole('heading', { level: 2, name, exact: true })).toBeVisible()
  await walk.click(page.getByRole('link', { name: 'Route diff' }))
  await expect(page.getByLabel(/^A \(/)).toHaveValue(/ 18:00$/)
  await waitUntilPageSettled(page)
  // equal routes at both times are also a valid answer
  const answer = page.getByRole('status').filter({ hasText: 'Between' })
  await expect(answer).toContainText(/No net change|\d+ withdrawn, \d+ announced, \d+ changed/)
  walk.ends()
  expect(walk.clicks).toBe(3)
})

const screensIn = (page: Page) => page.getByRole('navigation', { name: 'Screens' })

// runs only in long tests, because resource-pages.spec.ts covers the same verdict
test(
  'is the failover of a circuit safe, and which prefixes are cut off',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
    const walk = await begin(page)
    await walk.click(page.getByRole('main').locator(`a[href^="/circuits/${id}"]`).first())
    await expect(page.getByRole('region', { name: 'If this fails' })).toContainText(
      /cut off.*(tested|never).*checks/s,
      {
        timeout: 90_000,
      },
    )
    await walk.click(page.getByRole('link', { name: 'Simulate', exact: true }))
    await expect(page).toHaveURL(/tab=what-if/)
    expect(walk.actions).toBe(2)
  },
)

test(
  'which losses are planned in the next weeks, and which customer has an incident',
  tagLongIf(true),
  async ({ page }) => {
    const walk = await begin(page)
    await walk.click(page.getByRole('main').getByRole('link', { name: 'Next maintenance' }))
    await expect(page).toHaveURL(/tab=weeks-ahead/)
    expect(walk.actions).toBe(1)
    await page.goto('/')
    await waitUntilPageSettled(page)
    const further = new Walk(page)
    await further.click(screensIn(page).getByRole('link', { name: 'Customers' }))
    await expect(page.getByRole('columnheader', { name: 'Open incidents' })).toBeVisible()
    await further.click(page.getByRole('main').getByRole('row').getByRole('link').first())
    await expect(page).toHaveURL(/\/customers\/./)
    expect(further.actions).toBe(2)
  },
)

// runs only in long tests, because cost-books.spec.ts covers the same form
test('a decision about cost is logged with the recommended reason, and printed', tagLongIf(true), async ({ page }) => {
  await page.addInitScript(() => {
    window.print = () => document.body.setAttribute('data-printed', '')
  })
  const walk = await begin(page)
  await walk.click(screensIn(page).getByRole('link', { name: 'Cost' }))
  await walk.click(page.getByRole('button', { name: 'Decide, erc-zurich' }))
  await expect(page.getByRole('dialog').getByLabel('Reason')).toHaveValue(/./)
  await walk.click(page.getByRole('button', { name: 'Log decision' }))
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await walk.click(page.getByRole('button', { name: 'Print' }))
  await expect(page.locator('body')).toHaveAttribute('data-printed')
  expect(walk.actions).toBe(4)
})

// runs only in long tests, because cost.spec.ts covers the same page
test("should a circuit's plan change, what does that save, and why", tagLongIf(true), async ({ page }) => {
  const walk = await begin(page)
  await walk.click(screensIn(page).getByRole('link', { name: 'Cost' }))
  const decisions = page.getByRole('region', { name: /^Cost of each circuit in/ })
  const row = decisions.getByRole('row').filter({ hasText: 'useasterc1cust1' })
  await expect(row).toContainText(/Switch to (Local|Standard metered).+\$[\d,]+/s)
  await walk.click(row.getByRole('button', { name: 'Why, useasterc1cust1' }))
  await expect(decisions).toContainText(/saves \$[\d,]+ a month/)
  walk.ends()
  expect([walk.clicks, walk.keys]).toEqual([2, 0])
})

/** Terraform plan that raises the routing weight of a connection, with secrets in the other parts of the file. */
const planFile = {
  format_version: '1.2',
  complete: true,
  variables: { psk: { value: 'SECRET' } },
  output_changes: { key: { actions: ['create'], after: 'SECRET' } },
  prior_state: { values: { root_module: { resources: [{ values: { password: 'SECRET' } }] } } },
  resource_changes: [
    {
      address: 'azurerm_virtual_network_gateway_connection.london',
      type: 'azurerm_virtual_network_gateway_connection',
      change: {
        actions: ['update'],
        before: { id: 'cxn-hub-london', authorization_key: 'SECRET', routing_weight: 0 },
        after: { id: 'cxn-hub-london', authorization_key: 'SECRET', routing_weight: 100 },
      },
    },
    {
      address: 'azurerm_key_vault_secret.psk',
      type: 'azurerm_key_vault_secret',
      change: { actions: ['update'], before: { value: 'SECRET' }, after: { value: 'SECRET2' } },
    },
  ],
}

test('what does a Terraform plan change, before it is applied; only its changes are sent', async ({
  page,
  request,
}) => {
  await waitForCircuitByName(request, 'erc-london')
  const walk = await begin(page)
  await walk.press('/')
  await expect(page.getByRole('combobox', { name: 'Go to' })).toBeFocused()
  await walk.type('terraform')
  await expect(page.getByRole('option', { selected: true })).toContainText('Check a plan')
  await walk.press('Enter')
  await expect(page.getByRole('button', { name: 'Choose a plan file' })).toBeFocused()
  const sent = page.waitForRequest(/\/api\/v1\/plans\/check$/)
  const drop = (text: string) =>
    page.getByLabel('Plan file').setInputFiles({ name: 'main.json', mimeType: 'text/plain', buffer: Buffer.from(text) })
  await drop(JSON.stringify(planFile))
  expect((await sent).postDataJSON()).toEqual({
    terms: [{ kind: 'weight', resource: 'cxn-hub-london', weight: 100 }],
  })
  // a key vault is not a part of the model, so that the plan never passes
  const verdict = page.getByRole('status').filter({ hasText: /^main\.json (has unknown parts|fails)/ })
  await expect(verdict).toContainText('(1 change)')
  await expect(page.getByRole('region', { name: 'Findings' })).toContainText('azurerm_key_vault_secret.psk')
  await page.getByRole('button', { name: 'Sent: 1 change, no other values' }).click()
  await expect(page.getByLabel('Request to Peerwatch')).toContainText('"weight": 100')
  expect(await findAccessibilityViolations(page)).toEqual([])
  walk.ends()
  expect([walk.clicks, walk.keys]).toEqual([0, 11])
  // the link contains the plan, and gives the same verdict
  await expect(page).toHaveURL(/#plan=[\w-]+$/)
  await page.reload()
  await expect(verdict).toContainText('(1 change)')
  await page.getByRole('button', { name: 'Close the plan' }).click()
  await expect(page.getByRole('button', { name: 'Choose a plan file' })).toBeVisible()
  await drop('{')
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/It is no JSON .*Nothing was sent/)
  // the first tab accepts a plan too, so that a plan is two actions away from every page
  await screensIn(page).getByRole('link', { name: 'Resilience' }).click()
  await expect(page).toHaveURL(/\/resilience$/)
  await drop(JSON.stringify(planFile))
  await expect(verdict).toContainText('(1 change)')
})

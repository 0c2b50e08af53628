import { expect, type Page, test } from '@playwright/test'
import type { IncidentDetail, MessageRecipient } from '#lib/incidents/api/index.ts'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { findAccessibilityViolations } from './accessibility.ts'
import { alterApiResponses, awaitContentAfterRefetch } from './altered-answers.ts'
import {
  waitForCircuitByName,
  waitForGatewayByName,
  goByKeys,
  fetchLondonOutageIncident,
  waitUntilPageSettled,
} from './estate.ts'
import { tagLongIf } from './long.ts'

const field = (page: Page) => page.getByRole('combobox', { name: 'Go to' })

async function opened(page: Page, key: string, at = '/handover'): Promise<void> {
  await page.goto(at)
  await waitUntilPageSettled(page)
  await openedBy(page, key)
}

/**
 * Presses a key until the palette is open. Keys have no effect before the page's scripts have run, and while a dialog
 * is open or closing.
 */
async function openedBy(page: Page, key: string): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key)
    await expect(field(page)).toBeFocused({ timeout: 500 })
  }).toPass()
  // removes the letters of repeated key presses
  await field(page).fill('')
}

test('it opens from within a field by Ctrl-K, and Escape gives it up; a circuit is found by a part of its name, without a mouse, and is first among the recent ones then', async ({
  page,
  request,
}) => {
  await waitForCircuitByName(request, 'erc-amsterdam')
  await page.goto('/circuits')
  await waitUntilPageSettled(page)
  await page.getByRole('searchbox', { name: 'Filter circuits' }).fill('x')
  await openedBy(page, 'Control+k')
  await page.keyboard.press('Escape')
  await expect(field(page)).toBeHidden()
  await expect(page).toHaveURL(/\/circuits/)
  await openedBy(page, 'Control+k')
  await page.keyboard.type('amst')
  // sessions of the circuit have its name too, and may be listed before the circuits have loaded
  await expect(page.getByRole('option', { name: /^erc-amsterdam/, selected: true })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'erc-amsterdam' })).toBeVisible()
  await openedBy(page, 'Control+k')
  await expect(page.getByRole('group', { name: 'Recent' }).getByRole('option').first()).toContainText('erc-amsterdam')
})

// runs only in long tests, because the tests below cover other places and operator-tasks.spec.ts an address in the past
test('an address is looked up, now and at night', tagLongIf(true), async ({ page }) => {
  await opened(page, 'Control+k')
  await page.keyboard.type('10.10.4.7')
  await expect(page.getByRole('option', { name: /Route to 10\.10\.4\.7/, selected: true })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/view=lookup&ip=10\.10\.4\.7&at=/)
  await expect(page.getByText('10.10.0.0/16').first()).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const)
  test(
    `a prefix, a session, a gateway and a page are places too; it has no accessibility violation, empty or not, ${colorScheme}`,
    tagLongIf(colorScheme === 'light'),
    async ({ page, request }) => {
      await page.emulateMedia({ colorScheme })
      await waitForGatewayByName(request, 'ergw-hub')
      await opened(page, '/')
      for (const [text, place] of [
        ['10.10.0.0/16', /History of 10\.10\.0\.0\/16/],
        ['10.0.4.12 10.0.4.4', /10\.0\.4\.12 – 10\.0\.4\.4/],
        ['ergw', /ergw-hub/],
        ['AS 65001', /Routes via AS 65001/],
        ['sourc', /Sources/],
      ] as const) {
        await field(page).fill(text)
        await expect(page.getByRole('option', { name: place }).first()).toBeVisible()
      }
      for (const text of ['', 'lon', 'no such name']) {
        await field(page).fill(text)
        await expect(page.getByRole('option').first()).toBeVisible()
        expect(await findAccessibilityViolations(page, { within: '[role=dialog]' })).toEqual([])
      }
    },
  )

test(
  'a time range that was chosen is in the address of every link, and a hidden column stays in the page’s own',
  tagLongIf(true),
  async ({ page, browser }) => {
    await page.goto('/routes?range=7d')
    await waitUntilPageSettled(page)
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Incidents' }).click()
    await page.getByRole('navigation', { name: 'Incidents' }).getByRole('link', { name: 'Events' }).click()
    await expect(page).toHaveURL(/\/events\?.*range=7d/)
    await expect(page.getByRole('button', { name: 'Clock: Now · 7 d' })).toBeVisible()
    await goByKeys(page, 'r', 'Investigate')
    await expect(page).toHaveURL(/\/routes\?.*range=7d/)
    await page.keyboard.press('/')
    await expect(field(page)).toBeFocused()
    await page.keyboard.type('amsterdam')
    await page.getByRole('option', { name: /^erc-amsterdam/ }).click()
    await expect(page).toHaveURL(/\/circuits\/.*range=7d/)
    await waitUntilPageSettled(page)
    await expect(page.getByRole('button', { name: 'Clock: Now · 7 d' })).toBeVisible()
    await expect.poll(() => linksWithout(page, 'range=7d')).toEqual([])
    // a copied link shows the same time range to another user
    const copied = await page.getByRole('link', { name: 'ergw-hub', exact: true }).first().getAttribute('href')
    const elsewhere = await browser.newPage()
    await elsewhere.goto(new URL(copied ?? '', page.url()).href)
    await expect(elsewhere.getByRole('button', { name: 'Clock: Now · 7 d' })).toBeVisible()
    await elsewhere.close()
    await page.goto('/circuits')
    await waitUntilPageSettled(page)
    await page.getByRole('button', { name: 'Columns of circuits' }).click()
    await page.getByRole('checkbox', { name: 'Bandwidth' }).click()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('columnheader', { name: 'Bandwidth' })).toBeHidden()
    await page.reload()
    await expect(page.getByRole('columnheader', { name: 'State' })).toBeVisible()
    await expect(page.getByRole('columnheader', { name: 'Bandwidth' })).toBeHidden()
  },
)

/** Returns the page's links to other screens without the range and without a time of their own. */
const linksWithout = (page: Page, range: string): Promise<string[]> =>
  page
    .locator('a[href^="/"]')
    .evaluateAll(
      (links, range) =>
        links
          .map((link) => link.getAttribute('href') ?? '')
          .filter((href) => !href.includes(range) && !/[?&](range|from|to|at|since)=/.test(href)),
      range,
    )

test(
  'a search that is typed while sixty sources refresh keeps each letter, and the newest answer is drawn',
  tagLongIf(true),
  async ({ page }) => {
    let [answers, release] = [0, Promise.resolve()]
    await page.route(/\/api\/v1\/sources\b/, async (route) => {
      const response = await route.fetch({ maxRetries: 3 })
      const answer = (await response.json()) as { data: ApiPolledSource[] }
      const [first] = answer.data
      await release
      answers += 1
      const name = `source of answer ${answers}`
      const data = Array.from({ length: 60 }, (_, n) => ({ ...first, scope: `${n}`, scopeName: `${name}, ${n}` }))
      await route.fulfill({ response, json: { ...answer, data } }).catch(() => {})
    })
    await page.goto('/sources')
    await waitUntilPageSettled(page)
    const newest = () => page.getByRole('rowheader', { name: `source of answer ${answers}, 59` })
    await awaitContentAfterRefetch(page, page.getByRole('rowheader', { name: /^source of answer \d+, 59/ }))
    const held = Promise.withResolvers<void>()
    release = held.promise
    const asked = page.waitForRequest(/\/api\/v1\/sources\b/)
    await page.evaluate(() => dispatchEvent(new Event('visibilitychange')))
    await asked
    await page.keyboard.press('/')
    const search = field(page)
    await search.pressSequentially('gateway of ')
    held.resolve()
    await search.pressSequentially('amsterdam')
    await expect(search).toHaveValue('gateway of amsterdam')
    await page.keyboard.press('Escape')
    // another answer may arrive at any time
    await expect(() => expect(newest()).toBeVisible({ timeout: 2_000 })).toPass()
  },
)

test('assign and send open the popover of the incident, with the focus in its first field', async ({
  page,
  request,
}) => {
  const { id } = await fetchLondonOutageIncident(request)
  await alterApiResponses<IncidentDetail>(page, new RegExp(`/api/v1/incidents/${id}$`), (incident) => ({
    ...incident,
    state: 'open',
    phase: 'ongoing',
    assigned: null,
  }))
  const channel: MessageRecipient = { id: 'noc', name: 'NOC', kind: 'slack', keepsOpen: false }
  await page.route('**/api/v1/incidents/recipients', (route) => route.fulfill({ json: { data: [channel] } }))
  await page.goto(`/incidents/${id}`)
  await waitUntilPageSettled(page)
  await awaitContentAfterRefetch(page, page.getByRole('button', { name: 'Assign' }))
  for (const [typed, panel, focused] of [
    ['assign', 'Assign', 'Other name'],
    ['send to', 'Send to', 'Note in the message (optional)'],
  ] as const) {
    await openedBy(page, 'Control+k')
    await page.keyboard.type(typed)
    const group = page.getByRole('group', { name: 'On this page' })
    await expect(group.getByRole('option', { name: new RegExp(`^${panel}`), selected: true })).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: panel }).getByLabel(focused)).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog', { name: panel })).toBeHidden()
  }
})

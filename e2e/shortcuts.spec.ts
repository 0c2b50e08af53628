import { expect, test } from '@playwright/test'
import type { CircuitHistory } from '#lib/circuits/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { alterApiResponses, awaitContentAfterRefetch } from './altered-answers.ts'
import { waitForCircuitByName, goByKeys, waitUntilPageSettled } from './estate.ts'
import { pressTabUntilFocused } from './tab-to.ts'
import { tagLongIf } from './long.ts'

// runs only in long tests, because the tests below, palette.spec.ts and faults.spec.ts cover three of the keys
test('every screen is two keys away', tagLongIf(true), async ({ page }) => {
  await page.goto('/')
  await waitUntilPageSettled(page)
  for (const [key, name] of [
    ['c', 'Circuits'],
    ['g', 'Gateways'],
    ['b', 'Sessions'],
    ['r', 'Investigate'],
    ['i', 'Incidents'],
    ['e', 'Events'],
    ['h', 'Handover'],
    ['p', 'Checks'],
    ['s', 'Sources'],
    [',', 'Inventory'],
    ['m', /^Cost review/],
    ['o', 'Home'],
  ] as const) {
    await goByKeys(page, key, name)
  }
})

test('? shows the shortcuts, f goes to the filter, and what it leaves is reached by Tab', async ({ page }) => {
  let isTrafficKnown = true
  await alterApiResponses<CircuitHistory[]>(page, /\/api\/v1\/circuits\/history/, (circuits) =>
    isTrafficKnown
      ? circuits
      : circuits.map((circuit) => ({
          ...circuit,
          traffic: { ...circuit.traffic, toAzureBitsPerSecond: [null], fromAzureBitsPerSecond: [null] },
        })),
  )
  // sort by name, because rows sorted by state would move when other tests fail paths
  await page.goto('/circuits?circuits.sort=name&circuits.show=traffic')
  await waitUntilPageSettled(page)
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await expect(help).toBeVisible()
  await expect(help.getByText('Sources', { exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()
  const names = page.locator('tbody tr a')
  for (const [key, row] of [
    ['j', 0],
    ['j', 1],
    ['k', 0],
  ] as const) {
    await page.keyboard.press(key)
    await expect(names.nth(row)).toBeFocused()
  }
  // new content of a column does not move the focus
  isTrafficKnown = false
  await awaitContentAfterRefetch(page, page.getByRole('img', { name: 'Traffic of 24 hours is not known' }).first())
  await expect(names.nth(0)).toBeFocused()
  await page.keyboard.press('f')
  const filter = page.getByRole('searchbox', { name: 'Filter circuits' })
  await expect(filter).toBeFocused()
  await page.keyboard.type('g c ?')
  await expect(filter).toHaveValue('g c ?')
  await page.keyboard.press('Escape')
  await expect(filter).not.toBeFocused()
  await page.keyboard.press('f')
  await expect(filter).toBeFocused()
  await page.keyboard.type('amsterdam')
  await expect(page.getByRole('link', { name: 'erc-london' })).toHaveCount(0)
  await pressTabUntilFocused(page, page.getByRole('link', { name: 'erc-amsterdam' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'erc-amsterdam' })).toBeVisible()
})

test(
  'where a page has choices and no text to filter by, f goes to the first of them',
  tagLongIf(true),
  async ({ page }) => {
    await page.goto('/incidents')
    await waitUntilPageSettled(page)
    await page.keyboard.press('f')
    await expect(page.getByRole('combobox', { name: 'State' })).toBeFocused()
  },
)

test('no shortcut fires through a dialog, a popover or a field', tagLongIf(true), async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, 'erc-london')
  await page.goto(`/circuits/${id}`)
  await waitUntilPageSettled(page)
  await page.getByRole('button', { name: 'Ticket text' }).first().click()
  const ticket = page.getByRole('dialog')
  await expect(ticket).toBeVisible()
  for (const key of ['g', 'b', 'f', '?', '/', 'Control+k']) await page.keyboard.press(key)
  await expect(page.getByRole('dialog')).toHaveCount(1)
  await expect(page).toHaveURL(new RegExp(`/circuits/${id}$`))
  await page.keyboard.press('Escape')
  await expect(ticket).toBeHidden()

  await page.goto('/events')
  await waitUntilPageSettled(page)
  await page.getByRole('button', { name: /^Kind:/ }).click()
  await expect(page.getByRole('dialog', { name: 'Kinds of events' })).toBeVisible()
  await page.keyboard.type('flap')
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/events$/)
  await expect(page.locator('[data-search]').first()).toHaveValue('')
})

test('after a navigation the focus is on the heading of the new page', async ({ page }) => {
  await page.goto('/')
  await waitUntilPageSettled(page)
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true })
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Network' }).click()
  await expect(heading('Circuits')).toBeFocused()
  await expect(heading('Circuits'), 'a click needs no ring').toHaveCSS('outline-style', 'none')
  await waitUntilPageSettled(page)
  await page.getByRole('link', { name: 'erc-amsterdam', exact: true }).first().click()
  await expect(heading('erc-amsterdam')).toBeFocused()
  await goByKeys(page, 'e', 'Events')
  await expect(heading('Events')).toBeFocused()
  await expect(heading('Events'), 'keys do').not.toHaveCSS('outline-style', 'none')
  await page.goBack()
  await expect(heading('erc-amsterdam')).toBeFocused()
})

test('a and t are of the row that has the focus and of no other, and the palette has them too', async ({
  page,
  request,
}) => {
  const { id: scope } = await waitForCircuitByName(request, 'erc-amsterdam')
  const closed = (await (await request.get('/api/v1/incidents?state=closed&limit=1')).json()) as { data: Incident[] }
  const open = (id: string, acknowledged: Incident['acknowledged']) => ({
    ...closed.data[0],
    id,
    scope,
    scopeName: 'erc-amsterdam',
    root: null,
    // no recurrence, so that each incident has its own row
    recurrence: null,
    acknowledged,
    state: 'open',
    phase: 'ongoing',
    endedBetween: null,
    closedAt: null,
  })
  const answered = { by: 'Ada', at: new Date().toISOString(), note: null }
  await alterApiResponses<Incident[]>(page, /\/api\/v1\/incidents\?.*state=open/, () => [
    open('of-ada', answered),
    open('of-nobody', null),
  ])
  const acknowledged: string[] = []
  await page.route(/\/api\/v1\/incidents\/[^/]+\/ack$/, async (route) => {
    acknowledged.push(/incidents\/([^/]+)/.exec(route.request().url())?.[1] ?? '')
    await route.fulfill({ json: { data: {} } })
  })
  await page.goto('/incidents')
  await waitUntilPageSettled(page)
  const rows = page.getByRole('list', { name: 'Open incidents' }).getByRole('listitem')
  await awaitContentAfterRefetch(page, rows.locator('a[href^="/incidents/of-nobody"]'))
  const link = (row: number) => rows.nth(row).getByRole('link').first()

  await page.keyboard.press('a')
  await expect(link(1)).toBeFocused()
  await page.keyboard.press('k')
  await expect(link(0)).toBeFocused()
  await page.keyboard.press('a')
  await page.keyboard.press('t')
  const ticket = page.getByRole('dialog', { name: /^Ticket about / })
  await expect(ticket.getByLabel('Text of the ticket')).toContainText('/incidents/of-ada')
  await page.keyboard.press('Escape')
  await expect(ticket).toBeHidden()
  expect(acknowledged).toEqual([])
  await page.keyboard.press('j')
  await page.keyboard.press('a')
  await expect.poll(() => acknowledged).toEqual(['of-nobody'])

  await page.keyboard.press('/')
  await page.getByRole('combobox', { name: 'Go to' }).fill('ticket text')
  await expect(page.getByRole('option', { name: /^Ticket text about /, selected: true })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(ticket.getByLabel('Text of the ticket')).toContainText('erc-amsterdam')
})

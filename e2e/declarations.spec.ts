import { expect, type Page, test } from '@playwright/test'
import { findAccessibilityViolations } from './accessibility.ts'
import { confirmInAlertDialog } from './confirm.ts'
import { waitForCircuitByName, waitForGatewayByName, waitUntilPageSettled } from './estate.ts'
import { tagLongIf } from './long.ts'

const panel = (page: Page, name: string) => page.locator('section', { has: page.getByRole('heading', { name }) })

test('a maintenance window is declared, refused with words where it is wrong, changed and taken away', async ({
  page,
  request,
}) => {
  await waitForCircuitByName(request, 'erc-amsterdam')
  await page.goto('/settings')
  await expect(page).toHaveURL(/\/settings\/declarations$/)
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Maintenance' }).click()
  await expect(page).toHaveURL(/\/settings\/maintenance$/)
  await waitUntilPageSettled(page)
  const windows = panel(page, 'Maintenance windows')
  await windows.getByRole('button', { name: 'Add a maintenance window' }).click()
  const form = windows.getByRole('form', { name: 'New maintenance window' })
  await expect(form.getByLabel('Title')).toBeFocused()
  // far in the future, so that the window does not start during a test
  const year = new Date().getUTCFullYear()
  await form.getByLabel('From (UTC)').fill(`${year + 1}-06-01T08:00`)
  await form.getByLabel('To (UTC)').fill(`${year + 1}-06-01T08:00`)
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(form.getByLabel('Title')).toHaveAccessibleDescription('give it a name')
  await expect(form.getByLabel('To (UTC)')).toHaveAccessibleDescription('it must end after it begins')

  const title = `CHG-${Date.now()}: cross-connect`
  await form.getByLabel('Title').fill(title)
  await form.getByLabel('To (UTC)').fill(`${year + 1}-06-01T10:00`)
  await form.getByLabel('erc-amsterdam').check()
  await form.getByLabel('primary path').check()
  await form.getByRole('button', { name: 'Save' }).click()
  const item = windows.getByRole('listitem').filter({ hasText: title })
  await expect(item).toContainText('erc-amsterdam · primary path')
  await expect(item).toContainText('begins in')

  await item.getByRole('button', { name: `Edit ${title}` }).click()
  await windows.getByLabel('Note').fill('two technicians')
  await windows.getByLabel('Repeats').selectOption('every 2 weeks')
  const next = windows.getByRole('region', { name: 'Next windows' }).getByRole('listitem')
  await expect(next).toHaveCount(5)
  await expect(next.nth(1)).toContainText(`${year + 1}-06-15 08:00 – 10:00`)
  await page.keyboard.press('Enter')
  await expect(item).toContainText('every 2 weeks (UTC) · two technicians')
  await item.getByRole('button', { name: `Remove ${title}` }).click()
  await confirmInAlertDialog(page, 'Remove')
  await expect(item).toHaveCount(0)
})

// runs only in long tests, because another refusal above uses the same form
test(
  'what contradicts something else is refused with the reason, and Escape leaves the form',
  tagLongIf(true),
  async ({ page }) => {
    await page.goto('/settings/declarations')
    await waitUntilPageSettled(page)
    const sites = panel(page, 'Sites')
    const name = `DC ${Date.now()}`
    // a range that contains no address of the estate (RFC 2544)
    const prefix = `198.18.${Date.now() % 256}.0/24`
    const add = async (site: string) => {
      await sites.getByRole('button', { name: 'Add a site' }).click()
      await sites.getByLabel('Name').fill(site)
      await sites.getByLabel('Prefixes').fill(prefix)
      await sites.getByRole('button', { name: 'Save' }).click()
    }
    await add(name)
    await expect(sites.getByRole('listitem').filter({ hasText: name })).toContainText(prefix)
    await add(`${name} again`)
    await expect(sites.getByRole('alert')).toContainText('an address can live at one site only')
    await sites.getByLabel('Name').press('Escape')
    await expect(sites.getByRole('form')).toHaveCount(0)
    await sites.getByRole('button', { name: `Remove ${name}` }).click()
    await confirmInAlertDialog(page, 'Remove')
    await expect(sites.getByText(name)).toHaveCount(0)
  },
)

test(
  'a mapping is confirmed in one click, and shown so wherever its sessions are',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForGatewayByName(request, 'ergw-hub')
    await page.goto(`/gateways/${id}`)
    await waitUntilPageSettled(page)
    const rows = page.getByRole('table', { name: /a row for each neighbor/ }).first()
    const actions = rows.getByRole('row').filter({ hasText: 'inferred' }).first().getByRole('button')
    await actions.click()
    const confirm = page.getByRole('button', { name: /^Confirm .* as the / })
    const name = (await confirm.getAttribute('aria-label')) ?? ''
    const [, neighbor = ''] = /^Confirm (\S+) as/.exec(name) ?? []
    await confirm.click()
    await expect(page.getByRole('dialog', { name: `Actions for ${neighbor}` })).toContainText('(confirmed)')
    await expect(confirm).toHaveCount(0)
    await expect(rows.getByRole('row').filter({ hasText: neighbor })).not.toContainText('inferred')

    await page.goto(`/sessions?scope=${id}`)
    await waitUntilPageSettled(page)
    await expect(page.getByRole('row').filter({ hasText: neighbor }).first()).toContainText('(confirmed)')
  },
)

test(
  'a card is edited in place, and other open pages show it without a reload',
  tagLongIf(true),
  async ({ page, context, request }) => {
    const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
    const other = await context.newPage()
    for (const one of [page, other]) {
      await one.goto(`/circuits/${id}?tab=configuration`)
      await waitUntilPageSettled(one)
    }
    const name = `Amsterdam ${Date.now()}`
    await page.getByRole('button', { name: /(Add contact & runbook to|Edit the contact of) erc-amsterdam/ }).click()
    const form = page.getByRole('form', { name: /contact$/ })
    await form.getByLabel('Name', { exact: true }).fill(name)
    await form.getByLabel('Runbook').fill('javascript:alert(1)')
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(form.getByLabel('Runbook')).toHaveAccessibleDescription(/begins with https/)
    await form.getByLabel('Runbook').fill('https://runbooks.example/ams')
    await form.getByRole('button', { name: 'Save' }).click()
    for (const one of [page, other]) {
      const card = one.getByRole('region', { name: 'Contact of erc-amsterdam' })
      await expect(card).toContainText(name)
      await expect(card.getByRole('link', { name: 'runbooks.example' })).toHaveAttribute('rel', 'noreferrer')
    }
  },
)

// runs only in long tests, because the test before it covers the same card
test('a session’s card opens from the menu of its neighbor', tagLongIf(true), async ({ page, request }) => {
  const { id } = await waitForGatewayByName(request, 'ergw-hub')
  await page.goto(`/gateways/${id}`)
  await waitUntilPageSettled(page)
  await page.getByRole('button', { name: 'Actions for 10.0.4.4' }).click()
  const dialog = page.getByRole('dialog', { name: 'Actions for 10.0.4.4' })
  await dialog
    .getByRole('button', { name: /^(Add contact & runbook to|Edit the contact of) the session 10\.0\.4\.12 to / })
    .click()
  await dialog.getByRole('textbox', { name: 'Contact' }).fill('hub team')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('hub team')).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `the settings have no accessibility violation in ${colorScheme}, forms included, and fit 360 px`,
    // appearance.spec.ts covers the same page as first shown; settings.spec.ts covers a similar form
    tagLongIf(true),
    async ({ page }) => {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width: 360, height: 800 })
      await page.goto('/settings/declarations')
      await waitUntilPageSettled(page)
      for (const form of ['site', 'policy', 'mapping', 'prefix', 'contact']) {
        await page.getByRole('button', { name: `Add a ${form}` }).click()
      }
      expect(await findAccessibilityViolations(page)).toEqual([])
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(excess).toBe(0)
    },
  )
}

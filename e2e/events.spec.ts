import { expect, test } from '@playwright/test'
import { findAccessibilityViolations } from './accessibility.ts'
import { waitForCircuitByName, waitUntilPageSettled } from './estate.ts'
import { tagLongIf } from './long.ts'

test('filters compose, stand in the address, and are undone together', async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, 'erc-london')
  await page.goto('/events')
  await waitUntilPageSettled(page)
  const table = page.getByRole('region', { name: 'Events', exact: true })
  await page.getByRole('button', { name: 'Kind: Any' }).click()
  const kinds = page.getByRole('dialog', { name: 'Kinds of events' })
  await kinds.getByRole('searchbox', { name: 'Find a kind' }).fill('peering down')
  await expect(kinds.getByRole('checkbox')).toHaveCount(2)
  await kinds.getByRole('searchbox', { name: 'Find a kind' }).fill('')
  await kinds.getByRole('checkbox', { name: 'Paths and circuits' }).check()
  await page.keyboard.press('Escape')
  await page.getByLabel('Scope').selectOption(id)
  await page.getByRole('button', { name: 'Severity: any' }).click()
  await page.getByRole('checkbox', { name: 'Major' }).click()
  await page.getByRole('checkbox', { name: 'Critical' }).click()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/kind=.*circuit_down/)
  await expect(page).toHaveURL(/severity=[^&]*major/)
  await expect(table.getByRole('row').filter({ hasText: 'PEERING DOWN' })).toHaveCount(1)
  await expect(table.getByText('SESSION DOWN')).toHaveCount(0)
  await page.reload()
  await waitUntilPageSettled(page)
  await expect(table.getByRole('row').filter({ hasText: 'PEERING DOWN' })).toHaveCount(1)
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect(page).not.toHaveURL(/kind=/)
})

test('the histogram shows where events are, and drawing over it shows their time', async ({ page }) => {
  await page.goto('/events?range=30d')
  await waitUntilPageSettled(page)
  const histogram = page.getByRole('slider', { name: 'Events over time' })
  await expect(histogram).toHaveAttribute('aria-valuetext', /^\d+ events$/)
  const box = await histogram.boundingBox()
  if (!box) throw new Error('the histogram is not drawn')
  await page.mouse.move(box.x + box.width * 0.25, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.75, box.y + box.height / 2)
  await expect(histogram).toHaveAttribute('aria-valuetext', /^20\d\d-.+ – .+: /)
  await page.mouse.up()
  await expect(page).toHaveURL(/from=20.+&to=20/)
  await histogram.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect.poll(() => new URL(page.url()).searchParams.get('to')).not.toBeNull()
})

test('what comes back is seen by hour, and which session was lost most often', tagLongIf(true), async ({ page }) => {
  await page.goto('/events?tab=patterns')
  await waitUntilPageSettled(page)
  const calendar = page.getByRole('table', { name: /Hours of the day/ })
  await expect(calendar.getByRole('row')).toHaveCount(31)
  const ranking = page.getByRole('region', { name: 'Sessions by losses' })
  await expect(ranking.getByRole('row').nth(1)).toContainText(/erc-|ergw-|vpngw-/)
  expect(await findAccessibilityViolations(page)).toEqual([])
  await calendar
    .getByRole('link', { name: /\d loss/ })
    .first()
    .click()
  await expect(page).toHaveURL(/kind=session_flap%2Csession_down|kind=session_flap,session_down/)
  await expect(page.getByRole('region', { name: 'Events', exact: true }).getByRole('row').nth(1)).toContainText(
    /SESSION/,
  )
})

test('parts are folded under what explains them, and unfold; the whole selection is exported as CSV', async ({
  page,
  request,
}) => {
  const { id } = await waitForCircuitByName(request, 'erc-london')
  await page.goto(`/events?kind=circuit_down&scope=${id}`)
  await waitUntilPageSettled(page)
  const table = page.getByRole('region', { name: 'Events', exact: true })
  const toggle = table.getByRole('button', { name: /related to peering down/ }).first()
  await expect(toggle).toHaveAttribute('aria-expanded', 'false')
  await toggle.press('Enter')
  await expect(toggle).toHaveAttribute('aria-expanded', 'true')
  await expect(table.getByText('PATH DOWN')).toHaveCount(2)
  await expect(table.getByText('SESSION DOWN').first()).toBeVisible()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export events as CSV' }).click(),
  ])
  expect(file.suggestedFilename()).toMatch(/^peerwatch-events-.*\.csv$/)
})

// runs only in long tests, because shortcuts.spec.ts covers f and the tests above cover filters
test('words are found by f, and the event log leads to the incident', tagLongIf(true), async ({ page }) => {
  await page.goto('/events')
  await waitUntilPageSettled(page)
  await expect(async () => {
    await page.keyboard.press('f')
    await expect(page.getByRole('textbox', { name: 'Text' })).toBeFocused({ timeout: 500 })
  }).toPass()
  // replaces a letter that a repeated key press may have left
  await page.getByRole('textbox', { name: 'Text' }).fill('peering fault')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/text=peering/)
  const row = page
    .getByRole('region', { name: 'Events', exact: true })
    .getByRole('row', { name: /peering down.*erc-london/ })
  await row.getByRole('link', { name: 'incident' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Peering down: erc-london' })).toBeVisible()
})

test('a view is saved under a name, kept over a reload, opened and forgotten', tagLongIf(true), async ({ page }) => {
  await page.goto('/events?owner=provider')
  await waitUntilPageSettled(page)
  await page.getByRole('button', { name: /^Views/ }).click()
  const saved = page.getByRole('dialog', { name: 'Saved views' })
  await saved.getByLabel(/^Name for/).fill('The provider’s')
  await page.keyboard.press('Enter')
  await expect(saved.getByRole('link', { name: 'The provider’s' })).toBeVisible()
  await page.goto('/events')
  await waitUntilPageSettled(page)
  await page.getByRole('button', { name: /^Views/ }).click()
  await saved.getByRole('link', { name: 'The provider’s' }).click()
  await expect(page).toHaveURL(/owner=provider/)
  // the page opens with its default view, unless the address has other parameters
  await page.getByRole('button', { name: /^Views/ }).click()
  await saved.getByRole('button', { name: 'Open this page with The provider’s' }).click()
  await expect(saved.getByRole('link', { name: 'Open without a view' })).toBeVisible()
  await page.goto('/events')
  await expect(page).toHaveURL(/owner=provider/)
  await page.goto('/events?view=all')
  await waitUntilPageSettled(page)
  await page.getByRole('button', { name: /^Views/ }).click()
  await saved.getByRole('button', { name: 'Delete The provider’s' }).click()
  await expect(saved.getByText(/^None yet/)).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `an open filter has no accessibility violation in ${colorScheme}`,
    // appearance.spec.ts covers the same page as first shown
    tagLongIf(true),
    async ({ page }) => {
      await page.emulateMedia({ colorScheme })
      await page.goto('/events?severity=major')
      await waitUntilPageSettled(page)
      await page.getByRole('button', { name: /^Kind:/ }).click()
      await expect(page.getByRole('dialog', { name: 'Kinds of events' })).toBeVisible()
      expect(await findAccessibilityViolations(page)).toEqual([])
    },
  )
}

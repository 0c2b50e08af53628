import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { settled } from './estate.ts'

test('Setup is reached from Settings, and shows the role by keyboard', async ({ page }) => {
  await page.goto('/settings/declarations')
  await settled(page)
  await page.getByRole('link', { name: 'Setup', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Setup', exact: true })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Checks' })).toBeVisible()
  const role = page.getByLabel('Custom role as JSON')
  await expect(role).toBeHidden()
  await page.getByText('Show the role').focus()
  await page.keyboard.press('Enter')
  await expect(role).toContainText('"Name": "Peerwatch"')
  await page.setViewportSize({ width: 360, height: 800 })
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
})

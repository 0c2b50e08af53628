import { expect, test } from '@playwright/test'
import { settled } from './estate.ts'

test('every screen is two keys away', async ({ page }) => {
  await page.goto('/')
  await settled(page)
  for (const [key, name] of [
    ['c', 'Circuits'],
    ['g', 'Gateways'],
    ['b', 'Sessions'],
    ['r', 'Routes'],
    ['e', 'Events'],
    ['s', 'Sources'],
    ['o', 'Overview'],
  ] as const) {
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible()
  }
})

test('? shows the shortcuts, Escape closes them, / goes to the filter', async ({ page }) => {
  await page.goto('/circuits')
  await settled(page)
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await expect(help).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()
  await page.keyboard.press('/')
  const filter = page.getByRole('searchbox', { name: 'Filter circuits' })
  await expect(filter).toBeFocused()
  await page.keyboard.type('g c ?')
  await expect(filter).toHaveValue('g c ?')
  await page.keyboard.press('Escape')
  await expect(filter).not.toBeFocused()
})

test('the first Tab offers to skip the navigation', async ({ page }) => {
  await page.goto('/')
  await settled(page)
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to content' })
  await expect(skip).toBeFocused()
  await expect(skip).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
})

test('a circuit is reached and left without a mouse', async ({ page }) => {
  await page.goto('/circuits')
  await settled(page)
  await page.keyboard.press('/')
  await page.keyboard.type('amsterdam')
  const link = page.getByRole('link', { name: 'erc-amsterdam' })
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab')
    if (await link.evaluate((element) => element === document.activeElement)) break
  }
  await expect(link).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'erc-amsterdam' })).toBeVisible()
})

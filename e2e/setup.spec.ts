import { expect, test } from '@playwright/test'
import type { SetupResponse } from '#lib/setup/api/index.ts'
import { findAccessibilityViolations } from './accessibility.ts'
import { alterApiResponses, awaitContentAfterRefetch } from './altered-answers.ts'
import { waitUntilPageSettled } from './estate.ts'

test('Setup is reached from Settings, and shows the role by keyboard', async ({ page }) => {
  await page.goto('/settings/declarations')
  await waitUntilPageSettled(page)
  const tabs = page.getByRole('navigation', { name: 'Settings' })
  await tabs.getByRole('link', { name: 'Data sources' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sources' })).toBeVisible()
  await page.getByRole('link', { name: 'Setup', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Setup', exact: true })).toBeVisible()
  await expect(tabs.getByRole('link', { name: 'Data sources' })).toHaveAttribute('aria-current', 'page')
  const screens = page.getByRole('navigation', { name: 'Screens' })
  await expect(screens.getByRole('link', { name: 'Settings' })).toHaveAttribute('aria-current', 'page')
  const role = page.getByLabel('Custom role as JSON')
  await expect(role).toBeHidden()
  await page.getByText('Show the role').focus()
  await page.keyboard.press('Enter')
  await expect(role).toContainText('"Name": "Peerwatch"')
  await page.setViewportSize({ width: 360, height: 800 })
  const violations = await findAccessibilityViolations(page)
  expect(violations.map(({ id }) => id)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
})

test('Setup shows problems first with a command to copy, folds what is fine, and says before the first report what to do', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const check = {
    title: '',
    about: 'About it.',
    detail: 'Found.',
    lines: [],
    intervals: null,
    remedy: null,
    commands: [],
  }
  let isReported = true
  await alterApiResponses<SetupResponse>(page, /\/api\/v1\/setup$/, (data) => ({
    ...data,
    checkedAt: isReported ? new Date().toISOString() : null,
    checks: isReported
      ? [
          { ...check, id: 'node', title: 'Node', state: 'pass' },
          { ...check, id: 'metrics', title: 'Metrics', state: 'skip' },
          { ...check, id: 'rights', title: 'Rights', state: 'warn', commands: ['az role first', 'az role second'] },
          { ...check, id: 'disk', title: 'Disk', state: 'fail', remedy: 'Free disk space.' },
        ]
      : [],
  }))
  await page.goto('/setup')
  await waitUntilPageSettled(page)
  const main = page.getByRole('main')
  await awaitContentAfterRefetch(page, main.getByRole('heading', { name: /^Failed/ }))
  await expect(main.getByRole('heading', { level: 2 })).toHaveText([
    /^Failed/,
    /^Limited/,
    /^Not checked/,
    'OK',
    'Proposals',
    'Custom role',
  ])
  await expect(page.getByText('FAILED 1', { exact: true })).toBeVisible()
  const fine = main.getByRole('listitem').filter({ hasText: 'Node' })
  await expect(fine).toBeHidden()
  await main.getByRole('heading', { name: 'OK', exact: true }).click()
  await expect(fine).toBeVisible()
  await page.getByRole('button', { name: 'Copy the command az role second' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('az role second')
  isReported = false
  await awaitContentAfterRefetch(page, main.getByText('npm run doctor'))
  await expect(main.getByRole('heading', { level: 2 })).toHaveText(['Checks', 'Proposals', 'Custom role'])
})

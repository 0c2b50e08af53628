import { expect, test } from '@playwright/test'
import { waitUntilPageSettled } from './estate.ts'
import { SeverableProxy } from './severable-proxy.ts'

test('a web that dies is reported at once, and its return is noticed by itself', async ({ page, baseURL }) => {
  const proxy = new SeverableProxy(Number(new URL(baseURL ?? '').port))
  await proxy.open()
  try {
    await page.goto(`http://127.0.0.1:${proxy.port}/circuits`)
    await waitUntilPageSettled(page)
    await expect(page.locator('[data-stream=live]')).toBeVisible()
    await proxy.cut()
    const banner = page.getByRole('banner').getByRole('alert')
    await expect(banner).toContainText('THIS SCREEN IS OFFLINE')
    await expect(page.getByRole('main'), 'no state keeps its colour').toHaveCSS('filter', 'grayscale(1)')
    await expect(banner).toContainText(/Data last known at \d\d:\d\d:\d\d UTC/)
    await expect(page.getByRole('link', { name: 'erc-amsterdam' })).toBeVisible()
    // only the banner reports it, because a notice in each panel would shift the layout
    await expect(page.getByText('No answer', { exact: true })).toHaveCount(0)
    // a click on a link is ignored, because the browser could not load another page
    await page.getByRole('navigation', { name: 'Network' }).getByRole('link', { name: 'Sessions' }).click()
    await expect(page.getByText('Offline: this page stays open', { exact: true })).toBeVisible()
    await page.keyboard.press('g')
    await page.keyboard.press('s')
    await expect(page).toHaveURL(/\/circuits$/)
    await expect(page.getByRole('link', { name: 'erc-amsterdam' })).toBeVisible()
    await proxy.open()
    await expect(banner).toBeEmpty()
    await expect(page.locator('[data-stream=live]')).toBeVisible()
  } finally {
    await proxy.cut()
  }
})

test('two tabs share one stream, and the second goes on when the first is closed', async ({ context }) => {
  const first = await context.newPage()
  await first.goto('/circuits')
  await expect(first.locator('[data-stream=live]')).toBeVisible()
  const second = await context.newPage()
  let streams = 0
  second.on('request', (request) => {
    if (request.url().endsWith('/api/v1/stream')) streams++
  })
  await second.goto('/gateways')
  await expect(second.locator('[data-stream=live]')).toBeVisible()
  expect(streams).toBe(0)
  await first.close()
  await expect.poll(() => streams).toBeGreaterThan(0)
  await expect(second.locator('[data-stream=live]')).toBeVisible()
})

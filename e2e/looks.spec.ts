import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { circuitNamed, gatewayNamed, screens, settled } from './estate.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme })

    for (const { path, name } of screens) {
      test(`${name} has no accessibility violation`, async ({ page }) => {
        await page.goto(path)
        await settled(page)
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
      })
    }

    test('a circuit and a gateway have no accessibility violation', async ({ page, request }) => {
      const circuit = await circuitNamed(request, 'erc-london')
      const gateway = await gatewayNamed(request, 'ergw-hub')
      for (const path of [`/circuits/${circuit.id}`, `/gateways/${gateway.id}`]) {
        await page.goto(path)
        await settled(page)
        expect((await new AxeBuilder({ page }).analyze()).violations, path).toEqual([])
      }
    })
  })
}

for (const width of [360, 1440, 3840]) {
  test(`no page scrolls sideways at ${width} px`, async ({ page, request }) => {
    const circuit = await circuitNamed(request, 'erc-london')
    const gateway = await gatewayNamed(request, 'ergw-hub')
    await page.setViewportSize({ width, height: 900 })
    for (const path of [
      ...screens.map((screen) => screen.path),
      `/circuits/${circuit.id}`,
      `/gateways/${gateway.id}`,
    ]) {
      await page.goto(path)
      await settled(page)
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(excess, path).toBe(0)
    }
  })
}

test('the theme is remembered, and the next page is drawn in it at once', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: /^Theme:/ }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const html = await (await page.request.get('/circuits')).text()
  expect(html).toContain('data-theme="dark"')
})

test.describe('in another zone', () => {
  test.use({ timezoneId: 'Asia/Kolkata' })

  test('times are UTC until local time is asked for, which is remembered', async ({ page }) => {
    await page.goto('/')
    await settled(page)
    await expect(page.getByText(/as of \d\d:\d\d:\d\d UTC$/).first()).toBeVisible()
    await page.getByRole('button', { name: /show local time/ }).click()
    await expect(page.getByText(/as of \d\d:\d\d:\d\d UTC\+5:30$/).first()).toBeVisible()
    await page.reload()
    await expect(page.getByText(/as of \d\d:\d\d:\d\d UTC\+5:30$/).first()).toBeVisible()
  })
})

test('no page complains in the console, and none is kept from its scripts by the security policy', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  for (const { path } of screens) {
    const response = await page.goto(path)
    expect(response?.headers()['content-security-policy']).toContain("script-src 'self' 'nonce-")
    expect(response?.headers()['x-powered-by']).toBeUndefined()
    await settled(page)
  }
  expect(complaints).toEqual([])
})

import { expect, type Page, test } from '@playwright/test'
import { findAccessibilityViolations } from './accessibility.ts'
import { waitForCircuitByName, waitForGatewayByName, waitUntilPageSettled } from './estate.ts'
import { tagLongIf } from './long.ts'

const mapOf = (page: Page) => page.getByRole('group', { name: 'Estate map' })

test('the map shows each circuit with both paths, its gateway and what lies behind it, is walked by keyboard, and opens by Enter', async ({
  page,
  request,
}) => {
  await waitForCircuitByName(request, 'erc-amsterdam')
  await waitForGatewayByName(request, 'ergw-hub')
  await page.goto('/')
  await waitUntilPageSettled(page)
  const map = mapOf(page)
  await expect(map.getByRole('link', { name: /^erc-amsterdam, .+, 1 Gb\/s, Colt$/ })).toBeVisible()
  for (const path of ['primary', 'secondary']) {
    await expect(
      map.getByRole('link', { name: new RegExp(`^erc-amsterdam, ${path} path( over IPv4 and IPv6)?: [A-Z]+`) }),
    ).toBeVisible()
  }
  await expect(map.getByRole('link', { name: /^ergw-hub, ExpressRoute gateway in uksouth: / })).toBeVisible()
  await expect(map.getByRole('link', { name: /^vnet-spoke-erp, peered with vnet-hub-uks: it reaches/ })).toBeVisible()
  await expect(
    map.getByRole('link', { name: /^vnet-spoke-lab, peered .* it does not use remote gateways$/ }),
  ).toBeVisible()
  await expect(map.getByRole('link', { name: /^cxn-vpn-leeds, VPN tunnel of vpngw-hub: / })).toBeVisible()
  await map.getByRole('button', { name: 'Collapse London' }).click()
  await expect(map.getByRole('link', { name: /^2 circuits in London: / })).toBeVisible()
  await expect(page).toHaveURL(/turned=London/)
  const circuit = map.getByRole('link', { name: /^erc-johannesburg, .+, 500 Mb\/s/ })
  await expect(async () => {
    await page.keyboard.press('Tab')
    const isReached = await circuit.evaluateAll(([link]) => link !== undefined && link === document.activeElement)
    expect(isReached).toBe(true)
  }).toPass({ intervals: [0], timeout: 90_000 })
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'erc-johannesburg' })).toBeVisible()
})

test('without room for a picture the map is a list of the same resources', tagLongIf(true), async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 })
  await page.goto('/')
  await waitUntilPageSettled(page)
  await expect(mapOf(page)).toBeHidden()
  const place = page.getByRole('region', { name: 'Amsterdam' })
  await expect(place.getByRole('link', { name: /erc-amsterdam/ })).toBeVisible()
  expect(await findAccessibilityViolations(page)).toEqual([])
})

import { type APIRequestContext, expect, type Page } from '@playwright/test'
import { violationsOf } from './accessibility.ts'
import { circuitNamed, gatewayNamed, hubPage, namesOf, outageOf, screens, sessionOf } from './estate.ts'
import { lengthenNames, sidewaysExcess } from './long-names.ts'

export interface View {
  name: string
  pathOf: (request: APIRequestContext) => Promise<string>
}

export const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

const viewAt = (name: string, path: string): View => ({ name, pathOf: async () => path })

/**
 * The screens, one page of each kind of resource, and the routes of an address. The wall display has separate tests.
 */
export const mainViews: View[] = [
  ...screens.map(({ name, path }) => viewAt(name, path)),
  viewAt('Hubs', '/hubs'),
  { name: 'a hub', pathOf: hubPage },
  // the demo cuts a path of erc-london while the first tests run
  { name: 'a circuit', pathOf: async (request) => `/circuits/${(await circuitNamed(request, 'erc-amsterdam')).id}` },
  { name: 'a gateway', pathOf: async (request) => `/gateways/${(await gatewayNamed(request, 'ergw-hub')).id}` },
  { name: 'a session', pathOf: async (request) => sessionOf(request, await gatewayNamed(request, 'ergw-hub')) },
  { name: 'an incident', pathOf: async (request) => `/incidents/${(await outageOf(request)).id}` },
  viewAt('where an address went', `/routes?ip=10.10.4.7&at=${daysAgo(0.25)}`),
]

/** Views that one more click opens on a screen. */
export const furtherViews: View[] = [
  viewAt('where nobody polled', `/routes?ip=10.10.5.9&at=${daysAgo(40)}`),
  viewAt('two tables compared', `/routes?view=diff&from=${daysAgo(13)}`),
  viewAt('the history of a prefix', '/routes?view=history&prefix=10.10.0.0/16&range=30d'),
  viewAt('intent', '/resilience?tab=intent'),
  viewAt('a drill to announce', '/resilience?tab=drills&lose=location:London'),
  viewAt('most changes', '/routes?view=churn&range=30d'),
  viewAt('thresholds', '/settings/thresholds'),
  viewAt('notifications', '/settings/notifications'),
  viewAt('who is on call', '/settings/on-call'),
  viewAt('reports by mail', '/settings/reports'),
  viewAt('the audit', '/settings/audit'),
  ...['traffic', 'configuration', 'lifecycle'].map((tab) => ({
    name: `a circuit, ${tab}`,
    pathOf: async (request: APIRequestContext) =>
      `/circuits/${(await circuitNamed(request, 'erc-london')).id}?tab=${tab}`,
  })),
]

export type Theme = 'light' | 'dark'

/**
 * Draws the page in a theme and expects no accessibility violation. Waits two frames, because a color transition ends a
 * frame later, and text has an intermediate color until then.
 * @param options.rules rules of axe; absent = all
 * @param options.rows number of checked rows of each table; absent = all
 */
export async function expectAccessible(
  page: Page,
  theme: Theme,
  options: { rules?: string[]; rows?: number } = {},
): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await page.evaluate(async () => {
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    await nextFrame()
    await nextFrame()
  })
  expect(await violationsOf(page, options), theme).toEqual([])
}

/**
 * Expects that the page does not scroll sideways at any of these widths, in CSS pixels, even with the longest names of
 * resources.
 */
export async function expectToFit(page: Page, request: APIRequestContext, widths: readonly number[]): Promise<void> {
  await lengthenNames(page, await namesOf(request))
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    await expect.poll(() => sidewaysExcess(page), `at ${width} px`).toEqual([])
  }
}

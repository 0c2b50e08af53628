import { type APIRequestContext, expect, type Page } from '@playwright/test'
import { findAccessibilityViolations } from './accessibility.ts'
import {
  waitForCircuitByName,
  waitForGatewayByName,
  getDemoHubPagePath,
  fetchAllResourceNames,
  fetchLondonOutageIncident,
  screensWithPathAndName,
  fetchGatewaySessionPagePath,
} from './estate.ts'
import { lengthenResourceNames, findElementsBeyondRightEdge } from './long-names.ts'

export interface TestedPageView {
  name: string
  pathOf: (request: APIRequestContext) => Promise<string>
}

export const getIsoTimeDaysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

const viewAt = (name: string, path: string): TestedPageView => ({ name, pathOf: async () => path })

/**
 * The screens, one page of each kind of resource, and the routes of an address. The wall display has separate tests.
 */
export const mainPageViews: TestedPageView[] = [
  ...screensWithPathAndName.map(({ name, path }) => viewAt(name, path)),
  viewAt('Hubs', '/hubs'),
  { name: 'a hub', pathOf: getDemoHubPagePath },
  // the demo cuts a path of erc-london while the first tests run
  {
    name: 'a circuit',
    pathOf: async (request) => `/circuits/${(await waitForCircuitByName(request, 'erc-amsterdam')).id}`,
  },
  { name: 'a gateway', pathOf: async (request) => `/gateways/${(await waitForGatewayByName(request, 'ergw-hub')).id}` },
  {
    name: 'a session',
    pathOf: async (request) => fetchGatewaySessionPagePath(request, await waitForGatewayByName(request, 'ergw-hub')),
  },
  { name: 'an incident', pathOf: async (request) => `/incidents/${(await fetchLondonOutageIncident(request)).id}` },
  viewAt('where an address went', `/routes?ip=10.10.4.7&at=${getIsoTimeDaysAgo(0.25)}`),
]

/** Views that one more click opens on a screen. */
export const viewsOneClickFurther: TestedPageView[] = [
  viewAt('where nobody polled', `/routes?ip=10.10.5.9&at=${getIsoTimeDaysAgo(40)}`),
  viewAt('two tables compared', `/routes?view=diff&from=${getIsoTimeDaysAgo(13)}`),
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
      `/circuits/${(await waitForCircuitByName(request, 'erc-london')).id}?tab=${tab}`,
  })),
]

export type PageTheme = 'light' | 'dark'

/**
 * Draws the page in a theme and expects no accessibility violation. Waits two frames, because a color transition ends a
 * frame later, and text has an intermediate color until then.
 * @param options.rules rules of axe; absent = all
 * @param options.rows number of checked rows of each table; absent = all
 */
export async function expectNoAccessibilityViolations(
  page: Page,
  theme: PageTheme,
  options: { rules?: string[]; rows?: number } = {},
): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await page.evaluate(async () => {
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    await nextFrame()
    await nextFrame()
  })
  expect(await findAccessibilityViolations(page, options), theme).toEqual([])
}

/**
 * Expects that the page does not scroll sideways at any of these widths, in CSS pixels, even with the longest names of
 * resources.
 */
export async function expectToFit(page: Page, request: APIRequestContext, widths: readonly number[]): Promise<void> {
  await lengthenResourceNames(page, await fetchAllResourceNames(request))
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    await expect.poll(() => findElementsBeyondRightEdge(page), `at ${width} px`).toEqual([])
  }
}

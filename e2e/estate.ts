import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type APIRequestContext, expect, type Page } from '@playwright/test'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Gateway, Hub } from '#lib/gateways/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'

/** The screens with their names. Circuit and gateway pages need an ID: see {@link waitForCircuitByName}. */
export const screensWithPathAndName = [
  { path: '/', name: 'Home' },
  { path: '/circuits', name: 'Circuits' },
  { path: '/gateways', name: 'Gateways' },
  { path: '/networks', name: 'Networks' },
  { path: '/sessions', name: 'Sessions' },
  { path: '/routes?view=table', name: 'Routes' },
  { path: '/incidents', name: 'Incidents' },
  { path: '/events', name: 'Events' },
  { path: '/handover', name: 'Handover' },
  { path: '/resilience', name: 'Resilience' },
  { path: '/cost', name: 'Cost' },
  { path: '/sources', name: 'Sources' },
  { path: '/settings/declarations', name: 'Settings' },
]

/** Returns the answer of the API. A connection that the server closes at that moment is opened again. */
export async function fetchApiResponseBody<Body>(request: APIRequestContext, path: string): Promise<Body> {
  const response = await request.get(`/api/v1/${path}`, { maxRetries: 3 })
  expect(response.status(), path).toBe(200)
  return (await response.json()) as Body
}

async function list<Row>(request: APIRequestContext, path: string): Promise<Row[]> {
  return (await fetchApiResponseBody<{ data: Row[] }>(request, path)).data
}

/** Returns a circuit of the estate after it was discovered, which takes a moment after the start. */
export async function waitForCircuitByName(request: APIRequestContext, name: string): Promise<Circuit> {
  return found(async () => (await list<Circuit>(request, 'circuits')).find((circuit) => circuit.name === name), name)
}

export async function waitForGatewayByName(request: APIRequestContext, name: string): Promise<Gateway> {
  return found(async () => (await list<Gateway>(request, 'gateways')).find((gateway) => gateway.name === name), name)
}

/** Returns the page of the demo's circuit whose traffic moved once. */
export async function getLondonCircuitPagePath(request: APIRequestContext): Promise<string> {
  return `/circuits/${(await waitForCircuitByName(request, 'erc-london')).id}`
}

/** Returns the page of the demo's hub. */
export async function getDemoHubPagePath(request: APIRequestContext): Promise<string> {
  const { id } = await found(async () => (await list<Hub>(request, 'hubs')).find(({ kind }) => kind === 'hub'), 'a hub')
  return `/hubs/${id}`
}

/** Returns the Azure names of all circuits, gateways, networks and hubs. */
export async function fetchAllResourceNames(request: APIRequestContext): Promise<string[]> {
  const resources = ['circuits', 'gateways', 'networks', 'hubs'].map((resources) =>
    list<{ name: string }>(request, resources),
  )
  return (await Promise.all(resources)).flat().map(({ name }) => name)
}

/** Returns the page of a gateway's session with an MSEE. */
export async function fetchGatewaySessionPagePath(request: APIRequestContext, { id }: Gateway): Promise<string> {
  const ends = await found(
    async () => (await list<BgpSession>(request, `sessions?scope=${id}`)).find(({ role }) => role === 'msee'),
    'a session',
  )
  return `/sessions/${id}/${ends.localAddress}~${ends.neighbor}`
}

/** Returns the past outage of the demo in which London's traffic moved to Amsterdam. */
export async function fetchLondonOutageIncident(request: APIRequestContext): Promise<Incident> {
  const { id } = await waitForCircuitByName(request, 'erc-london')
  const closed = await list<Incident>(request, `incidents?scope=${id}&state=closed&limit=100`)
  const outage = closed.find(({ root }) => root?.kind === 'circuit_down')
  expect(outage, 'the past holds the outage').toBeDefined()
  return outage as Incident
}

async function found<Found>(check: () => Promise<Found | undefined>, name: string): Promise<Found> {
  let resource: Found | undefined
  await expect
    .poll(async () => {
      resource = await check()
      return resource !== undefined
    }, `${name} is discovered`)
    .toBe(true)
  return resource as Found
}

/** Waits until all first queries of the page have finished and the page reacts to keys and clicks. */
export async function waitUntilPageSettled(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
  await hearing(page)
}

/**
 * Waits until the page's scripts have hydrated the server's rendering, because earlier keys and clicks have no effect.
 * The outermost effect opens the event stream, so all listeners are in place once it is connected.
 */
async function hearing(page: Page): Promise<void> {
  const isTaken = () =>
    document.querySelector('[data-stream=connecting]') === null &&
    [...document.querySelectorAll('a, button, input, select')].every((element) =>
      Object.keys(element).some((key) => key.startsWith('__reactProps')),
    )
  await expect.poll(() => page.evaluate(isTaken), 'the page learns keys').toBe(true)
}

/**
 * Opens a screen with `g` and a key. On a slow machine, the first key expires before the second, so both are repeated
 * until the screen is shown.
 */
export async function goByKeys(page: Page, key: string, heading: string | RegExp): Promise<void> {
  const title = page.getByRole('heading', { level: 1, name: heading, exact: true })
  await expect(async () => {
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    await expect(title).toBeVisible({ timeout: 10_000 })
  }).toPass()
}

/**
 * Returns the text that a click copies to the clipboard. The page shows "Copied" only for a moment, so the page itself
 * observes it.
 */
export async function captureCopiedText(page: Page, press: () => Promise<void>): Promise<string> {
  await page.evaluate(() => {
    const seen = new MutationObserver(() => {
      const isSaid = [...document.querySelectorAll('button')].some((button) => button.textContent?.trim() === 'Copied')
      if (isSaid) document.documentElement.dataset.copied = 'yes'
    })
    delete document.documentElement.dataset.copied
    seen.observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  await press()
  await expect(page.locator('html')).toHaveAttribute('data-copied', 'yes')
  return page.evaluate(() => navigator.clipboard.readText())
}

/**
 * Returns the address of the simulator's control API, from the file with the environment of the running instance. A page
 * has the address too, but loading the page takes seconds of CPU time.
 */
function readSimulatorControlAddress(): string {
  const file = path.join(process.env.PEERWATCH_E2E_DATA_DIR ?? '', 'run/environment.json')
  const environment = JSON.parse(readFileSync(file, 'utf8')) as { AZURE_RESOURCE_MANAGER_URL: string }
  return `${environment.AZURE_RESOURCE_MANAGER_URL}/_control`
}

/** Starts an event on the simulated estate. The returned function ends only this event. */
export async function startSimulatedEvent(request: APIRequestContext, data: object): Promise<() => Promise<void>> {
  const control = readSimulatorControlAddress()
  const asked = await request.post(`${control}/happenings`, { data })
  expect(asked.status()).toBe(201)
  const { id } = (await asked.json()) as { id: string }
  return async () => {
    expect((await request.post(`${control}/restore`, { data: { id }, maxRetries: 3 })).status()).toBe(200)
  }
}

/**
 * Limits an event that is started on a page to the resources in `only`, instead of all of Azure, and restores only this
 * event, because other tests use the same estate.
 */
export async function limitSimulatedEventToResources(page: Page, only: object = {}): Promise<void> {
  let started: string | undefined
  await page.route('**/_control/happenings', async (route) => {
    const response = await route.fetch({ postData: { ...route.request().postDataJSON(), ...only } })
    const happening = (await response.json()) as { id: string }
    started = happening.id
    await route.fulfill({ response, json: happening })
  })
  await page.route('**/_control/restore', (route) => route.continue({ postData: { id: started ?? 'none' } }))
}

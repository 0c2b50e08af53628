import { type APIRequestContext, expect, type Page } from '@playwright/test'
import type { Circuit, Gateway } from '#lib/contract/index.ts'

/** The screens, with what each is called. Circuit and gateway pages need an id: see {@link circuitNamed}. */
export const screens = [
  { path: '/', name: 'Overview' },
  { path: '/circuits', name: 'Circuits' },
  { path: '/gateways', name: 'Gateways' },
  { path: '/sessions', name: 'Sessions' },
  { path: '/routes', name: 'Routes' },
  { path: '/events', name: 'Events' },
  { path: '/sources', name: 'Sources' },
]

async function list<Row>(request: APIRequestContext, path: string): Promise<Row[]> {
  const response = await request.get(`/api/v1/${path}`)
  expect(response.status(), path).toBe(200)
  return ((await response.json()) as { data: Row[] }).data
}

/** A circuit of the estate, waited for: discovery takes a moment after the start. */
export async function circuitNamed(request: APIRequestContext, name: string): Promise<Circuit> {
  return found(async () => (await list<Circuit>(request, 'circuits')).find((circuit) => circuit.name === name), name)
}

export async function gatewayNamed(request: APIRequestContext, name: string): Promise<Gateway> {
  return found(async () => (await list<Gateway>(request, 'gateways')).find((gateway) => gateway.name === name), name)
}

async function found<Thing>(look: () => Promise<Thing | undefined>, name: string): Promise<Thing> {
  let thing: Thing | undefined
  await expect
    .poll(async () => {
      thing = await look()
      return thing !== undefined
    }, `${name} is discovered`)
    .toBe(true)
  return thing as Thing
}

/** Waits until nothing on the page is being read for the first time. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
}

/** The address of the simulator's control, which the page itself speaks to. */
export async function controlOf(page: Page): Promise<string> {
  const [request] = await Promise.all([page.waitForRequest(/\/_control\/state$/), page.goto('/')])
  return request.url().replace(/\/state$/, '')
}

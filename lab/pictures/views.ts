import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { EstateOverview } from '#lib/overview/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { fetchList } from '../product/list.ts'

/** IDs of the resources that the pictures show. */
export interface PicturedResourceIds {
  circuit: string
  gateway: string
  /** path of a session's page */
  session: string
  incident: string
}

export interface PicturedView {
  name: string
  /** description of the visible content, in one sentence */
  shows: string
  pathOf: (places: PicturedResourceIds) => string
  /** action before the picture is taken */
  act?: (page: Page) => Promise<void>
  /** whether the picture shows the print layout, on A4 */
  onPaper?: boolean
  /** whether the view has only one style and fills a screen without scrolling */
  isWall?: boolean
  /** whether the view is a dialog over the page, so that only the viewport is taken */
  isOverlay?: boolean
}

const ago = (hours: number) => new Date(Date.now() - hours * MS_PER_HOUR).toISOString()
const at = (path: string) => () => path

export const picturedViews: PicturedView[] = [
  {
    name: 'overview',
    shows: 'Counts by state, what is open, three places to start, the estate on one drawing, what it costs this month.',
    pathOf: at('/'),
  },
  {
    name: 'wall',
    shows: 'A tile for each resource, worst first, legible at five metres; always dark.',
    pathOf: at('/wall'),
    isWall: true,
  },
  { name: 'circuits', shows: 'All circuits with both paths and what they carry.', pathOf: at('/circuits') },
  {
    name: 'circuit',
    shows: 'One circuit: what is open, both paths, all of its history on one axis of time, parity, bytes by month.',
    pathOf: ({ circuit }) => `/circuits/${circuit}`,
  },
  { name: 'gateways', shows: 'All gateways with instances and connections.', pathOf: at('/gateways') },
  {
    name: 'gateway',
    shows: 'One gateway: instances by neighbours, sessions, load against its SKU, connections.',
    pathOf: ({ gateway }) => `/gateways/${gateway}`,
  },
  {
    name: 'sessions',
    shows: 'All BGP sessions; those that never came up are outside the counts.',
    pathOf: at('/sessions'),
  },
  {
    name: 'session',
    shows: 'One session: its state, prefixes and events over time.',
    pathOf: ({ session }) => session,
  },
  { name: 'routes', shows: 'Churn, and the route tables as of a moment.', pathOf: at('/routes') },
  {
    name: 'routes-lookup',
    shows: 'The route of an address six hours ago: each candidate with rank and reason.',
    pathOf: () => `/routes?ip=10.10.4.7&at=${ago(6)}`,
  },
  {
    name: 'routes-diff',
    shows: 'The tables of two moments compared.',
    pathOf: () => `/routes?view=diff&from=${ago(13 * 24)}`,
  },
  {
    name: 'routes-history',
    shows: 'A prefix over 30 days: a track for each source and peer, a colour for each path.',
    pathOf: at('/routes?view=history&prefix=10.10.0.0/16&range=30d'),
  },
  {
    name: 'routes-churn',
    shows: 'The prefixes with the most changes in 30 days.',
    pathOf: at('/routes?view=churn&range=30d'),
  },
  { name: 'incidents', shows: 'Open and closed incidents.', pathOf: at('/incidents') },
  {
    name: 'incident',
    shows:
      'The outage of the demo’s past: how long within bounds, its owner, every track on one axis, causes with evidence.',
    pathOf: ({ incident }) => `/incidents/${incident}`,
  },
  {
    name: 'post-mortem',
    shows: 'The same incident as it is printed.',
    pathOf: ({ incident }) => `/incidents/${incident}`,
    onPaper: true,
  },
  { name: 'events', shows: 'The event log of 7 days with its filters.', pathOf: at('/events?range=7d') },
  { name: 'handover', shows: 'The handover from one shift to the next.', pathOf: () => `/handover?since=${ago(24)}` },
  {
    name: 'cost',
    shows: 'The weekly review: each circuit, what it will cost, whether to switch, and the assumptions.',
    pathOf: at('/cost'),
  },
  { name: 'cost-review', shows: 'The weekly review as it is printed.', pathOf: at('/cost'), onPaper: true },
  {
    name: 'sources',
    shows: 'Polls by source and kind; errors with their remedies.',
    pathOf: at('/sources'),
  },
  { name: 'settings-declarations', shows: 'Facts that an operator declares.', pathOf: at('/settings/declarations') },
  {
    name: 'settings-thresholds',
    shows: 'Detection thresholds with value and source.',
    pathOf: at('/settings/thresholds'),
  },
  {
    name: 'settings-notifications',
    shows: 'Who is notified, and what was sent.',
    pathOf: at('/settings/notifications'),
  },
  { name: 'settings-audit', shows: 'Requests for service keys.', pathOf: at('/settings/audit') },
  {
    name: 'ticket',
    shows: 'The text of a ticket about a circuit.',
    pathOf: ({ circuit }) => `/circuits/${circuit}`,
    isOverlay: true,
    act: async (page) => {
      await page
        .getByRole('button', { name: /^Ticket text about/ })
        .first()
        .click()
      await page.getByRole('dialog').getByText('Circuit').first().waitFor()
    },
  },
  {
    name: 'palette',
    shows: 'What is found by “lon”.',
    pathOf: at('/'),
    isOverlay: true,
    act: async (page) => {
      await page.keyboard.press('/')
      await page.getByRole('combobox', { name: 'Go to' }).fill('lon')
    },
  },
]

/** Waits until discovery has found the resources of the pictures and the month's cost is available. */
export async function findPicturedResourceIds(url: string): Promise<PicturedResourceIds> {
  const circuit = await found(async () => named(await fetchList<Circuit>(url, 'circuits'), 'erc-london'))
  const gateway = await found(async () => named(await fetchList<Gateway>(url, 'gateways'), 'ergw-hub'))
  const session = await found(async () =>
    (await fetchList<BgpSession>(url, `sessions?scope=${gateway.id}`)).find(({ role }) => role === 'msee'),
  )
  const closed = `incidents?scope=${circuit.id}&state=closed&limit=100`
  const incident = await found(async () =>
    (await fetchList<Incident>(url, closed)).find(({ root }) => root?.kind === 'circuit_down'),
  )
  await found(async () => (await readOverview(url)).cost ?? undefined)
  return {
    circuit: circuit.id,
    gateway: gateway.id,
    session: `/sessions/${gateway.id}/${session.localAddress}~${session.neighbor}`,
    incident: incident.id,
  }
}

const readOverview = async (url: string): Promise<EstateOverview> =>
  ((await (await fetch(`${url}/api/v1/overview`)).json()) as { data: EstateOverview }).data

const named = <Item extends { name: string }>(items: readonly Item[], name: string) =>
  items.find((item) => item.name === name)

/** Maximum attempts, one per second. Forecasts take minutes on a busy machine. */
const ATTEMPTS = 900

async function found<Item>(find: () => Promise<Item | undefined>): Promise<Item> {
  for (let attempts = 0; attempts < ATTEMPTS; attempts++) {
    const item = await find()
    if (item) return item
    await delay(1_000)
  }
  throw new Error('what the pictures are of was not there within a quarter of an hour')
}

import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { MetricRow, ResourceRow } from '#lib/contract/index.ts'
import {
  ensurePartitions,
  getOrCreateSourceId,
  recordObservation,
  computeShortId,
  upsertEvents,
} from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getLinkUptime } from './link-uptime.ts'
import { readExpressRoutePortsPage } from './ports.ts'
import { storedOutage } from '#lib/questions/testing/stored-outage.ts'
import { createCircuitRow, circuitId } from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const SUBSCRIPTION = '/subscriptions/99999999-2222-3333-4444-555555555555'
const PORT = `${SUBSCRIPTION}/resourceGroups/rg-edge/providers/Microsoft.Network/expressRoutePorts/erd-london`
const PORTS = 'microsoft.network/expressrouteports'

const link = (name: string, adminState: string) => ({
  name,
  properties: { adminState, routerName: 'lon-06gmr', interfaceName: `HundredGigE0/0/0/${name}`, connectorType: 'LC' },
})
const port: ResourceRow = {
  resourceId: PORT,
  type: PORTS,
  name: 'erd-london',
  subscriptionId: SUBSCRIPTION.split('/')[2] ?? '',
  resourceGroup: 'rg-edge',
  location: 'uksouth',
  config: {
    properties: {
      peeringLocation: 'London2',
      bandwidthInGbps: 100,
      provisionedBandwidthInGbps: 10,
      encapsulation: 'Dot1Q',
      circuits: [
        { id: circuitId('direct') },
        { id: `${SUBSCRIPTION}/resourceGroups/x/providers/Microsoft.Network/expressRouteCircuits/elsewhere` },
      ],
      links: [link('link1', 'Enabled'), link('link2', 'Enabled'), link('link3', 'Disabled')],
    },
  },
}

const metric = (name: string, own: string, average: number | null, lane?: string): MetricRow => ({
  metric: name,
  unit: 'Count',
  dimensions: { link: own, ...(lane === undefined ? {} : { lane }) },
  at: T,
  grainSeconds: 60,
  average,
  maximum: null,
  minimum: null,
  total: null,
})

async function record(kind: 'inventory' | 'metrics', resourceId: string, rows: unknown) {
  const target = { resourceId, subresource: '' }
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const observation = {
    target,
    kind,
    startedAt: T + 240_000,
    finishedAt: T + 242_000,
    outcome: 'ok',
    error: null,
    silentInstances: [],
    budget: null,
    correlationId: 'test',
    rows,
  }
  await db.transaction((client) =>
    recordObservation(client, sourceId, observation as Parameters<typeof recordObservation>[2], {
      intervalSeconds: 300,
    }),
  )
}

const ask = async (now: number) =>
  allApiEndpoints.ports.response.parse(await readExpressRoutePortsPage(db, { limit: 100 }, now)).data

it('a port has its links with light and state as reported last, and its circuits', async () => {
  await ensurePartitions(db, T)
  await record('inventory', SUBSCRIPTION, {
    resources: [port, createCircuitRow('direct', { bandwidthInGbps: 10, expressRoutePort: { id: PORT } })],
    listedTypes: [PORTS, 'microsoft.network/expressroutecircuits'],
    failedTypes: [],
  })
  await record('metrics', PORT, [
    metric('LineProtocol', 'link1', 1),
    metric('LineProtocol', 'link2', 1),
    metric('RxLightLevel', 'link1', -3.2, '0'),
    metric('RxLightLevel', 'link2', -3.1, '0'),
    metric('RxLightLevel', 'link2', -10.6, '1'),
    metric('TxLightLevel', 'link2', -0.8, '0'),
    metric('TxLightLevel', 'link2', null, '1'),
    metric('TxLightLevel', 'link1', null, '0'),
    metric('PortBitsOutPerSecond', 'link1', 2e9),
  ])
  const [own, ...others] = await ask(T + 300_000)
  expect(others).toEqual([])
  expect(own).toMatchObject({
    name: 'erd-london',
    peeringLocation: 'London2',
    bandwidthGbps: 100,
    provisionedGbps: 10,
    lightLimits: { least: -10, most: 0 },
    circuits: [
      { name: 'direct', bandwidthMbps: 10_000 },
      { id: null, name: 'elsewhere', bandwidthMbps: null },
    ],
    links: [
      {
        name: 'link1',
        state: 'up',
        lineProtocol: 'up',
        rx: { dbm: -3.2, isLow: false, unknownLanes: 0 },
        tx: null,
        bitsOutPerSecond: 2e9,
      },
      {
        name: 'link2',
        state: 'degraded',
        rx: { dbm: -10.6, lane: '1', isLow: true },
        tx: { dbm: -0.8, unknownLanes: 1 },
      },
      { name: 'link3', state: 'disabled', lineProtocol: 'unknown' },
    ],
  })
})

it('what Azure Monitor has not reported lately is unknown, and no light', async () => {
  const [own] = await ask(T + 6 * 60 * 60_000)
  expect(own?.links.map(({ state, rx }) => [state, rx])).toEqual([
    ['unknown', null],
    ['unknown', null],
    ['disabled', null],
  ])
})

it('the days of a link are what was reported of it, with its low light, and nothing else', async () => {
  const bounds = (at: number) => ({ earliest: at, latest: at + 60_000 })
  const day = 24 * 60 * 60_000
  await upsertEvents(db.pool, await getOrCreateSourceId(db.pool, { resourceId: PORT, subresource: '' }), [
    {
      ...storedOutage('low', 'port_light_low', bounds(T - 20 * day), bounds(T - 20 * day + 600_000)),
      scope: computeShortId(PORT),
      subject: 'link2 Rx',
    },
  ])
  const answer = allApiEndpoints.linkUptime.response.parse(await getLinkUptime(db, { days: 30 }, T + 300_000))
  const [first, second] = answer.data
  expect(answer.data.map(({ link, days }) => [link, days.length])).toEqual([
    ['link1', 2],
    ['link2', 4],
    ['link3', 2],
  ])
  const unseen = { unknownSeconds: 86_400, downSeconds: { atLeast: 0, atMost: 0 } }
  expect(first?.days).toMatchObject([
    { days: 29, ...unseen },
    {
      from: '2026-11-20',
      seconds: 3 * 3_600 + 300,
      upSeconds: { atLeast: 60, atMost: 60 },
      unknownSeconds: 3 * 3_600 + 240,
    },
  ])
  expect(second?.days[1]).toMatchObject({
    from: '2026-10-31',
    days: 1,
    ...unseen,
    partDownSeconds: { atLeast: 540, atMost: 660 },
  })
})

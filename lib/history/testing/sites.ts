import { MINUTE } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { saveDetectionState } from '../store/detection-state.ts'
import { type Feed, newFeed, peerRow, routeRow } from './feed.ts'

/** Resources of one customer. Each feed is a source, and each list contains the sources of one resource. */
export interface Site {
  gateway: Feed[]
  circuit: Feed[]
  connection: Feed[]
  monitor: Feed[]
  /** inventory that lists the customer's circuit */
  inventory: Feed[]
}

export const T0 = Date.UTC(2026, 10, 20, 9)
export const poll = (n: number, rows: unknown) => ({
  startedAt: T0 + n * MINUTE,
  finishedAt: T0 + n * MINUTE + 2_000,
  rows,
})

/** Records three polls of each kind for some customers. The second one changes everything that has a history. */
export async function recordSites(db: Database, count: number): Promise<Site[]> {
  const sites: Site[] = []
  for (let n = 0; n < count; n++) {
    const site = await siteOf(db, n)
    for (const time of [0, 1, 2]) await recordSite(site, n, time)
    for (const { sourceId } of Object.values(site).flat()) await saveDetectionState(db.pool, sourceId, {})
    sites.push(site)
  }
  return sites
}

const PATHS = ['primary', 'secondary'] as const

async function siteOf(db: Database, n: number): Promise<Site> {
  const circuit = { type: 'expressRouteCircuits', name: `circuit-${n}` }
  return {
    gateway: [
      await newFeed(db, { name: `gateway-${n}` }),
      await newFeed(db, { name: `gateway-${n}`, subresource: '10.0.4.4' }),
    ],
    circuit: [
      await newFeed(db, circuit),
      ...(await Promise.all(
        PATHS.map((path) => newFeed(db, { ...circuit, subresource: `AzurePrivatePeering/${path}` })),
      )),
    ],
    connection: [await newFeed(db, { type: 'connections', name: `connection-${n}` })],
    monitor: [await newFeed(db, { type: 'networkWatchers/watcher/connectionMonitors', name: `monitor-${n}` })],
    inventory: [await newFeed(db, { type: 'inventories', name: `inventory-${n}` })],
  }
}

async function recordSite(
  { gateway, circuit, connection, monitor, inventory }: Site,
  n: number,
  time: number,
): Promise<void> {
  const isChanged = time === 1
  const routes = Array.from({ length: 6 }, (_, i) =>
    routeRow(`10.${n}.${i}.0/24`, { asPath: isChanged && i % 2 === 0 ? [12076, 65001, 65002] : [12076, 65001] }),
  )
  const tables = routes.map((route) => ({ ...route, instance: null }))
  const [own, neighbor] = gateway
  await own?.record('peers', poll(time, [peerRow({ state: isChanged ? 'idle' : 'established', routesReceived: time })]))
  await own?.record('learned', poll(time, isChanged ? routes.slice(0, 4) : routes))
  await neighbor?.record('advertised', poll(time, routes))
  const [whole, ...paths] = circuit
  await whole?.record(
    'stats',
    poll(
      time,
      PATHS.map((path) => ({ path, bytesIn: BigInt(time) * 1_000_000n, bytesOut: BigInt(time) * 2_000_000n })),
    ),
  )
  await whole?.record('metrics', poll(time, metrics('BitsInPerSecond', time)))
  for (const path of paths) {
    await path.record('tables', poll(time, tables))
    await path.record('arp', poll(time, [arp(isChanged ? 'aaaa.bbbb.dddd' : 'aaaa.bbbb.cccc')]))
    await path.record('summary', poll(time, [summary(isChanged ? 'idle' : 'established', 5 + time)]))
  }
  await connection[0]?.record('connection', poll(time, [connected(isChanged ? 'NotConnected' : 'Connected', time)]))
  await inventory[0]?.record('inventory', poll(time, listed(circuit[0]?.resourceId ?? '', time)))
  await monitor[0]?.record('probe', poll(time, metrics('RoundTripTimeMs', time)))
}

const arp = (macAddress: string) => ({ ageMinutes: 10, interface: 'On-Prem', ipAddress: '192.0.2.97', macAddress })

const summary = (state: string, prefixesReceived: number) => ({
  neighbor: '192.0.2.97',
  asn: 65001,
  state,
  azureState: state === 'established' ? String(prefixesReceived) : 'Idle',
  downReason: null,
  prefixesReceived,
  upDown: null,
})

const connected = (connectionStatus: string, time: number) => ({
  connectionStatus,
  routingWeight: 0,
  fastPath: false,
  counters: { path: null, bytesIn: BigInt(time) * 1_000n, bytesOut: BigInt(time) * 1_000n },
  tunnels: [],
})

const metrics = (metric: string, time: number) =>
  PATHS.map((peer) => ({
    metric,
    unit: 'BitsPerSecond',
    dimensions: { peeringtype: 'Private', peer },
    at: T0 + time * MINUTE,
    grainSeconds: 60,
    average: 100 + time,
    maximum: 200,
    minimum: 50,
    total: null,
  }))

const CIRCUITS = 'microsoft.network/expressroutecircuits'
const listed = (resourceId: string, time: number) => {
  const [name = '', subscriptionId = ''] = [resourceId.split('/').at(-1), resourceId.split('/')[2]]
  const config = { name, properties: { sku: time } }
  const resource = {
    resourceId,
    type: CIRCUITS,
    name,
    subscriptionId,
    resourceGroup: 'rg',
    location: 'uksouth',
    config,
  }
  return { resources: [resource], listedTypes: [CIRCUITS], failedTypes: [] }
}

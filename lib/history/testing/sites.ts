import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { saveDetectionState } from '../store/detection-state.ts'
import { type TestPollSource, createTestPollSource, peerRow, routeRow } from './feed.ts'

/** Resources of one customer. Each feed is a source, and each list contains the sources of one resource. */
export interface CustomerSitePollSources {
  gateway: TestPollSource[]
  circuit: TestPollSource[]
  connection: TestPollSource[]
  monitor: TestPollSource[]
  /** inventory that lists the customer's circuit */
  inventory: TestPollSource[]
}

export const FIRST_SITE_POLL_TIME = Date.UTC(2026, 10, 20, 9)
export const createSitePoll = (n: number, rows: unknown) => ({
  startedAt: FIRST_SITE_POLL_TIME + n * MS_PER_MINUTE,
  finishedAt: FIRST_SITE_POLL_TIME + n * MS_PER_MINUTE + 2_000,
  rows,
})

/** Records three polls of each kind for some customers. The second one changes everything that has a history. */
export async function recordSites(db: Database, count: number): Promise<CustomerSitePollSources[]> {
  const sites: CustomerSitePollSources[] = []
  for (let n = 0; n < count; n++) {
    const site = await siteOf(db, n)
    for (const time of [0, 1, 2]) await recordSite(site, n, time)
    for (const { sourceId } of Object.values(site).flat()) await saveDetectionState(db.pool, sourceId, {})
    sites.push(site)
  }
  return sites
}

const PATHS = ['primary', 'secondary'] as const

async function siteOf(db: Database, n: number): Promise<CustomerSitePollSources> {
  const circuit = { type: 'expressRouteCircuits', name: `circuit-${n}` }
  return {
    gateway: [
      await createTestPollSource(db, { name: `gateway-${n}` }),
      await createTestPollSource(db, { name: `gateway-${n}`, subresource: '10.0.4.4' }),
    ],
    circuit: [
      await createTestPollSource(db, circuit),
      ...(await Promise.all(
        PATHS.map((path) => createTestPollSource(db, { ...circuit, subresource: `AzurePrivatePeering/${path}` })),
      )),
    ],
    connection: [await createTestPollSource(db, { type: 'connections', name: `connection-${n}` })],
    monitor: [
      await createTestPollSource(db, { type: 'networkWatchers/watcher/connectionMonitors', name: `monitor-${n}` }),
    ],
    inventory: [await createTestPollSource(db, { type: 'inventories', name: `inventory-${n}` })],
  }
}

async function recordSite(
  { gateway, circuit, connection, monitor, inventory }: CustomerSitePollSources,
  n: number,
  time: number,
): Promise<void> {
  const isChanged = time === 1
  const routes = Array.from({ length: 6 }, (_, i) =>
    routeRow(`10.${n}.${i}.0/24`, { asPath: isChanged && i % 2 === 0 ? [12076, 65001, 65002] : [12076, 65001] }),
  )
  const tables = routes.map((route) => ({ ...route, instance: null }))
  const [own, neighbor] = gateway
  await own?.record(
    'peers',
    createSitePoll(time, [peerRow({ state: isChanged ? 'idle' : 'established', routesReceived: time })]),
  )
  await own?.record('learned', createSitePoll(time, isChanged ? routes.slice(0, 4) : routes))
  await neighbor?.record('advertised', createSitePoll(time, routes))
  const [whole, ...paths] = circuit
  await whole?.record(
    'stats',
    createSitePoll(
      time,
      PATHS.map((path) => ({ path, bytesIn: BigInt(time) * 1_000_000n, bytesOut: BigInt(time) * 2_000_000n })),
    ),
  )
  await whole?.record('metrics', createSitePoll(time, metrics('BitsInPerSecond', time)))
  for (const path of paths) {
    await path.record('tables', createSitePoll(time, tables))
    await path.record('arp', createSitePoll(time, [arp(isChanged ? 'aaaa.bbbb.dddd' : 'aaaa.bbbb.cccc')]))
    await path.record('summary', createSitePoll(time, [summary(isChanged ? 'idle' : 'established', 5 + time)]))
  }
  await connection[0]?.record(
    'connection',
    createSitePoll(time, [connected(isChanged ? 'NotConnected' : 'Connected', time)]),
  )
  await inventory[0]?.record('inventory', createSitePoll(time, listed(circuit[0]?.resourceId ?? '', time)))
  await monitor[0]?.record('probe', createSitePoll(time, metrics('RoundTripTimeMs', time)))
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
    at: FIRST_SITE_POLL_TIME + time * MS_PER_MINUTE,
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

import { beforeAll, describe, expect, it } from 'vitest'
import { armTypes, type PollObservation, type PeerRow, type ResourceRow } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { getOrCreateSourceId, syncPollSchedule } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getEvents } from '#lib/incidents/answers/index.ts'
import { getGateway } from '#lib/gateways/answers/index.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import { recordPollAndRunDetection } from '../commit/commit-poll.ts'
import { TopologyCache } from './topology-cache.ts'

const SUBSCRIPTION = '/subscriptions/99999999-2222-3333-4444-555555555555'
const idOf = (type: string, name: string) =>
  `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/${type}/${name}`
const START = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => START + n * 60_000

const db = withTestDatabase()
const estate = new TopologyCache()

const listed = (resourceId: string, type: string, properties: object): ResourceRow => ({
  resourceId,
  type,
  name: resourceId.split('/').at(-1) ?? '',
  subscriptionId: SUBSCRIPTION.split('/')[2] ?? '',
  resourceGroup: 'rg',
  location: 'uksouth',
  config: { properties: { provisioningState: 'Succeeded', ...properties } },
})

async function record(resourceId: string, kind: 'inventory' | 'peers', at: number, rows: PollObservation['rows']) {
  const target = { resourceId, subresource: '' }
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const observation = {
    target,
    kind,
    startedAt: at,
    finishedAt: at + 2_000,
    outcome: 'ok',
    silentInstances: [],
    error: null,
    correlationId: '',
    budget: null,
    rows,
  } as PollObservation
  await db.transaction(async (client) => {
    await syncPollSchedule(client, [{ ...target, kind, everySeconds: 60 }])
    return recordPollAndRunDetection(client, sourceId, observation, {
      intervalSeconds: 60,
      localAddresses: null,
      estate,
    })
  })
}

const GATEWAY = idOf('virtualNetworkGateways', 'vpngw')
const INSTANCES = ['10.9.0.4', '10.9.0.5'] as const
const HUBS = [
  ['routeserver', { virtualRouterAsn: 65515, virtualRouterIps: ['10.0.16.4', '10.0.16.5'] }],
  ['hub', { virtualWan: { id: idOf('virtualWans', 'wan') }, addressPrefix: '10.0.16.0/23', sku: 'Standard' }],
] as const

beforeAll(async () => {
  const bgpSettings = {
    asn: 65000,
    bgpPeeringAddresses: INSTANCES.map((address) => ({ defaultBgpIpAddresses: [address] })),
  }
  const resources = [
    listed(GATEWAY, armTypes.virtualNetworkGateway, { gatewayType: 'Vpn', activeActive: true, bgpSettings }),
    ...HUBS.flatMap(([name, properties]) => {
      const hub = idOf('virtualHubs', name)
      return [
        listed(hub, armTypes.virtualHub, properties),
        listed(`${hub}/bgpConnections/nva`, armTypes.hubBgpConnection, { peerIp: '10.1.0.9', peerAsn: 65001 }),
      ]
    }),
  ]
  const listedTypes = [...new Set(resources.map(({ type }) => type))]
  await record(SUBSCRIPTION, 'inventory', minute(0), { resources, listedTypes, failedTypes: [] })
})

const row = (localAddress: string, neighbor: string, asn: number, more: Partial<PeerRow> = {}): PeerRow => ({
  localAddress,
  neighbor,
  asn,
  state: 'established',
  azureState: 'Connected',
  connectedDurationMs: null,
  routesReceived: 3,
  messagesSent: null,
  messagesReceived: null,
  ...more,
})
const unknown = { routesReceived: 0, state: 'unknown', azureState: 'Unknown' } as const
const down = { routesReceived: 0, state: 'connect', azureState: 'Connecting' } as const

const eventsOf = async (scope: string, now: number) => {
  const page = await getEvents(db, { scope, limit: 100, from: START - 60_000, to: now }, now)
  return page.data.map(({ kind, subject }) => `${kind} ${subject}`).toSorted()
}

describe('an active-active VPN gateway in an AS of its own, and a neighbor in the AS of most gateways', () => {
  const [a, b] = INSTANCES
  const [device, remote] = ['192.0.2.1', '10.8.0.4']
  const rows = (far: Partial<PeerRow> = {}) => [
    ...[a, b].map((own) => row(own, own, 65000, unknown)),
    row(a, b, 65000),
    row(b, a, 65000),
    ...[a, b].flatMap((own) => [row(own, device, 65001), row(own, remote, 65515, far)]),
  ]
  const ask = async (now: number) => {
    const { data } = allApiEndpoints.gateway.response.parse(await getGateway(db, GATEWAY, now))
    return data.instances.map(({ address, sessionsUp, sessionsExpected }) => [address, sessionsUp, sessionsExpected])
  }

  it('has no session with itself, and nothing is reported of it', async () => {
    for (let n = 1; n <= 7; n++) await record(GATEWAY, 'peers', minute(n), rows())
    const now = minute(7) + 10_000
    const { data } = allApiEndpoints.sessions.response.parse(
      await listSessions(db, { scope: GATEWAY, limit: 100 }, now),
    )
    expect(data.map(({ localAddress, neighbor, role }) => `${localAddress} ${neighbor} ${role}`).toSorted()).toEqual(
      [a, b]
        .flatMap((own) => [
          `${own} ${own === a ? b : a} gateway-peer`,
          `${own} ${device} onprem`,
          `${own} ${remote} onprem`,
        ])
        .toSorted(),
    )
    expect(await eventsOf(GATEWAY, now)).toEqual([])
    expect(await ask(now)).toEqual([
      [a, 2, 2],
      [b, 2, 2],
    ])
  })

  it('has lost that neighbor once no instance reaches it', async () => {
    for (let n = 8; n <= 10; n++) await record(GATEWAY, 'peers', minute(n), rows(down))
    const now = minute(10) + 10_000
    expect(await eventsOf(GATEWAY, now)).toEqual([
      `peer_lost ${remote}`,
      `session_down ${a}~${remote}`,
      `session_down ${b}~${remote}`,
    ])
    expect(await ask(now)).toEqual([
      [a, 1, 2],
      [b, 1, 2],
    ])
  })
})

it.each(HUBS)('BGP connections of a %s that state nothing are unknown, and nothing is reported', async (name) => {
  const hub = idOf('virtualHubs', name)
  const stateless = { ...unknown, azureState: '', routesReceived: null }
  for (let n = 1; n <= 7; n++) await record(hub, 'peers', minute(n), [row('', '10.1.0.9', 65001, stateless)])
  const now = minute(7) + 10_000
  const { data } = allApiEndpoints.sessions.response.parse(await listSessions(db, { scope: hub, limit: 100 }, now))
  expect(data).toMatchObject([{ neighbor: '10.1.0.9', state: 'unknown', verdict: 'unknown', azureState: null }])
  expect(await eventsOf(hub, now)).toEqual([])
  if (name !== 'routeserver') return
  const page = allApiEndpoints.gateway.response.parse(await getGateway(db, hub, now)).data
  expect(page.routeServer?.peers).toMatchObject([{ name: 'nva', state: 'unknown', azureStatus: null }])
})

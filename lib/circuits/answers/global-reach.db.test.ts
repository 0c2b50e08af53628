import { expect, it } from 'vitest'
import type { ConnectionRow, MetricRow } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { ensurePartitions, rollUpUsage } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getCircuit } from './circuits.ts'
import { createCircuitRow, circuitId, createTestPollRecorder, recordPoll } from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const at = (n: number) => T + n * 60_000
const text = (n: number, ms = 0) => new Date(at(n) + ms).toISOString()

const end = (name: string) => ({ id: `${circuitId(name)}/peerings/AzurePrivatePeering` })
const peering = (more: object) => ({
  peerings: [
    { name: 'AzurePrivatePeering', properties: { peeringType: 'AzurePrivatePeering', state: 'Enabled', ...more } },
  ],
})
const connection = (name: string, other: string, more: object = {}) => ({
  name,
  properties: { addressPrefix: '172.31.255.0/29', peerExpressRouteCircuitPeering: end(other), ...more },
})

const polled = (n: number, list: string, states: Record<string, string>, name = 'lon') =>
  recordPoll(db, {
    kind: 'connection',
    resourceId: circuitId(name),
    subresource: `AzurePrivatePeering/${list}`,
    at: at(n),
    rows: [
      {
        connectionStatus: null,
        routingWeight: null,
        fastPath: null,
        counters: { path: null, bytesIn: null, bytesOut: null },
        tunnels: Object.entries(states).map(([one, status]) => ({ name: one, status, bytesIn: null, bytesOut: null })),
      } satisfies ConnectionRow,
    ],
  })

const rate = (metric: string, peeredcircuitskey: string, average: number): MetricRow => ({
  metric,
  unit: 'BitsPerSecond',
  dimensions: { peeredcircuitskey },
  at: at(-2),
  grainSeconds: 60,
  average,
  maximum: null,
  minimum: null,
  total: null,
})

const ask = async (name: string, now: number) => {
  const { data } = allApiEndpoints.circuit.response.parse(await getCircuit(db, circuitId(name), now))
  return data
}

it('a circuit has its Global Reach connections with the state of each IP version, and what passes them', async () => {
  await ensurePartitions(db, T)
  await createTestPollRecorder(db).inventory(at(0), [
    createCircuitRow(
      'lon',
      peering({
        connections: [
          connection('to-ams', 'ams', { ipv6CircuitConnectionConfig: { addressPrefix: 'fd00:1::/125' } }),
          connection('to-elsewhere', 'elsewhere'),
        ],
        peeredConnections: [connection('60aee347', 'jnb', { connectionName: 'jnb-to-lon' })],
      }),
    ),
    createCircuitRow('ams'),
    createCircuitRow('jnb'),
  ])
  await polled(1, 'connections', { 'to-ams': 'Connected', 'to-ams (IPv6)': 'Connected', 'to-elsewhere': 'Connected' })
  await polled(2, 'connections', { 'to-ams': 'Connected', 'to-ams (IPv6)': 'Disconnected', 'to-elsewhere': 'Updating' })
  await polled(2, 'peerConnections', { 'jnb-to-lon': 'Connected' })
  await recordPoll(db, {
    kind: 'metrics',
    resourceId: circuitId('lon'),
    at: at(2),
    rows: [
      rate('GlobalReachBitsInPerSecond', 'a', 80),
      rate('GlobalReachBitsOutPerSecond', 'a', 800),
      rate('GlobalReachBitsOutPerSecond', 'b', 1_600),
    ],
  })
  await rollUpUsage(db)
  await createTestPollRecorder(db).schedule(
    { resourceId: circuitId('lon'), subresource: 'AzurePrivatePeering/connections', kind: 'connection' },
    { resourceId: circuitId('lon'), subresource: 'AzurePrivatePeering/peerConnections', kind: 'connection' },
  )
  const { globalReachConnections, globalReachTraffic } = await ask('lon', at(2) + 5_000)
  expect(globalReachConnections).toMatchObject([
    {
      name: 'to-ams',
      circuitName: 'ams',
      madeHere: true,
      addressPrefix: '172.31.255.0/29',
      state: 'up',
      since: ['1970-01-01T00:00:00.000Z', text(1, 2_000)],
      ipv6: { addressPrefix: 'fd00:1::/125', state: 'down', since: [text(1), text(2, 2_000)] },
    },
    {
      name: 'to-elsewhere',
      circuitId: null,
      circuitName: 'elsewhere',
      state: 'unknown',
      azureStatus: 'Updating',
      ipv6: null,
    },
    { name: 'jnb-to-lon', circuitName: 'jnb', madeHere: false, state: 'up' },
  ])
  expect(globalReachTraffic).toEqual({
    bitsInPerSecond: 80,
    bitsOutPerSecond: 2_400,
    bytesIn: '600',
    bytesOut: '18000',
    coveredSeconds: 60,
  })
})

it('a state that was not polled lately is unknown; a circuit without Global Reach has none', async () => {
  const { globalReachConnections } = await ask('lon', at(60))
  expect(globalReachConnections.map(({ state, azureStatus }) => [state, azureStatus])).toEqual([
    ['unknown', 'Connected'],
    ['unknown', 'Updating'],
    ['unknown', 'Connected'],
  ])
  expect(await ask('ams', at(60))).toMatchObject({ globalReachConnections: [], globalReachTraffic: null })
})

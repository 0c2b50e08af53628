import { beforeAll, describe, expect, it } from 'vitest'
import type { MetricRow, ResourceRow } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readBusiestRates } from './traffic/busiest-rates.ts'
import { readCircuitRates } from './traffic/circuit-rates.ts'
import { readConfigSpans, readFirstObservationTimes } from '#lib/resilience/store/index.ts'
import { readAllConfigurations, readOwnedResources } from '../scoped/owned-resources.ts'
import { rollUpUsage } from '../rollup/roll-up.ts'
import { computeShortId } from '../store/short-id.ts'
import { createTestPollSource } from '../testing/feed.ts'

/** Tests the past of a circuit: its first sessions and traffic, its configurations, and the traffic it carried. */
const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const TYPE = 'microsoft.network/expressroutecircuits'
let circuit = ''

const poll = (minutes: number, rows: unknown) => ({
  startedAt: T0 + minutes * MS_PER_MINUTE,
  finishedAt: T0 + minutes * MS_PER_MINUTE + 1_000,
  rows,
})
const session = (state: 'established' | 'idle', prefixesReceived: number | null) => [
  { neighbor: '192.0.2.97', asn: 65001, state, azureState: '8', downReason: null, prefixesReceived, upDown: null },
]
const arp = (macAddress: string | null) => [
  { ageMinutes: 3, interface: 'On-Prem', ipAddress: '192.0.2.97', macAddress },
  { ageMinutes: 0, interface: 'Microsoft', ipAddress: '192.0.2.98', macAddress: '0600.8323.fc39' },
]

/**
 * Returns five-minute averages of both paths.
 * @param bitsOf bit/s out of Azure on each path, by the minute from T0; null = not reported
 */
function rates(from: number, to: number, bitsOf: (minute: number, path: string) => number | null): MetricRow[] {
  const rows: MetricRow[] = []
  for (let minute = from; minute < to; minute += 5)
    for (const path of ['Primary', 'Secondary']) {
      const average = bitsOf(minute, path)
      if (average === null) continue
      const rest = { unit: 'BitsPerSecond', grainSeconds: 300, maximum: null, minimum: null, total: null }
      const dimensions = { peeringtype: 'AzurePrivatePeering', devicerole: `${path}-IPv4` }
      const at = T0 + minute * MS_PER_MINUTE
      rows.push({ metric: 'BitsInPerSecond', dimensions, at, average: 1_000, ...rest })
      rows.push({ metric: 'BitsOutPerSecond', dimensions, at, average, ...rest })
    }
  return rows
}

beforeAll(async () => {
  const path = await createTestPollSource(db, {
    type: 'expressRouteCircuits',
    name: 'ckt',
    subresource: 'AzurePrivatePeering/primary',
  })
  circuit = computeShortId(path.resourceId)
  const whole = await createTestPollSource(db, { type: 'expressRouteCircuits', name: 'ckt' })
  const inventory = await createTestPollSource(db, { type: 'subscriptions' })
  const listed = (bandwidth: number): ResourceRow => ({
    resourceId: whole.resourceId,
    type: TYPE,
    name: 'ckt',
    subscriptionId: '5ca1ab1e-0000-4000-8000-000000000001',
    resourceGroup: 'rg-hub',
    location: 'uksouth',
    config: { name: 'ckt', properties: { bandwidth } },
  })
  for (const [minutes, bandwidth] of [
    [0, 200],
    [10, 500],
    [20, 500],
  ] as const)
    await inventory.record(
      'inventory',
      poll(minutes, { resources: [listed(bandwidth)], listedTypes: [TYPE], failedTypes: [] }),
    )
  await path.record('arp', poll(0, arp(null)))
  await path.record('arp', poll(5, arp('0600.11f8.0a92')))
  await path.record('summary', poll(0, session('idle', null)))
  await path.record('summary', poll(6, session('established', 0)))
  await path.record('summary', poll(7, session('established', 8)))
  // the secondary path is not reported for 20 minutes of the second hour
  const bits = (minute: number, name: string) =>
    name === 'Secondary' && minute >= 60 && minute < 80 ? null : minute < 60 ? 0 : 4_000_000
  await whole.record('metrics', poll(123, rates(0, 120, bits)))
  await rollUpUsage(db)
})

describe('a circuit', () => {
  it('had its first MAC address, session and prefixes between two polls; what never was so is absent', async () => {
    const first = await readFirstObservationTimes(db.pool, { circuit, connections: [] })
    const between = (before: number, after: number) => ({
      earliest: T0 + before * MS_PER_MINUTE,
      latest: T0 + after * MS_PER_MINUTE + 1_000,
    })
    expect(first.get('arp')).toEqual(between(0, 5))
    expect(first.get('bgp')).toEqual(between(0, 6))
    expect(first.get('routes')).toEqual(between(6, 7))
    expect(first.has('connection')).toBe(false)
  })

  it('has every configuration with when it came to be so', async () => {
    const spans = await readConfigSpans(db.pool, circuit)
    expect(spans.map(({ config, since }) => [config.properties, since])).toEqual([
      [{ bandwidth: 200 }, { earliest: 0, latest: T0 + 1_000 }],
      [{ bandwidth: 500 }, { earliest: T0, latest: T0 + 10 * MS_PER_MINUTE + 1_000 }],
    ])
    const row = (await readOwnedResources(db.pool)).find(({ shortId }) => shortId === circuit)?.row ?? 0
    const ever = await readAllConfigurations(db.pool, [row])
    expect(ever.map(({ config }) => (config as { properties: unknown }).properties)).toEqual(
      expect.arrayContaining([{ bandwidth: 500 }, { bandwidth: 200 }]),
    )
    expect(await readAllConfigurations(db.pool, [])).toEqual([])
  })

  it('carried in each piece of time the mean of each path; less than half of a piece is not known', async () => {
    const pieces = await readCircuitRates(db.pool, { from: T0, to: T0 + 2 * MS_PER_HOUR, pieceMs: 30 * MS_PER_MINUTE })
    const out = (path: string) => pieces.filter((one) => one.path === path).map(({ piece, bpsOut }) => [piece, bpsOut])
    expect(pieces.every(({ scope }) => scope === circuit)).toBe(true)
    expect(out('primary')).toEqual([
      [0, 0],
      [1, 0],
      [2, 4_000_000],
      [3, 4_000_000],
    ])
    expect(out('secondary')).toEqual([
      [0, 0],
      [1, 0],
      [2, null],
      [3, 4_000_000],
    ])
  })

  it('was busiest in an hour of which enough is known of both paths', async () => {
    const ask = (leastMs: number) => readBusiestRates(db.pool, { from: T0, to: T0 + 2 * MS_PER_HOUR, leastMs })
    const covered = MS_PER_HOUR + 40 * MS_PER_MINUTE
    expect((await ask(MS_PER_HOUR)).get(circuit)).toEqual({ bitsPerSecond: 2_000, coveredMs: covered })
    const known = (await ask(30 * MS_PER_MINUTE)).get(circuit)
    expect(known?.coveredMs).toBe(covered)
    expect(known?.bitsPerSecond).toBeGreaterThanOrEqual(8_000_000)
    expect((await readBusiestRates(db.pool, { from: T0 - MS_PER_HOUR, to: T0, leastMs: 0 })).size).toBe(0)
  })
})

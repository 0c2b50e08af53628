import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAzureClient } from '#lib/azure/index.ts'
import type { EpochMs, MetricRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { convertRatesToBuckets } from '#lib/history/rollup/metric-flow.ts'
import { computePollWindow } from './poll-window.ts'

const BEGIN = Date.UTC(2026, 10, 20, 3)
const SUBSCRIPTION = '5ca1ab1e-0000-4000-8000-0000000000a7'
const NETWORK = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network`
const FIVE = 5 * MS_PER_MINUTE
/** Bytes of a minute, different in neighboring minutes. */
const bytesOf = (minute: EpochMs) => 6_000 + (((minute / MS_PER_MINUTE) * 7_919) % 997) * 60

/** Returns the bytes of whole minutes in [from, to). */
function trueBytes(from: EpochMs, to: EpochMs): number {
  let bytes = 0
  for (let at = from; at < to; at += MS_PER_MINUTE) bytes += bytesOf(at)
  return bytes
}

/**
 * Answers like Azure Monitor: the first bucket begins at the requested minute, each bucket has the length `grainMs`, and
 * the last bucket contains only the minutes that have passed.
 */
function answerMetrics(url: string, grainMs: number, now: EpochMs) {
  const query = new URL(url).searchParams
  const [from = '', to = ''] = query.get('timespan')?.split('/') ?? []
  const first = Math.floor(Date.parse(from) / MS_PER_MINUTE) * MS_PER_MINUTE
  const data: object[] = []
  for (let at = first; at < Date.parse(to); at += grainMs) {
    const total = trueBytes(at, Math.min(at + grainMs, Math.floor(now / MS_PER_MINUTE) * MS_PER_MINUTE))
    data.push({ timeStamp: new Date(at).toISOString(), total, average: (total * 8_000) / grainMs })
  }
  const metric = (name: string) => ({
    name: { value: name },
    unit: 'Bytes',
    errorCode: 'Success',
    timeseries: [{ metadatavalues: [{ name: { value: 'connectionname' }, value: 'branch' }], data }],
  })
  const value = (query.get('metricnames') ?? '').split(',').map(metric)
  return JSON.stringify({ interval: `PT${grainMs / MS_PER_MINUTE}M`, value })
}

it.each([
  { what: 'bytes of a hub VPN gateway', resource: 'vpnGateways/vpn', metric: 'TunnelEgressBytes', grainMs: FIVE },
  { what: 'rates of a connection', resource: 'connections/cxn', metric: 'BitsOutPerSecond', grainMs: MS_PER_MINUTE },
  // Azure can answer with a longer interval than requested
  { what: 'rates with a longer interval', resource: 'connections/cxn', metric: 'BitsOutPerSecond', grainMs: FIVE },
])('windows that begin at any second count each bucket once and lose none: $what', async (asked) => {
  const { resource, metric, grainMs } = asked
  let now = BEGIN
  const azure = createAzureClient({
    resourceManagerUrl: 'http://127.0.0.1:1',
    subscriptionIds: '*',
    clock: { now: () => now, monotonic: () => now },
    createCredential: () => ({ getToken: async () => ({ token: 'test', expiresOnTimestamp: 9e12 }) }),
    transport: ({ url }) => ({ status: 200, headers: {}, body: answerMetrics(url, grainMs, now) }),
  })
  const target = { resourceId: `${NETWORK}/${resource}`, subresource: '' }
  const steps = fc.array(fc.integer({ min: 15, max: 4_000 }), { minLength: 2, maxLength: 9 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 86_400 }), steps, async (offset, seconds) => {
      now = BEGIN + offset * 1_000
      let readUpTo: EpochMs | null = null
      const begins: EpochMs[] = []
      const stored = new Map<EpochMs, MetricRow>()
      for (const step of seconds) {
        now += step * 1_000
        const window = computePollWindow('metrics', readUpTo, now)
        if (!window) throw new Error('metrics have no window')
        begins.push(window.from)
        const params = { from: window.from, to: window.to }
        const observation = await azure.poll(target, 'metrics', { params })
        if (observation.kind !== 'metrics') throw new Error(observation.kind)
        // history stores the last values of each bucket
        for (const row of observation.rows) if (row.metric === metric) stored.set(row.at, row)
        readUpTo = window.to
      }
      for (const { at, grainSeconds } of stored.values()) expect(at % (grainSeconds * 1_000)).toBe(0)
      const samples = [...stored.values()].map(({ at, grainSeconds, average, total }) => ({
        series: 'branch',
        direction: 'out' as const,
        at,
        grainSeconds,
        average: resource.startsWith('vpn') ? ((total ?? 0) * 8) / grainSeconds : (average ?? 0),
      }))
      const buckets = convertRatesToBuckets(samples)
      const from = Math.ceil(Math.min(...begins) / FIVE) * FIVE
      for (let at = from; at + FIVE <= now; at += FIVE) {
        expect(buckets.get(at)?.out).toMatchObject({
          bytes: BigInt(trueBytes(at, at + FIVE)),
          coveredMs: FIVE,
        })
      }
    }),
    { numRuns: 60 },
  )
  azure.close()
})

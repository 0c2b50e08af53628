import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { type MetricRow, type PollObservation, type PollOutcome, streamChangeSchema } from '#lib/contract/index.ts'
import { rollUpUsage, computeShortId, syncPollSchedule, readUsage } from '#lib/history/index.ts'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { CHANGES_NOTIFY_CHANNEL, listenToChannel } from '#lib/platform/notifications/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario } from '#lab/simulator/scenarios/pair.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { backFillMetrics } from './backfill.ts'
import { createAzureClientForSimulator, startAzure } from '../testing/lab.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 9, 2)
const GROUP = '/subscriptions/5ca1ab1e-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Network'
const CIRCUIT = `${GROUP}/expressRouteCircuits/erc-one`
const never = new AbortController().signal

const plan = (resourceId: string) => [{ resourceId, subresource: '', kind: 'metrics' as const, everySeconds: 300 }]
const schedule = (resourceId: string) => db.transaction((client) => syncPollSchedule(client, plan(resourceId)))

beforeEach(() => schedule(CIRCUIT))
afterEach(() => db.pool.query('TRUNCATE resource, source, usage_bucket, usage_gap CASCADE'))

/**
 * Simulates an Azure Monitor with 80 bit/s on each path for the last 30 days and no data before, and records the
 * requested periods.
 */
function monitor(outcomeOf: (n: number) => PollOutcome = () => 'ok', budget: PollObservation['budget'] = null) {
  const asked: { from: number; to: number }[] = []
  const poll: AzureAccess['poll'] = async (target, kind, options) => {
    const { from = 0, to = 0 } = options?.params ?? {}
    asked.push({ from, to })
    const outcome = outcomeOf(asked.length)
    const rows: MetricRow[] = []
    for (let at = Math.max(from, NOW - 30 * MS_PER_DAY); outcome === 'ok' && at < to; at += 300_000) {
      for (const metric of ['BitsInPerSecond', 'BitsOutPerSecond'])
        for (const devicerole of ['Primary', 'Secondary'])
          rows.push({
            metric,
            unit: 'BitsPerSecond',
            dimensions: { peeringtype: 'AzurePrivatePeering', devicerole },
            at: Math.ceil(at / 300_000) * 300_000,
            grainSeconds: 300,
            average: 80,
            maximum: null,
            minimum: null,
            total: null,
          })
    }
    const answer = { target, kind, startedAt: NOW, finishedAt: NOW, outcome, error: null, silentInstances: [], budget }
    return { ...answer, correlationId: '', rows } as PollObservation
  }
  return { asked, azure: { poll } as AzureAccess }
}

const month = (from: number, to: number) =>
  readUsage(db.pool, { scope: computeShortId(CIRCUIT), from, to, step: 'day' })
const bytes = async (from: number, to: number) =>
  (await month(from, to)).points.reduce((sum, { out }) => sum + out.bytes, 0n)

describe('past metrics', () => {
  it('are fetched back to 93 days, newest first, in pieces that meet; once', async () => {
    const { asked, azure } = monitor()
    const clock = manualClock(NOW)
    expect(await backFillMetrics({ azure, db, clock }, never)).toBe(19)
    expect(asked[0]?.to).toBe(NOW - 120_000)
    expect(asked.at(-1)?.from).toBe(NOW - 120_000 - 93 * MS_PER_DAY)
    for (const [i, { to }] of asked.entries()) if (i > 0) expect(to).toBe(asked[i - 1]?.from)
    expect(await backFillMetrics({ azure, db, clock }, never)).toBe(0)
    // 80 bit/s on two paths are 20 bytes per second
    const whole = Math.floor((NOW - 20 * MS_PER_DAY) / MS_PER_DAY) * MS_PER_DAY
    expect(await bytes(whole, whole + MS_PER_DAY)).toBe(BigInt(20 * 86_400))
    const { points } = await month(whole, whole + MS_PER_DAY)
    expect(points[0]).toMatchObject({ coveredMs: MS_PER_DAY, metricMs: MS_PER_DAY })
  })

  it('are published piece by piece, so that screens of usage and cost read them, and walls do not', async () => {
    const received: string[] = []
    const listener = listenToChannel(db.url, CHANGES_NOTIFY_CHANNEL, (payload) => received.push(payload))
    await listener.ready
    await backFillMetrics({ azure: monitor().azure, db, clock: manualClock(NOW) }, never)
    await expect.poll(() => received.length).toBe(19)
    await listener.close()
    expect(streamChangeSchema.parse(JSON.parse(received[0] ?? ''))).toMatchObject({
      topics: ['circuits', 'cost'],
      scope: computeShortId(CIRCUIT),
      countersOnly: true,
    })
  })

  it('an empty past is a gap', async () => {
    await backFillMetrics({ azure: monitor().azure, db, clock: manualClock(NOW) }, never)
    const { points } = await month(NOW - 60 * MS_PER_DAY, NOW - 50 * MS_PER_DAY)
    for (const point of points) expect(point.coveredMs).toBe(0)
  })

  it('go on where they were ended', async () => {
    const clock = manualClock(NOW)
    const ending = new AbortController()
    const first = monitor((n) => {
      if (n === 4) ending.abort()
      return 'ok'
    })
    expect(await backFillMetrics({ azure: first.azure, db, clock }, ending.signal)).toBe(4)
    const second = monitor()
    expect(await backFillMetrics({ azure: second.azure, db, clock }, never)).toBe(15)
    expect(second.asked[0]?.to).toBe(first.asked.at(-1)?.from)
    const whole = Math.floor((NOW - 28 * MS_PER_DAY) / MS_PER_DAY) * MS_PER_DAY
    expect(await bytes(whole, whole + MS_PER_DAY)).toBe(BigInt(20 * 86_400))
  })

  it.each([
    ['throttled', 61_000],
    ['unavailable', 301_000],
    ['forbidden', 3_601_000],
  ] as const)('%s: left alone for a while, and nothing is lost', async (outcome, waitMs) => {
    const clock = manualClock(NOW)
    const refusing = monitor((n) => (n === 3 ? outcome : 'ok'))
    expect(await backFillMetrics({ azure: refusing.azure, db, clock }, never)).toBe(2)
    expect(await backFillMetrics({ azure: refusing.azure, db, clock }, never)).toBe(0)
    clock.advance(waitMs)
    expect(await backFillMetrics({ azure: refusing.azure, db, clock }, never)).toBe(17)
    expect(refusing.asked[3]?.to).toBe(refusing.asked[2]?.to)
  })

  it('spare the rest of ARM’s budget for the polls', async () => {
    const { azure } = monitor(() => 'ok', { remainingReads: 90, remainingWrites: null })
    expect(await backFillMetrics({ azure, db, clock: manualClock(NOW) }, never)).toBe(1)
  })

  it('of a circuit that is not watched any more are left', async () => {
    await db.transaction((client) => syncPollSchedule(client, []))
    const { asked, azure } = monitor()
    await backFillMetrics({ azure, db, clock: manualClock(NOW) }, never)
    expect(asked).toEqual([])
  })
})

it('polled buckets and fetched ones of the same time count once, the one that knows more', async () => {
  await backFillMetrics({ azure: monitor().azure, db, clock: manualClock(NOW) }, never)
  const day = Math.floor((NOW - MS_PER_DAY) / MS_PER_DAY) * MS_PER_DAY
  const before = await bytes(day, day + MS_PER_DAY)
  await rollUpUsage(db)
  await backFillMetrics({ azure: monitor().azure, db, clock: manualClock(NOW + 60_000) }, never)
  expect(await bytes(day, day + MS_PER_DAY)).toBe(before)
})

it('from an Azure over HTTP: both paths of every peering add up to what the circuit carried', async () => {
  const steady = (mbps: number) => ({ mbps, shape: 'flat' as const, weekend: 1, dayNoise: 0, noise: 0, ripple: 0 })
  const demands = [{ name: 'all', site: 'dc-pair', in: steady(100), out: steady(50) }]
  const simulator = await startAzure({ ...oneCircuitScenario, past: '3d', demands })
  const azure = createAzureClientForSimulator(simulator)
  try {
    const circuit = `/subscriptions/${oneCircuitScenario.subscriptions[0]?.id}/resourceGroups/rg-pair/providers/Microsoft.Network/expressRouteCircuits/erc-pair`
    await schedule(circuit)
    const now = Date.now()
    expect(await backFillMetrics({ azure, db, clock: manualClock(now) }, never)).toBe(19)
    const day = Math.floor((now - MS_PER_DAY) / MS_PER_DAY) * MS_PER_DAY
    const { points } = await readUsage(db.pool, {
      scope: computeShortId(circuit),
      from: day,
      to: day + MS_PER_DAY,
      step: 'day',
    })
    const [point] = points
    expect(point).toMatchObject({ coveredMs: MS_PER_DAY, metricMs: MS_PER_DAY })
    // 100 Mb/s for a day, and half of it in the other direction
    expect(Number(point?.in.bytes) / (12_500_000 * 86_400)).toBeCloseTo(1, 6)
    expect(Number(point?.out.bytes) / (6_250_000 * 86_400)).toBeCloseTo(1, 6)
  } finally {
    azure.close()
    await simulator.close()
  }
}, 60_000)

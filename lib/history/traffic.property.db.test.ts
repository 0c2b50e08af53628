import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MetricRow, SummaryRow } from '#lib/contract/index.ts'
import { MS_PER_WEEK, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readLatestCounters } from './read/traffic/latest-counters.ts'
import { readLatestMetrics } from './read/traffic/latest-metrics.ts'
import { readPrefixMaxima } from './read/routes/prefix-maxima.ts'
import { readProbeResults } from '#lib/networks/store/index.ts'
import { readRolledUpExtremes, readSampledExtremes } from '#lib/usage/store/index.ts'
import { rollUpUsage } from './rollup/roll-up.ts'
import { computeShortId } from './store/short-id.ts'
import { readPastTraffic } from './read/traffic/traffic-past.ts'
import { readUsageStarts } from '#lib/cost/store/index.ts'
import { TEST_SOURCE_POLL_INTERVAL_SECONDS, createTestPollSource } from './testing/feed.ts'
import { hasModelPollReadRows, type ModelPoll, ReferenceHistoryModel } from './testing/naive-model.ts'
import { generateTableTimelines } from './testing/random-timeline.ts'
import { recordModelTimeline } from './testing/recorded-timeline.ts'

/** Compares counters and metrics with the list of samples. */
const db = withTestDatabase()
const RUNS = { numRuns: 8 }
const START = Date.UTC(2026, 10, 20, 3)

interface Sample {
  startedAt: number
  finishedAt: number
  in: bigint | null
  out: bigint | null
}

const paths = ['primary', 'secondary'] as const

/** Polls of a circuit's counters: some fail, some lack a path or a direction, and a counter may decrease. */
const counted = fc.array(
  fc.record({
    gapMs: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1_000, max: 70_000 }) },
      { weight: 2, arbitrary: fc.integer({ min: 100_000, max: 25 * MS_PER_MINUTE }) },
    ),
    lengthMs: fc.integer({ min: 1, max: 12_000 }),
    isOk: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    reads: fc.tuple(...paths.map(() => fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.nat({ max: 11 })))),
  }),
  { minLength: 2, maxLength: 25, size: 'max' },
)

async function recordCounted(steps: typeof counted extends fc.Arbitrary<infer T> ? T : never) {
  const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
  const model = new ReferenceHistoryModel(TEST_SOURCE_POLL_INTERVAL_SECONDS * 1_000)
  const samples = new Map<string, Sample[]>(paths.map((path) => [path, []]))
  const counts = new Map<string, bigint>(paths.map((path) => [path, 2n ** 61n]))
  let at = START
  for (const { gapMs, lengthMs, isOk, reads } of steps) {
    const startedAt = at + gapMs
    at = startedAt + lengthMs
    const rows = paths.map((path, i) => {
      const [grew, how] = reads[i] ?? [0n, 0]
      const count = how === 0 ? grew : (counts.get(path) ?? 0n) + grew
      counts.set(path, count)
      return { path, bytesIn: how === 1 || how === 2 ? null : count, bytesOut: how === 2 ? null : count / 2n }
    })
    const outcome = isOk ? 'ok' : 'timeout'
    await feed.record('stats', { startedAt, finishedAt: at, outcome, rows: isOk ? rows : [] })
    model.accept({ startedAt, finishedAt: at, outcome, silent: [], values: new Map() })
    for (const { path, bytesIn, bytesOut } of isOk ? rows : []) {
      if (bytesIn === null && bytesOut === null) continue
      samples.get(path)?.push({ startedAt, finishedAt: at, in: bytesIn, out: bytesOut })
    }
  }
  return { feed, model, samples, end: at, scope: computeShortId(feed.resourceId) }
}

/**
 * Reports whether there is a gap between two samples: the second poll began a new coverage interval after too long a
 * time.
 */
function isGap(model: ReferenceHistoryModel, before: Sample, { startedAt }: Sample): boolean {
  const begun = model.coverage().find(({ from }) => from === startedAt)
  if (!begun || !hasModelPollReadRows(begun)) return false
  return startedAt - before.startedAt > Math.max(1.5 * begun.intervalMs, 5_000)
}

const lowest = (rates: readonly (number | null)[]) => extremeOf(rates, Math.min)
const highest = (rates: readonly (number | null)[]) => extremeOf(rates, Math.max)
function extremeOf(rates: readonly (number | null)[], pick: (...values: number[]) => number) {
  const known = rates.filter((rate) => rate !== null)
  return known.length === 0 ? null : expect.closeTo(pick(...known), 1)
}

describe('counters are as the list of their samples', () => {
  it('the last two, and the extremes of the rates between neighbors', async () => {
    const asked = fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(MS_PER_MINUTE, 5 * MS_PER_MINUTE, MS_PER_HOUR))
    await fc.assert(
      fc.asyncProperty(counted, fc.array(asked, { minLength: 3, maxLength: 3 }), async (steps, times) => {
        const { model, samples, end, scope } = await recordCounted(steps)
        const latest = await readLatestCounters(db.pool, { scope })
        expect(latest.map(({ counter }) => counter)).toEqual(paths.filter((path) => samples.get(path)?.length))
        for (const { counter, latest: last, previous } of latest) {
          const [before, newest] = [samples.get(counter)?.at(-2), samples.get(counter)?.at(-1)]
          const readingOf = (sample: Sample | undefined) =>
            sample && {
              startedAt: sample.startedAt,
              finishedAt: sample.finishedAt,
              bytesIn: sample.in?.toString() ?? null,
              bytesOut: sample.out?.toString() ?? null,
            }
          expect([last, previous]).toEqual([readingOf(newest), readingOf(before) ?? null])
        }

        for (const [a, b, pieceMs] of times) {
          const all = [START, end, ...[...samples.values()].flat().map(({ startedAt }) => startedAt)]
          const [from = 0, to = 0] = [all[a % all.length] ?? 0, all[b % all.length] ?? 0].toSorted((x, y) => x - y)
          const pairs = paths.flatMap((path) => {
            const list = (samples.get(path) ?? []).filter(
              ({ startedAt }) => startedAt >= from - 15 * MS_PER_MINUTE && startedAt <= to,
            )
            return list.flatMap((sample, i) => {
              const before = list[i - 1]
              if (!before || sample.startedAt <= from || isGap(model, before, sample)) return []
              const rate = (direction: 'in' | 'out') => {
                const [x, y] = [before[direction], sample[direction]]
                if (x === null || y === null || y < x) return null
                return Number((y - x) * 8n) / ((sample.startedAt - before.startedAt) / 1_000)
              }
              return [{ path, from: before.startedAt, to: sample.startedAt, in: rate('in'), out: rate('out') }]
            })
          })
          const pieces = Map.groupBy(pairs, ({ path, to: at }) => `${path} ${Math.floor(at / pieceMs)}`)
          expect(await readSampledExtremes(db.pool, { scope, from, to, pieceMs })).toEqual(
            [...pieces.values()].map((list) => ({
              path: list[0]?.path,
              from: Math.min(...list.map((pair) => pair.from)),
              to: Math.max(...list.map((pair) => pair.to)),
              inLow: lowest(list.map((pair) => pair.in)),
              inHigh: highest(list.map((pair) => pair.in)),
              outLow: lowest(list.map((pair) => pair.out)),
              outHigh: highest(list.map((pair) => pair.out)),
            })),
          )
        }
      }),
      RUNS,
    )
  })

  it('rolled up: since when usage is known, and the extremes of its buckets', async () => {
    await fc.assert(
      fc.asyncProperty(counted, fc.constantFrom('5m' as const, 'hour' as const), async (steps, step) => {
        const { model, samples, end, scope } = await recordCounted(steps)
        await rollUpUsage(db)
        const width = step === '5m' ? 5 * MS_PER_MINUTE : MS_PER_HOUR
        const divided = paths.flatMap((path) =>
          directions.flatMap((direction) => growthsOf(model, samples.get(path) ?? [], direction)),
        )
        const begins = divided.map(({ from }) => Math.floor(from / MS_PER_HOUR) * MS_PER_HOUR)
        expect((await readUsageStarts(db.pool)).get(scope)).toBe(begins.length === 0 ? undefined : Math.min(...begins))

        const pieceMs = 3 * MS_PER_HOUR
        const rates = paths.flatMap((path) => {
          const [inward, out] = directions.map((direction) =>
            ratesOf(growthsOf(model, samples.get(path) ?? [], direction), width),
          )
          const starts = [...new Set([...(inward?.keys() ?? []), ...(out?.keys() ?? [])])].toSorted((x, y) => x - y)
          return starts.map((start) => ({
            path,
            start,
            in: inward?.get(start) ?? null,
            out: out?.get(start) ?? null,
          }))
        })
        const pieces = Map.groupBy(rates, ({ path, start }) => `${path} ${Math.floor(start / pieceMs)}`)
        const time = { scope, from: START - MS_PER_HOUR, to: end + MS_PER_HOUR, pieceMs, step }
        expect(await readRolledUpExtremes(db.pool, time)).toEqual(
          [...pieces.values()].map((list) => ({
            path: list[0]?.path,
            from: list[0]?.start,
            to: (list.at(-1)?.start ?? 0) + width,
            inLow: lowest(list.map((rate) => rate.in)),
            inHigh: highest(list.map((rate) => rate.in)),
            outLow: lowest(list.map((rate) => rate.out)),
            outHigh: highest(list.map((rate) => rate.out)),
          })),
        )
      }),
      RUNS,
    )
  })
})

const directions = ['in', 'out'] as const

interface Growth {
  from: number
  to: number
  bytes: bigint
  isReset: boolean
}

/**
 * Returns the bytes between consecutive samples of one direction, except if the time is too long, or includes a gap, so
 * that they are not divided.
 */
function growthsOf(model: ReferenceHistoryModel, samples: readonly Sample[], direction: 'in' | 'out'): Growth[] {
  const middle = ({ startedAt, finishedAt }: Sample) => Math.floor((startedAt + finishedAt) / 2)
  const list = samples.filter((sample) => sample[direction] !== null)
  return list.flatMap((sample, i) => {
    const before = list[i - 1]
    if (!before) return []
    const [was, is] = [before[direction] ?? 0n, sample[direction] ?? 0n]
    const growth = { from: middle(before), to: middle(sample), bytes: is < was ? 0n : is - was, isReset: is < was }
    const isDivided = growth.to - growth.from <= 20 * MS_PER_MINUTE && !hasGap(model, samples, before, sample.startedAt)
    return isDivided ? [growth] : []
  })
}

/** Returns bits per second of each bucket; null if it contains only the time of a reset. */
function ratesOf(growths: readonly Growth[], width: number): Map<number, number | null> {
  const buckets = new Map<number, { bytes: bigint; coveredMs: number }>()
  for (const { from, to, bytes, isReset } of growths) {
    const until = (at: number) => (to === from ? bytes : (bytes * BigInt(Math.min(at, to) - from)) / BigInt(to - from))
    for (let start = Math.floor(from / width) * width; start < to || start <= from; start += width) {
      const begin = Math.max(start, from)
      const bucket = buckets.get(start) ?? { bytes: 0n, coveredMs: 0 }
      const passed = until(start + width) - (begin === from ? 0n : until(begin))
      const coveredMs = isReset ? 0 : Math.min(start + width, to) - begin
      buckets.set(start, { bytes: bucket.bytes + passed, coveredMs: bucket.coveredMs + coveredMs })
    }
  }
  return new Map(
    [...buckets].map(([start, { bytes, coveredMs }]) => [
      start,
      coveredMs === 0 ? null : Number(bytes * 8_000n) / coveredMs,
    ]),
  )
}

/** Reports whether a sample after `before`, up to a moment, came after a gap. */
function hasGap(model: ReferenceHistoryModel, samples: readonly Sample[], before: Sample, until: number): boolean {
  const list = samples.filter(({ startedAt }) => startedAt >= before.startedAt && startedAt <= until)
  return list.some((sample, i) => {
    const last = list[i - 1]
    return last !== undefined && isGap(model, last, sample)
  })
}

describe('metrics are as the list of their buckets, of which the last version counts', () => {
  const tests = ['hub-a', 'hub-b']
  const bucket = fc.record({
    metric: fc.constantFrom('ChecksFailedPercent', 'RoundTripTimeMs'),
    test: fc.constantFrom(...tests),
    minute: fc.integer({ min: 0, max: 8 }),
    average: fc.option(fc.integer({ min: 0, max: 100 })),
  })

  it('the newest of each series, and the results of tests over time', async () => {
    const polls = fc.array(fc.array(bucket, { maxLength: 6 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(polls, fc.nat({ max: 8 }), fc.nat({ max: 9 }), async (lists, a, b) => {
        const feed = await createTestPollSource(db, { type: 'networkWatchers/nw/connectionMonitors' })
        const scope = computeShortId(feed.resourceId)
        const series = new Map<string, Map<number, number | null>>()
        for (const [n, list] of lists.entries()) {
          const rows = list.map(
            ({ metric, test, minute, average }): MetricRow => ({
              metric,
              unit: 'Percent',
              dimensions: { test },
              at: START + minute * MS_PER_MINUTE,
              grainSeconds: 60,
              average,
              maximum: null,
              minimum: null,
              total: null,
            }),
          )
          const startedAt = START + (n + 1) * MS_PER_HOUR
          await feed.record('probe', { startedAt, finishedAt: startedAt + 1_000, rows })
          for (const { metric, dimensions, at, average } of rows) {
            const key = `${dimensions.test} ${metric}`
            series.set(key, (series.get(key) ?? new Map()).set(at, average))
          }
        }
        const ordered = [...series].toSorted(([x], [y]) => (x < y ? -1 : 1))

        const newest = await readLatestMetrics(db.pool, { scope })
        expect(
          newest
            .map(({ metric, dimensions, at, average }) => [`${dimensions.test} ${metric}`, at, average])
            .toSorted(([x], [y]) => (String(x) < String(y) ? -1 : 1)),
        ).toEqual(
          ordered.map(([key, buckets]) => {
            const at = Math.max(...buckets.keys())
            return [key, at, buckets.get(at)]
          }),
        )
        const one = await readLatestMetrics(db.pool, { scope, metrics: ['RoundTripTimeMs'] })
        expect(one).toEqual(newest.filter(({ metric }) => metric === 'RoundTripTimeMs'))

        const [from, to] = [START + Math.min(a, b) * MS_PER_MINUTE, START + Math.max(a, b) * MS_PER_MINUTE]
        const results = await readProbeResults(db.pool, { scope, from, to })
        expect(results.map(({ metric, dimensions, points }) => [`${dimensions.test} ${metric}`, points])).toEqual(
          ordered.flatMap(([key, buckets]) => {
            const inside = [...buckets].filter(([at]) => at >= from && at < to).toSorted(([x], [y]) => x - y)
            return inside.length === 0 ? [] : [[key, inside.map(([at, average]) => ({ at, average }))]]
          }),
        )
      }),
      RUNS,
    )
  })
})

describe('prefix counts day by day', () => {
  it('are the largest of each day that is known of', async () => {
    const timeline = generateTableTimelines([' 10.0.0.1', ' 10.0.0.5'], ['3', '5', '8'], { named: [] })
    await fc.assert(
      fc.asyncProperty(timeline, fc.nat({ max: 3 }), fc.nat({ max: 3 }), async (polls, before, after) => {
        // minutes become days
        const slow = (at: number) => START + (at - START) * 400
        const long = polls.map((poll): ModelPoll => {
          return { ...poll, startedAt: slow(poll.startedAt), finishedAt: slow(poll.finishedAt) }
        })
        const subresource = 'AzurePrivatePeering/primary'
        const feed = await createTestPollSource(db, { type: 'expressRouteCircuits', subresource })
        const model = await recordModelTimeline(feed, 'summary', long, ({ values }) =>
          [...values].map(
            ([key, count]): SummaryRow => ({
              neighbor: key.slice(1),
              asn: 65_001,
              state: 'established',
              azureState: count,
              downReason: null,
              prefixesReceived: Number(count),
              upDown: null,
            }),
          ),
        )
        const from = START - before * MS_PER_DAY
        const to = (model.polls.at(-1)?.finishedAt ?? START) + after * MS_PER_DAY
        const scope = computeShortId(feed.resourceId)
        const days = await readPrefixMaxima(db.pool, { scope, subresource, neighbor: '10.0.0.5', from, to })
        const expected = []
        for (let day = Math.floor(from / MS_PER_DAY) * MS_PER_DAY; day <= to; day += MS_PER_DAY) {
          const counts = model
            .intervals(' 10.0.0.5')
            .filter(({ firstPresent, firstAbsent }) => firstPresent < day + MS_PER_DAY && (firstAbsent ?? to) >= day)
            .map(({ value }) => Number(value))
          if (counts.length > 0) expected.push({ day, count: Math.max(...counts) })
        }
        expect(days).toEqual(expected)
      }),
      RUNS,
    )
  })
})

describe('what a circuit usually carries', () => {
  /** A bucket of one path from counters or metrics, covered completely or too little. */
  interface Point {
    path: (typeof paths)[number]
    start: number
    basis: 'counter' | 'metric'
    coveredMs: number
    in: number
    out: number
  }

  /** Returns a rate that is unique per bucket, in multiples of 8 bit/s so that bytes are integers. */
  const rateOf = (start: number, salt: number) =>
    8 * (1 + (((start / (5 * MS_PER_MINUTE)) * 7_919 + salt * 104_729) % 99_991))

  function pointsIn(from: number, to: number, salt: number, more: Partial<Point> = {}): Point[] {
    const starts = Array.from({ length: (to - from) / (5 * MS_PER_MINUTE) }, (_, i) => from + i * 5 * MS_PER_MINUTE)
    return starts.map((start) => ({
      path: 'primary',
      start,
      basis: 'counter',
      coveredMs: 300_000,
      in: rateOf(start, salt),
      out: rateOf(start, salt + 1),
      ...more,
    }))
  }

  async function insert(sourceId: number, points: readonly Point[]) {
    for (const [key, list] of Map.groupBy(points, ({ path, basis }) => `${path} ${basis}`)) {
      const [path, basis] = key.split(' ')
      const { rows } = await db.pool.query<{ id: number }>(
        'INSERT INTO usage_series (source_id, path, basis) VALUES ($1, $2, $3) RETURNING id',
        [sourceId, path, basis],
      )
      await db.pool.query(
        `INSERT INTO usage_bucket (source_id, series_id, step, starts_at, bytes_in, bytes_out, in_covered_ms, out_covered_ms,
                                   in_at_least, out_at_least)
         SELECT $1, $2, 1, to_timestamp(at / 1000.0), bytes_in, bytes_out, covered, covered, false, false
         FROM unnest($3::float8[], $4::numeric[], $5::numeric[], $6::int[]) AS n (at, bytes_in, bytes_out, covered)`,
        [
          sourceId,
          rows[0]?.id,
          list.map(({ start }) => start),
          list.map((point) => (point.in * point.coveredMs) / 8_000),
          list.map((point) => (point.out * point.coveredMs) / 8_000),
          list.map(({ coveredMs }) => coveredMs),
        ],
      )
    }
  }

  /** Returns the rate that a share of all rates does not exceed. */
  const percentile = (rates: readonly number[], share: number) =>
    rates.toSorted((a, b) => a - b)[Math.ceil(share * rates.length) - 1] ?? null

  function expectedPast(points: readonly Point[], at: number) {
    const hour = Math.floor(at / MS_PER_HOUR) * MS_PER_HOUR
    // if there are two series, counters are used even if they cover too little
    const chosen = points.filter(
      (point) =>
        point.basis === 'counter' ||
        !points.some((other) => other.basis === 'counter' && other.path === point.path && other.start === point.start),
    )
    const known = chosen.filter(({ coveredMs }) => coveredMs >= 150_000)
    const within = (list: readonly Point[], from: number, to: number) =>
      list.filter(({ start }) => start >= from && start < to)
    const weeks = [1, 2, 3, 4].map((n) => ({
      from: hour - n * MS_PER_WEEK - MS_PER_HOUR,
      to: hour - n * MS_PER_WEEK + 2 * MS_PER_HOUR,
    }))
    const past: Record<string, unknown> = {}
    for (const path of paths) {
      const own = known.filter((point) => point.path === path)
      const asked = [...weeks, { from: hour - MS_PER_DAY, to: hour }]
      if (
        !asked.some(
          ({ from, to }) =>
            within(
              chosen.filter((point) => point.path === path),
              from,
              to,
            ).length > 0,
        )
      )
        continue
      const windows = weeks.map(({ from, to }) => within(own, from, to)).filter((list) => list.length > 0)
      const day = within(own, hour - MS_PER_DAY, hour)
      const rate = (direction: 'in' | 'out') => {
        const rates = (list: readonly Point[]) => list.map((point) => point[direction])
        if (windows.length >= 3) return { bps: percentile(rates(windows.flat()), 0.05), confidence: 'normal' }
        return day.length >= 72 ? { bps: percentile(rates(day), 0.05), confidence: 'low' } : null
      }
      past[path] = { in: rate('in'), out: rate('out') }
    }
    const month = within(chosen, hour - 30 * MS_PER_DAY, hour)
    const starts = Map.groupBy(month, ({ start }) => start)
    const both = [...starts.values()].filter(
      (list) => list.length === 2 && list.every(({ coveredMs }) => coveredMs >= 150_000),
    )
    const isEnough = both.length >= 2_016 && both.length >= 0.8 * starts.size
    const top = (direction: 'in' | 'out') =>
      isEnough
        ? percentile(
            both.map((list) => list.reduce((sum, point) => sum + point[direction], 0)),
            0.95,
          )
        : null
    return { paths: past, busiest: { in: top('in'), out: top('out') } }
  }

  it.each([
    { name: 'four weeks', weeks: [1, 2, 3, 4], dayHours: 24, month: 0, share: 1 },
    { name: 'three weeks, one of them hardly covered', weeks: [1, 2, 4], dayHours: 24, month: 0, share: 1, thin: 2 },
    { name: 'two weeks and most of a day', weeks: [2, 3], dayHours: 6, month: 0, share: 1 },
    { name: 'two weeks and too little of a day', weeks: [2, 3], dayHours: 5, month: 0, share: 1 },
    { name: 'eight days of both paths', weeks: [1], dayHours: 1, month: 8, share: 1 },
    { name: 'eight days, of which the paths share too little', weeks: [1], dayHours: 1, month: 8, share: 0.7 },
    { name: 'six days of both paths', weeks: [], dayHours: 0, month: 6, share: 1 },
    { name: 'nothing', weeks: [], dayHours: 0, month: 0, share: 1 },
  ])('is known from $name', async ({ weeks, dayHours, month, share, thin }) => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    const hour = Date.UTC(2026, 10, 20, 9)
    const day = pointsIn(hour - dayHours * MS_PER_HOUR, hour, 1)
    const days = pointsIn(hour - (month + 2) * MS_PER_DAY, hour - 2 * MS_PER_DAY, 2)
    const partial = weeks.flatMap((n) =>
      pointsIn(hour - n * MS_PER_WEEK - MS_PER_HOUR, hour - n * MS_PER_WEEK + 2 * MS_PER_HOUR, 3, {
        coveredMs: n === thin ? 100_000 : 200_000,
      }),
    )
    const first = new Map([...days, ...day, ...partial].map((point) => [point.start, point]))
    const second = days
      .slice(0, Math.round(days.length * share))
      .map((point): Point => ({ ...point, path: 'secondary', in: point.in + 8, out: point.out + 16 }))
    // metrics of the same path, used if there are no counters
    const metrics = pointsIn(hour - 3 * MS_PER_HOUR, hour, 4, { basis: 'metric' })
    const points = [...first.values(), ...second, ...metrics]
    await insert(feed.sourceId, points)
    const at = hour + 17 * MS_PER_MINUTE
    expect(await readPastTraffic(db.pool, { scope: computeShortId(feed.resourceId), at })).toEqual(
      expectedPast(points, at),
    )
  })
})

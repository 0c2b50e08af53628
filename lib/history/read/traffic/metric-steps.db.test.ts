import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { MetricRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readLinkDays } from '#lib/circuits/store/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { readMetricRates } from '#lib/gateways/store/index.ts'
import { type MetricValuesInStep, readMetricSteps } from './metric-steps.ts'
import { computeShortId } from '../../store/short-id.ts'
import { createTestPollSource } from '../../testing/feed.ts'

const db = withTestDatabase()
const NINE = Date.UTC(2026, 10, 20, 9)

const sample = fc.record({
  minute: fc.nat(29),
  instance: fc.constantFrom('a', 'b', 'c'),
  average: fc.option(fc.integer({ min: 0, max: 1_000 })),
  maximum: fc.option(fc.integer({ min: 0, max: 2_000 })),
})
type Sample = typeof sample extends fc.Arbitrary<infer T> ? T : never

const row = ({ minute, instance, average, maximum }: Sample, metric: string): MetricRow => ({
  metric,
  unit: 'Percent',
  dimensions: { roleinstance: instance },
  at: NINE + minute * MS_PER_MINUTE,
  grainSeconds: 60,
  average,
  maximum,
  minimum: null,
  total: null,
})

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
const mean = (numbers: readonly number[]) => sum(numbers) / numbers.length
/** Returns null if a number is null. */
const all = (numbers: readonly (number | null)[], of: (known: number[]) => number) => {
  const known = numbers.flatMap((n) => n ?? [])
  return known.length === numbers.length ? of(known) : null
}

/** Computes the expected result with a second method: by minute, then by step. */
function steps(
  samples: readonly Sample[],
  metric: string,
  from: number,
  to: number,
  stepMs: number,
): MetricValuesInStep[] {
  const known = samples.filter(({ minute, average }) => {
    const at = NINE + minute * MS_PER_MINUTE
    return average !== null && at >= from && at < to
  })
  const byMinute = Map.groupBy(known, ({ minute }) => minute)
  const byStep = Map.groupBy(byMinute, ([minute]) => Math.floor((NINE + minute * MS_PER_MINUTE) / stepMs) * stepMs)
  return [...byStep]
    .toSorted(([a], [b]) => a - b)
    .map(([start, minutes]) => {
      const buckets = minutes.map(([, of]) => of)
      const averages = buckets.map((of) => of.map(({ average }) => average ?? 0))
      const maxima = buckets.map((of) => of.map(({ maximum }) => maximum))
      return {
        metric,
        start,
        sum: mean(averages.map(sum)),
        highest: mean(averages.map((of) => Math.max(...of))),
        peakSum: all(
          maxima.map((of) => all(of, sum)),
          (peaks) => Math.max(...peaks),
        ),
        peak: all(
          maxima.map((of) => all(of, (known2) => Math.max(...known2))),
          (peaks) => Math.max(...peaks),
        ),
        series: Math.min(...buckets.map((of) => of.length)),
      }
    })
}

const rounded = (some: readonly MetricValuesInStep[]) =>
  some.map((step) => ({ ...step, sum: step.sum.toFixed(6), highest: step.highest.toFixed(6) }))

it('metrics in steps are what the samples of each minute say together, gaps left out', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(sample, { maxLength: 40, selector: ({ minute, instance }) => `${minute} ${instance}` }),
      fc.constantFrom(MS_PER_MINUTE, 5 * MS_PER_MINUTE, 60 * MS_PER_MINUTE),
      fc.nat(20),
      async (samples, stepMs, begin) => {
        const feed = await createTestPollSource(db)
        const rows = [
          ...samples.map((one) => row(one, 'Cpu')),
          row({ minute: 1, instance: 'a', average: 7, maximum: 7 }, 'Other'),
        ]
        await feed.record('metrics', {
          startedAt: NINE + 60 * MS_PER_MINUTE,
          finishedAt: NINE + 60 * MS_PER_MINUTE + 1,
          rows,
        })
        const [from, to] = [NINE + begin * MS_PER_MINUTE, NINE + 25 * MS_PER_MINUTE]
        const query = { scope: computeShortId(feed.resourceId), metrics: ['Cpu'], from, to, stepMs }
        expect(rounded(await readMetricSteps(db.pool, query))).toEqual(rounded(steps(samples, 'Cpu', from, to, stepMs)))
      },
    ),
    { numRuns: 15 },
  ))

it('means of pieces are of all series together, and null where less than half of a piece was reported', async () => {
  const feed = await createTestPollSource(db)
  const rows = [
    ...Array.from({ length: 20 }, (_, minute) =>
      (['a', 'b'] as const).map((instance) => row({ minute, instance, average: 10, maximum: null }, 'Bits')),
    ).flat(),
    row({ minute: 31, instance: 'a', average: 10, maximum: null }, 'Bits'),
    row({ minute: 1, instance: 'a', average: 7, maximum: 7 }, 'Other'),
  ]
  await feed.record('metrics', {
    startedAt: NINE + 60 * MS_PER_MINUTE,
    finishedAt: NINE + 60 * MS_PER_MINUTE + 1,
    rows,
  })
  const query = { metrics: ['Bits'], from: NINE, to: NINE + 60 * MS_PER_MINUTE, pieceMs: 30 * MS_PER_MINUTE }
  const scope = computeShortId(feed.resourceId)
  expect((await readMetricRates(db.pool, query)).filter((one) => one.scope === scope)).toEqual([
    { scope, piece: 0, mean: 20 },
    { scope, piece: 1, mean: null },
  ])
})

it('days of a link are the minutes in which its line protocol was up, down, between, or its link disabled', async () => {
  const feed = await createTestPollSource(db, { type: 'expressRoutePorts' })
  const midnight = Date.UTC(2026, 10, 21)
  const minute = (metric: string, minutes: number, average: number | null, link = 'Link1'): MetricRow => ({
    ...row({ minute: 0, instance: 'a', average, maximum: null }, metric),
    dimensions: { link },
    at: midnight + minutes * MS_PER_MINUTE,
  })
  const rows = [
    minute('LineProtocol', -2, 1),
    minute('LineProtocol', -1, 0),
    ...[0, 1].map((n) => minute('LineProtocol', n, 1)),
    minute('LineProtocol', 2, 0.5),
    minute('LineProtocol', 3, null),
    minute('LineProtocol', 4, 0),
    minute('AdminState', 4, 0),
    minute('LineProtocol', 5, 0),
    minute('AdminState', 5, 1),
    minute('LineProtocol', 0, 1, 'Link2'),
  ]
  await feed.record('metrics', {
    startedAt: midnight + 9 * MS_PER_MINUTE,
    finishedAt: midnight + 9 * MS_PER_MINUTE + 1,
    rows,
  })
  const scope = computeShortId(feed.resourceId)
  const none = { upSeconds: 0, downSeconds: 0, eitherSeconds: 0, disabledSeconds: 0 }
  const found = await readLinkDays(db.pool, {
    scope,
    from: midnight - 24 * 60 * MS_PER_MINUTE,
    to: midnight + 60 * MS_PER_MINUTE,
  })
  expect(found).toEqual([
    { scope, link: 'Link1', day: 0, ...none, upSeconds: 60, downSeconds: 60 },
    { scope, link: 'Link1', day: 1, upSeconds: 120, downSeconds: 60, eitherSeconds: 60, disabledSeconds: 60 },
    { scope, link: 'Link2', day: 1, ...none, upSeconds: 60 },
  ])
})

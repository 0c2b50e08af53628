import { expect, it } from 'vitest'
import type { ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import { formatPlotReading } from '../charts/plot/plot-model.ts'
import { findPendingRanges } from '../charts/column-ranges.ts'
import {
  findFailedProbeRanges,
  buildRttColumns,
  findRttGaps,
  buildRttPoints,
  formatRttReading,
  selectWorstTests,
  formatTestName,
} from './rtt-series.ts'

const at = (minute: number) => Date.UTC(2026, 10, 20, 3, minute)
type Point = [minute: number, roundTripMs: number | null, failedShare?: number]
const probe = (name: string, points: Point[]): ConnectionMonitorTest => ({
  scope: 'm1',
  resourceId: '/m1',
  monitor: 'cm',
  test: name,
  source: { name: 'vm-hub', address: '10.0.0.4' },
  destination: { name, address: '10.9.0.4' },
  protocol: 'ICMP',
  reaches: [],
  points: points.map(([minute, roundTripMs, failedShare = 0]) => ({
    at: new Date(at(minute)).toISOString(),
    seconds: 60,
    roundTripMs,
    roundTripBetween: roundTripMs === null ? null : ([roundTripMs, roundTripMs] as [number, number]),
    failedShare,
    result: null,
  })),
})
const HOUR: [number, number] = [at(0), at(60)]

it('what no test measured is a gap, and what one did not is no line of it', () => {
  const probes = [
    probe('a', [
      [0, 10],
      [1, 11],
      [4, 12],
    ]),
    probe('b', [
      [0, 20],
      [4, 21],
    ]),
  ]
  const columns = buildRttColumns(probes, HOUR, at(5))
  expect(findRttGaps(columns)).toEqual([{ from: at(2), to: at(4) }])
  const ofB = buildRttPoints(columns).filter(({ x }) => x === at(1))
  expect(ofB.at(-1)).toMatchObject({ mean0: 11, mean1: null })
})

it('a column that is not due yet is no gap, one that is due is', () => {
  const probes = [probe('a', [[0, 10]])]
  expect(findRttGaps(buildRttColumns(probes, HOUR, at(10)))).toEqual([])
  expect(findRttGaps(buildRttColumns(probes, HOUR, at(60)))).toEqual([{ from: at(1), to: at(45) }])
})

it('what may still come is shown as such, up to now and within the range', () => {
  const columns = buildRttColumns([probe('a', [[0, 10]])], HOUR, at(10))
  expect(findPendingRanges(columns, HOUR, at(10))).toEqual([{ from: at(1), to: at(10) }])
  expect(findPendingRanges(columns, HOUR, at(1))).toEqual([])
  expect(findPendingRanges(buildRttColumns([], HOUR, at(90)), HOUR, at(90))).toEqual([])
})

it('a long range keeps the lowest and the highest time of each column', () => {
  const columns = buildRttColumns(
    [
      probe('a', [
        [0, 10],
        [1, 90],
        [2, 20],
      ]),
    ],
    [at(0), at(24 * 60)],
    at(10),
  )
  expect(columns[0]).toEqual({ from: at(0), to: at(5), tests: [{ low: 10, high: 90, mean: 40, failed: 0 }] })
  expect(buildRttPoints(columns)[0]).toMatchObject({ mean0: 40, band0: [10, 90] })
})

it('a test without an answer has no time, and its failures are marked', () => {
  const columns = buildRttColumns(
    [
      probe('a', [
        [0, 10],
        [1, null, 1],
      ]),
    ],
    HOUR,
    at(2),
  )
  expect(findFailedProbeRanges(columns)).toEqual([{ from: at(1), to: at(2) }])
  const read = (index: number) => formatPlotReading(formatRttReading(columns[index], ['a'], 'UTC', at(0)))
  expect(read(0)).toBe('03:00:00 – 03:01:00 UTC: a 10 ms')
  expect(read(1)).toBe('03:01:00 – 03:02:00 UTC: a no answer, 100 % failed')
})

it('of many tests those are shown that failed most, then the slowest', () => {
  const probes = Array.from({ length: 8 }, (_, n) => probe(`t${n}`, [[0, n, n === 1 ? 0.5 : 0]]))
  const shown = selectWorstTests([...probes, probe('none', [])])
  expect(shown.map(({ test }) => test)).toEqual(['t1', 't7', 't6', 't5', 't4'])
  expect(formatTestName(probe('a', []))).toBe('vm-hub → a')
})

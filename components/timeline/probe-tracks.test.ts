import { expect, it } from 'vitest'
import type { ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import { buildProbeTracks } from './probe-tracks.ts'

type Point = ConnectionMonitorTest['points'][number]
const point = (minute: number, fields: Partial<Point>): Point => ({
  at: new Date(Date.UTC(2026, 10, 20, 1, minute)).toISOString(),
  seconds: 60,
  failedShare: null,
  roundTripMs: null,
  roundTripBetween: null,
  result: null,
  ...fields,
})
const probe = (points: Point[]): ConnectionMonitorTest => ({
  scope: 'm1',
  resourceId: '/m1',
  monitor: 'monitor',
  test: 'vm > db (tcp)',
  source: { name: 'vm', address: '10.0.0.4' },
  destination: { name: 'db', address: '10.10.1.1' },
  protocol: 'TCP',
  reaches: [],
  points,
})
const minutes = (at: number) => (at - Date.UTC(2026, 10, 20, 1)) / 60_000
const minute = (at: number) => Date.UTC(2026, 10, 20, 1, at)
const tracksOf = (points: Point[], now = minute(60)) =>
  buildProbeTracks([probe(points)], { from: minute(0), to: minute(60) }, now)
const marksOf = (...points: Point[]) =>
  tracksOf(points)[0]?.marks.map(({ word, from, to }) => [word, minutes(from[0]), minutes(to?.[1] ?? 0)])

it('says what a test said, in one interval as long as it says the same', () => {
  const marks = marksOf(
    point(0, { result: 'pass', failedShare: 0 }),
    point(1, { result: 'pass', failedShare: 0 }),
    point(2, { result: 'fail', failedShare: 1 }),
  )
  expect(marks).toEqual([
    ['PASSED', 0, 2],
    ['FAILED', 2, 3],
  ])
})

it('goes by the checks where Azure gives no verdict, and by nothing where nothing was measured', () => {
  const marks = marksOf(
    point(0, { failedShare: 0 }),
    point(1, { failedShare: 0.25 }),
    point(2, { failedShare: 1 }),
    point(3, {}),
  )
  expect(marks?.map(([word]) => word)).toEqual(['PASSED', 'SOME FAILED', 'FAILED', 'UNKNOWN'])
})

it('is not continued over times that nobody measured', () => {
  expect(marksOf(point(0, { result: 'pass' }), point(9, { result: 'pass' }))).toEqual([
    ['PASSED', 0, 1],
    ['PASSED', 9, 10],
  ])
})

it('has none for a test without results', () => expect(tracksOf([])).toEqual([]))

it.each([
  [
    'before, between and after its results, what has not come yet apart',
    60,
    [3, 4, 9],
    [
      [0, 3, 'the test reported nothing'],
      [5, 9, 'the test reported nothing'],
      [10, 45, 'the test reported nothing'],
      [45, 60, 'not reported yet'],
    ],
  ],
  ['nothing after now', 20, [0, 1, 2, 3, 4], [[5, 20, 'not reported yet']]],
  [
    'what lies before a younger result, which does not come any more',
    20,
    [0, 9],
    [
      [1, 9, 'the test reported nothing'],
      [10, 20, 'not reported yet'],
    ],
  ],
  ['nothing where all was reported', 5, [0, 1, 2, 3, 4], []],
] as const)('has as unseen %s', (_, now, at, expected) => {
  const [track] = tracksOf(
    at.map((one) => point(one, { result: 'pass' })),
    minute(now),
  )
  expect(track?.unseen.map(({ from, to, why }) => [minutes(from), minutes(to), why])).toEqual(expected)
})

import { expect, it } from 'vitest'
import type { ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import { summarizeProbes, formatProbe } from './probe-summary.ts'

const now = Date.UTC(2026, 10, 3, 12)
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString()
const end = { name: '', address: '' }

/** Returns a test with buckets, oldest first: minutes ago, round-trip time in ms, share of failed checks. */
const test = (
  reaches: string[],
  ...buckets: [minutes: number, ms: number | null, failed: number | null][]
): ConnectionMonitorTest => ({
  scope: 'monitor',
  resourceId: '/monitor',
  monitor: 'monitor',
  test: 'test',
  source: end,
  destination: end,
  protocol: 'Tcp',
  reaches,
  points: buckets.map(([minutes, roundTripMs, failedShare]) => ({
    at: ago(minutes),
    seconds: 300,
    failedShare,
    roundTripMs,
    roundTripBetween: null,
    result: null,
  })),
})

it.each<
  [
    name: string,
    probes: ConnectionMonitorTest[],
    expected: [roundTrip: string | null, failedShare: number | null] | null,
  ]
>([
  ['one test', [test(['a'], [30, 20, 0], [15, 10.2, 0])], ['10 ms', 0]],
  ['several, of which one loses', [test(['a'], [5, 10, 0]), test(['b', 'a'], [5, 14, 0.04])], ['10 to 14 ms', 0.04]],
  ['times that read the same', [test(['a'], [15, 10.1, 0]), test(['a'], [15, 10.2, 0])], ['10 ms', 0]],
  ['a loss before the newest results', [test(['a'], [10, 14, 0.38], [5, 10, 0])], ['10 ms', 0.38]],
  ['a loss that is too old', [test(['a'], [20, 14, 0.38], [5, 10, 0])], ['10 ms', 0]],
  ['no answer', [test(['a'], [15, null, 1])], [null, 1]],
  ['a bucket that is not measured yet', [test(['a'], [15, 9.5, 0], [0, null, null])], ['9.5 ms', 0]],
  ['a bucket after the moment that the page shows', [test(['a'], [15, 10, 0], [-60, 30, 0.5])], ['10 ms', 0]],
  ['only buckets after the moment', [test(['a'], [-60, 30, 0.5])], null],
  ['too old', [test(['a'], [50, 10, 0])], null],
  ['another circuit', [test(['b'], [15, 10, 0])], null],
  ['no tests', [], null],
])('%s', (_, probes, expected) => {
  const brief = summarizeProbes(probes, ['a'], now)
  expect(brief && [brief.roundTrip, brief.failedShare]).toEqual(expected)
})

it('says in full what was measured by how many tests', () => {
  expect(summarizeProbes([test(['a'], [5, 10, 0.25]), test(['c'], [5, 12, 0])], ['a', 'c'], now)?.title).toBe(
    'Round-trip time 10 to 12 ms by 12:00 UTC, up to 25 % of checks failed 11:55 – 12:00 UTC (2 tests of connection monitors, which alone open no incident)',
  )
})

it.each<[earlier: number, ms: number | null, failed: number | null, words: string[], tone: 'degraded' | null]>([
  [0, 10, 0, ['RTT 10 ms'], null],
  [0, 10, 0.25, ['RTT 10 ms', 'tests: up to 25 % lost', '11:55 – 11:58 UTC'], 'degraded'],
  [0.38, 10, 0.25, ['RTT 10 ms', 'tests: up to 38 % lost', '11:50 – 11:58 UTC'], 'degraded'],
  [0.38, 10, 0, ['RTT 10 ms', 'tests: up to 38 % lost', '11:50 – 11:55 UTC, over'], null],
  [0.38, 10, null, ['RTT 10 ms', 'tests: up to 38 % lost', '11:50 – 11:55 UTC'], 'degraded'],
  [0, null, 1, ['tests: no answer', 'tests: up to 100 % lost', '11:55 – 11:58 UTC'], 'degraded'],
])(
  'a loss of tests has its time, and is over only if the newest results show it: %s, then %s ms and %s lost',
  (earlier, ms, failed, words, tone) => {
    const probes = [test(['a'], [10, 12, earlier], [5, ms, failed])]
    const said = formatProbe(summarizeProbes(probes, ['a'], now - 2 * 60_000) ?? undefined)
    expect(said.map(({ text }) => text)).toEqual(words)
    expect(said.at(-1)?.tone).toBe(tone)
  },
)

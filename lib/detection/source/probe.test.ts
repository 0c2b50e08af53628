import { describe, expect, it } from 'vitest'
import { type MetricRow, type PollRecord, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../model/settings.ts'
import { updateProbeStates } from './probe.ts'
import type { ProbeDetectionState } from '../model/source-state.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const at = (n: number) => T0 + n * MS_PER_MINUTE
const TEST = 'probe > erp (tcp)'
const dimensions = {
  sourcename: 'probe',
  destinationname: 'erp',
  destinationaddress: '10.10.4.20',
  testconfigurationname: 'tcp',
}

const bucket = (n: number, metric: string, average: number): MetricRow => ({
  metric,
  unit: 'Percent',
  dimensions,
  at: at(n),
  grainSeconds: 60,
  average,
  maximum: null,
  minimum: null,
  total: null,
})
const results = (from: number, ...values: number[]) => values.map((value, n) => bucket(from + n, 'TestResult', value))
const failed = (from: number, ...values: number[]) => values.map((v, n) => bucket(from + n, 'ChecksFailedPercent', v))
const mark = { finishedAt: at(60) } as PollRecord

/** Evaluates answers one after the other; the state is stored and read back in between. */
function fold(...answers: MetricRow[][]) {
  let probes: Record<string, ProbeDetectionState> = {}
  const turns = answers.flatMap((rows) => {
    const folded = updateProbeStates(probes, rows, mark, defaultSettings)
    if (folded.probes === probes) return []
    probes = JSON.parse(JSON.stringify(folded.probes)) as Record<string, ProbeDetectionState>
    return folded.signals.map(({ state, since }) => ({ state, since }))
  })
  return { turns, probes }
}

describe('a test of a connection monitor', () => {
  it.each<[string, MetricRow[][], { state: string; since: { earliest: number; latest: number } }[]]>([
    [
      'passes at first sight',
      [results(0, 1, 1)],
      [{ state: 'passing', since: { earliest: INSTANT_BEFORE_MONITORING, latest: at(1) } }],
    ],
    [
      'warns and still passes',
      [results(0, 2)],
      [{ state: 'passing', since: { earliest: INSTANT_BEFORE_MONITORING, latest: at(1) } }],
    ],
    [
      'is unknown',
      [results(0, 0)],
      [{ state: 'unknown', since: { earliest: INSTANT_BEFORE_MONITORING, latest: at(1) } }],
    ],
    [
      'fails by its share of checks',
      [failed(0, 51)],
      [{ state: 'failing', since: { earliest: INSTANT_BEFORE_MONITORING, latest: at(1) } }],
    ],
    [
      'does not by half of them',
      [failed(0, 50)],
      [{ state: 'passing', since: { earliest: INSTANT_BEFORE_MONITORING, latest: at(1) } }],
    ],
    [
      'fails from one bucket to the next, reported by the next answer',
      [results(0, 1, 1), results(1, 1, 3, 3)],
      [
        { state: 'passing', since: { earliest: INSTANT_BEFORE_MONITORING, latest: at(1) } },
        { state: 'failing', since: { earliest: at(1), latest: at(3) } },
      ],
    ],
    [
      'is reported once although buckets come again',
      [results(0, 1, 3), results(0, 1, 3, 3), results(1, 3, 3, 3)],
      [{ state: 'failing', since: { earliest: at(0), latest: at(2) } }],
    ],
    ['is nothing without buckets', [[], []], []],
  ])('%s', (_, answers, expected) => expect(fold(...answers).turns).toEqual(expected))

  it('is believed by Azure’s own verdict before the share of checks', () => {
    expect(fold([...failed(0, 80), ...results(0, 1)]).turns).toMatchObject([{ state: 'passing' }])
  })

  it('leaves the memory as it was when it goes on, and says all the same how it goes', () => {
    const { probes } = fold(results(0, 1, 1))
    const folded = updateProbeStates(probes, results(1, 1, 1, 1), mark, defaultSettings)
    expect(folded.probes).toBe(probes)
    expect(folded.signals).toMatchObject([{ test: TEST, destination: '10.10.4.20', state: 'passing' }])
    expect(Object.keys(probes)).toEqual([TEST])
  })
})

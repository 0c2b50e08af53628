import { expect, it } from 'vitest'
import type { PollSignal } from '../model/signal.ts'
import { planBaselineReads } from './traffic.ts'
import { planProbedResourceReads } from './probed-scopes.ts'
import { type DetectionReadResults, formatReadKey, type DetectionRead } from './read.ts'
import { createTwoCircuitEstate } from '../testing/estates.ts'
import { quietEstate } from '../testing/quiet-estate.ts'

const probe = (destination: string): PollSignal => ({
  type: 'probe',
  test: `to ${destination}`,
  destination,
  state: 'failing',
  since: { earliest: 0, latest: 1 },
})
const answers = (...own: [read: DetectionRead, answer: unknown][]): DetectionReadResults =>
  Object.fromEntries(own.map(([read, answer]) => [formatReadKey(read), answer]))

it('an address that is tested: its gateways, then what their neighbors are mapped to', () => {
  const signals = [probe('10.1.0.1'), probe('10.1.0.1'), probe('192.0.2.1')]
  const [one, other]: DetectionRead[] = [
    { kind: 'carriersOf', address: '10.1.0.1' },
    { kind: 'carriersOf', address: '192.0.2.1' },
  ]
  expect(planProbedResourceReads(signals, {})).toEqual({ isDone: false, reads: [one, other] })
  const carriers = [
    { gateway: 'gw', peer: '10.0.4.4' },
    { gateway: 'gw', peer: '10.0.4.9' },
  ]
  const first: [DetectionRead, unknown][] =
    one && other
      ? [
          [one, carriers],
          [other, []],
        ]
      : []
  const mappingsOf: DetectionRead = { kind: 'mappingsOf', gateway: 'gw' }
  expect(planProbedResourceReads(signals, answers(...first))).toEqual({ isDone: false, reads: [mappingsOf] })
  const mapping = { gateway: 'gw', neighbor: '10.0.4.4', circuit: 'ckt', path: 'primary', confidence: 'certain' }
  expect(planProbedResourceReads(signals, answers(...first, [mappingsOf, [mapping]]))).toEqual({
    isDone: true,
    result: { '10.1.0.1': ['gw', 'ckt'], '192.0.2.1': [] },
  })
})

it('what a circuit usually carries is read with its counters alone', () => {
  const { mark } = quietEstate(1_000)
  const topology = createTwoCircuitEstate().topology()
  const read: DetectionRead = { kind: 'trafficPast', scope: 'ckt-lon', peering: '', at: 1_000 }
  expect(planBaselineReads({ ...mark, kind: 'stats' }, topology, {})).toEqual({ isDone: false, reads: [read] })
  expect(planBaselineReads({ ...mark, kind: 'learned' }, topology, {})).toEqual({ isDone: true, result: null })
  const elsewhere = { ...mark, kind: 'metrics' as const, scope: 'ergw-hub' }
  expect(planBaselineReads(elsewhere, topology, {})).toEqual({ isDone: true, result: null })
  const past = { paths: {}, busiest: { in: 1, out: 2 } }
  expect(planBaselineReads({ ...mark, kind: 'stats' }, topology, answers([read, past]))).toEqual({
    isDone: true,
    result: { ...past, bandwidthBps: 1e9 },
  })
})

import { describe, expect, it } from 'vitest'
import type { ObservedChange, MetricsObservation, PollObservation, PollKind, PollRecord } from '#lib/contract/index.ts'
import { type ConnectionNode, EMPTY_TOPOLOGY, type GroupTopology } from '../model/topology.ts'
import { canSkipEvaluation, isSourceStateNeeded } from './evaluation-need.ts'

const mark = (kind: PollKind, outcome: PollRecord['outcome'] = 'ok'): PollRecord => ({
  sourceId: 1,
  scope: 'it',
  subresource: '',
  kind,
  startedAt: 0,
  finishedAt: 1,
  outcome,
  previousOkAt: null,
  previousAttemptAt: null,
  silentInstances: [],
})
const vpn = { scope: 'gw', name: 'gw', kind: 'vpn' as const, provisioningState: null, circuits: [] }
const connected = (more: Partial<ConnectionNode>): GroupTopology => ({
  ...EMPTY_TOPOLOGY,
  gateways: [vpn],
  connections: [{ scope: 'it', gateway: 'gw', circuit: null, weight: 0, ...more }],
})
const metrics = (metric: string): PollObservation =>
  ({ kind: 'metrics', rows: [{ metric }] }) as Partial<MetricsObservation> as PollObservation
const nothing = { kind: 'advertised', rows: [] } as Partial<PollObservation> as PollObservation
const turned = [{ type: 'outcome' }] as ObservedChange[]
const changed = [{ type: 'route' }] as ObservedChange[]

describe('a poll is not folded', () => {
  it.each<
    [
      name: string,
      quiet: boolean,
      mark: PollRecord,
      changes: ObservedChange[],
      observation: PollObservation,
      GroupTopology?,
    ]
  >([
    ['advertised routes that did not change', true, mark('advertised'), [], nothing],
    ['advertised routes that did', false, mark('advertised'), changed, nothing],
    ['advertised routes that could not be read', false, mark('advertised', 'unavailable'), [], nothing],
    ['advertised routes that are read again', false, mark('advertised'), turned, nothing],
    ['metrics without bit rates', true, mark('metrics'), [], metrics('CpuUtilization')],
    ['metrics with bit rates', false, mark('metrics'), [], metrics('BitsInPerSecond')],
    ['metrics of a connection', true, mark('metrics'), [], metrics('BitsInPerSecond'), connected({ circuit: 'ckt' })],
    ['a connection to a circuit', true, mark('connection'), [], nothing, connected({ circuit: 'ckt' })],
    ['a connection of a VPN gateway', false, mark('connection'), [], nothing, connected({})],
    ['peers, whatever they report', false, mark('peers'), [], nothing],
  ])('%s: %s', (_, quiet, own, changes, observation, topology = EMPTY_TOPOLOGY) => {
    expect(canSkipEvaluation(own, changes, observation, topology)).toBe(quiet)
  })
})

describe('what is remembered of a source is needed', () => {
  it.each<[name: string, needed: boolean, mark: PollRecord, changes: ObservedChange[]]>([
    ['by sessions', true, mark('peers'), []],
    ['not by learned routes', false, mark('learned'), changed],
    ['by learned routes that could not be read', true, mark('learned', 'throttled'), []],
    ['by learned routes that are read again', true, mark('learned'), turned],
  ])('%s: %s', (_, needed, own, changes) => {
    expect(isSourceStateNeeded(own, changes)).toBe(needed)
  })
})

import { describe, expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING, type EventKind, type PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, listLiveEvents, storeEventInScope } from '../../../model/context.ts'
import { createEvent } from '../../../model/create-event.ts'
import { createResourceState } from '../../../model/scope-state.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { type CircuitNode, EMPTY_TOPOLOGY, type GroupTopology } from '../../../model/topology.ts'
import type { BitRatesByDirection, AverageTrafficOfTimeWindow, CircuitTrafficState } from '../../../model/traffic.ts'
import { createTrafficState } from '../../facts/traffic/traffic-state.ts'
import { detectIntentDeviationByBytes } from './intent-by-bytes.ts'

const NOW = 60 * MS_PER_MINUTE
const markAt = (at: number): PollRecord => ({
  sourceId: 1,
  scope: 'lon',
  subresource: '',
  kind: 'stats',
  startedAt: at - 100,
  finishedAt: at,
  outcome: 'ok',
  previousOkAt: at - MS_PER_MINUTE,
  previousAttemptAt: at - MS_PER_MINUTE,
  silentInstances: [],
})
const circuit = (name: string): CircuitNode => ({
  scope: name,
  name: `ckt-${name}`,
  provider: null,
  location: null,
  connectivity: null,
  bandwidthBps: 1e9,
  premium: false,
  peerings: [],
  backedUp: null,
})

/**
 * Returns the data of a circuit that carried these Mb/s over the window ending at the given time, half of it on each
 * path.
 */
function carrying(mbps: BitRatesByDirection, at: number, isFirst = false): CircuitTrafficState {
  const path = { in: (mbps.in * 1e6) / 2, out: (mbps.out * 1e6) / 2 }
  const full: AverageTrafficOfTimeWindow = {
    earliest: at - 15 * MS_PER_MINUTE,
    latest: at,
    coveredMs: 15 * MS_PER_MINUTE,
    paths: { primary: path, secondary: path },
  }
  return {
    meters: {},
    windowMs: 5 * MS_PER_MINUTE,
    busiest: { in: null, out: null },
    shares: { full, before: isFirst ? [] : [full] },
    asymmetric: null,
    evenAgain: null,
    pairs: {},
    rates: {},
  }
}

const STANDBY = { kind: 'active_standby', circuits: ['lon', 'ams'], prefixes: [] } as GroupTopology['policies'][number]
interface Shown {
  lon: BitRatesByDirection | null
  ams: BitRatesByDirection | null
  at?: number
  amsAt?: number
  isFirst?: boolean
  policies?: GroupTopology['policies']
  sites?: GroupTopology['sites']
}

/** Returns a group of both circuits with these counters; null = no counters. */
function groupWith(shown: Shown, before?: DetectionContext): DetectionContext {
  const { at = NOW, amsAt = at, isFirst = false, policies = [STANDBY], sites = [] } = shown
  const scopeOf = (name: 'lon' | 'ams') => {
    const rates = shown[name]
    const fact = rates && carrying(rates, name === 'ams' ? amsAt : at, isFirst)
    return { ...(before?.scopes[name] ?? createResourceState()), traffic: { ...createTrafficState(), fact, at } }
  }
  return {
    topology: { ...EMPTY_TOPOLOGY, circuits: [circuit('lon'), circuit('ams')], policies, sites },
    scopes: { lon: scopeOf('lon'), ams: scopeOf('ams') },
    mark: markAt(at),
    everyMs: MS_PER_MINUTE,
    settings: defaultSettings,
  }
}
const IDLE = { in: 0.05, out: 0.05 }
const BUSY = { in: 200, out: 120 }
const reported = (context: DetectionContext) => {
  detectIntentDeviationByBytes(context)
  return listLiveEvents(context).filter(({ event }) => event.kind === 'intent_deviation')
}

describe('a standby that carries what the primary is declared to', () => {
  it('is reported with what each carried, and ends when the primary carries again', () => {
    const context = groupWith({ lon: IDLE, ams: BUSY })
    const [live, ...others] = reported(context)
    expect(others).toEqual([])
    expect(live?.event).toMatchObject({
      scope: 'lon',
      subject: 'ckt-lon > ckt-ams by bytes',
      severity: 'minor',
      flags: ['by_bytes'],
      started: { earliest: NOW - 15 * MS_PER_MINUTE, latest: NOW },
      ended: null,
    })
    expect(live?.event.evidence.map(({ field, after }) => `${field} ${after}`)).toEqual([
      'ckt-lon in 50000 bit/s',
      'ckt-lon out 50000 bit/s',
      'ckt-ams in 200000000 bit/s',
      'ckt-ams out 120000000 bit/s',
    ])
    // a tenth of the traffic is not enough to end the event
    const some = groupWith({ lon: { in: 20, out: 12 }, ams: BUSY, at: NOW + 15 * MS_PER_MINUTE }, context)
    expect(reported(some)[0]?.event.ended).toBeNull()
    const again = groupWith({ lon: BUSY, ams: BUSY, at: NOW + 30 * MS_PER_MINUTE }, some)
    expect(reported(again)[0]?.event.ended).toEqual({
      earliest: NOW + 15 * MS_PER_MINUTE,
      latest: NOW + 30 * MS_PER_MINUTE,
    })
  })

  it('was so before, where it is so in the first window', () => {
    const [live] = reported(groupWith({ lon: IDLE, ams: BUSY, isFirst: true }))
    expect(live?.event.started).toEqual({ earliest: INSTANT_BEFORE_MONITORING, latest: NOW })
  })

  it('ends when something else is declared', () => {
    const context = groupWith({ lon: IDLE, ams: BUSY })
    reported(context)
    const after = groupWith({ lon: IDLE, ams: BUSY, at: NOW + MS_PER_MINUTE, policies: [] }, context)
    expect(reported(after)[0]?.event.ended).toEqual({ earliest: NOW, latest: NOW + MS_PER_MINUTE })
  })

  const site = { name: 'Leeds', prefixes: ['10.2.0.0/16'], home: 'ams' } as GroupTopology['sites'][number]
  it.each<[string, Shown]>([
    ['the primary has a tenth of it', { lon: { in: 20, out: 12 }, ams: BUSY }],
    ['the primary carries one direction', { lon: { in: 0.05, out: 120 }, ams: { in: 200, out: 0.05 } }],
    ['nothing flows on either', { lon: { in: 0.01, out: 0.01 }, ams: { in: 0.02, out: 0.02 } }],
    ['what the primary carries is not known', { lon: null, ams: BUSY }],
    ['what the standby carries is not known', { lon: IDLE, ams: null }],
    ['the windows are of different times', { lon: IDLE, ams: BUSY, amsAt: NOW - 30 * MS_PER_MINUTE }],
    ['the policy names prefixes', { lon: IDLE, ams: BUSY, policies: [{ ...STANDBY, prefixes: ['10.1.0.0/16'] }] }],
    ['the standby is the home of a site', { lon: IDLE, ams: BUSY, sites: [site] }],
    [
      'the standby is the primary of another one',
      { lon: IDLE, ams: BUSY, policies: [STANDBY, { ...STANDBY, circuits: ['ams', 'lon'] }] },
    ],
    [
      'a circuit of it is of another group',
      { lon: IDLE, ams: BUSY, policies: [{ ...STANDBY, circuits: ['lon', 'ams', 'x'] }] },
    ],
    ['nothing is declared', { lon: IDLE, ams: BUSY, policies: [] }],
  ])('is not where %s', (_, shown) => expect(reported(groupWith(shown))).toEqual([]))

  it.each<[EventKind, string, number]>([
    ['failover', 'gw', 0],
    ['circuit_down', 'lon', 0],
    ['green_but_dead', 'lon', 0],
    ['green_but_dead', 'ams', 1],
    ['bandwidth_high', 'lon', 1],
  ])('with %s of %s open', (kind, scope, expected) => {
    const context = groupWith({ lon: IDLE, ams: BUSY })
    const started = { earliest: NOW - MS_PER_MINUTE, latest: NOW }
    storeEventInScope(
      context,
      createEvent(context.mark, { kind, scope, subject: 's', severity: 'major', started, evidence: [], flags: [] }),
      { confirm: null },
    )
    expect(reported(context)).toHaveLength(expected)
  })
})

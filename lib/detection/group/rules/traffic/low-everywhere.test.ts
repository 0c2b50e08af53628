import { describe, expect, it } from 'vitest'
import type { TimestampBounds, PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { TrafficDirectionState, CircuitTrafficState } from '../../../model/traffic.ts'
import { defaultSettings } from '../../../model/settings.ts'
import {
  type ResourcesOfOtherGroups,
  type DetectionContext,
  listLiveEvents,
  WHOLE_ESTATE,
} from '../../../model/context.ts'
import { createResourceState, type GroupState } from '../../../model/scope-state.ts'
import { type CircuitNode, type GatewayNode, EMPTY_TOPOLOGY } from '../../../model/topology.ts'
import { hasTrafficFallenEverywhere, detectLowTrafficEverywhere } from './low-everywhere.ts'
import { createTrafficState } from '../../facts/traffic/traffic-state.ts'

const NOW = 60 * MS_PER_MINUTE
const mark: PollRecord = {
  sourceId: 1,
  scope: 'lon',
  subresource: '',
  kind: 'stats',
  startedAt: NOW - 100,
  finishedAt: NOW,
  outcome: 'ok',
  previousOkAt: NOW - MS_PER_MINUTE,
  previousAttemptAt: NOW - MS_PER_MINUTE,
  silentInstances: [],
}
const circuit = (name: string): CircuitNode => ({
  scope: name,
  name,
  provider: null,
  location: null,
  connectivity: null,
  bandwidthBps: 1e9,
  premium: false,
  peerings: [],
  backedUp: null,
})
const gateway = (scope: string, ...circuits: string[]): GatewayNode => ({
  scope,
  name: scope,
  kind: 'expressRoute',
  provisioningState: null,
  circuits,
})
/** Returns the data of both directions with low traffic since the given time; null = usual traffic. */
function traffic(low: TimestampBounds | null, expectedBps = 1e8): CircuitTrafficState {
  const direction: TrafficDirectionState = {
    bps: low ? 1e6 : 1e8,
    expected: { bps: expectedBps, confidence: 'normal' },
    deadBps: 8_000,
    lost: null,
    isFlat: false,
    flowsAgain: null,
    low,
    isLow: low !== null,
    aliveMs: 0,
    load: 'clear',
    loadSince: null,
    isDropping: false,
  }
  return {
    meters: { sum: { in: direction, out: direction } },
    windowMs: 5 * MS_PER_MINUTE,
    busiest: { in: null, out: null },
    shares: { full: null, before: [] },
    asymmetric: null,
    evenAgain: null,
    pairs: {},
    rates: {},
  }
}
const carrying = (fact: CircuitTrafficState) => ({
  ...createResourceState(),
  traffic: { ...createTrafficState(), fact, at: NOW },
})

const FELL: TimestampBounds = { earliest: NOW - 10 * MS_PER_MINUTE, latest: NOW - 9 * MS_PER_MINUTE }
/** Returns the group of London; another group contains Amsterdam. */
function estateWith(ams: CircuitTrafficState, more: { whole?: boolean; moved?: number } = {}): DetectionContext {
  const otherGroups: ResourcesOfOtherGroups = {
    topology: { circuits: [circuit('ams')], gateways: [gateway('gw-ams', 'ams')] },
    scopes: { ams: carrying(ams), 'gw-ams': { ...createResourceState(), routesChangedAt: more.moved ?? null } },
  }
  const scopes: GroupState = { lon: carrying(traffic(FELL)), 'gw-lon': createResourceState() }
  if (more.whole !== false) scopes[WHOLE_ESTATE] = createResourceState()
  return {
    topology: { ...EMPTY_TOPOLOGY, circuits: [circuit('lon')], gateways: [gateway('gw-lon', 'lon')] },
    scopes,
    mark,
    everyMs: MS_PER_MINUTE,
    settings: defaultSettings,
    otherGroups,
  }
}
const reported = (context: DetectionContext) => {
  detectLowTrafficEverywhere(context)
  return listLiveEvents(context).map(({ event }) => [event.scope, event.subject, event.started, event.ended])
}

describe('circuits of which each stands in a group of its own', () => {
  const later: TimestampBounds = { earliest: FELL.earliest + MS_PER_MINUTE, latest: FELL.latest + MS_PER_MINUTE }

  it('fall together: one event of the estate, from the last that fell, and no fault of any of them', () => {
    const context = estateWith(traffic(later))
    expect(reported(context)).toEqual([[WHOLE_ESTATE, 'all circuits', later, null]])
    expect(hasTrafficFallenEverywhere(context, circuit('lon'))).toBe(true)
  })

  it.each([
    ['the other carries what it usually does', estateWith(traffic(null))],
    [
      'the other fell long before',
      estateWith(traffic({ earliest: FELL.earliest - 30 * MS_PER_MINUTE, latest: FELL.latest - 30 * MS_PER_MINUTE })),
    ],
    ["the other's routes moved", estateWith(traffic(FELL), { moved: FELL.earliest })],
  ])('is by itself where %s', (_, context) => {
    expect(reported(context)).toEqual([])
    expect(hasTrafficFallenEverywhere(context, circuit('lon'))).toBe(false)
  })

  it.each([
    ['is not dead before its own counters are read again', 0, true],
    ['has a fault of its own if its own counters, read later, show no traffic', 2 * MS_PER_MINUTE, false],
  ])('fell together, and the other carries again: the first %s', (_, later, isElsewhere) => {
    const pair = (end: number, bps: number) => ({
      earliest: end - 5 * MS_PER_MINUTE,
      latest: end,
      lengthMs: 5 * MS_PER_MINUTE,
      in: bps,
      out: bps,
    })
    const returned = {
      ...traffic(null),
      pairs: { primary: [pair(NOW - MS_PER_MINUTE, 1e6), pair(NOW + MS_PER_MINUTE, 1e8)] },
    }
    const context = estateWith(returned)
    const lon = {
      ...carrying(traffic(FELL)),
      traffic: { ...createTrafficState(), fact: traffic(FELL), at: NOW + later },
    }
    const read = { ...context, scopes: { ...context.scopes, lon } }
    expect(hasTrafficFallenEverywhere(read, circuit('lon'))).toBe(isElsewhere)
  })

  it('are one group of one where nothing is expected of the other', () => {
    expect(reported(estateWith(traffic(FELL, 1_000)))).toEqual([])
  })

  it('are reported by polls that have the estate for themselves', () => {
    const context = estateWith(traffic(FELL), { whole: false })
    expect(reported(context)).toEqual([])
    expect(hasTrafficFallenEverywhere(context, circuit('lon'))).toBe(true)
  })

  it('end it with the first that carries again', () => {
    const context = estateWith(traffic(FELL))
    detectLowTrafficEverywhere(context)
    const after: DetectionContext = { ...context, scopes: { ...context.scopes, lon: carrying(traffic(null)) } }
    expect(reported(after)).toEqual([
      [WHOLE_ESTATE, 'all circuits', FELL, { earliest: NOW - MS_PER_MINUTE, latest: NOW }],
    ])
  })
})

describe('circuits of customers', () => {
  const later: TimestampBounds = { earliest: FELL.earliest + MS_PER_MINUTE, latest: FELL.latest + MS_PER_MINUTE }
  /** London and Paris are in this group, Amsterdam is in another group. */
  const owned = (
    owners: Record<string, string> | null,
    low: { ams: TimestampBounds | null; par: TimestampBounds | null },
  ): DetectionContext => {
    const context = estateWith(traffic(low.ams))
    const topology = {
      ...context.topology,
      circuits: [circuit('lon'), circuit('par')],
      gateways: [gateway('gw-lon', 'lon', 'par')],
      ...(owners ? { owners: new Map(Object.entries(owners)) } : {}),
    }
    return { ...context, topology, scopes: { ...context.scopes, par: carrying(traffic(low.par)) } }
  }
  const ours = { lon: 'contoso', ams: 'contoso', par: 'fabrikam' }

  it('fall together: an event of the first of them, whatever the other customers carry', () => {
    const context = owned({ ...ours, ams: 'fabrikam', par: 'contoso' }, { ams: null, par: later })
    expect(reported(context)).toEqual([['lon', 'all circuits', later, null]])
    expect(hasTrafficFallenEverywhere(context, circuit('lon'))).toBe(true)
  })

  it('are not counted with those of others', () => {
    const context = owned(ours, { ams: null, par: later })
    expect(reported(context)).toEqual([])
    expect(hasTrafficFallenEverywhere(context, circuit('lon'))).toBe(false)
    expect(hasTrafficFallenEverywhere(context, circuit('par'))).toBe(false)
  })

  it('are reported by the group of the first of them', () => {
    const context = owned(ours, { ams: later, par: null })
    expect(reported(context)).toEqual([])
    expect(hasTrafficFallenEverywhere(context, circuit('lon'))).toBe(true)
  })

  it('end what was reported of all before they were declared', () => {
    const before = owned(null, { ams: later, par: later })
    detectLowTrafficEverywhere(before)
    const declared = owned(ours, { ams: later, par: later })
    const estate = before.scopes[WHOLE_ESTATE] ?? createResourceState()
    expect(reported({ ...declared, scopes: { ...declared.scopes, [WHOLE_ESTATE]: estate } })).toEqual([
      [WHOLE_ESTATE, 'all circuits', later, { earliest: NOW - MS_PER_MINUTE, latest: NOW }],
    ])
  })
})

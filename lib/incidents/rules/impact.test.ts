import { describe, expect, it } from 'vitest'
import { OTHER_CUSTOMERS_PATH_LABEL } from '#lib/contract/customer.ts'
import { type ImpactTraffic, classifyRateChange } from './impact-traffic.ts'
import type { ImpactEvent } from './impact-prefixes.ts'
import type { RoutesSeenState } from '../api/index.ts'
import type { NewPathKind, RouteCounts, RouteEffectKind } from './impact-routes.ts'
import { impactEventKinds, computeIncidentImpact } from './impact.ts'

const event = (kind: ImpactEvent['kind'], fields: Partial<ImpactEvent> = {}): ImpactEvent => ({
  kind,
  scope: 'c1',
  scopeName: 'ckt-lon',
  subject: 'AzurePrivatePeering',
  ended: null,
  partOf: null,
  flags: [],
  evidence: [],
  ...fields,
})
const ENDED = { earliest: 1, latest: 2 }
const about = (prefixTotal: number, after = '10.0.0.2') => ({ evidence: [{ prefixTotal, after }] })
const pathDown = event('path_down', { subject: 'AzurePrivatePeering/primary' })
const redundancyLost = event('redundancy_lost')
const ecmp = event('ecmp_reduced', { scope: 'g1', scopeName: 'ergw', subject: 'a,b > b', ...about(8) })

const flow = classifyRateChange({ before: 1_200_000_000, since: 1_100_000_000 }, { paths: 2, lastedMs: 60_000 })
const flowing: ImpactTraffic = { state: 'read', toAzure: flow, fromAzure: flow }

interface Case {
  name: string
  events: ImpactEvent[]
  routes?: RoutesSeenState
  traffic?: ImpactTraffic
  isOver?: boolean
  summary: string
}

describe('the impact of an incident that goes on', () => {
  it.each<Case>([
    {
      name: 'is where prefixes are now, that none is lost, and what is left',
      events: [pathDown, redundancyLost, ecmp],
      routes: 'read',
      summary: '8 prefixes now on one active path; no prefix cut off; no redundancy on ckt-lon until it is repaired.',
    },
    {
      name: 'says nothing of lost prefixes where the gateways are not known',
      events: [pathDown, redundancyLost],
      summary: 'No redundancy on ckt-lon until it is repaired.',
    },
    {
      name: 'says that routes are not polled',
      events: [pathDown, redundancyLost],
      routes: 'not_polled',
      summary: 'Prefix impact unknown: routes are not polled; no redundancy on ckt-lon until it is repaired.',
    },
    {
      name: 'says that routes were not read since',
      events: [redundancyLost],
      routes: 'not_read',
      summary: 'Prefix impact: waiting for the next route poll; no redundancy on ckt-lon until it is repaired.',
    },
    {
      name: 'counts what is lost',
      events: [event('circuit_down'), event('no_path', about(12))],
      routes: 'read',
      summary: '12 prefixes cut off; no path on ckt-lon.',
    },
    {
      name: 'is what is lost even where the routes are not read any more',
      events: [event('no_path', about(1))],
      routes: 'not_read',
      summary: '1 prefix cut off.',
    },
    {
      name: 'has bounds where several events may be about the same prefixes',
      events: [event('no_path', about(12)), event('no_path', { scope: 'g2', ...about(3) })],
      summary: '12 to 15 prefixes cut off.',
    },
    {
      name: 'counts at least what was counted',
      events: [event('no_path', about(12)), event('no_path')],
      summary: 'At least 12 prefixes cut off.',
    },
    {
      name: 'leaves out what is over',
      events: [event('circuit_down', { ended: ENDED }), { ...ecmp, ended: ENDED }, redundancyLost],
      routes: 'read',
      summary: 'No prefix cut off; no redundancy on ckt-lon until it is repaired.',
    },
    {
      name: 'names the largest loss of a circuit alone, and each circuit',
      events: [
        pathDown,
        redundancyLost,
        event('circuit_down'),
        event('redundancy_lost', { scope: 'c2', scopeName: 'ckt-ams' }),
      ],
      summary: 'No path on ckt-lon; no redundancy on ckt-ams until it is repaired.',
    },
    {
      name: 'counts circuits that are too many to name',
      events: ['a', 'b', 'c'].map((name) => event('circuit_down', { scope: name, scopeName: name })),
      summary: 'No path on 3 circuits.',
    },
    {
      name: 'is of Microsoft peering by name',
      events: [event('redundancy_lost', { subject: 'MicrosoftPeering' })],
      summary: 'No redundancy on ckt-lon (Microsoft peering) until it is repaired.',
    },
    {
      name: 'says how far a failover went',
      events: [
        event('failover', { flags: ['scope:path'], ...about(4) }),
        event('failover', { flags: ['scope:circuit'], ...about(2) }),
      ],
      summary: '4 prefixes now on the other path; 2 prefixes now on another circuit.',
    },
    {
      name: 'does not count paths of another customer',
      events: [{ ...ecmp, ...about(8, OTHER_CUSTOMERS_PATH_LABEL) }],
      summary: '8 prefixes now on fewer paths.',
    },
    {
      name: 'counts what was withdrawn, but not what a restart took along',
      events: [event('mass_withdraw', about(40)), event('mass_withdraw', { partOf: 'gateway', ...about(9) })],
      summary: '40 prefixes withdrawn.',
    },
    {
      name: 'names the state of a site',
      events: [event('site_state_changed', { subject: 'DC-A', flags: ['from:reachable', 'to:on_backup'] })],
      routes: 'read',
      summary: 'Site DC-A on backup; no prefix cut off.',
    },
    {
      name: 'is a session alone where nothing larger is lost',
      events: [event('session_down', { scopeName: 'ergw' })],
      routes: 'read',
      summary: 'No prefix cut off; one BGP session of ergw down.',
    },
    {
      name: 'is none on the network where polls alone fail',
      events: [event('collector_error')],
      routes: 'not_polled',
      summary: 'No effect on the network is known: polls fail, and what happens meanwhile is not seen.',
    },
    {
      name: 'is not known where nothing shows any',
      events: [],
      summary: 'No effect on routes or redundancy is known.',
    },
    {
      name: 'says what flows before what is left',
      events: [pathDown, redundancyLost],
      routes: 'read',
      traffic: flowing,
      summary: 'No prefix cut off; traffic goes on at 1.10 Gb/s; no redundancy on ckt-lon until it is repaired.',
    },
    {
      name: 'says what flows while other polls fail',
      events: [event('collector_error')],
      traffic: flowing,
      summary:
        'No effect on the network is known: polls fail, and what happens meanwhile is not seen; traffic goes on at 1.10 Gb/s.',
    },
    {
      name: 'is not known of routes where traffic alone is',
      events: [],
      traffic: flowing,
      summary: 'No effect on routes or redundancy is known; traffic goes on at 1.10 Gb/s.',
    },
    {
      name: 'is not known where nothing shows any and routes are not polled',
      events: [],
      routes: 'not_polled',
      summary: 'Prefix impact unknown: routes are not polled.',
    },
  ])('$name', ({ events, routes = 'unknown', traffic, isOver = false, summary }) => {
    expect(computeIncidentImpact(events, { isOver, routes, traffic: traffic ?? null }).summary).toBe(summary)
  })
})

describe('the impact of an incident that is over', () => {
  it.each<Case>([
    {
      name: 'is all that happened in it',
      events: [pathDown, redundancyLost, ecmp].map((one) => ({ ...one, ended: ENDED })),
      routes: 'read',
      summary:
        '8 prefixes were on one active path; no prefix was seen to be cut off; no redundancy on ckt-lon meanwhile.',
    },
    {
      name: 'says that one prefix was cut off',
      events: [event('no_path', { ended: ENDED, ...about(1) })],
      summary: '1 prefix was cut off.',
    },
    {
      name: 'says that what was withdrawn has not come back',
      events: [event('mass_withdraw', { ended: ENDED, flags: ['baseline'], ...about(60) })],
      summary: '60 prefixes were withdrawn, not restored (closed after being absent as long as they had been present).',
    },
    {
      name: 'says that a part of it has not',
      events: [
        event('mass_withdraw', { ended: ENDED, flags: ['baseline'], ...about(1) }),
        event('mass_withdraw', { ended: ENDED, ...about(1) }),
      ],
      summary:
        '1 to 2 prefixes were withdrawn, in part not restored (closed after being absent as long as they had been present).',
    },
    {
      name: 'names a site that was learned by its place',
      events: [
        event('site_state_changed', { ended: ENDED, subject: 'learned: London / Equinix', flags: ['to:partial'] }),
      ],
      summary: 'Site London (via Equinix) was reached in part.',
    },
    {
      name: 'is none on the network where polls alone failed',
      events: [event('collector_error', { ended: ENDED })],
      summary: 'No effect on the network is known: polls failed, and what happened meanwhile was not seen.',
    },
    {
      name: 'says what flowed meanwhile',
      events: [{ ...redundancyLost, ended: ENDED }],
      traffic: flowing,
      summary: 'Traffic went on at 1.10 Gb/s; no redundancy on ckt-lon meanwhile.',
    },
    { name: 'is none that was recorded', events: [], summary: 'No effect on routes or redundancy was recorded.' },
  ])('$name', ({ events, routes = 'unknown', traffic, summary }) => {
    expect(computeIncidentImpact(events, { isOver: true, routes, traffic: traffic ?? null }).summary).toBe(summary)
  })
})

describe('prefixes', () => {
  it.each<[string, ImpactEvent[], RoutesSeenState, { lost: unknown; rerouted: unknown }]>([
    [
      'none is known only where routes were read',
      [],
      'read',
      { lost: { atLeast: 0, atMost: 0 }, rerouted: { atLeast: 0, atMost: 0 } },
    ],
    ['else it is not known', [], 'not_read', { lost: null, rerouted: null }],
    [
      'an event counts whatever was read',
      [event('no_path', about(2))],
      'unknown',
      { lost: { atLeast: 2, atMost: 2 }, rerouted: null },
    ],
  ])('%s', (_, events, routes, { lost, rerouted }) => {
    expect(computeIncidentImpact(events, { isOver: false, routes })).toMatchObject({
      prefixesLost: lost,
      prefixesRerouted: rerouted,
      routes,
    })
  })
})

describe('the difference of route tables', () => {
  const effect = (count: number, kind: RouteEffectKind, destination: NewPathKind | null = null, isCertain = true) => ({
    count,
    kind,
    destination,
    isCertain,
  })
  const none = { atLeast: 0, atMost: 0 }
  const exactly = (count: number) => ({ atLeast: count, atMost: count })

  it('counts prefixes in place of events, each once', () => {
    const events = [pathDown, ecmp, event('mass_withdraw', about(10))]
    const tables = { isWhole: true, effects: [effect(2, 'lost'), effect(1, 'moved', 'circuit')] }
    expect(computeIncidentImpact(events, { isOver: false, routes: 'read', tables })).toMatchObject({
      prefixesLost: exactly(2),
      prefixesRerouted: exactly(1),
      prefixesCovered: none,
      prefixesOnDefault: none,
      observed: '2 prefixes cut off; 1 prefix now on another circuit; one path of ckt-lon down.',
    })
  })

  it.each<[string, boolean, RouteCounts['effects'], string]>([
    [
      'covered prefixes',
      false,
      [effect(1, 'covered')],
      '1 prefix covered only by a less specific one; no prefix cut off.',
    ],
    [
      'prefixes on a default route',
      true,
      [effect(1, 'default_only'), effect(1, 'internet')],
      '1 prefix was sent to the Internet; 1 prefix was on a default route only.',
    ],
    [
      'those that may belong to it',
      false,
      [effect(1, 'lost'), effect(1, 'lost', null, false)],
      '1 to 2 prefixes cut off.',
    ],
    ['those that may alone', false, [effect(1, 'lost', null, false)], 'Up to 1 prefix cut off.'],
    [
      'the paths that are left',
      true,
      [effect(1, 'reduced', 'one_path')],
      '1 prefix was on one active path; no prefix was seen to be cut off.',
    ],
    [
      'those that only routers report',
      false,
      [effect(3, 'lost'), { ...effect(1, 'lost'), isReported: true }],
      '3 prefixes cut off; 1 prefix cut off as reported by the routers, not confirmed by Azure yet.',
    ],
    ['nothing', false, [], 'No prefix cut off.'],
  ])('names %s', (_, isOver, effects, summary) => {
    expect(computeIncidentImpact([], { isOver, routes: 'read', tables: { isWhole: true, effects } }).summary).toBe(
      summary,
    )
  })

  it('has no upper bound while a table was not read, which is named', () => {
    const tables = { isWhole: false, effects: [effect(1, 'lost')] }
    const seen = { isOver: false, routes: 'not_read', unread: ['ergw'], tables } as const
    expect(computeIncidentImpact([], seen)).toMatchObject({
      prefixesLost: { atLeast: 1, atMost: null },
      prefixesRerouted: null,
      summary: 'At least 1 prefix cut off.',
    })
    expect(computeIncidentImpact([], { ...seen, tables: null, isOver: true }).summary).toBe(
      'Prefix impact unknown: routes of ergw were not read.',
    )
  })
})

it.each(impactEventKinds)('%s is shown, or said to be polling alone', (kind) => {
  const fields = kind === 'site_state_changed' ? { flags: ['to:partial'] } : about(1)
  expect(computeIncidentImpact([event(kind, fields)], { isOver: false, routes: 'unknown' }).observed).not.toBeNull()
})

it('does not wait for a route poll if the tables are no longer polled', () => {
  const at = Date.UTC(2026, 10, 30, 9, 58, 40)
  const seen = { isOver: false, routes: 'not_read' as const, unread: ['ergw-hub'], unreadSince: at }
  expect(computeIncidentImpact([redundancyLost], { ...seen, now: at + 60_000 }).summary).toBe(
    'Prefix impact unknown: routes of ergw-hub last known at 09:58 UTC; no redundancy on ckt-lon until it is repaired.',
  )
})

import { expect, it } from 'vitest'
import type { RouteRowWithObservedTime } from './impact-routes.ts'
import { findReportedLosses, type ReportedChanges, type ReportedWithdrawal } from './reported-losses.ts'

const [BEFORE, READ, REPORTED] = [100, 200, 300]
const PREFIX = '10.1.7.0/24'

const route = (prefix: string, fields: Partial<RouteRowWithObservedTime> = {}): RouteRowWithObservedTime => ({
  scope: 'g1',
  resourceId: '/g1',
  gateway: 'g1',
  possible: [],
  transport: 'er',
  circuit: 'c1',
  path: 'primary',
  connectionWeight: 0,
  prefix,
  nextHop: '10.0.4.4',
  peer: '10.0.4.4',
  instance: '10.0.4.12',
  origin: 'EBgp',
  asPath: [12076, 65001],
  weight: 32769,
  localPref: null,
  from: Number.NEGATIVE_INFINITY,
  until: Number.POSITIVE_INFINITY,
  absentUntil: Number.NEGATIVE_INFINITY,
  seenUntil: BEFORE,
  isOwnSpace: false,
  isAnothers: false,
  ...fields,
})
const SECONDARY = { peer: '10.0.4.5', nextHop: '10.0.4.5', path: 'secondary' } as const
const UNPLACED = { path: null } as const
const both = (prefix: string, fields: Partial<RouteRowWithObservedTime> = {}) => [
  route(prefix, fields),
  route(prefix, { ...SECONDARY, ...fields }),
]
const withdrawal = (path: 'primary' | 'secondary', at = REPORTED, prefix = PREFIX): ReportedWithdrawal => ({
  circuit: 'c1',
  path,
  prefix,
  between: { earliest: at - 1, latest: at },
})
const BOTH = [withdrawal('primary'), withdrawal('secondary', REPORTED + 5)]
const losses = (routes: RouteRowWithObservedTime[], reported: Partial<ReportedChanges> = {}) =>
  findReportedLosses(
    { preference: 'expressRoute', routes },
    { from: BEFORE, startedBy: REPORTED, to: 400, isOver: false },
    { withdrawn: BOTH, announced: [], readAt: new Map([['g1', READ]]), ...reported },
  )

it('are prefixes whose every route a router withdrew after the last poll, without a proof by tables', () => {
  const rows = both(PREFIX)
  const [first] = losses(rows)
  expect(first).toMatchObject({ prefix: PREFIX, kind: 'lost', isReported: true, absences: [] })
  expect(losses(rows).every(({ prefix, kind }) => prefix === PREFIX && kind === 'lost')).toBe(true)
})

it.each<[string, RouteRowWithObservedTime[], Partial<ReportedChanges>?]>([
  [
    'are public prefixes',
    both('198.51.100.0/24'),
    { withdrawn: BOTH.map((one) => ({ ...one, prefix: '198.51.100.0/24' })) },
  ],
  [
    'are prefixes of which a table already lost the other route',
    [route(PREFIX), route(PREFIX, { ...SECONDARY, until: READ })],
  ],
  ['are prefixes of neighbors whose paths are unknown, if both paths are withdrawn', both(PREFIX, UNPLACED)],
  [
    'are prefixes whose less specific route is withdrawn, too',
    [...both(PREFIX), ...both('10.1.0.0/16')],
    { withdrawn: [...BOTH, withdrawal('primary', 301, '10.1.0.0/16'), withdrawal('secondary', 302, '10.1.0.0/16')] },
  ],
])('%s', (_, routes, reported) => expect(losses(routes, reported).length).toBeGreaterThan(0))

it.each<[string, RouteRowWithObservedTime[], Partial<ReportedChanges>?]>([
  ['one of two routers reports', both(PREFIX), { withdrawn: [withdrawal('primary')] }],
  [
    'one of two routers reports, and the paths are unknown',
    both(PREFIX, UNPLACED),
    { withdrawn: [withdrawal('primary')] },
  ],
  ['another circuit has a route', [...both(PREFIX), route(PREFIX, { circuit: 'c2', peer: '10.0.4.8' })]],
  [
    'the circuit of another route is unknown',
    [...both(PREFIX), route(PREFIX, { circuit: null, possible: ['c1', 'c2'] })],
  ],
  ['a less specific route covers it', [...both(PREFIX), route('10.0.0.0/8')]],
  ['a default route covers it', [...both(PREFIX), route('0.0.0.0/0')]],
  ['the reports are older than the last poll', both(PREFIX), { readAt: new Map([['g1', REPORTED + 10]]) }],
  ['one of the reports is older than the last poll', both(PREFIX), { readAt: new Map([['g1', REPORTED + 2]]) }],
  [
    'one of the reports is older than the last poll, and the paths are unknown',
    both(PREFIX, UNPLACED),
    { readAt: new Map([['g1', REPORTED + 2]]) },
  ],
  ['the time of the last poll is unknown', both(PREFIX), { readAt: new Map() }],
  ['a router announces it newly', both(PREFIX), { announced: [PREFIX] }],
  ['a router announces a less specific prefix newly', both(PREFIX), { announced: ['10.1.0.0/16'] }],
  ['a router announces a more specific prefix newly', both(PREFIX), { announced: ['10.1.7.0/25'] }],
  [
    'a VPN connection has a route',
    [...both(PREFIX), route(PREFIX, { transport: 'vpn', circuit: null, path: null, peer: '10.0.9.9' })],
  ],
  ['polls alone show the loss', both(PREFIX, { until: READ }), {}],
  ['it is the network’s own space', [...both(PREFIX), route(PREFIX, { isOwnSpace: true })]],
])('leave out a prefix if %s', (_, routes, reported) => expect(losses(routes, reported)).toEqual([]))

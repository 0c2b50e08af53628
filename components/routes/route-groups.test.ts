import { expect, it } from 'vitest'
import type { ApiRouteTableEntry } from '#lib/contract/index.ts'
import {
  listAsPaths,
  listDistinctAsPathRoutes,
  listRouteGroupResources,
  listNextHops,
  mapReportingInstances,
  formatInstance,
  groupRoutesByPrefix,
  groupRouteChanges,
  mergeInstanceRoutes,
  type RouteTableChange,
} from './route-groups.ts'

const row = (asPath: number[], nextHop = '10.0.4.4') => ({ nextHop, asPath, origin: null, weight: 0, localPref: null })
const change = (minute: number | null, own: Partial<RouteTableChange> = {}): RouteTableChange => ({
  op: 'withdraw',
  scope: 'hub',
  scopeName: 'ergw-hub',
  resourceId: '/x',
  table: 'learned',
  peering: null,
  path: null,
  instance: '10.0.4.12',
  peer: '10.0.4.4',
  prefix: '10.10.0.0/16',
  before: [row([65001])],
  after: [],
  between:
    minute === null
      ? null
      : [new Date(minute * 60_000).toISOString(), new Date(minute * 60_000 + 30_000).toISOString()],
  ...own,
})

it.each([
  ['of several instances are one', [change(0), change(0, { instance: '10.0.4.13' })], [2]],
  ['that the next table shows a little later are one', [change(0), change(1)], [2]],
  ['that come in the other order are one', [change(1), change(0)], [2]],
  ['that come again later are another', [change(0), change(9)], [1, 1]],
  ['of another prefix are another', [change(0), change(0, { prefix: '10.11.0.0/16' })], [1, 1]],
  ['of another kind are another', [change(0), change(0, { op: 'announce' }), change(0)], [2, 1]],
  ['between two moments are one', [change(null), change(null, { scope: 'circuit' })], [2]],
])('changes %s', (_, changes, sizes) => {
  expect(groupRouteChanges(changes).map((group) => group.changes.length)).toEqual(sizes)
})

it('a group lasts from its first bound to its last, and names each place once', () => {
  const [group] = groupRouteChanges([change(0), change(1), change(1, { scope: 'circuit', scopeName: 'erc-london' })])
  expect(group?.between).toEqual(['1970-01-01T00:00:00.000Z', '1970-01-01T00:01:30.000Z'])
  expect(group && listRouteGroupResources(group).map(({ change: { scopeName }, count }) => [scopeName, count])).toEqual(
    [
      ['ergw-hub', 2],
      ['erc-london', 1],
    ],
  )
})

it.each([
  ['paths that differ stand once each', [row([65001]), row([65001], '10.0.4.5')], [row([65002])], 1],
  ['the same path shows its next hops', [row([65001]), row([65001], '10.0.4.5')], [row([65001], '10.0.4.6')], 2],
])('%s', (_, before, after, count) => {
  const [group] = groupRouteChanges([change(0, { op: 'change', before, after })])
  expect(group && listDistinctAsPathRoutes(group, 'before')).toHaveLength(count)
})

const learned = (instance: string | null, nextHop: string, own: Partial<ApiRouteTableEntry> = {}) =>
  ({
    scope: 'hub',
    table: 'learned',
    instance,
    prefix: '10.10.0.0/16',
    nextHop,
    asPath: [12076, 65001],
    ...own,
  }) as ApiRouteTableEntry
const both = (nextHop: string, own: Partial<ApiRouteTableEntry> = {}) => [
  learned('i0', nextHop, own),
  learned('i1', nextHop, own),
]

it.each<[string, ApiRouteTableEntry[], number, string | null]>([
  ['the same on both instances', [...both('10.0.4.4'), ...both('10.0.4.5')], 2, '2'],
  ['another next hop on one', [...both('10.0.4.4'), learned('i0', '10.0.4.5')], 2, '2, differ'],
  ['no route on one', [learned('i0', '10.0.4.4'), ...both('10.0.4.4', { prefix: '10.20.0.0/16' })], 1, '1 of 2'],
  ['a circuit has no instances', [learned(null, '192.0.2.97', { table: 'tables', path: 'primary' })], 1, null],
  [
    'an instance that advertises names itself',
    [learned('i0', 'i0', { table: 'advertised' }), learned('i1', 'i1', { table: 'advertised' })],
    2,
    '2',
  ],
])('the routes of a prefix: %s', (_, routes, count, words) => {
  const [first] = groupRoutesByPrefix(routes, false)
  expect(first && formatInstance(first, mapReportingInstances(routes))).toBe(words)
  expect(first && mergeInstanceRoutes(first).length).toBeLessThanOrEqual(count)
})

it('a prefix has each next hop and each AS path once, and what the next page may go on with is marked', () => {
  const long = { asPath: [12076, 65001, 65001] }
  const rows = groupRoutesByPrefix(
    [...both('10.0.4.6', long), ...both('10.0.4.4'), learned('i0', 'x', { prefix: 'z' })],
    true,
  )
  const [first, last] = rows
  expect(first && listNextHops(first).map(({ nextHop }) => nextHop)).toEqual(['10.0.4.6', '10.0.4.4'])
  expect(first && listAsPaths(first).map(({ asPath }) => asPath.length)).toEqual([2, 3])
  expect([first?.isCut, last?.isCut]).toEqual([false, true])
  expect(last && formatInstance(last, mapReportingInstances(rows.flatMap(({ routes }) => routes)))).toBe('1')
})

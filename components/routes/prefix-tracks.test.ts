import { describe, expect, it } from 'vitest'
import type { RouteInterval } from '#lib/routes/api/index.ts'
import {
  listDistinctPaths,
  formatPrefixTrackPath,
  listPrefixChanges,
  buildPrefixTimelineTracks,
  listPrefixTrackGaps,
} from './prefix-tracks.ts'

const at = (time: string) => `2026-11-20T${time}:00.000Z`
const attributes = (...asPath: number[]) => [
  { nextHop: '10.0.4.4', asPath, origin: 'EBgp', weight: 0, localPref: null },
]

function interval(from: string, to: string | null, path: number[], part: Partial<RouteInterval> = {}): RouteInterval {
  const rows = attributes(...path)
  const begin: [string, string] = [at(from), at(from)]
  const end: [string, string] | null = to === null ? null : [at(to), at(to)]
  return {
    scope: 'g1',
    scopeName: 'ergw-hub',
    resourceId: '/g1',
    table: 'learned',
    peering: null,
    path: null,
    instance: '10.0.4.12',
    peer: '10.0.4.4',
    prefix: '10.10.0.0/16',
    attributes: rows,
    lastAbsent: at(from),
    firstPresent: at(from),
    lastPresent: at(to ?? from),
    firstAbsent: to === null ? null : at(to),
    from: begin,
    to: end,
    began: { op: 'announce', between: begin, before: [], after: rows, polls: { before: at(from), after: at(from) } },
    ended: end && { op: 'withdraw', between: end, before: rows, after: [], polls: { before: end[0], after: end[1] } },
    uncovered: [],
    azCommand: null,
    ...part,
  }
}
const range = [Date.parse(at('00:00')), Date.parse(at('12:00'))] as const

describe('tracks', () => {
  it('are one for each table, instance and peer, path tables first, in natural order', () => {
    const tracks = buildPrefixTimelineTracks([
      interval('01:00', null, [12076, 65001], { peer: '10.0.4.10' }),
      interval('01:00', null, [12076, 65001], { peer: '10.0.4.5' }),
      interval('01:00', '02:00', [65001], {
        scope: 'c1',
        scopeName: 'erc',
        table: 'tables',
        path: 'primary',
        instance: null,
        peer: null,
      }),
      interval('03:00', null, [65001], {
        scope: 'c1',
        scopeName: 'erc',
        table: 'tables',
        path: 'primary',
        instance: null,
        peer: null,
      }),
    ])
    expect(tracks.map(({ scopeName, place, peer, intervals }) => [scopeName, place, peer, intervals.length])).toEqual([
      ['erc', 'primary path', null, 2],
      ['ergw-hub', '10.0.4.12', '10.0.4.5', 1],
      ['ergw-hub', '10.0.4.12', '10.0.4.10', 1],
    ])
  })
})

it('distinct paths get their letters by how long they stood', () => {
  const paths = listDistinctPaths(
    [
      interval('01:00', '02:00', [12076, 64900]),
      interval('02:00', '11:00', [12076, 65001]),
      interval('11:00', null, [12076, 64900]),
    ],
    ...range,
  )
  expect([...paths.values()].map(({ letter, path }) => [letter, formatPrefixTrackPath(path)])).toEqual([
    ['A', '12076 65001'],
    ['B', '12076 64900'],
  ])
})

it('prepends are folded', () => {
  expect(formatPrefixTrackPath({ asPath: [12076, 65001, 65001, 65001] })).toBe('12076 65001×3')
  const withSet = { asPath: [12076, 65010, 65011], asPathText: '12076 {65010,65011}' }
  expect(formatPrefixTrackPath(withSet)).toBe('12076 {65010,65011}')
})

describe('changes', () => {
  it('are listed once where one interval follows another, newest first', () => {
    const first = interval('01:00', '02:00', [12076, 65001])
    const second = interval('02:00', null, [12076, 64900])
    const changed = { ...second.began, op: 'change' as const, before: first.attributes }
    const intervals = [
      { ...first, ended: changed },
      { ...second, began: changed },
    ]
    expect(listPrefixChanges(intervals, ...range).map(({ op, between }) => [op, between?.[1]])).toEqual([
      ['change', at('02:00')],
      ['announce', at('01:00')],
    ])
  })
  it('include a withdraw, and leave out what is outside of the range or only first seen', () => {
    const seen = interval('01:00', '02:00', [65001])
    const intervals: RouteInterval[] = [{ ...seen, began: { ...seen.began, op: 'first_seen' } }]
    expect(listPrefixChanges(intervals, ...range).map(({ op }) => op)).toEqual(['withdraw'])
    expect(listPrefixChanges(intervals, Date.parse(at('03:00')), range[1])).toEqual([])
  })
})

it('a gap is listed once, and only for the own table', () => {
  const gap = { from: at('03:00'), to: at('04:00'), outcome: 'timeout' as const }
  const [track] = buildPrefixTimelineTracks([interval('01:00', null, [65001], { uncovered: [gap] })])
  const around = [
    { ...gap, scope: 'g1', kind: 'learned' as const },
    { ...gap, from: at('00:10'), scope: 'g1', kind: 'tables' as const },
    { ...gap, from: at('00:20'), scope: 'g2', kind: 'learned' as const },
  ]
  expect(listPrefixTrackGaps(track!, around, at('05:00'))).toEqual([
    { from: Date.parse(gap.from), to: Date.parse(gap.to), outcome: 'timeout' },
  ])
})

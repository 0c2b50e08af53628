import { describe, expect, it } from 'vitest'
import type { CircuitTraffic } from '#lib/usage/api/index.ts'
import type { UnpolledIntervalOfResponse } from './timeline-gaps.ts'
import { buildArpTrack, buildPrefixesTrack, buildTrafficTrack } from './path-tracks.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 3, minute)).toISOString()
const ms = (minute: number) => Date.parse(at(minute))
const place = { scope: 'c1', path: 'primary' } as const

const traffic = (outHigh: number | null): CircuitTraffic => ({
  basis: 'sample',
  paths: [
    {
      path: 'primary',
      points: [{ from: at(0), to: at(1), inLow: 1e6, inHigh: 2e6, outLow: outHigh === null ? null : 0, outHigh }],
    },
    { path: 'secondary', points: [{ from: at(0), to: at(1), inLow: 9e9, inHigh: 9e9, outLow: 9e9, outHigh: 9e9 }] },
  ],
})

describe('traffic', () => {
  it('is that of each path, from lowest to highest, one direction on each side', () => {
    const track = buildTrafficTrack(traffic(4e6), { scope: 'c1' }, null, [])
    expect(
      track.series?.lines.map(({ name, side, points }) => [
        name,
        side?.isBelow,
        points.map(({ low, high }) => [low, high]),
      ]),
    ).toEqual([
      ['primary', false, [[1e6, 2e6]]],
      ['secondary', false, [[9e9, 9e9]]],
      ['primary', true, [[0, 4e6]]],
      ['secondary', true, [[9e9, 9e9]]],
    ])
  })
  it('has no point in a direction of which nothing is known', () => {
    expect(buildTrafficTrack(traffic(null), { scope: 'c1' }, null, []).series?.lines[2]?.points).toEqual([])
  })
  it.each([
    ['far below the bandwidth it is drawn to its own height', 4e6, (top: number) => top < 50e6],
    ['near the bandwidth that is in sight', 30e6, (top: number) => top >= 50e6 && top < 100e6],
  ])('%s', (_, high, holds) => {
    const { paths, basis } = traffic(high)
    const series = buildTrafficTrack({ paths: paths.slice(0, 1), basis }, { scope: 'c1' }, 50, []).series
    expect(series?.guides).toEqual([{ value: 50e6, words: '50 Mb/s, one path' }])
    expect(holds(series?.top ?? Number.NaN)).toBe(true)
  })
  it('is hatched where the counters of a path were not read', () => {
    const gap: UnpolledIntervalOfResponse = {
      scope: 'c1',
      kind: 'stats',
      from: at(2),
      to: at(4),
      outcome: 'forbidden',
      asOf: at(9),
    }
    const track = buildTrafficTrack(traffic(1), { scope: 'c1' }, 50, [gap, { ...gap, kind: 'arp' }])
    expect(track.unseen).toEqual([{ from: ms(2), to: ms(4), why: 'Azure refused (403)' }])
  })
})

it('prefixes step from number to number, oldest first, and what lasts is drawn until now', () => {
  const count = (prefixesReceived: number, from: number, to: number | null) => ({
    ...place,
    peering: 'private' as const,
    localAddress: 'a',
    neighbor: 'b',
    prefixesReceived,
    from: [at(from), at(from + 1)] as [string, string],
    to: to === null ? null : ([at(to), at(to + 1)] as [string, string]),
  })
  const track = buildPrefixesTrack(
    [count(12, 5, null), count(10, 0, 5)],
    { key: 'k', name: 'n', part: '', limit: 4000 },
    [],
    ms(9),
  )
  expect(track.series?.lines[0]?.points).toEqual([
    { from: ms(1), to: ms(6), low: 10, high: 10 },
    { from: ms(6), to: ms(9), low: 12, high: 12 },
  ])
  expect(track.series?.guides[0]?.words).toBe('limit 4,000')
})

it('ARP is quiet while complete, and a state of its own without a MAC', () => {
  const entry = (path: 'primary' | 'secondary', macAddress: string | null) => ({
    peering: 'private' as const,
    path,
    interface: 'On-Prem',
    ipAddress: '172.16.0.1',
    macAddress,
    from: [at(0), at(1)] as [string, string],
    to: null,
  })
  const track = buildArpTrack([entry('primary', null), entry('secondary', '0011')], place, [])
  expect(track.marks.map(({ word, isQuiet, ink }) => [word, isQuiet, ink])).toEqual([
    ['On-Prem INCOMPLETE', false, 'down'],
  ])
})

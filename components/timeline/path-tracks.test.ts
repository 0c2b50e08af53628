import { describe, expect, it } from 'vitest'
import type { CircuitTraffic } from '#lib/usage/api/index.ts'
import type { UncoveredInterval } from '#lib/contract/index.ts'
import { arpLane, prefixesTrack, trafficTrack } from './path-tracks.ts'

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
  it('is that of its own path, from lowest to highest', () => {
    const track = trafficTrack(traffic(4e6), place, null, [])
    expect(track.series?.lines.map(({ name, points }) => [name, points])).toEqual([
      ['from Azure (billed)', [{ from: ms(0), to: ms(1), low: 0, high: 4e6 }]],
      ['to Azure', [{ from: ms(0), to: ms(1), low: 1e6, high: 2e6 }]],
    ])
  })
  it('has no point in a direction of which nothing is known', () => {
    expect(trafficTrack(traffic(null), place, null, []).series?.lines[0]?.points).toEqual([])
  })
  it.each([
    ['far below the bandwidth it is drawn to its own height', 4e6, (top: number) => top < 50e6],
    ['near the bandwidth that is in sight', 30e6, (top: number) => top >= 50e6 && top < 100e6],
    ['above it the burst comes into sight with it', 98e6, (top: number) => top >= 100e6],
  ])('%s', (_, high, holds) => {
    const series = trafficTrack(traffic(high), place, 50, []).series
    expect(series?.guides).toEqual([
      { value: 50e6, words: '50 Mb/s, one path' },
      { value: 100e6, words: '100 Mb/s, burst' },
    ])
    expect(holds(series?.top ?? Number.NaN)).toBe(true)
  })
  it('is hatched where its counters were not read', () => {
    const gap: UncoveredInterval = { scope: 'c1', kind: 'stats', from: at(2), to: at(4), outcome: 'forbidden' }
    const track = trafficTrack(traffic(1), place, 50, [gap, { ...gap, kind: 'arp' }])
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
  const track = prefixesTrack(
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
  const track = arpLane([entry('primary', null), entry('secondary', '0011')], place, [])
  expect(track.marks.map(({ word, isQuiet, ink }) => [word, isQuiet, ink])).toEqual([
    ['On-Prem INCOMPLETE', false, 'down'],
  ])
})

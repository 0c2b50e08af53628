import { describe, expect, it } from 'vitest'
import type { QosDrops } from '#lib/circuits/api/index.ts'
import { formatTrafficClassBandwidth, formatTrafficClassDrops, formatQosDropsOfDirection } from './qos-text.ts'

const direction = (mbps: number): NonNullable<QosDrops['in']> => ({
  reportedSeconds: 86_400,
  droppingSeconds: mbps > 0 ? 600 : 0,
  bytes: String(mbps * 75_000_000),
  most: mbps > 0 ? { bitsPerSecond: mbps * 1e6, at: '2026-11-20T03:00:00.000Z' } : null,
})
const drops = (into: number, out: number): QosDrops => ({
  from: '2026-11-19T03:00:00.000Z',
  to: '2026-11-20T03:00:00.000Z',
  in: direction(into),
  out: direction(out),
})
const ef = { name: 'ef' as const, share: 0.1, mbps: null }

describe('words for drops', () => {
  it('say how much, for how long, and how much of the time Azure reported', () => {
    expect(formatQosDropsOfDirection(direction(20))).toBe(
      '1.50 GB in 10 min 00 s, at most 20.0 Mb/s; 1 d 00 h reported',
    )
    expect(formatQosDropsOfDirection(direction(0))).toBe('none in 1 d 00 h reported')
    expect(formatQosDropsOfDirection(null)).toMatch(/^unknown/)
  })

  it('hold the larger direction against a class, and claim nothing where that can’t be', () => {
    expect(formatTrafficClassDrops(ef, drops(20, 50), 1_000)).toBe('at most 50 % of it')
    expect(formatTrafficClassDrops({ ...ef, share: null, mbps: 200 }, drops(20, 0), null)).toBe('at most 10 % of it')
    expect(formatTrafficClassDrops(ef, drops(20, 0), null)).toMatch(/^not known/)
    expect(formatTrafficClassDrops(ef, drops(0, 0), 1_000)).toBe('none')
    expect(formatTrafficClassDrops(ef, null, 1_000)).toBe('unknown')
  })

  it('state the bandwidth of a class', () => {
    expect(formatTrafficClassBandwidth(ef, 1_000)).toBe('100 Mb/s of a path (10 %)')
    expect(formatTrafficClassBandwidth(ef, null)).toBe('not declared (10 %)')
    expect(formatTrafficClassBandwidth({ name: 'best_effort', share: null, mbps: null }, 1_000)).toBe('not declared')
  })
})

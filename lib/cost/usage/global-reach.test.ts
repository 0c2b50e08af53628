import { describe, expect, it } from 'vitest'
import type { Override } from '../prices/overrides.ts'
import { flat, GB } from '../testing/circuits.ts'
import { billedUsage } from './billed.ts'
import { reachHours, reachShares } from './global-reach.ts'

const HOUR = 3_600_000
const BEGIN = Date.UTC(2026, 10, 1)
const hours = flat(BEGIN, BEGIN + 10 * HOUR, 100n * GB)
const declared = (share: number, from: number, more: Partial<Override> = {}) =>
  ({
    id: '1',
    kind: 'global_reach_share',
    share,
    from,
    until: null,
    at: from,
    by: 'kim',
    why: 'branch',
    circuitIds: null,
    ...more,
  }) as Override

const billed = (overrides: Override[]) => {
  const globalReach = reachHours(hours, reachShares(overrides, 'erc'))
  return billedUsage({ hours, unplaced: [], globalReach, bandwidthMbps: 1_000 }, BEGIN, BEGIN + 10 * HOUR)
}

describe('declared Global Reach', () => {
  it.each([
    { name: 'nothing', overrides: [], gb: 1_000n },
    { name: 'a quarter', overrides: [declared(0.25, BEGIN)], gb: 750n },
    // four hours without it, six with a half
    { name: 'a half, from the fifth hour on', overrides: [declared(0.5, BEGIN + 4 * HOUR)], gb: 700n },
    { name: 'another circuit’s', overrides: [declared(0.5, BEGIN, { circuitIds: ['other'] })], gb: 1_000n },
    {
      name: 'the later of two',
      overrides: [declared(0.5, BEGIN), declared(0.1, BEGIN + 1, { from: BEGIN })],
      gb: 900n,
    },
  ])('of $name is taken out of what is billed', ({ overrides, gb }) => {
    const result = billed(overrides)
    expect(result.bytes / GB).toBe(gb)
    expect(result.gaps).toEqual([])
  })
})

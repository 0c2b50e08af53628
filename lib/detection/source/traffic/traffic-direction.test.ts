import { describe, expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings as settings } from '../../model/settings.ts'
import type { MinExpectedTrafficRate } from '../../model/traffic-baseline.ts'
import type { TrafficDirectionMemory } from '../../model/traffic-memory.ts'
import {
  computeDeadRateBps,
  computeFlatWindow,
  type TrafficDirectionInput,
  updateTrafficDirection,
  EMPTY_DIRECTION_MEMORY,
} from './traffic-direction.ts'

const expected: MinExpectedTrafficRate = { bps: 100_000_000, confidence: 'normal' }
const judged: TrafficDirectionInput = {
  expected,
  bandwidthBps: 1_000_000_000,
  refreshMs: 0,
  windowsAlone: 2,
  agrees: () => true,
  settings,
}

/** Returns the state after one-minute pairs with these rates. */
function after(rates: readonly (number | null)[], more: Partial<TrafficDirectionInput> = {}): TrafficDirectionMemory {
  return rates.reduce<TrafficDirectionMemory>((memory, bps, i) => {
    const pair = {
      earliest: i * MS_PER_MINUTE,
      latest: (i + 1) * MS_PER_MINUTE + 2_000,
      lengthMs: MS_PER_MINUTE,
      in: bps,
      out: bps,
    }
    return updateTrafficDirection(memory, pair, bps, { ...judged, ...more })
  }, EMPTY_DIRECTION_MEMORY)
}

const times = (count: number, bps: number | null) => Array.from({ length: count }, () => bps)
const MOVING = 150_000_000

describe('the dead rate', () => {
  it.each([
    ['nothing is expected', null, 8_000],
    ['little is expected', { bps: 200_000, confidence: 'normal' }, 8_000],
    ['much is expected', { bps: 150_000_000, confidence: 'low' }, 3_000_000],
  ] as const)('where %s', (_, expectation, bps) => {
    expect(computeDeadRateBps(expectation, settings)).toBe(bps)
  })
})

describe('the flat window', () => {
  it.each([
    [0, 5 * MS_PER_MINUTE],
    [2 * MS_PER_MINUTE, 5 * MS_PER_MINUTE],
    [5 * MS_PER_MINUTE, 10 * MS_PER_MINUTE],
  ])('with counters refreshed every %i ms', (refresh, ms) => {
    expect(computeFlatWindow(refresh, settings)).toEqual({ ms, pairs: 3 })
  })
})

describe('flat', () => {
  it.each<[string, (number | null)[], Partial<TrafficDirectionInput>, boolean]>([
    ['five minutes, and bit rates agree', [...times(5, MOVING), ...times(5, 2_000)], {}, true],
    ['four minutes', [...times(5, MOVING), ...times(4, 2_000)], {}, false],
    ['just above the dead rate', [...times(5, MOVING), ...times(10, 2_000_001)], {}, false],
    ['one pair in between moves', [...times(5, MOVING), ...times(4, 0), MOVING, ...times(4, 0)], {}, false],
    ['five minutes without bit rates', [...times(5, MOVING), ...times(5, 0)], { agrees: () => null }, false],
    ['ten minutes without bit rates', [...times(5, MOVING), ...times(10, 0)], { agrees: () => null }, true],
    ['bit rates say that it moves', [...times(5, MOVING), ...times(10, 0)], { agrees: () => false }, false],
    [
      'counters that are cached for four minutes',
      [...times(5, MOVING), ...times(7, 0)],
      { refreshMs: 4 * MS_PER_MINUTE },
      false,
    ],
    ['the same, longer', [...times(5, MOVING), ...times(8, 0)], { refreshMs: 4 * MS_PER_MINUTE }, true],
    ['pairs that show nothing do not count', [...times(5, MOVING), ...times(4, 0), null, null], {}, false],
  ])('%s', (_, rates, more, isFlat) => {
    expect(after(rates, more).isFlat).toBe(isFlat)
  })

  it('begins in the last pair that moved, or as long after it as its rest may have taken', () => {
    const { lost } = after([...times(5, MOVING), ...times(5, 0)])
    // the tail is 2 % of a minute at the expected rate
    expect(lost).toEqual({ earliest: 4 * MS_PER_MINUTE, latest: 5 * MS_PER_MINUTE + 2_000 + 1_200 })
  })

  it('has no begin where it was so at first sight', () => {
    expect(after(times(5, 0)).lost?.earliest).toBe(INSTANT_BEFORE_MONITORING)
  })

  it('ends with the second pair well above the dead rate, in the bounds of the first', () => {
    const still = [...times(5, MOVING), ...times(6, 0)]
    expect(after([...still, 7_000_000]).isFlat).toBe(true)
    expect(after([...still, 5_000_000, 5_000_000]).isFlat).toBe(true)
    const moved = after([...still, 7_000_000, MOVING])
    expect(moved).toMatchObject({
      isFlat: false,
      flowsAgain: { earliest: 11 * MS_PER_MINUTE, latest: 12 * MS_PER_MINUTE + 2_000 },
    })
  })
})

describe('load', () => {
  const load = (rates: number[]) => after(rates).load
  it.each<[string, number[], TrafficDirectionMemory['load']]>([
    ['80 % for 15 min', times(15, 8e8) as number[], 'warn'],
    ['80 % for 14 min', times(14, 8e8) as number[], 'clear'],
    ['79 %', times(30, 7.9e8) as number[], 'clear'],
    ['95 % for 5 min', times(5, 9.5e8) as number[], 'major'],
    ['95 % for 4 min', times(4, 9.5e8) as number[], 'clear'],
    ['75 % after 95 %', [...times(5, 9.5e8), ...times(60, 7.5e8)] as number[], 'major'],
    ['60 % for 14 min after it', [...times(5, 9.5e8), ...times(14, 6e8)] as number[], 'major'],
    ['60 % for 15 min after it', [...times(5, 9.5e8), ...times(15, 6e8)] as number[], 'clear'],
  ])('%s', (_, rates, expectedLoad) => {
    expect(load(rates)).toBe(expectedLoad)
  })
})

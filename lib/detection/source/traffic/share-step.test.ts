import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { EMPTY_SHARE_STEP_MEMORY, detectShareStep } from './share-step.ts'
import type { PrimaryPairShare } from '../../model/traffic-memory.ts'

const LEAST = 0.2

/**
 * Returns mean shares of one-minute pairs, read within two seconds, for a share that changes from one value to another
 * at the given time.
 */
function pairs(from: number, to: number, at: number, count: number): PrimaryPairShare[] {
  return Array.from({ length: count }, (_, n): PrimaryPairShare => {
    const before = Math.min(1, Math.max(0, at / MS_PER_MINUTE - n))
    return {
      earliest: n * MS_PER_MINUTE - 1_000,
      latest: (n + 1) * MS_PER_MINUTE + 1_000,
      lengthMs: MS_PER_MINUTE,
      share: from * before + to * (1 - before),
    }
  })
}

const slow = (n: number): PrimaryPairShare => ({
  earliest: n * MS_PER_MINUTE,
  latest: (n + 1) * MS_PER_MINUTE,
  lengthMs: MS_PER_MINUTE,
  share: 0.5 - n * 0.05,
})

const stepOf = (reported: readonly PrimaryPairShare[]) =>
  reported.reduce((memory, pair) => detectShareStep(memory, pair, LEAST), EMPTY_SHARE_STEP_MEMORY).step

describe('a share that moves at once', () => {
  it('lies within little more than one pair, wherever in it that was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2 * MS_PER_MINUTE, max: 6 * MS_PER_MINUTE }),
        fc.double({ min: 0, max: 0.4, noNaN: true }),
        fc.boolean(),
        (at, low, isRising) => {
          const [from, to] = isRising ? [low, low + 0.5] : [low + 0.5, low]
          const step = stepOf(pairs(from, to, at, 10))
          expect(step?.between.earliest).toBeLessThanOrEqual(at)
          expect(step?.between.latest).toBeGreaterThanOrEqual(at)
          expect((step?.between.latest ?? 0) - (step?.between.earliest ?? 0)).toBeLessThanOrEqual(
            1.13 * MS_PER_MINUTE + 2_000,
          )
        },
      ),
    )
  })

  it('is dated by the pair that it moved in, to a fiftieth of the one before', () => {
    expect(stepOf(pairs(0.5, 0, 3 * MS_PER_MINUTE + 4_000, 8))?.between).toEqual({
      earliest: 3 * MS_PER_MINUTE - 1_000 - 1_200,
      latest: 4 * MS_PER_MINUTE + 1_000,
    })
  })
})

describe('a share that moves', () => {
  it.each([
    ['by less than counts', pairs(0.5, 0.35, 3 * MS_PER_MINUTE, 8)],
    ['as slowly as five points a pair', Array.from({ length: 9 }, (_, n) => slow(n))],
  ])('%s is no step', (_, reported) => {
    expect(stepOf(reported)).toBeNull()
  })

  it('once more is reported again', () => {
    const reported = [...pairs(0.5, 0, 3 * MS_PER_MINUTE, 6), ...pairs(0, 0.5, 9 * MS_PER_MINUTE, 12).slice(6)]
    expect(stepOf(reported)).toMatchObject({ from: 0, to: 0.5 })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { boundRateFall, boundRateRise } from './rate-crossing.ts'
import type { SamplePair } from '../../model/traffic.ts'

const pair = (from: number): SamplePair => ({
  earliest: from,
  latest: from + MS_PER_MINUTE + 2_000,
  lengthMs: MS_PER_MINUTE,
  in: 0,
  out: 0,
})
const first = pair(MS_PER_MINUTE)
const before = (bps: number) => ({ earliest: 0, lengthMs: MS_PER_MINUTE, bps })

describe('a level that is crossed', () => {
  it.each([
    { name: 'with the pair that shows it, when nothing flowed before', bps: 0, earliest: MS_PER_MINUTE },
    { name: 'in the last part of the pair before', bps: 250, earliest: MS_PER_MINUTE - MS_PER_MINUTE / 2 },
    { name: 'never before the pair before', bps: 900, earliest: 0 },
  ])('was crossed upwards $name', ({ bps, earliest }) => {
    expect(boundRateRise(first, before(bps), 500)).toEqual({ earliest, latest: first.latest })
  })

  it.each([
    { name: 'in the pair before, when next to nothing flows after', bps: 0, latest: MS_PER_MINUTE + 2_000 },
    { name: 'or early in the pair that shows it', bps: 250, latest: MS_PER_MINUTE + 2_000 + MS_PER_MINUTE / 2 },
  ])('was crossed downwards $name', ({ bps, latest }) => {
    expect(boundRateFall({ ...first, bps }, before(1_000), 500)).toEqual({ earliest: 0, latest })
  })

  it('is dated by its first pair where none was before', () => {
    expect(boundRateRise(first, null, 500)).toEqual({ earliest: first.earliest, latest: first.latest })
    expect(boundRateFall({ ...first, bps: 500 }, null, 500).earliest).toBe(first.earliest)
  })

  it('may have been crossed in a pair that reported no rate', () => {
    expect(boundRateRise(first, { earliest: -MS_PER_MINUTE, lengthMs: MS_PER_MINUTE, bps: null }, 500).earliest).toBe(
      -MS_PER_MINUTE,
    )
  })

  it('was crossed within the bounds, wherever in two pairs that was', () => {
    const moment = fc.integer({ min: 1, max: 2 * MS_PER_MINUTE - 1 })
    const rate = fc.integer({ min: 0, max: 1_000 })
    fc.assert(
      fc.property(moment, rate, rate, (at, one, other) => {
        const level = 500
        const [low, high] = [Math.min(one, level - 1), Math.max(other, level)]
        const mean = (from: number, early: number, late: number) => {
          const share = Math.min(1, Math.max(0, (at - from) / MS_PER_MINUTE))
          return early * share + late * (1 - share)
        }
        // both answers were sampled in the middle of 2 s; the times here are sample times
        const middle = 1_000
        const isRise = mean(0, low, high) < level && mean(MS_PER_MINUTE, low, high) >= level
        if (isRise) expect(contains(boundRateRise(first, before(mean(0, low, high)), level), at + middle)).toBe(true)
        const isFall = mean(0, high, low) >= level && mean(MS_PER_MINUTE, high, low) < level
        if (isFall) {
          const shown = { ...first, bps: mean(MS_PER_MINUTE, high, low) }
          expect(contains(boundRateFall(shown, before(mean(0, high, low)), level), at + middle)).toBe(true)
        }
      }),
    )
  })
})

const contains = ({ earliest, latest }: { earliest: number; latest: number }, at: number) =>
  earliest <= at && at <= latest

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { addChurnRate, createUsualChurnRate, computeUsualP99Rate } from './usual-rate.ts'

const START = Date.UTC(2030, 2, 4)

describe('the usual rate of route changes', () => {
  it('is nothing while nothing moved', () =>
    expect(computeUsualP99Rate(createUsualChurnRate(START), START + MS_PER_DAY)).toBe(0))

  it('is what moves in more than one minute of a hundred', () => {
    // 1,000 minutes, of which 20 have 30 changes each
    let usual = createUsualChurnRate(START)
    for (let n = 0; n < 20; n++) usual = addChurnRate(usual, START + n * MS_PER_MINUTE, 1, 30)
    expect(computeUsualP99Rate(usual, START + 1_000 * MS_PER_MINUTE)).toBe(30)
  })

  it('leaves out what is rarer than that', () => {
    let usual = createUsualChurnRate(START)
    for (let n = 0; n < 9; n++) usual = addChurnRate(usual, START + n * MS_PER_MINUTE, 1, 500)
    for (let n = 0; n < 30; n++) usual = addChurnRate(usual, START + (20 + n) * MS_PER_MINUTE, 1, 4)
    expect(computeUsualP99Rate(usual, START + 1_000 * MS_PER_MINUTE)).toBe(4)
  })

  it('forgets what is more than a week old, and how quiet it was before', () => {
    let usual = createUsualChurnRate(START)
    for (let n = 0; n < 1_000; n++) usual = addChurnRate(usual, START, 1, 100)
    expect(computeUsualP99Rate(usual, START + MS_PER_DAY)).toBe(100)
    expect(computeUsualP99Rate(usual, START + 9 * MS_PER_DAY)).toBe(0)
    expect(addChurnRate(usual, START + 9 * MS_PER_DAY, 1, 5).days).toHaveLength(1)
  })

  it('is one of the rates that were added, or nothing', () => {
    const rates = fc.array(fc.nat(1_000), { maxLength: 40 })
    fc.assert(
      fc.property(rates, (added) => {
        let usual = createUsualChurnRate(START)
        for (const [n, rate] of added.entries()) usual = addChurnRate(usual, START + n * MS_PER_MINUTE, 1, rate)
        const p99 = computeUsualP99Rate(usual, START + added.length * MS_PER_MINUTE)
        expect([0, ...added]).toContain(p99)
        expect(usual.days.length).toBeLessThanOrEqual(1)
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { formatCount } from '../../format/quantity.ts'
import { limitBounds, moneyBounds, worstWhatIf } from './what-if-words.ts'

const site = { site: 'London', stranded: 0, internet: 0, unknown: 0, changed: 0, prefixes: [] }

describe('bounds', () => {
  it('are one figure where they are the same', () => {
    expect(limitBounds({ atLeast: 1_204, atMost: 1_204, limit: 4_000 }, formatCount)).toBe('1,204 of 4,000')
    expect(limitBounds({ atLeast: 0, atMost: 3, limit: 4_000 }, formatCount)).toBe('0 – 3 of 4,000')
    const money = (amount: string) => ({ amount, currency: 'USD' })
    const plain = ({ amount }: { amount: string }) => amount
    expect(moneyBounds({ atLeast: money('1'), atMost: money('2') }, plain)).toBe('1 to 2')
    expect(moneyBounds({ atLeast: money('2'), atMost: money('2') }, plain)).toBe('2')
  })
})

describe('what a loss does to a site', () => {
  it.each([
    ['nothing', undefined, null, 0],
    ['nothing that changes', site, null, 0],
    ['other paths', { ...site, changed: 5 }, 'change', 5],
    ['what is not known before what changes', { ...site, changed: 5, unknown: 2 }, 'unknown', 2],
    ['the Internet before what is not known', { ...site, changed: 5, unknown: 2, internet: 3 }, 'to the Internet', 3],
    ['what is stranded before all', { ...site, changed: 5, unknown: 2, internet: 3, stranded: 1 }, 'stranded', 1],
  ])('is %s', (_, found, worst, count) => {
    expect(worstWhatIf(found)).toEqual({ worst, count })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultSettings, applyThresholdChanges } from '../../model/settings.ts'
import type { SamplePair } from '../../model/traffic.ts'
import type { PathSharesMemory } from '../../model/traffic-memory.ts'
import { EMPTY_SHARES_MEMORY, addPairToShares } from './path-shares.ts'

const MINUTE = 60_000
const WINDOW = defaultSettings['traffic.share.window']
const BUSY = defaultSettings['traffic.expected.least'] * 10

type Rates = readonly [primaryIn: number, primaryOut: number, secondaryIn: number, secondaryOut: number]
const pairOf = (n: number, bitsIn: number | null, out: number | null): SamplePair => ({
  earliest: n * MINUTE,
  latest: (n + 1) * MINUTE + 1_000,
  lengthMs: MINUTE,
  in: bitsIn,
  out,
})
const take = (memory: PathSharesMemory, n: number, [a, b, c, d]: Rates, settings = defaultSettings) =>
  addPairToShares(memory, { primary: pairOf(n, a, b), secondary: pairOf(n, c, d) }, settings)
const takeAll = (all: readonly Rates[], from = 0, memory = EMPTY_SHARES_MEMORY, settings = defaultSettings) =>
  all.reduce((last, rates, n) => take(last, from + n, rates, settings), memory)

const rate = fc.nat({ max: 10_000_000_000 })
const rates = fc.tuple(rate, rate, rate, rate)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('windows of shares', () => {
  const pairsOfWindow = WINDOW / MINUTE

  it('hold the means of their pairs, once they are as long as the setting', () => {
    fc.assert(
      fc.property(fc.array(rates, { minLength: pairsOfWindow, maxLength: pairsOfWindow }), (all) => {
        const { filling, full } = takeAll(all)
        expect(filling).toBeNull()
        expect(full).toMatchObject({ earliest: 0, latest: WINDOW + 1_000, coveredMs: WINDOW })
        // the mean is rounded with each pair
        const near = (found: number | undefined, index: 0 | 1 | 2 | 3) =>
          expect(Math.abs((found ?? Number.NaN) - mean(all.map((one) => one[index])))).toBeLessThanOrEqual(
            pairsOfWindow,
          )
        near(full?.paths.primary.in, 0)
        near(full?.paths.primary.out, 1)
        near(full?.paths.secondary.in, 2)
        near(full?.paths.secondary.out, 3)
      }),
      { numRuns: 50 },
    )
  })

  it('are kept as the last one and at most two before it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 80 }), rates, (count, one) => {
        const { full, before, filling } = takeAll(Array.from({ length: count }, () => one))
        const windows = Math.floor(count / pairsOfWindow)
        expect([full, ...before].filter((window) => window !== null)).toHaveLength(Math.min(3, windows))
        expect((filling?.coveredMs ?? 0) / MINUTE).toBe(count % pairsOfWindow)
        const ends = [full, ...before].flatMap((window) => (window ? [window.latest] : []))
        expect(ends).toEqual(ends.toSorted((a, b) => b - a))
      }),
      { numRuns: 50 },
    )
  })
})

describe('a pair in which a path does not report', () => {
  const before = takeAll([[BUSY, BUSY, BUSY, BUSY]])
  const full = pairOf(1, BUSY, BUSY)
  it.each<[string, Parameters<typeof addPairToShares>[1]]>([
    ['nothing came', {}],
    ['the secondary is absent', { primary: full }],
    ['the primary is absent', { secondary: full }],
    ['only the sum came', { sum: full }],
    ['a counter fell', { primary: full, secondary: pairOf(1, null, BUSY) }],
    ['the other counter fell', { primary: pairOf(1, BUSY, null), secondary: full }],
  ])('changes nothing: %s', (_, pairs) => {
    expect(addPairToShares(before, pairs, defaultSettings)).toBe(before)
  })
})

describe('traffic that goes in on one path and out on the other', () => {
  const CROSSED: Rates = [BUSY, 0, 0, BUSY]
  const OTHER: Rates = [0, BUSY, BUSY, 0]
  const EVEN: Rates = [BUSY, BUSY, BUSY, BUSY]
  const times = (count: number, one: Rates) => Array.from({ length: count }, () => one)
  const LONG = WINDOW / MINUTE + 2

  it.each<[string, Rates, inPath: 'primary' | 'secondary' | null]>([
    ['in on the primary', CROSSED, 'primary'],
    ['in on the secondary', OTHER, 'secondary'],
    ['on both paths alike', EVEN, null],
    ['all on the primary', [BUSY, BUSY, 0, 0], null],
    ['at the share that counts', [8 * BUSY, 2 * BUSY, 2 * BUSY, 8 * BUSY], null],
    ['a little above it', [81 * BUSY, 19 * BUSY, 19 * BUSY, 81 * BUSY], 'primary'],
    ['of one direction only', [BUSY, BUSY, 0, BUSY], null],
    ['that is too little', [1, 0, 0, 1], null],
  ])('%s', (_, one, inPath) => {
    expect(takeAll(times(LONG, one)).asymmetric?.inPath ?? null).toBe(inPath)
  })

  it('is stated only after a whole window, and since the first pair that shows it', () => {
    expect(takeAll(times(5, CROSSED)).asymmetric).toBeNull()
    const { asymmetric } = takeAll([...times(3, EVEN), ...times(LONG, CROSSED)])
    expect(asymmetric?.inPath).toBe('primary')
    expect(asymmetric?.since.earliest).toBe(3 * MINUTE)
    expect(asymmetric?.since.latest).toBe(4 * MINUTE + 1_000)
  })

  it('begins again after a pair that does not show it', () => {
    const half = Math.ceil(LONG / 2)
    const all = [...times(half, CROSSED), EVEN, ...times(half, CROSSED)]
    expect(takeAll(all).asymmetric).toBeNull()
  })

  it.each<[string, Rates, isEnded: boolean]>([
    ['is even', EVEN, true],
    ['is below the lower share', [69 * BUSY, 31 * BUSY, 31 * BUSY, 69 * BUSY], true],
    ['is between both shares', [75 * BUSY, 25 * BUSY, 25 * BUSY, 75 * BUSY], false],
    ['is too little to speak of shares', [0, 0, 0, 0], false],
    ['is crossed the other direction', OTHER, true],
  ])('ends once traffic %s', (_, one, isEnded) => {
    const open = takeAll(times(LONG, CROSSED))
    const then = take(open, LONG, one)
    expect(then.asymmetric === null).toBe(isEnded)
    expect(then.evenAgain).toEqual(isEnded ? { earliest: LONG * MINUTE, latest: (LONG + 1) * MINUTE + 1_000 } : null)
  })

  it('follows the settings', () => {
    const settings = applyThresholdChanges({ 'asymmetric.share': 0.95, 'asymmetric.clear': 0.9 })
    const one: Rates = [9 * BUSY, BUSY, BUSY, 9 * BUSY]
    expect(takeAll(times(LONG, one), 0, EMPTY_SHARES_MEMORY, settings).asymmetric).toBeNull()
    expect(takeAll(times(LONG, one)).asymmetric?.inPath).toBe('primary')
  })

  it('of any rates is found on at most one path, and the mirrored rates on the other', () => {
    const few = fc.constantFrom(0, 1, 10, 100).map((factor) => factor * BUSY)
    fc.assert(
      fc.property(fc.tuple(few, few, few, few), ([a, b, c, d]) => {
        const found = takeAll(times(LONG, [a, b, c, d])).asymmetric?.inPath ?? null
        const mirrored = takeAll(times(LONG, [c, d, a, b])).asymmetric?.inPath ?? null
        expect(mirrored).toBe(found === null ? null : found === 'primary' ? 'secondary' : 'primary')
      }),
      { numRuns: 100 },
    )
  })
})

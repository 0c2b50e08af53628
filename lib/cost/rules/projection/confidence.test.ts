import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decimal } from '../money.ts'
import { computeSavingConfidence, type OfferSavingHypothesis } from './confidence.ts'
import {
  createTestProjectionInput,
  createTestCostContext,
  nothingByOthers,
  createOfficeTrafficHours,
} from '../testing/circuits.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { computeCostAtBytes } from './cost-at.ts'
import { projectCircuit } from './project-circuit.ts'

const GB = 1_000_000_000
const offer = (port: Decimal.Value, perGb: Decimal.Value) => ({ port: new Decimal(port), perGb: new Decimal(perGb) })
const bytes = (p10: number, p50: number, p90: number) => ({
  p10: BigInt(p10) * BigInt(GB),
  p50: BigInt(p50) * BigInt(GB),
  p90: BigInt(p90) * BigInt(GB),
})
const compared = (more: Partial<OfferSavingHypothesis>): OfferSavingHypothesis => ({
  from: offer(5_700, 0),
  to: offer(1_200, 0),
  bytes: bytes(90_000, 100_000, 110_000),
  gb: GB,
  share: 1,
  least: new Decimal(0),
  isMore: true,
  bandHeld: 0.92,
  ...more,
})

describe('the confidence of a decision', () => {
  // 5,700 - 1,200 = 4,500 for any number of bytes, so the forecast has no influence
  it('is certain between two flat prices, whatever past forecasts were', () => {
    for (const bandHeld of [null, 0, 0.5, 0.92, 1]) {
      expect(computeSavingConfidence(compared({ bandHeld }))).toMatchObject({
        word: 'certain',
        basis: 'flat_prices',
        chance: 1,
      })
    }
  })

  it.each<[string, Partial<OfferSavingHypothesis>, object]>([
    [
      'a lower port and a lower rate save at any traffic',
      { from: offer(436, 0.05), to: offer(290, 0.025) },
      { word: 'certain', basis: 'any_traffic', chance: 1 },
    ],
    [
      'a higher port and a higher rate never save',
      { from: offer(290, 0.025), to: offer(436, 0.05), isMore: false },
      { word: 'certain', basis: 'any_traffic', chance: 1 },
    ],
    // (5,700 - 436) / 0.025 = 210,560 GB: far above the band, so metered almost certainly saves
    [
      'unlimited to metered, the break-even far above the band',
      { to: offer(436, 0.025) },
      { word: 'high', basis: 'forecast' },
    ],
    // the break-even is in the middle of the band
    [
      'the break-even at the likely figure',
      { to: offer(436, 0.025), bytes: bytes(200_000, 210_560, 220_000) },
      { word: 'low', basis: 'forecast', chance: 0.5 },
    ],
    [
      'no past forecast',
      { to: offer(436, 0.025), bandHeld: null },
      { word: 'unknown', basis: 'forecast', chance: null },
    ],
  ])('%s', (_, more, expected) => {
    expect(computeSavingConfidence(compared(more))).toMatchObject(expected)
  })

  it('is of the decision, not of the forecast of the month', () => {
    const now = Date.UTC(2026, 10, 20)
    const hours = createOfficeTrafficHours(now - 100 * MS_PER_DAY, now, 1e11)
    const unlimited = createTestProjectionInput(
      hours,
      { family: 'UnlimitedData' },
      { globalReach: false, linkedRegions: ['uksouth'] },
    )
    const { recommendation } = projectCircuit(unlimited, createTestCostContext(now, { overrides: nothingByOthers() }))
    const named = [recommendation, ...recommendation.asks].filter(({ to }) => to?.plan !== 'metered')
    expect(named.length).toBeGreaterThan(0)
    expect(named.length).toBeGreaterThan(0)
    // Unlimited and Local have flat prices, so the saving does not depend on bytes. That Azure's documentation does not
    // list the change to Local is a fact about the change and not about the saving.
    for (const { confidence } of named)
      expect(confidence).toMatchObject({ word: 'certain', basis: 'flat_prices', words: 'both prices are flat' })
    expect(named.some(({ to }) => to?.plan === 'local')).toBe(true)
  })

  it('counts a band that came true less often as wider', () => {
    const at = (bandHeld: number) =>
      computeSavingConfidence(compared({ to: offer(436, 0.025), bytes: bytes(150_000, 200_000, 205_000), bandHeld }))
        .chance
    // a band with a past share of 0.8 contained the truth in 83 of 100 months, and a band with 0.92 in 53 of 100
    expect(at(0.8) ?? 0).toBeGreaterThan(at(0.92) ?? 1)
  })

  it('is certain where and only where every number of bytes gives the same answer', () => {
    const cents = fc.integer({ min: 0, max: 1_000_000 }).map((one) => new Decimal(one).dividedBy(100))
    const rate = fc.constantFrom('0', '0', '0.025', '0.05', '0.14').map((one) => new Decimal(one))
    const priced = fc.record({ port: cents, perGb: rate })
    const most = 10n ** 18n
    fc.assert(
      fc.property(
        priced,
        priced,
        cents,
        fc.boolean(),
        fc.bigInt({ min: 0n, max: most }),
        (from, to, least, isMore, one) => {
          const { word } = computeSavingConfidence(compared({ from, to, least, isMore }))
          const holds = (passed: bigint) =>
            computeCostAtBytes(from, passed, GB)
              .minus(computeCostAtBytes(to, passed, GB))
              .greaterThan(least) === isMore
          if (word === 'certain') expect([holds(0n), holds(one), holds(most)]).toEqual([true, true, true])
          else if (from.perGb.equals(to.perGb)) expect(holds(one)).toBe(false)
        },
      ),
    )
  })
})

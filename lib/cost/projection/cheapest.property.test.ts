import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CostMoney } from '#lib/contract/index.ts'
import { SOLD_MBPS } from '../prices/sheet.ts'
import { circuit, frame, office } from '../testing/circuits.ts'
import { projectCircuit } from './project-circuit.ts'

const NOW = Date.UTC(2026, 10, 20)
const SINCE = NOW - 100 * 86_400_000
/** Shares of {@link NOW}'s rules: what saves less is not worth a change, and a new circuit is paid back within two years of half months. */
const WORTH = 0.02
const PAYBACK = 24

const facts = fc.record({
  sold: fc.constantFrom(
    { tier: 'Standard', family: 'MeteredData' },
    { tier: 'Standard', family: 'UnlimitedData' },
    { tier: 'Premium', family: 'MeteredData' },
    { tier: 'Premium', family: 'UnlimitedData' },
    { tier: 'Local', family: 'UnlimitedData' },
  ),
  bandwidthMbps: fc.constantFrom(...SOLD_MBPS),
  linkedRegions: fc.constantFrom(null, ['uksouth'], ['uksouth', 'westeurope']),
  microsoft365: fc.constantFrom(null, false, true),
  globalReach: fc.constantFrom(null, false, true),
  premiumNeeds: fc.constantFrom(null, [], ['12 networks are linked, Standard takes 10']),
  /** mean bytes of an hour */
  mean: fc.double({ min: 1e6, max: 4e12, noNaN: true }),
})

const amount = (money: CostMoney) => Number(money.amount)

function decided({
  sold,
  bandwidthMbps,
  mean,
  ...known
}: typeof facts extends fc.Arbitrary<infer Fact> ? Fact : never) {
  const mbps = sold.tier === 'Local' ? Math.max(1_000, bandwidthMbps) : bandwidthMbps
  const input = circuit(office(SINCE, NOW, mean), { ...sold, bandwidthMbps: mbps }, known)
  return projectCircuit(input, frame(NOW, { gb: { bytes: 1_000_000_000, calibrated: true } }))
}

describe('over every circuit of London and what is known of it', () => {
  it('no possible offer that saves for sure is passed over for a more expensive one', () => {
    fc.assert(
      fc.property(facts, (fact) => {
        const { options, recommendation } = decided(fact)
        const [current] = options
        if (!current) throw new Error('it has no price')
        const { to } = recommendation
        const chosen = options.find(
          ({ plan, tier, bandwidthMbps }) =>
            plan === to?.plan && tier === to.tier && bandwidthMbps === to.bandwidthMbps,
        )
        const bar = chosen && recommendation.action === 'switch' ? amount(chosen.p50) : amount(current.p50)
        const passedOver = options.filter((option) => {
          const isOpen = option.change !== 'impossible' && option.blockedBy.length === 0 && !option.current
          const sure = Math.min(amount(current.p10) - amount(option.p10), amount(current.p90) - amount(option.p90))
          const isPaidBack = option.change !== 'new_circuit' || sure * PAYBACK > amount(option.p90)
          const isWorth = amount(current.p50) - amount(option.p50) > WORTH * amount(current.p50) + 0.01
          return isOpen && !option.oneWay && sure > 0.01 && isPaidBack && isWorth && amount(option.p50) < bar - 0.01
        })
        expect(passedOver.map(({ plan, tier, bandwidthMbps }) => `${plan} ${tier} ${bandwidthMbps}`)).toEqual([])
        if (recommendation.action === 'switch') {
          expect(chosen).toMatchObject({ blockedBy: [] })
          expect(chosen?.change).not.toBe('impossible')
        }
      }),
      { numRuns: 60 },
    )
  })

  it('nothing is recommended that does not reach all that is linked, or that Microsoft 365 does not run on', () => {
    fc.assert(
      fc.property(facts, (fact) => {
        const { to } = decided(fact).recommendation
        if (to?.plan === 'local') expect(fact.linkedRegions).toEqual(['uksouth'])
        if (to && fact.microsoft365) expect(to.tier).toBe('Premium')
      }),
      { numRuns: 60 },
    )
  })

  it('every combination of plan, tier and bandwidth is priced, once', () => {
    fc.assert(
      fc.property(facts, (fact) => {
        const names = decided(fact).options.map(({ plan, tier, bandwidthMbps }) => `${plan} ${tier} ${bandwidthMbps}`)
        const sold = SOLD_MBPS.flatMap((mbps) => [
          ...['metered', 'unlimited'].flatMap((plan) =>
            ['Standard', 'Premium'].map((tier) => `${plan} ${tier} ${mbps}`),
          ),
          ...(mbps < 1_000 ? [] : [`local Local ${mbps}`]),
        ])
        expect(names.toSorted()).toEqual(sold.toSorted())
      }),
      { numRuns: 20 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MoneyAmount } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { CostProjection, CostRecommendation } from '../../api/index.ts'
import { loadShippedPrices } from '../prices/shipped-prices.ts'
import { SOLD_BANDWIDTHS_MBPS } from '../prices/price-sheet.ts'
import {
  createTestProjectionInput,
  createTestCostContext,
  nothingByOthers,
  createOfficeTrafficHours,
} from '../testing/circuits.ts'
import type { UsageHour } from '../usage/billed-usage.ts'
import { projectCircuit } from './project-circuit.ts'
import type { FailoverTraffic } from './failover-traffic.ts'

const NOW = Date.UTC(2026, 10, 20)
const SINCE = NOW - 100 * MS_PER_DAY
const LEAST = 500

/**
 * Random facts, including unbilled traffic: traffic into Azure as a multiple of the bytes out, and the share of Global
 * Reach.
 */
const facts = fc.record({
  sold: fc.constantFrom(
    { tier: 'Standard', family: 'MeteredData' },
    { tier: 'Standard', family: 'UnlimitedData' },
    { tier: 'Premium', family: 'MeteredData' },
    { tier: 'Premium', family: 'UnlimitedData' },
    { tier: 'Local', family: 'UnlimitedData' },
  ),
  bandwidthMbps: fc.constantFrom(...SOLD_BANDWIDTHS_MBPS),
  linkedRegions: fc.constantFrom(null, ['uksouth'], ['uksouth', 'westeurope']),
  microsoft365: fc.constantFrom(null, false, true),
  globalReach: fc.constantFrom(null, false, true),
  premiumNeeds: fc.constantFrom(null, [], ['12 networks are linked, Standard takes 10']),
  /** mean bytes of an hour */
  mean: fc.double({ min: 1e6, max: 4e12, noNaN: true }),
  inbound: fc.constantFrom(0, 0.5, 1, 2, 8),
  reach: fc.constantFrom(null, 0.4),
  seen: fc.constantFrom('all', 'all', 'all', 'out alone', 'few five minutes'),
  isDeclared: fc.boolean(),
  /** traffic that a loss moves to one path, Mb/s; null = unknown; 'none' = all losses leave the traffic unchanged */
  taken: fc.constantFrom('none', 'none', null, 90, 700),
})
type Fact = typeof facts extends fc.Arbitrary<infer One> ? One : never

const amount = (money: MoneyAmount) => Number(money.amount)

function takeOverOf(taken: Fact['taken']): FailoverTraffic {
  if (taken === 'none') return { at: NOW, losses: [], isUnsure: false }
  const atMostBitsPerSecond = typeof taken === 'number' ? taken * 1e6 : null
  const loss = {
    term: 'other',
    name: 'erc-other',
    path: 'primary' as const,
    direction: 'out' as const,
    atMostBitsPerSecond,
    circuits: [],
    rise: 1,
  }
  return { at: NOW, losses: [loss], isUnsure: false }
}

function hoursOf({ mean, inbound, reach, seen }: Fact): { hours: UsageHour[]; globalReach: UsageHour[] | null } {
  const hours = createOfficeTrafficHours(SINCE, NOW, mean).map((hour) => {
    const out = hour.bytesOut ?? 0n
    return { ...hour, bytesIn: seen === 'out alone' ? null : BigInt(Math.round(Number(out) * inbound)) }
  })
  const part = (bytes: bigint | null) => BigInt(Math.round(Number(bytes ?? 0n) * (reach ?? 0)))
  return {
    hours,
    globalReach: reach === null ? null : hours.map((hour) => ({ ...hour, bytesOut: part(hour.bytesOut) })),
  }
}

const mbpsOf = ({ sold, bandwidthMbps }: Fact) =>
  sold.tier === 'Local' ? Math.max(1_000, bandwidthMbps) : bandwidthMbps

function decided(fact: Fact): CostProjection {
  const { sold, isDeclared, taken, seen, linkedRegions, microsoft365, globalReach, premiumNeeds } = fact
  const mbps = mbpsOf(fact)
  const { hours, globalReach: reach } = hoursOf(fact)
  const known = { linkedRegions, microsoft365, globalReach, premiumNeeds }
  const input = createTestProjectionInput(
    hours,
    { ...sold, bandwidthMbps: mbps },
    { ...known, takeOver: takeOverOf(taken) },
  )
  const busiestFiveMinutes = { mbps: 0, coveredSeconds: (seen === 'few five minutes' ? 3 : 30) * 86_400 }
  const usage = { ...input.usage, globalReach: reach, busiestFiveMinutes }
  return projectCircuit(
    { ...input, usage },
    createTestCostContext(NOW, {
      gb: { bytes: 1_000_000_000, calibrated: true },
      limits: { 'capacity.n1': 1, 'saving.least': LEAST },
      overrides: isDeclared ? nothingByOthers() : [],
    }),
  )
}

/** Returns the offers of London with their cost, from the meters of the price list only. */
function soldInLondon(): { name: string; plan: string; tier: string; mbps: number; port: number }[] {
  const speeds: Record<string, number> = {
    '50 Mbps': 50,
    '100 Mbps': 100,
    '200 Mbps': 200,
    '500 Mbps': 500,
    '1 Gbps': 1_000,
    '2 Gbps': 2_000,
    '5 Gbps': 5_000,
    '10 Gbps': 10_000,
  }
  return loadShippedPrices().meters.flatMap(({ name, region, price }) => {
    const read = /^(Standard|Premium|Local) ?(Metered|Unlimited)? ?(?:Data )?(\d+ [MG]bps) Circuit$/.exec(name)
    const mbps = speeds[read?.[3] ?? '']
    if (!read || region !== 'Zone 1' || mbps === undefined) return []
    const tier = read[1] ?? ''
    const plan = tier === 'Local' ? 'local' : (read[2] ?? '').toLowerCase()
    return [{ name: `${plan} ${tier} ${mbps}`, plan, tier, mbps, port: price.toNumber() }]
  })
}
const LONDON_OFFERS = soldInLondon()
/** USD for each GB out of Azure in Zone 1. */
const PER_GB = 0.025

/**
 * Returns Mb/s of the busiest of the last 720 hours in its larger direction, from the hours only; null = one direction
 * is unknown.
 */
function busiestOf(fact: Fact): number | null {
  const last = hoursOf(fact).hours.slice(-720)
  if (last.some(({ bytesIn }) => bytesIn === null)) return null
  return Math.max(
    ...last.map(({ bytesIn, bytesOut }) => (Math.max(Number(bytesIn), Number(bytesOut)) * 8) / 3_600 / 1e6),
  )
}

/**
 * Reports whether a known fact forbids an offer. It is written from the documented rules, independently of the code
 * under test.
 */
function isForbidden(fact: Fact, offer: (typeof LONDON_OFFERS)[number]): boolean {
  const busiest = busiestOf(fact)
  const isSmaller = offer.mbps < mbpsOf(fact)
  return (
    (offer.tier !== 'Premium' && fact.microsoft365 === true) ||
    (offer.tier !== 'Premium' && fact.sold.tier === 'Premium' && (fact.premiumNeeds?.length ?? 0) > 0) ||
    (offer.tier === 'Local' &&
      (fact.globalReach === true || (fact.linkedRegions ?? []).some((region) => region === 'westeurope'))) ||
    (isSmaller && busiest !== null && busiest > offer.mbps) ||
    (isSmaller && typeof fact.taken === 'number' && fact.taken > offer.mbps)
  )
}

const nameOf = (to: CostRecommendation['to']) => to && `${to.plan} ${to.tier} ${to.bandwidthMbps}`
const namesIn = ({ to, asks }: CostRecommendation) => [nameOf(to), ...asks.map((ask) => nameOf(ask.to))]

describe('over every circuit of London and what is known of it', () => {
  it('the cheapest offer that nothing forbids is named', () => {
    expect(LONDON_OFFERS).toHaveLength(36)
    fc.assert(
      fc.property(facts, (fact) => {
        const { options, recommendation, forecast } = decided(fact)
        const current = options.find((option) => option.current)
        if (!current || !forecast) throw new Error('it has no price')
        const isMetered = current.plan === 'metered'
        const costOf = ({ plan, port }: (typeof LONDON_OFFERS)[number], bytes: string) =>
          port + (plan === 'metered' ? (Number(bytes) / 1e9) * PER_GB : 0)
        const own = LONDON_OFFERS.find(({ name }) => name === nameOf(current))
        if (!own) throw new Error('it is not sold')
        const worth = LONDON_OFFERS.filter((offer) => {
          const saves = (['p10', 'p50', 'p90'] as const).map(
            (at) => costOf(own, forecast[at]) - costOf(offer, forecast[at]),
          )
          const surely = Math.min(...saves)
          const isNew = offer.mbps < own.mbps || (!isMetered && offer.plan === 'metered')
          // an irreversible change needs history that this test does not create, and so does a change whose one-time
          // cost exceeds its yearly saving
          const isDoor = isMetered && offer.plan !== 'metered'
          const isPaidBack = !isNew || !fact.isDeclared || offer.port / 2 < 11.9 * surely
          return !isForbidden(fact, offer) && !isDoor && isPaidBack && surely > 0.01 && (saves[1] ?? 0) > LEAST + 0.01
        })
        const [cheapest] = worth.toSorted((a, b) => costOf(a, forecast.p50) - costOf(b, forecast.p50))
        if (!cheapest) return
        // an irreversible change that saves more may come first
        const named = LONDON_OFFERS.filter(({ name }) => namesIn(recommendation).includes(name))
        expect(named.filter((offer) => isForbidden(fact, offer))).toEqual([])
        const best = Math.min(...named.map((offer) => costOf(offer, forecast.p50)))
        expect({ best, named: namesIn(recommendation) }).toMatchObject({
          best: Math.min(best, costOf(cheapest, forecast.p50)),
        })
      }),
      { numRuns: 60 },
    )
  })

  it('nothing is recommended below what it carries, must take over, or is not known to carry', () => {
    fc.assert(
      fc.property(facts, (fact) => {
        const { recommendation } = decided(fact)
        const [busiest, now] = [busiestOf(fact), mbpsOf(fact)]
        const { action, to } = recommendation
        if (action === 'switch' && to) {
          expect(busiest ?? 0).toBeLessThanOrEqual(to.bandwidthMbps)
          // also at the same size: a circuit that is too small for the traffic after a loss is not recommended
          if (typeof fact.taken === 'number') expect(fact.taken).toBeLessThanOrEqual(to.bandwidthMbps)
        }
        for (const named of [to, ...recommendation.asks.map((ask) => ask.to)]) {
          if (!named || named.bandwidthMbps >= now) continue
          expect(busiest ?? 0).toBeLessThanOrEqual(named.bandwidthMbps)
          if (typeof fact.taken === 'number') expect(fact.taken).toBeLessThanOrEqual(named.bandwidthMbps)
        }
        const isUnknown = busiest === null || fact.seen !== 'all' || fact.taken === null
        if (isUnknown && action === 'switch') expect(to?.bandwidthMbps).toBeGreaterThanOrEqual(now)
        for (const { to: asked, questions } of recommendation.asks)
          if (isUnknown && asked.bandwidthMbps < now) expect(questions.join()).toMatch(/Wait until it is known/)
      }),
      { numRuns: 60 },
    )
  })

  it('a switch has no question left, nor what its payback misses, and saves what is worth a day', () => {
    fc.assert(
      fc.property(facts, (fact) => {
        const { recommendation, options, oneWay } = decided(fact)
        const { action, to, saving, payback } = recommendation
        const chosen = options.find((option) => nameOf(option) === nameOf(to))
        if (action !== 'switch') return
        expect(chosen).toMatchObject({ blockedBy: [], hindrances: [] })
        expect(chosen?.change).not.toBe('impossible')
        expect(payback?.missing).toEqual([])
        expect(amount(saving?.p50 ?? { amount: '0', currency: 'USD' })).toBeGreaterThanOrEqual(LEAST)
        expect(recommendation.plan.length).toBeGreaterThan(1)
        expect(recommendation.reversal?.change).toBe(oneWay ? 'new_circuit' : 'in_place')
        if (chosen?.change === 'new_circuit') expect(fact.isDeclared).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('nothing is recommended that does not reach all that is linked, or that Microsoft 365 does not run on', () => {
    fc.assert(
      fc.property(facts, (fact) => {
        const { to, action } = decided(fact).recommendation
        if (action === 'switch' && to?.plan === 'local') expect(fact.linkedRegions).toEqual(['uksouth'])
        if (to && fact.microsoft365) expect(to.tier).toBe('Premium')
      }),
      { numRuns: 60 },
    )
  })

  it('every combination of plan, tier and bandwidth is priced, once', () => {
    fc.assert(
      fc.property(facts, (fact) => {
        const names = decided(fact).options.map((option) => nameOf(option))
        expect(names.toSorted()).toEqual(LONDON_OFFERS.map(({ name }) => name).toSorted())
      }),
      { numRuns: 20 },
    )
  })
})

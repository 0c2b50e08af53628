import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UNALLOCATED_CUSTOMER } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { splitRowAmongCustomers } from './tco/customer-portions.ts'
import { computeBilledUsage } from './usage/billed-usage.ts'
import { getBillingMonth } from './usage/month.ts'
import { computeBreakEvenBytes, computeCostAtBytes } from './projection/cost-at.ts'
import { Decimal } from './money.ts'
import { estimateGapBytes, sumMonthBytes } from './forecast/month-bytes.ts'
import { GB_BINARY, GB_DECIMAL } from './usage/gigabyte.ts'
import { quoteOffer } from './prices/quote-offer.ts'
import { loadShippedPrices } from './prices/shipped-prices.ts'
import { SOLD_BANDWIDTHS_MBPS } from './prices/price-sheet.ts'
import { explainVariance } from './variance/explain-variance.ts'
import { computeTco } from './tco/tco.ts'
import { createHoursWithEqualBytes, DECIMAL_GB_BYTES } from './testing/circuits.ts'

const START = Date.UTC(2026, 10, 1)
const zones = fc.constantFrom('Zone 1', 'Zone 2', 'Zone 3', 'Zone 4', 'US Gov Zone 1')
const tiers = fc.constantFrom('Standard' as const, 'Premium' as const)
const bandwidths = fc.constantFrom(...SOLD_BANDWIDTHS_MBPS)
const readings = fc.constantFrom(GB_DECIMAL, GB_BINARY)
const bytes = fc.bigInt({ min: 0n, max: 10n ** 16n })
const of = (zone: string, tier: 'Standard' | 'Premium', plan: 'metered' | 'unlimited', bandwidthMbps: number) => {
  const quoting = quoteOffer(loadShippedPrices(), zone, { tier, plan, bandwidthMbps })
  if (!quoting.ok) throw new Error(quoting.why)
  return quoting.quote
}

describe('laws', () => {
  it('more bytes never cost less on metered, and the same on unlimited', () => {
    fc.assert(
      fc.property(zones, tiers, bandwidths, readings, bytes, bytes, (zone, tier, mbps, gb, a, b) => {
        const [metered, unlimited] = [of(zone, tier, 'metered', mbps), of(zone, tier, 'unlimited', mbps)]
        expect(computeCostAtBytes(metered, a + b, gb).greaterThanOrEqualTo(computeCostAtBytes(metered, a, gb))).toBe(
          true,
        )
        expect(computeCostAtBytes(unlimited, a + b, gb).equals(computeCostAtBytes(unlimited, a, gb))).toBe(true)
      }),
    )
  })

  it('the break-even is where both plans cost the same: a byte less and metered is cheaper, at it it is not', () => {
    fc.assert(
      fc.property(
        zones,
        tiers,
        bandwidths,
        readings,
        fc.integer({ min: 1, max: 720 }),
        (zone, tier, mbps, gb, hours) => {
          const share = new Decimal(hours).dividedBy(720)
          const [metered, unlimited] = [of(zone, tier, 'metered', mbps), of(zone, tier, 'unlimited', mbps)]
          const at = computeBreakEvenBytes(metered, unlimited, gb, share) ?? 0n
          expect(
            computeCostAtBytes(metered, at, gb, share)
              .minus(computeCostAtBytes(unlimited, at, gb, share))
              .abs()
              .lessThan(1e-6),
          ).toBe(true)
          expect(
            computeCostAtBytes(metered, at - 2n, gb, share).lessThan(computeCostAtBytes(unlimited, at - 2n, gb, share)),
          ).toBe(true)
        },
      ),
    )
  })

  it('a further gap never moves the floor up and never the ceiling down: the band gets wider', () => {
    const volumes = fc.array(fc.bigInt({ min: 0n, max: 400n * DECIMAL_GB_BYTES }), { minLength: 2, maxLength: 48 })
    fc.assert(
      fc.property(volumes, fc.array(fc.nat({ max: 47 })), fc.nat({ max: 47 }), (sizes, missing, another) => {
        const to = START + sizes.length * MS_PER_HOUR
        const hours = createHoursWithEqualBytes(START, to, 0n).map((hour, i) => ({ ...hour, bytesOut: sizes[i] ?? 0n }))
        const usage = (lost: number[]) =>
          computeBilledUsage(
            { hours: hours.filter((_, i) => !lost.includes(i)), unplaced: [], globalReach: null, bandwidthMbps: 1_000 },
            START,
            to,
          )
        const band = (lost: number[]) =>
          sumMonthBytes(
            usage(lost),
            estimateGapBytes(usage(lost), Number(400n * DECIMAL_GB_BYTES), () => Number(100n * DECIMAL_GB_BYTES)),
            { p10: 1e9, p50: 2e9, p90: 3e9 },
          )
        const [before, after] = [usage(missing), usage([...missing, another])]
        expect(after.bytes <= before.bytes).toBe(true)
        expect((after.atMost ?? 0n) >= (before.atMost ?? 0n)).toBe(true)
        expect(band([...missing, another]).p10 <= band(missing).p10).toBe(true)
        expect(band([...missing, another]).p90 >= band(missing).p90).toBe(true)
        expect(after.bytes).toBe(after.hours.at(-1)?.cumulative)
      }),
    )
  })

  it('what moved a figure adds up to the difference, to the cent', () => {
    const price = fc.integer({ min: 0, max: 9_000_000 }).map((cents) => new Decimal(cents).dividedBy(100))
    const rate = fc.integer({ min: 1, max: 200 }).map((mills) => new Decimal(mills).dividedBy(1_000))
    const figure = fc.record({
      port: price,
      perGb: rate,
      share: fc.double({ min: 0.01, max: 1, noNaN: true }),
      bytes,
      hours: fc.constantFrom(672, 696, 720, 744),
      currency: fc.constant('USD'),
    })
    const failovers = fc.array(
      fc.record({
        incidentId: fc.string(),
        bytes: fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
        words: fc.string(),
      }),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(
        figure,
        figure,
        failovers,
        fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
        readings,
        (before, now, over, repairedBytes, gb) => {
          const move = explainVariance({ circuitId: 'a', before, now, gb, failovers: over, repairedBytes })
          const sum = Decimal.sum(0, ...(move?.parts ?? []).map(({ amount }) => amount.amount))
          expect(sum.toFixed(2)).toBe(move?.difference.amount)
          expect(new Decimal(move?.from.amount ?? 0).plus(sum).toFixed(2)).toBe(move?.to.amount)
        },
      ),
    )
  })

  it('a shared row is divided without a cent lost or made', () => {
    const portions = fc.array(
      fc.record({
        customer: fc.string({ minLength: 1 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        basis: fc.constant('measured' as const),
      }),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), portions, (cents, list) => {
        const cost = { amount: new Decimal(cents).dividedBy(100).toFixed(2), currency: 'USD' }
        const row = {
          kind: 'circuit' as const,
          circuitId: 'a',
          resourceId: null,
          customer: 's',
          name: 'n',
          quantity: null,
          unit: 'months',
          unitPrice: null,
          cost,
          note: '',
        }
        const parts = splitRowAmongCustomers(row, list)
        expect(Decimal.sum(0, ...parts.map((part) => part.cost?.amount ?? 0)).toFixed(2)).toBe(cost.amount)
      }),
    )
  })

  it('what customers and nobody pay is the whole to the cent, and nobody pays more than at most', () => {
    const names = ['Contoso', 'Fabrikam', 'Northwind', UNALLOCATED_CUSTOMER]
    const portion = fc.record({
      customer: fc.constantFrom(...names),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      basis: fc.constant('measured' as const),
    })
    const gateway = fc.record({
      customer: fc.constantFrom(...names),
      hours: fc.integer({ min: 1, max: 720 }),
      portions: fc.array(portion, { maxLength: 4 }),
      sharedBy: fc.uniqueArray(fc.constantFrom('Contoso', 'Fabrikam', 'Northwind')),
    })
    const frame = { from: START, to: START + 720 * MS_PER_HOUR, months: [getBillingMonth(START)], gb: GB_DECIMAL }
    const amount = (totals: readonly { amount: string }[]) => Decimal.sum(0, ...totals.map((one) => one.amount))
    fc.assert(
      fc.property(fc.array(gateway, { maxLength: 6 }), (list) => {
        const gateways = list.map(({ hours, ...own }, n) => ({
          ...own,
          resourceId: `gateway-${n}`,
          name: `gateway-${n}`,
          circuitId: null,
          kind: 'expressRoute' as const,
          sku: 'ErGw1AZ',
          region: 'westeurope',
          units: 1,
          connections: 2,
          from: START,
          to: START + hours * MS_PER_HOUR,
          fastPath: false,
        }))
        const of = (split: boolean) =>
          computeTco(
            {
              circuits: [],
              gateways: split ? gateways : gateways.map((one) => ({ ...one, portions: [] })),
              peerings: [],
              hubs: [],
              sheet: loadShippedPrices(),
            },
            frame,
          )
        const tco = of(true)
        expect(tco.totals).toEqual(of(false).totals)
        const paid = tco.perCustomer.map(({ totals }) => amount(totals))
        expect(Decimal.sum(0, ...paid).toFixed(2)).toBe(amount(tco.totals).toFixed(2))
        for (const { totals, atMost } of tco.perCustomer) {
          expect(amount(atMost).greaterThanOrEqualTo(amount(totals))).toBe(true)
          expect(amount(atMost).lessThanOrEqualTo(amount(tco.totals))).toBe(true)
        }
      }),
    )
  })
})

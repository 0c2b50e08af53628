import { describe, expect, it } from 'vitest'
import { computeBreakEvenBytes, computeCostAtBytes } from '../projection/cost-at.ts'
import {
  BREAK_EVEN_GB,
  DATA_TRANSFER_PRICES_PER_GB,
  LOCAL_MONTHLY_PRICES,
  LOCAL_GB,
  PREMIUM_MONTHLY_PRICES,
  STANDARD_MONTHLY_PRICES,
} from '../testing/list-prices.ts'
import { GB_BINARY, GB_DECIMAL } from '../usage/gigabyte.ts'
import { Decimal } from '../money.ts'
import { type CircuitOffer, formatOffer, type PricedOffer, quoteOffer } from './quote-offer.ts'
import { DATA_TRANSFER_METER, getPlansForBandwidth, type PriceMeter } from './price-sheet.ts'
import { loadShippedPrices } from './shipped-prices.ts'

const cells = (table: Record<number, Record<string, unknown>>) =>
  Object.entries(table).flatMap(([mbps, zones]) => Object.keys(zones).map((zone) => ({ mbps: Number(mbps), zone })))
const of = (zone: string, offer: CircuitOffer): PricedOffer => {
  const quoting = quoteOffer(loadShippedPrices(), zone, offer)
  if (!quoting.ok) throw new Error(quoting.why)
  return quoting.quote
}
const circuit = (tier: 'Standard' | 'Premium', plan: 'metered' | 'unlimited', bandwidthMbps: number, zone: string) =>
  of(zone, { tier, plan, bandwidthMbps })
const local = (bandwidthMbps: number, zone: string) => of(zone, { tier: 'Local', plan: 'local', bandwidthMbps })

describe('list prices', () => {
  it.each(cells(STANDARD_MONTHLY_PRICES))('Standard and Premium, $mbps Mbps in $zone', ({ mbps, zone }) => {
    const prices = (tier: 'Standard' | 'Premium') =>
      (['metered', 'unlimited'] as const).map((plan) => circuit(tier, plan, mbps, zone).port.toFixed())
    expect(prices('Standard')).toEqual(STANDARD_MONTHLY_PRICES[mbps]?.[zone])
    expect(prices('Premium')).toEqual(PREMIUM_MONTHLY_PRICES[mbps]?.[zone])
    expect(circuit('Standard', 'metered', mbps, zone).perGb.equals(DATA_TRANSFER_PRICES_PER_GB[zone] ?? 0)).toBe(true)
    expect(circuit('Premium', 'unlimited', mbps, zone).perGb.isZero()).toBe(true)
  })

  it.each(cells(LOCAL_MONTHLY_PRICES))('Local, $mbps Mbps in $zone', ({ mbps, zone }) => {
    const price = LOCAL_MONTHLY_PRICES[mbps]?.[zone]
    if (price === null) {
      expect(quoteOffer(loadShippedPrices(), zone, { tier: 'Local', plan: 'local', bandwidthMbps: mbps }).ok).toBe(
        false,
      )
    } else {
      expect(local(mbps, zone).port.toFixed()).toBe(price)
      expect(local(mbps, zone).perGb.isZero()).toBe(true)
    }
  })

  it.each([
    {
      name: 'Local under 1 Gbps',
      zone: 'Zone 1',
      offer: { tier: 'Local', plan: 'local', bandwidthMbps: 500 },
      why: /no "Local 500 Mbps Circuit"/,
    },
    {
      name: 'a bandwidth that is not sold',
      zone: 'Zone 1',
      offer: { tier: 'Standard', plan: 'metered', bandwidthMbps: 300 },
      why: /no "Standard Metered Data 300 Mbps Circuit"/,
    },
    {
      name: 'Local on metered',
      zone: 'Zone 1',
      offer: { tier: 'Local', plan: 'metered', bandwidthMbps: 1000 },
      why: /not sold/,
    },
    {
      name: 'a region in the place of a zone',
      zone: 'eastus',
      offer: { tier: 'Standard', plan: 'metered', bandwidthMbps: 1000 },
      why: /eastus/,
    },
  ] satisfies { name: string; zone: string; offer: CircuitOffer; why: RegExp }[])(
    'there is none for $name',
    ({ zone, offer, why }) => {
      const quoting = quoteOffer(loadShippedPrices(), zone, offer)
      expect(quoting).toMatchObject({ ok: false, why: expect.stringMatching(why) as string })
    },
  )

  it('charges no port on ExpressRoute Direct, and data by the zone, at bandwidths that only Direct has', () => {
    const quoting = quoteOffer(
      loadShippedPrices(),
      'Zone 2',
      { tier: 'Standard', plan: 'metered', bandwidthMbps: 40_000 },
      true,
    )
    expect(quoting.ok && [quoting.quote.port.toFixed(), quoting.quote.perGb.toFixed()]).toEqual(['0', '0.05'])
    expect(
      quoteOffer(loadShippedPrices(), 'Zone 2', { tier: 'Premium', plan: 'metered', bandwidthMbps: 1_000 }, true).ok,
    ).toBe(false)
  })
})

describe('break-even', () => {
  it.each(cells(BREAK_EVEN_GB))('Standard $mbps Mbps in $zone', ({ mbps, zone }) => {
    const [metered, unlimited] = [
      circuit('Standard', 'metered', mbps, zone),
      circuit('Standard', 'unlimited', mbps, zone),
    ]
    const bytes = computeBreakEvenBytes(metered, unlimited, GB_DECIMAL) ?? 0n
    expect(Math.round(Number(bytes) / 1e9)).toBe(BREAK_EVEN_GB[mbps]?.[zone])
    expect(computeCostAtBytes(metered, bytes, GB_DECIMAL).toFixed(6)).toBe(
      computeCostAtBytes(unlimited, bytes, GB_DECIMAL).toFixed(6),
    )
  })

  // the add-on is in both prices, except for 100 Mbps in Zone 1: (675 - 200) / 0.025 = 19,000
  it.each(cells(PREMIUM_MONTHLY_PRICES))('Premium $mbps Mbps in $zone is where Standard has it', ({ mbps, zone }) => {
    const bytes = computeBreakEvenBytes(
      circuit('Premium', 'metered', mbps, zone),
      circuit('Premium', 'unlimited', mbps, zone),
      GB_DECIMAL,
    )
    const expected = mbps === 100 && zone === 'Zone 1' ? 19_000 : BREAK_EVEN_GB[mbps]?.[zone]
    expect(Math.round(Number(bytes) / 1e9)).toBe(expected)
  })

  it.each(cells(LOCAL_GB).filter(({ mbps, zone }) => LOCAL_GB[mbps]?.[zone] !== null))(
    'Local $mbps Mbps in $zone',
    ({ mbps, zone }) => {
      const bytes = computeBreakEvenBytes(circuit('Standard', 'metered', mbps, zone), local(mbps, zone), GB_DECIMAL)
      expect(Math.round(Number(bytes) / 1e9)).toBe(LOCAL_GB[mbps]?.[zone])
    },
  )

  // 1 Gbps Standard, Zone 1: 436 + 100,000 x 0.025 = 2,936; 436 + 300,000 x 0.025 = 7,936 compared with 5,700: 2,236
  // saved
  it('turns its answer on the reading of a GB alone', () => {
    const metered = circuit('Standard', 'metered', 1_000, 'Zone 1')
    expect(computeCostAtBytes(metered, 100_000n * 10n ** 9n, GB_DECIMAL).toFixed(2)).toBe('2936.00')
    expect(
      computeCostAtBytes(metered, 300_000n * 10n ** 9n, GB_DECIMAL)
        .minus(5_700)
        .toFixed(2),
    ).toBe('2236.00')
    // 215,000 decimal GB: 436 + 215,000 x 0.025 = 5,811; in GiB 215,000 / 1.073741824 = 200,234.35, so 436 + 5,005.86 =
    // 5,441.86
    expect(computeCostAtBytes(metered, 215_000n * 10n ** 9n, GB_DECIMAL).toFixed(2)).toBe('5811.00')
    expect(computeCostAtBytes(metered, 215_000n * 10n ** 9n, GB_BINARY).toFixed(2)).toBe('5441.86')
  })
})

describe('an offer', () => {
  const meter = (more: Partial<PriceMeter>): PriceMeter => ({
    name: DATA_TRANSFER_METER,
    service: '',
    product: 'ExpressRoute',
    sku: '',
    unit: 'gb',
    region: 'Zone 1',
    price: new Decimal(436),
    currency: 'USD',
    effectiveFrom: 0,
    meterId: null,
    ...more,
  })
  const data = (mbps: string, price: number, more: Partial<PriceMeter> = {}) =>
    meter({ sku: `${mbps} Metered Data`, price: new Decimal(price), ...more })
  const port = (mbps: string, product = 'ExpressRoute') =>
    meter({ name: `Standard Metered Data ${mbps} Circuit`, unit: 'month', product })
  const ports = ['50 Mbps', '100 Mbps', '1 Gbps'].map((mbps) => port(mbps))
  const [TWO, NONE] = [data('1 Gbps', 2), 'the price list has no price of metered data in Zone 1']

  it.each<[string, PriceMeter[], number, string]>([
    ['its own bandwidth', [...ports, data('50 Mbps', 3), TWO], 1_000, '2 USD'],
    ['all others, where they agree', [...ports, data('50 Mbps', 2), TWO], 100, '2 USD'],
    ['none where they differ', [...ports, data('50 Mbps', 3), TWO, data('2 Gbps', 3)], 100, NONE],
    ['none of another product', [...ports, data('1 Gbps', 2, { product: 'X' })], 1_000, NONE],
    ['none of another zone', [...ports, data('1 Gbps', 2, { region: 'Zone 2' })], 1_000, NONE],
    ['none', ports, 1_000, NONE],
    [
      'no port',
      [port('1 Gbps', 'X'), TWO],
      1_000,
      'the price list has no "Standard Metered Data 1 Gbps Circuit" in Zone 1',
    ],
  ])('has the data rate of %s', (_, meters, bandwidthMbps, expected) => {
    const own = { tier: 'Standard', plan: 'metered', bandwidthMbps } as const
    const quoting = quoteOffer({ ...loadShippedPrices(), currency: 'EUR', meters }, 'Zone 1', own)
    expect(quoting.ok ? `${quoting.quote.perGb} ${quoting.quote.currency}` : quoting.why).toBe(expected)
  })

  it('is in words, and can be Local from 1 Gb/s up', () => {
    const sold = (mbps: number) => getPlansForBandwidth(mbps).map((one) => formatOffer({ ...one, bandwidthMbps: mbps }))
    const everywhere = ['Standard Metered', 'Standard Unlimited', 'Premium Metered', 'Premium Unlimited']
    expect(sold(999)).toEqual(everywhere.map((one) => `${one} 999 Mb/s`))
    expect(sold(1_000)).toEqual([...everywhere, 'Local'].map((one) => `${one} 1 Gb/s`))
  })
})

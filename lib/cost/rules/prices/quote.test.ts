import { describe, expect, it } from 'vitest'
import { breakEven, costAt } from '../projection/cost-at.ts'
import { BREAK_EVEN_GB, DATA, LOCAL, LOCAL_GB, PREMIUM, STANDARD } from '../testing/list-prices.ts'
import { GB_BINARY, GB_DECIMAL } from '../usage/gigabyte.ts'
import { type Offer, type Quote, quote } from './quote.ts'
import { shippedPrices } from './snapshot.ts'

const cells = (table: Record<number, Record<string, unknown>>) =>
  Object.entries(table).flatMap(([mbps, zones]) => Object.keys(zones).map((zone) => ({ mbps: Number(mbps), zone })))
const of = (zone: string, offer: Offer): Quote => {
  const quoting = quote(shippedPrices(), zone, offer)
  if (!quoting.ok) throw new Error(quoting.why)
  return quoting.quote
}
const circuit = (tier: 'Standard' | 'Premium', plan: 'metered' | 'unlimited', bandwidthMbps: number, zone: string) =>
  of(zone, { tier, plan, bandwidthMbps })
const local = (bandwidthMbps: number, zone: string) => of(zone, { tier: 'Local', plan: 'local', bandwidthMbps })

describe('list prices', () => {
  it.each(cells(STANDARD))('Standard and Premium, $mbps Mbps in $zone', ({ mbps, zone }) => {
    const prices = (tier: 'Standard' | 'Premium') =>
      (['metered', 'unlimited'] as const).map((plan) => circuit(tier, plan, mbps, zone).port.toFixed())
    expect(prices('Standard')).toEqual(STANDARD[mbps]?.[zone])
    expect(prices('Premium')).toEqual(PREMIUM[mbps]?.[zone])
    expect(circuit('Standard', 'metered', mbps, zone).perGb.equals(DATA[zone] ?? 0)).toBe(true)
    expect(circuit('Premium', 'unlimited', mbps, zone).perGb.isZero()).toBe(true)
  })

  it.each(cells(LOCAL))('Local, $mbps Mbps in $zone', ({ mbps, zone }) => {
    const price = LOCAL[mbps]?.[zone]
    if (price === null) {
      expect(quote(shippedPrices(), zone, { tier: 'Local', plan: 'local', bandwidthMbps: mbps }).ok).toBe(false)
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
  ] satisfies { name: string; zone: string; offer: Offer; why: RegExp }[])(
    'there is none for $name',
    ({ zone, offer, why }) => {
      const quoting = quote(shippedPrices(), zone, offer)
      expect(quoting).toMatchObject({ ok: false, why: expect.stringMatching(why) as string })
    },
  )

  it('charges no port on ExpressRoute Direct, and data by the zone, at bandwidths that only Direct has', () => {
    const quoting = quote(shippedPrices(), 'Zone 2', { tier: 'Standard', plan: 'metered', bandwidthMbps: 40_000 }, true)
    expect(quoting.ok && [quoting.quote.port.toFixed(), quoting.quote.perGb.toFixed()]).toEqual(['0', '0.05'])
    expect(quote(shippedPrices(), 'Zone 2', { tier: 'Premium', plan: 'metered', bandwidthMbps: 1_000 }, true).ok).toBe(
      false,
    )
  })
})

describe('break-even', () => {
  it.each(cells(BREAK_EVEN_GB))('Standard $mbps Mbps in $zone', ({ mbps, zone }) => {
    const [metered, unlimited] = [
      circuit('Standard', 'metered', mbps, zone),
      circuit('Standard', 'unlimited', mbps, zone),
    ]
    const bytes = breakEven(metered, unlimited, GB_DECIMAL) ?? 0n
    expect(Math.round(Number(bytes) / 1e9)).toBe(BREAK_EVEN_GB[mbps]?.[zone])
    expect(costAt(metered, bytes, GB_DECIMAL).toFixed(6)).toBe(costAt(unlimited, bytes, GB_DECIMAL).toFixed(6))
  })

  // the add-on cancels, but for 100 Mbps in Zone 1: (675 - 200) / 0.025 = 19,000
  it.each(cells(PREMIUM))('Premium $mbps Mbps in $zone is where Standard has it', ({ mbps, zone }) => {
    const bytes = breakEven(
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
      const bytes = breakEven(circuit('Standard', 'metered', mbps, zone), local(mbps, zone), GB_DECIMAL)
      expect(Math.round(Number(bytes) / 1e9)).toBe(LOCAL_GB[mbps]?.[zone])
    },
  )

  // 1 Gbps Standard, Zone 1: 436 + 100,000 x 0.025 = 2,936; 436 + 300,000 x 0.025 = 7,936 against 5,700: 2,236 saved
  it('turns its answer on the reading of a GB alone', () => {
    const metered = circuit('Standard', 'metered', 1_000, 'Zone 1')
    expect(costAt(metered, 100_000n * 10n ** 9n, GB_DECIMAL).toFixed(2)).toBe('2936.00')
    expect(
      costAt(metered, 300_000n * 10n ** 9n, GB_DECIMAL)
        .minus(5_700)
        .toFixed(2),
    ).toBe('2236.00')
    // 215,000 decimal GB: 436 + 215,000 x 0.025 = 5,811; in GiB 215,000 / 1.073741824 = 200,234.35, so 436 + 5,005.86 = 5,441.86
    expect(costAt(metered, 215_000n * 10n ** 9n, GB_DECIMAL).toFixed(2)).toBe('5811.00')
    expect(costAt(metered, 215_000n * 10n ** 9n, GB_BINARY).toFixed(2)).toBe('5441.86')
  })
})

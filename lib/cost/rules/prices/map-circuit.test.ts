import { describe, expect, it } from 'vitest'
import { LONDON_STANDARD_1_GBPS } from '../testing/circuits.ts'
import { getCloudOfRegion, findPeeringLocation } from '#lib/contract/facts/locations.ts'
import { type CircuitPriceInput, mapCircuitToMeters } from './map-circuit.ts'
import { type PriceOverride, applyPriceOverrides } from './overrides.ts'
import { loadShippedPrices } from './shipped-prices.ts'

const NOW = Date.UTC(2026, 10, 20)
const signed = { id: '1', circuitIds: null, from: 0, until: null, by: 'kim', at: 1, why: 'contract 7' }

describe("a peering location's zone", () => {
  it.each([
    { name: 'London', zone: 'Zone 1', local: ['UK South'] },
    { name: 'Washington DC', zone: 'Zone 1', local: ['East US', 'East US 2'] },
    { name: 'Canberra', zone: 'Zone 1', local: ['Australia Central'] },
    { name: 'Sydney', zone: 'Zone 2', local: ['Australia East'] },
    { name: 'Tel Aviv2', zone: 'Zone 2', local: ['Israel Central'] },
    { name: 'Johannesburg', zone: 'Zone 3', local: ['South Africa North'] },
    { name: 'Queretaro', zone: 'Zone 4', local: ['Mexico Central'] },
    { name: 'sao paulo', zone: 'Zone 3', local: ['Brazil South'] },
    { name: 'Dallas', zone: 'Zone 1', local: [] },
    { name: 'Amsterdam Metro', zone: 'Zone 1', local: ['West Europe'] },
    { name: 'SingaporeMetro', zone: 'Zone 2', local: ['Southeast Asia'] },
    { name: 'Washington DC Metro', zone: 'Zone 1', local: ['East US', 'East US 2'] },
    { name: 'Dallas Metro', zone: 'Zone 1', local: [] },
    { name: 'Oslo Metro', zone: null, local: ['Norway East'] },
  ])('$name', ({ name, zone, local }) => {
    expect(findPeeringLocation(name)).toMatchObject({ zone, localRegions: local })
  })

  it('is another one in the US Government cloud', () => {
    expect(findPeeringLocation('Dallas', 'usGovernment')?.zone).toBe('US Gov Zone 1')
    expect(findPeeringLocation('London', 'usGovernment')).toBeNull()
    expect(['usgovvirginia', 'usdodeast', 'eastus', 'chinaeast2', null].map(getCloudOfRegion)).toEqual([
      'usGovernment',
      'usGovernment',
      'public',
      'public',
      'public',
    ])
    expect(findPeeringLocation('Shanghai')).toBeNull()
  })
})

describe('a circuit', () => {
  it.each([
    { facts: {}, meters: ['Standard Metered Data 1 Gbps Circuit', 'Metered Data - Data Transfer Out'], port: '436' },
    {
      facts: { tier: 'Premium', family: 'UnlimitedData', peeringLocation: 'Tokyo' },
      meters: ['Premium Unlimited Data 1 Gbps Circuit'],
      port: '10150',
    },
    { facts: { tier: 'Local', family: 'UnlimitedData' }, meters: ['Local 1 Gbps Circuit'], port: '1200' },
    { facts: { tier: 'Local', family: 'MeteredData' }, meters: ['Local 1 Gbps Circuit'], port: '1200' },
    { facts: { direct: true }, meters: ['Metered Data - Data Transfer Out'], port: '0' },
  ] satisfies { facts: Partial<CircuitPriceInput>; meters: string[]; port: string }[])(
    '$facts is billed by $meters',
    ({ facts, meters, port }) => {
      const mapping = mapCircuitToMeters(loadShippedPrices(), { ...LONDON_STANDARD_1_GBPS, ...facts })
      expect(mapping.ok && mapping.quote.meters.map(({ name }) => name)).toEqual(meters)
      expect(mapping.ok && mapping.quote.port.toFixed()).toBe(port)
    },
  )

  it.each([
    { facts: { peeringLocation: 'Atlantis' }, why: 'Atlantis is not in' },
    { facts: { peeringLocation: 'Atlantis Metro' }, why: 'Atlantis Metro is not in' },
    { facts: { peeringLocation: 'Oslo Metro' }, why: 'several price zones for Oslo Metro' },
    { facts: { peeringLocation: null }, why: 'names no peering location' },
    { facts: { tier: 'Basic' }, why: 'SKU tier is Basic' },
    { facts: { family: null }, why: 'SKU family is unknown' },
    { facts: { bandwidthMbps: null }, why: 'names no bandwidth' },
    { facts: { bandwidthMbps: 300 }, why: '300 Mbps' },
    { facts: { direct: true, tier: 'Premium' }, why: 'in no price list' },
  ] satisfies { facts: Partial<CircuitPriceInput>; why: string }[])(
    'says why it has no price: $facts',
    ({ facts, why }) => {
      expect(mapCircuitToMeters(loadShippedPrices(), { ...LONDON_STANDARD_1_GBPS, ...facts })).toMatchObject({
        ok: false,
        why: expect.stringContaining(why) as string,
      })
    },
  )

  it('has a price once its zone was declared', () => {
    expect(
      mapCircuitToMeters(loadShippedPrices(), { ...LONDON_STANDARD_1_GBPS, peeringLocation: 'Atlantis' }, 'Zone 3'),
    ).toMatchObject({
      ok: true,
      zone: 'Zone 3',
    })
  })
})

describe('overrides', () => {
  const ported = (overrides: PriceOverride[], circuitId = 'a') => {
    const { sheet, zone } = applyPriceOverrides(loadShippedPrices(), overrides, { circuitId, at: NOW })
    const mapping = mapCircuitToMeters(sheet, LONDON_STANDARD_1_GBPS, zone)
    return mapping.ok
      ? `${mapping.quote.port.toFixed()} ${mapping.quote.perGb.toFixed()} ${mapping.quote.currency}`
      : mapping.why
  }
  const price: PriceOverride = {
    ...signed,
    kind: 'price',
    meterName: 'Standard Metered Data 1 Gbps Circuit',
    region: null,
    price: '400',
    currency: 'USD',
  }
  const discount: PriceOverride = { ...signed, kind: 'discount', share: 0.1, meterName: null }
  const euro: PriceOverride = { ...signed, kind: 'currency', currency: 'EUR', perUnit: '0.9' }

  it.each([
    { name: 'none', overrides: [], expected: '436 0.025 USD' },
    { name: 'a negotiated price', overrides: [price], expected: '400 0.025 USD' },
    // 436 x 0.9 = 392.4; 0.025 x 0.9 = 0.0225
    { name: 'a discount off all', overrides: [discount], expected: '392.4 0.0225 USD' },
    {
      name: 'a discount is not taken off a negotiated price',
      overrides: [price, discount],
      expected: '400 0.0225 USD',
    },
    // 436 x 0.9 x 0.9 = 353.16; 0.025 x 0.9 x 0.9 = 0.02025
    { name: 'a discount, in euros', overrides: [discount, euro], expected: '353.16 0.02025 EUR' },
    { name: 'the later of two', overrides: [{ ...price, at: 5, price: '390' }, price], expected: '390 0.025 USD' },
    { name: 'one that is over', overrides: [{ ...price, until: NOW }], expected: '436 0.025 USD' },
    { name: "another circuit's", overrides: [{ ...price, circuitIds: ['b'] }], expected: '436 0.025 USD' },
    {
      name: 'a price in a currency that the other meter has not',
      overrides: [{ ...price, currency: 'EUR' }],
      expected: 'its meters are priced in EUR and USD, which do not add up',
    },
    { name: 'a declared zone', overrides: [{ ...signed, kind: 'zone', zone: 'Zone 4' }], expected: '436 0.1 USD' },
  ] satisfies { name: string; overrides: PriceOverride[]; expected: string }[])('$name', ({ overrides, expected }) => {
    expect(ported(overrides)).toBe(expected)
  })

  it('leave the sheet as it was', () => {
    const before = loadShippedPrices().meters[0]?.price.toFixed()
    applyPriceOverrides(loadShippedPrices(), [price, discount, euro], { circuitId: 'a', at: NOW })
    expect(loadShippedPrices().meters[0]?.price.toFixed()).toBe(before)
  })
})

import { describe, expect, it } from 'vitest'
import page from '../data/retail-prices-2026-09-19.json' with { type: 'json' }
import { readPriceSheet } from './read-sheet.ts'
import { meterKind } from './sheet.ts'
import { SNAPSHOT_READ_AT, shippedPrices } from './snapshot.ts'

type Page = typeof page
const read = (body: unknown, more = {}) =>
  readPriceSheet([body], { source: 'retail', readAt: SNAPSHOT_READ_AT, ...more })
const changed = (change: (items: Record<string, unknown>[]) => unknown[]): Page => {
  const Items = change(structuredClone(page.Items)) as Page['Items']
  return { ...page, Items, Count: Items.length }
}
const first = (fields: Record<string, unknown>) => changed(([head, ...rest]) => [{ ...head, ...fields }, ...rest])

const withoutPremiumUnlimited = changed((items) =>
  items.filter((one) => one.armRegionName !== 'Zone 3' || !String(one.meterName).startsWith('Premium Unlimited')),
)

describe('a price sheet', () => {
  it('is read whole, from one page or from several', () => {
    const half = { ...page, Items: page.Items.slice(0, 100), Count: 100 }
    const rest = { ...page, Items: page.Items.slice(100), Count: page.Items.length - 100, NextPageLink: '' }
    const reading = readPriceSheet([half, rest], { source: 'retail', readAt: SNAPSHOT_READ_AT })
    expect(reading.ok && reading.sheet.meters.length).toBe(page.Items.length)
  })

  it('leaves out what is no pay-as-you-go price of the network, without a word', () => {
    const noise = [
      { ...page.Items[0], type: 'Reservation', retailPrice: 1, unitPrice: 1 },
      { ...page.Items[0], serviceName: 'Storage', unitOfMeasure: '10K' },
      { ...page.Items[0], tierMinimumUnits: 10_335, retailPrice: 1, unitPrice: 1 },
    ]
    const reading = read(changed((items) => [...items, ...noise]))
    expect(reading.ok && reading.sheet.meters.length).toBe(page.Items.length)
  })

  it('may hold free meters of what no figure is made of, also from one day to the next', () => {
    const free = { ...page.Items[0], meterName: 'Basic Public Listing', skuName: 'Free', retailPrice: 0, unitPrice: 0 }
    const body = changed((items) => [...items, free])
    const reading = read(body)
    expect(reading.ok && reading.sheet.meters.length).toBe(page.Items.length + 1)
    expect(read(body, { last: reading.ok ? reading.sheet : undefined }).ok).toBe(true)
  })

  it.each([
    { check: 'shape', name: 'no answer at all', body: null },
    { check: 'shape', name: 'an error page', body: { error: 'busy' } },
    { check: 'count', name: 'half of a page', body: { ...page, Items: page.Items.slice(0, 120) } },
    { check: 'currency', name: 'two currencies', body: { ...page, BillingCurrency: 'dollars' } },
    {
      check: 'not_positive',
      name: 'all prices zero',
      body: changed((items) => items.map((one) => ({ ...one, retailPrice: 0, unitPrice: 0 }))),
    },
    {
      check: 'unit',
      name: 'a unit that nobody knows in every row',
      body: changed((items) => items.map((one) => ({ ...one, unitOfMeasure: '1/Year' }))),
    },
    {
      check: 'twice',
      name: 'one meter with two prices',
      body: changed((items) => [...items, { ...items[0], retailPrice: 56, unitPrice: 56 }]),
    },
    {
      check: 'zone_missing',
      name: 'a zone left out',
      body: changed((items) => items.filter((one) => one.armRegionName !== 'Zone 3')),
    },
    {
      check: 'plan_missing',
      name: 'a plan left out in a zone',
      body: withoutPremiumUnlimited,
    },
    {
      check: 'data_missing',
      name: 'circuits and no data',
      body: changed((items) => items.filter((one) => one.meterName !== 'Metered Data - Data Transfer Out')),
    },
    { check: 'upside_down', name: 'Unlimited cheaper than Metered', body: first({ retailPrice: 400, unitPrice: 400 }) },
    { check: 'zone_missing', name: 'nothing', body: changed(() => []) },
  ])('is refused for $check: $name', ({ check, body }) => {
    const reading = read(body)
    expect(reading.ok ? [] : reading.faults.map((fault) => fault.check)).toContain(check)
  })

  describe('with one odd row', () => {
    const fresh = { ...page.Items[0], meterName: 'Standard Metered Data 400 Gbps Circuit', skuName: 'new' }
    it.each([
      { check: 'shape', name: 'a price that is text', fields: { retailPrice: '55' } },
      { check: 'shape', name: 'no name', fields: { meterName: undefined } },
      { check: 'shape', name: 'no number where one was promised', fields: { tierMinimumUnits: null } },
      { check: 'currency', name: 'another currency', fields: { currencyCode: 'EUR' } },
      { check: 'unit', name: 'a unit that nobody knows', fields: { unitOfMeasure: '1/Year' } },
      { check: 'two_prices', name: 'two prices', fields: { unitPrice: 54 } },
      { check: 'date', name: 'a date that is none', fields: { effectiveStartDate: 'soon' } },
      { check: 'not_positive', name: 'a price of zero', fields: { retailPrice: 0, unitPrice: 0 } },
      { check: 'not_positive', name: 'a negative price', fields: { retailPrice: -55, unitPrice: -55 } },
      { check: 'absurd', name: 'a price beyond reason', fields: { retailPrice: 5.5e9, unitPrice: 5.5e9 } },
      { check: 'in_future', name: 'a price of next year', fields: { effectiveStartDate: '2027-07-01T00:00:00Z' } },
    ])('$check, $name: it is left out and named, the others hold', ({ check, fields }) => {
      const reading = read(changed((items) => [...items, { ...fresh, ...fields }]))
      expect(reading.ok && reading.sheet.meters.length).toBe(page.Items.length)
      const [odd, ...others] = reading.ok ? reading.refused : []
      expect([odd?.check, others]).toEqual([check, []])
      if (fields.meterName !== undefined) expect(odd?.detail).toContain(fresh.meterName)
    })

    it('a row that is null, or of what nobody wants, is named or passed over', () => {
      const reading = read(
        changed((items) => [...items, null as never, { serviceName: 'Storage', type: 'Consumption' }]),
      )
      expect(reading.ok && reading.refused).toMatchObject([{ check: 'shape' }])
    })

    it('of a meter that figures are made of has the price of the last list, and says so', () => {
      const last = shippedPrices()
      const body = first({ unitOfMeasure: '1/Year' })
      const name = String(page.Items[0]?.meterName)
      const reading = read(body, { last })
      expect(reading.ok && reading.sheet.meters.filter((one) => one.name === name).length).toBe(
        last.meters.filter((one) => one.name === name).length,
      )
      expect(reading.ok && reading.refused[0]?.detail).toMatch(
        /1\/Year is not known; the price of the last list stays$/,
      )
      // without one, it has no price
      const alone = read(body)
      expect(alone.ok && alone.sheet.meters.length).toBe(page.Items.length - 1)
    })
  })

  it('is refused with what each zone lacks', () => {
    const details = (body: unknown, last?: ReturnType<typeof shippedPrices>) => {
      const reading = read(body, last ? { last } : {})
      return reading.ok ? [] : reading.faults.map(({ detail }) => detail)
    }
    expect(details(withoutPremiumUnlimited)).toEqual(['Zone 3 lacks Premium unlimited at every bandwidth'])
    const shrunk = details(
      changed((items) => items.filter((one) => /1 Gbps/.test(String(one.skuName)))),
      shippedPrices(),
    )
    expect(shrunk[1]).toBe(
      'Zone 1 lacks Standard Metered Data 50 Mbps Circuit, Standard Metered Data 100 Mbps Circuit, Standard Metered Data 200 Mbps Circuit and 29 more',
    )
  })

  it('is refused when it moved further than prices do, or lost half of its meters', () => {
    const last = shippedPrices()
    const sixfold = changed((items) =>
      items.map((one) => ({
        ...one,
        retailPrice: (one.retailPrice as number) * 10,
        unitPrice: (one.unitPrice as number) * 10,
      })),
    )
    const faults = (body: unknown) => {
      const reading = read(body, { last })
      return reading.ok ? [] : [...new Set(reading.faults.map(({ check }) => check))]
    }
    expect(faults(sixfold)).toEqual(['moved'])
    expect(faults(changed((items) => items.filter((one) => /1 Gbps/.test(String(one.skuName)))))).toEqual(['shrunk'])
    expect(faults(page)).toEqual([])
  })

  it('knows a gateway from a circuit from data by name, in that order', () => {
    expect(
      [
        'ErGw1AZ Gateway',
        'Standard Gateway',
        'Premium Metered Data 10 Gbps Circuit',
        'Metered Data - Data Transfer Out',
        'ExpressRoute Scale Unit',
      ].map(meterKind),
    ).toEqual(['gateway', 'gateway', 'circuit', 'data', 'other'])
  })
})

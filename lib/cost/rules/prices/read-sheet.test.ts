import { describe, expect, it } from 'vitest'
import page from '../data/retail-prices-2026-09-19.json' with { type: 'json' }
import { Decimal } from '../money.ts'
import { isMeterPriced } from './gateway-meters.ts'
import { parsePriceSheet } from './read-sheet.ts'
import { DATA_TRANSFER_METER, classifyMeter, type PriceSheet } from './price-sheet.ts'
import { SHIPPED_PRICES_READ_AT, loadShippedPrices } from './shipped-prices.ts'

type Page = typeof page
type Row = Record<string, unknown>
const read = (body: unknown, more = {}) =>
  parsePriceSheet([body], { source: 'retail', readAt: SHIPPED_PRICES_READ_AT, ...more })
const changed = (change: (items: Row[]) => unknown[]): Page => {
  const Items = change(structuredClone(page.Items)) as Page['Items']
  return { ...page, Items, Count: Items.length }
}
const each = (change: (one: Row) => Row) => changed((items) => items.map(change))
const without = (isOut: (one: Row) => boolean) => changed((items) => items.filter((one) => !isOut(one)))
const first = (fields: Row) => changed(([head, ...rest]) => [{ ...head, ...fields }, ...rest])
const more = (...rows: unknown[]) => changed((items) => [...items, ...(rows as Row[])])
const faults = (pages: unknown[], last?: PriceSheet) => {
  const reading = parsePriceSheet(pages, { source: 'retail', readAt: SHIPPED_PRICES_READ_AT, last })
  return reading.ok ? [] : reading.faults.map(({ check, detail }) => `${check}: ${detail}`)
}
const [HEAD] = page.Items
const NAME = 'Standard Metered Data 50 Mbps Circuit in Zone 1'
const NEW = 'Standard Metered Data 400 Gbps Circuit'
const odd = { ...HEAD, meterName: NEW, skuName: 'new' }
const half = { ...page, Items: page.Items.slice(0, 120), Count: 120 }
const isOf3 = (one: Row, name = /./) => one.armRegionName === 'Zone 3' && name.test(String(one.meterName))
const tenfold = () =>
  each((one) => ({ ...one, retailPrice: Number(one.retailPrice) * 10, unitPrice: Number(one.unitPrice) * 10 }))

describe('a price sheet', () => {
  it('is read whole, from one page or from several', () => {
    const rest = { ...page, Items: page.Items.slice(120), Count: page.Items.length - 120, NextPageLink: '' }
    const reading = parsePriceSheet([half, rest], { source: 'retail', readAt: SHIPPED_PRICES_READ_AT })
    expect(reading.ok && reading.sheet.meters.length).toBe(page.Items.length)
  })

  it('has each meter as the list has it, and by an id that is Microsoft’s own', () => {
    const unit = { serviceName: 'Virtual WAN', productName: 'WAN', meterName: 'New Unit', unitOfMeasure: '1 Hour' }
    const one = (source: 'retail' | 'snapshot') => {
      const reading = parsePriceSheet([more({ ...odd, ...unit, armRegionName: null })], {
        source,
        readAt: SHIPPED_PRICES_READ_AT,
      })
      return reading.ok ? reading.sheet.meters.at(-1) : reading
    }
    expect(one('retail')).toEqual({
      name: 'New Unit',
      service: 'Virtual WAN',
      product: 'WAN',
      sku: 'new',
      unit: 'hour',
      region: '',
      price: new Decimal(55),
      currency: 'USD',
      effectiveFrom: Date.UTC(2026, 6, 21),
      meterId: HEAD?.meterId,
    })
    expect(one('snapshot')).toMatchObject({ meterId: null })
  })

  it('counts and names the rows that are not a pay-as-you-go price of the network', () => {
    const noise = [
      { ...HEAD, type: 'Reservation', retailPrice: 1, unitPrice: 1 },
      { ...HEAD, type: 'Reservation', retailPrice: 'none' },
      { ...HEAD, serviceName: 'Storage', unitOfMeasure: '10K' },
      { ...HEAD, serviceName: 'Virtual Network', meterName: 'Gateway Connections', unitOfMeasure: '10K' },
      { ...HEAD, meterName: 'Unused', tierMinimumUnits: 10_335, retailPrice: 1, unitPrice: 1 },
    ]
    const reading = read(more(...noise))
    expect(reading.ok && [reading.sheet.meters.length, reading.refused]).toEqual([page.Items.length, []])
    expect(reading.ok && reading.unused).toEqual({
      rows: 5,
      examples: [
        'Standard Metered Data 50 Mbps Circuit in Zone 1 (Reservation, 50 Mbps Metered Data, 1/Month)',
        'Standard Metered Data 50 Mbps Circuit in Zone 1',
        'Standard Metered Data 50 Mbps Circuit in Zone 1 (Consumption, 50 Mbps Metered Data, 10K)',
      ],
    })
  })

  it('may hold free meters of what no figure is made of, also from one day to the next', () => {
    const body = more({ ...HEAD, meterName: 'Basic Public Listing', skuName: 'Free', retailPrice: 0, unitPrice: 0 })
    const reading = read(body)
    expect(reading.ok && reading.sheet.meters.length).toBe(page.Items.length + 1)
    expect(read(body, { last: reading.ok ? reading.sheet : undefined }).ok).toBe(true)
  })

  const NO_DATA = 'data_missing: Zone 3 has circuits and no price of metered data'
  it.each<[string, unknown[], string[]]>([
    ['no answer at all', [null], ['shape: page 1, : Invalid input: expected object, received null']],
    [
      'no items',
      [page, { ...page, Items: 1 }],
      ['shape: page 2, Items: Invalid input: expected array, received number'],
    ],
    ['half of a page', [{ ...half, Count: 243 }], ['count: page 1 says 243 items and holds 120']],
    ['no page', [], ['currency: one currency is wanted, found: none']],
    ['a zone left out', [without(isOf3)], ['zone_missing: there is no circuit in Zone 3']],
    [
      'a zone with data alone',
      [without((one) => isOf3(one, /Circuit$/))],
      ['zone_missing: there is no circuit in Zone 3'],
    ],
    [
      'two plans left out in a zone',
      [without((one) => isOf3(one, /^(Standard|Premium) Unl/))],
      ['plan_missing: Zone 3 lacks Standard unlimited, Premium unlimited at every bandwidth'],
    ],
    ['circuits and no data', [without((one) => isOf3(one, /^Metered/))], [NO_DATA]],
    [
      'data of another product',
      [each((one) => (isOf3(one, /^Metered/) ? { ...one, productName: 'X' } : one))],
      [NO_DATA],
    ],
  ])('is refused with why: %s', (_, pages, expected) => {
    expect(faults(pages)).toEqual(expected)
  })

  it.each<[string, unknown[], string]>([
    [
      'two currencies',
      [half, { ...half, BillingCurrency: 'EUR' }],
      'currency: one currency is wanted, found: USD, EUR',
    ],
    ['dollars', [{ ...page, BillingCurrency: 'USDX' }], 'currency: one currency is wanted, found: USDX'],
    ['more dollars', [{ ...page, BillingCurrency: 'xUSD' }], 'currency: one currency is wanted, found: xUSD'],
    ['all prices zero', [each((one) => ({ ...one, retailPrice: 0, unitPrice: 0 }))], `not_positive: ${NAME} costs 0`],
    [
      'a unit that nobody knows',
      [each((one) => ({ ...one, unitOfMeasure: '1/Year' }))],
      `unit: ${NAME}: unit 1/Year is not known`,
    ],
    ['nothing', [changed(() => [])], 'zone_missing: there is no circuit in Zone 1'],
  ])('is refused, first of all for %s', (_, pages, expected) => {
    expect(faults(pages)[0]).toBe(expected)
  })

  describe('with one odd row', () => {
    it.each<[Row, string]>([
      [{ retailPrice: '55' }, `shape: ${NEW} in Zone 1: retailPrice: Invalid input: expected number, received string`],
      [
        { tierMinimumUnits: null },
        `shape: ${NEW} in Zone 1: tierMinimumUnits: Invalid input: expected number, received null`,
      ],
      [
        { meterName: undefined },
        'shape: page 1, Items.243 in Zone 1: meterName: Invalid input: expected string, received undefined',
      ],
      [{ currencyCode: 'EUR' }, `currency: ${NEW} in Zone 1: EUR, not USD`],
      [{ armRegionName: null, unitOfMeasure: '1/Year' }, `unit: ${NEW} in no region: unit 1/Year is not known`],
      [
        { serviceName: 'VPN Gateway', meterName: 'New Gateway', unitOfMeasure: '1/Year' },
        'unit: New Gateway in Zone 1: unit 1/Year is not known',
      ],
      [{ tierMinimumUnits: 100 }, `tier: ${NEW} in Zone 1: figures use no tier that begins at 100`],
      [{ tierMinimumUnits: -1 }, `tier: ${NEW} in Zone 1: figures use no tier that begins at -1`],
      [
        { armRegionName: 5 },
        'shape: page 1, Items.243 in no region: armRegionName: Invalid input: expected string, received number',
      ],
      [{ unitPrice: 54 }, `two_prices: ${NEW} in Zone 1: retail price 55, unit price 54`],
      [{ effectiveStartDate: 'soon' }, `date: ${NEW} in Zone 1: soon is no date`],
      [{ armRegionName: '', retailPrice: 0, unitPrice: 0 }, `not_positive: ${NEW} in no region costs 0`],
      [{ retailPrice: -55, unitPrice: -55 }, `not_positive: ${NEW} in Zone 1 costs -55`],
      [{ retailPrice: 5.5e9, unitPrice: 5.5e9 }, `absurd: ${NEW} in Zone 1 costs 5500000000`],
      [
        { effectiveStartDate: '2027-07-01T00:00:00Z' },
        `in_future: ${NEW} in Zone 1 is in force from 2027-07-01T00:00:00.000Z`,
      ],
    ])('%j: it is left out and named, the others hold', (fields, expected) => {
      // through JSON, which removes undefined fields
      const reading = read(more(JSON.parse(JSON.stringify({ ...odd, ...fields }))))
      expect(reading.ok && reading.sheet.meters.length).toBe(page.Items.length)
      expect(reading.ok && reading.refused.map(({ check, detail }) => `${check}: ${detail}`)).toEqual([expected])
    })

    it('a row that is null, or of what nobody wants, is named or passed over', () => {
      const reading = read(more(null, { serviceName: 'Storage', type: 'Consumption' }))
      expect(reading.ok && reading.refused).toMatchObject([{ check: 'shape' }])
    })

    it('of a meter that figures are made of has the price of the last list, and says so', () => {
      const last = loadShippedPrices()
      const body = first({ unitOfMeasure: '1/Year' })
      const name = String(HEAD?.meterName)
      const reading = read(body, { last })
      expect(reading.ok && reading.sheet.meters.filter((one) => one.name === name).length).toBe(
        last.meters.filter((one) => one.name === name).length,
      )
      expect(reading.ok && reading.refused[0]?.detail).toMatch(
        /1\/Year is not known; the price of the last list is kept$/,
      )
      // without a last list, the meter has no price
      const alone = read(body)
      expect(alone.ok && alone.sheet.meters.length).toBe(page.Items.length - 1)
    })
  })

  describe('with a row that contradicts another row or the last list', () => {
    const last = loadShippedPrices()
    const priceOf = (body: unknown, name: string) => {
      const reading = read(body, { last })
      if (!reading.ok) return reading
      const own = reading.sheet.meters.filter((one) => one.name === name && one.region === 'Zone 1')
      return { prices: own.map(({ price }) => price.toFixed()), named: reading.refused.map(({ detail }) => detail) }
    }
    const STAYS = '; the price of the last list is kept'
    const MISSING = NAME.replace(/ in .*/, '')
    it.each<[string, unknown, unknown]>([
      [
        'another price of the same meter',
        more({ ...HEAD, retailPrice: 56, unitPrice: 56 }),
        { prices: ['55'], named: [`${NAME} has two prices${STAYS}`, `${NAME} has two prices${STAYS}`] },
      ],
      ['the same row again', more({ ...HEAD }), { prices: ['55'], named: [`${NAME} is listed twice`] }],
      [
        'a price ten times as high',
        first({ retailPrice: 550, unitPrice: 550 }),
        { prices: ['55'], named: [`${NAME} went from 55 to 550${STAYS}`] },
      ],
      [
        // Unlimited is 300, Premium 130, and a third price that would show the wrong one is missing
        'a Metered circuit above Unlimited and Premium',
        first({ retailPrice: 270, unitPrice: 270 }),
        {
          prices: ['55'],
          named: [
            `${NAME} costs 270: Premium is cheaper than Standard at 50 Mb/s${STAYS}`,
            `${NAME.replace('Standard', 'Premium')} costs 130: Premium is cheaper than Standard at 50 Mb/s${STAYS}`,
          ],
        },
      ],
      [
        'no name',
        changed(([head, ...rest]) => [JSON.parse(JSON.stringify({ ...head, meterName: undefined })), ...rest]),
        { prices: ['55'], named: [expect.stringMatching(/^page 1, Items\.0 in Zone 1: meterName/)] },
      ],
    ])('%s: the other rows are read', (_, body, expected) => {
      expect(priceOf(body, MISSING)).toEqual(expected)
    })

    it('takes the price out that contradicts two others', () => {
      const reading = read(first({ retailPrice: 301, unitPrice: 301 }))
      expect(reading.ok && reading.refused).toEqual([
        { check: 'upside_down', detail: `${NAME} costs 301: Unlimited is cheaper than Metered at 50 Mb/s` },
      ])
      expect(reading.ok && reading.sheet.meters.length).toBe(page.Items.length - 1)
    })

    it('keeps every SKU of a meter whose rows are all odd', () => {
      const body = each((one) =>
        one.meterName === DATA_TRANSFER_METER && one.armRegionName === 'Zone 1'
          ? { ...one, unitOfMeasure: '1 TiB' }
          : one,
      )
      const reading = read(body, { last })
      const data = (meters: PriceSheet['meters']) =>
        meters.filter(({ name, region }) => name === DATA_TRANSFER_METER && region === 'Zone 1').length
      expect(reading.ok && data(reading.sheet.meters)).toBe(data(last.meters))
      // without a last list, the other rows are still read
      expect(read(body).ok).toBe(true)
    })

    it('reads a page without its count and currency', () => {
      const { Count: _, BillingCurrency: __, ...bare } = page
      const reading = read(bare)
      expect(reading.ok && [reading.sheet.currency, reading.sheet.meters.length]).toEqual(['USD', page.Items.length])
    })

    it('loses no row by any number of odd rows that no figure uses', () => {
      const strange = Array.from({ length: 200 }, (_, n) => ({
        ...HEAD,
        meterName: `New ${n}`,
        unitOfMeasure: '1/Year',
      }))
      const reading = read(more(...strange))
      expect(reading.ok && [reading.sheet.meters.length, reading.refused.length, reading.refusedRows]).toEqual([
        page.Items.length,
        20,
        200,
      ])
    })
  })

  it('may have a tenth of odd rows; twenty faults are named', () => {
    const named = (count: number) => {
      const reading = read(more(...Array.from({ length: count }, () => ({ ...odd, unitPrice: 54 }))))
      return reading.ok ? reading.refused.length : `refused for ${reading.faults.length}`
    }
    const used = loadShippedPrices().meters.filter(isMeterPriced).length
    const most = Math.floor(used / 9)
    expect([2, most, most + 1].map(named)).toEqual([2, 20, 'refused for 20'])
    expect(faults(Array.from({ length: 25 }, () => null))).toHaveLength(20)
  })

  it('is refused when it moved further than prices do, or lost half of its meters', () => {
    const last = loadShippedPrices()
    const all = faults([tenfold()], last)
    expect([all[0], all.every((one) => one.startsWith('moved: '))]).toEqual([
      `moved: ${NAME} went from 55 to 550`,
      true,
    ])
    expect(faults([tenfold()], { ...last, currency: 'EUR' })).toEqual([])
    const shrunk = faults([without((one) => !/1 Gbps/.test(String(one.skuName)))], last)
    expect(shrunk.slice(0, 2)).toEqual([
      expect.stringMatching(/^shrunk: \d+ meters, where the last sheet had 243$/),
      'shrunk: Zone 1 lacks Standard Metered Data 50 Mbps Circuit, Standard Metered Data 100 Mbps Circuit, Standard Metered Data 200 Mbps Circuit and 29 more',
    ])
    expect(shrunk.every((one) => one.startsWith('shrunk: '))).toBe(true)
    // 243 are half of 486, and less than half of 487; only missing meters of circuits count as lost
    const others = last.meters.map((one) => ({ ...one, name: 'other', sku: 'x' }))
    expect(faults([page], { ...last, meters: [...last.meters, ...others] })).toEqual([])
    expect(faults([page], { ...last, meters: [...last.meters, ...others, ...others.slice(0, 1)] })).toEqual([
      'shrunk: 243 meters, where the last sheet had 487',
    ])
    expect(faults([page], last)).toEqual([])
  })

  it('knows a gateway from a circuit from data by name, in that order', () => {
    const names = ['ErGw1AZ Gateway', 'ErGwScale Unit', 'Standard Gateway', 'Premium Metered Data 10 Gbps Circuit']
    expect(
      [...names, DATA_TRANSFER_METER, 'ExpressRoute Scale Unit', 'Gateway Connections of ErGw'].map(classifyMeter),
    ).toEqual(['gateway', 'gateway', 'gateway', 'circuit', 'data', 'other', 'other'])
  })
})

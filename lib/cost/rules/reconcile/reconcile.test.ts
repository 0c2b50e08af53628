import { describe, expect, it } from 'vitest'
import { Decimal } from '../money.ts'
import { loadShippedPrices } from '../prices/shipped-prices.ts'
import { type BilledMeter, type ProjectedMeter, reconcileBill, listUnexplainedAmounts } from './reconcile.ts'

const DATA = 'Metered Data - Data Transfer Out'
const projected = (more: Partial<ProjectedMeter> = {}): ProjectedMeter => ({
  meter: DATA,
  zone: 'Zone 1',
  quantity: new Decimal(72_000),
  unitPrice: new Decimal('0.025'),
  currency: 'USD',
  ...more,
})
const bill = (quantity: string, cost: string, more: Partial<BilledMeter> = {}): BilledMeter => ({
  meter: DATA,
  quantity: new Decimal(quantity),
  cost: new Decimal(cost),
  currency: 'USD',
  missingDays: 0,
  days: 30,
  ...more,
})
const parts = (billed: BilledMeter, meter: ProjectedMeter = projected()) =>
  reconcileBill([meter], [billed], loadShippedPrices()).flatMap((one) =>
    one.parts.map(({ reason, amount }) => `${reason} ${amount.amount}`),
  )

describe('a gateway that Azure scales by load', () => {
  // 2 to 6 units over 10 hours at 0.2: 20 unit hours are 4.00, 60 are 12.00
  const scaled = projected({
    meter: 'ErGwScale Unit',
    zone: 'uksouth',
    quantity: new Decimal(20),
    atMost: new Decimal(60),
    unitPrice: new Decimal('0.2'),
  })
  const of = (quantity: string, cost: string) => bill(quantity, cost, { meter: 'ErGwScale Unit' })
  it.each([
    { name: 'billed at its least', billed: of('20', '4'), expected: [] },
    { name: 'billed between its bounds', billed: of('35', '7'), expected: ['scale_units 3.00'] },
    { name: 'billed beyond its most', billed: of('70', '14'), expected: ['scale_units 8.00', 'unexplained 2.00'] },
    { name: 'billed under its least', billed: of('10', '2'), expected: ['unexplained -2.00'] },
    {
      name: 'scaled, at a discount of 10 %',
      billed: of('35', '6.3'),
      expected: ['scale_units 3.00', 'discount -0.70'],
    },
  ])('is $name', ({ billed, expected }) => expect(parts(billed, scaled)).toEqual(expected))

  it('names the reason that a billed meter is not projected', () => {
    const [one] = reconcileBill(
      [],
      [bill('24', '3', { meter: 'X' })],
      loadShippedPrices(),
      null,
      (meter) => `no ${meter}`,
    )
    expect(one?.parts).toEqual([
      {
        reason: 'unexplained',
        amount: { amount: '3.00', currency: 'USD' },
        words: 'it was billed, and not projected: no X',
      },
    ])
  })
})

describe('billed against projected', () => {
  it.each([
    { name: 'the same', billed: bill('72000', '1800'), expected: [] },
    // 72,000 / 1.073741824 = 67,055.2254; x 0.025 = 1,676.38
    { name: 'the other reading of a GB', billed: bill('67055.2254', '1676.38'), expected: ['gb_definition -123.62'] },
    // 72,000 x 0.02125 = 1,530
    { name: 'a discount of 15 %', billed: bill('72000', '1530'), expected: ['discount -270.00'] },
    { name: "another zone's price", billed: bill('72000', '3600'), expected: ['zone 1800.00'] },
    // 3 of 30 days are missing: 7,200 GB x 0.025
    { name: 'late records', billed: bill('64800', '1620', { missingDays: 3 }), expected: ['late_records -180.00'] },
    {
      name: 'late records, and less than they explain',
      billed: bill('60000', '1500', { missingDays: 3 }),
      expected: ['late_records -180.00', 'unexplained -120.00'],
    },
    // 27 days: 64,800 / 1.073741824 = 60,349.7029; x 0.025 = 1,508.74, which is 111.26 less than 1,620
    {
      name: 'late records, and the other reading of a GB for the rest',
      billed: bill('60349.7029', '1508.74', { missingDays: 3 }),
      expected: ['late_records -180.00', 'gb_definition -111.26'],
    },
    // the three missing days are a weekend with 4,000 GB
    {
      name: 'late records of days that held less',
      billed: bill('68000', '1700', { missingDays: 3, late: new Decimal(4_000) }),
      expected: ['late_records -100.00'],
    },
    { name: 'a quantity that nothing explains', billed: bill('80000', '2000'), expected: ['unexplained 200.00'] },
    { name: 'a higher price that is in no list', billed: bill('72000', '1990.80'), expected: ['unexplained 190.80'] },
  ])('$name', ({ billed, expected }) => {
    expect(parts(billed)).toEqual(expected)
  })

  it('says why of each part', () => {
    const of = (...[billed]: Parameters<typeof parts>) => reconcileBill([projected()], [billed], loadShippedPrices())
    const bills = [bill('60349.7029', '1508.74', { missingDays: 3 }), bill('72000', '1530'), bill('72000', '3600')]
    const all = [...bills, bill('80000', '2000')].flatMap((one) => of(one)).flatMap((one) => one.parts)
    expect(all.map(({ words }) => words)).toEqual([
      '3 of 30 days have no record yet; late ones are dated when they arrive',
      'the bill counts 0.9313 of our GB, so it uses the other size of a GB',
      'billed at 0.02125, 15.0 % under the list price',
      'billed at the price of Zone 2, projected at that of Zone 1',
      'no known reason fits the numbers',
    ])
  })

  it('takes a cent that only rounding left for a part of the largest reason', () => {
    // 3 of 30 days are late, 1 of 10: -0.125 rounds to -0.12, the price 0.10 of Zone 4 for 9: -0.225 rounds to -0.22;
    // together -0.34, and the bill has 0.90
    const meter = projected({ quantity: new Decimal(10), unitPrice: new Decimal('0.125') })
    expect(parts(bill('9', '0.9', { missingDays: 3 }), meter)).toEqual(['late_records -0.12', 'zone -0.23'])
  })

  it('shows what is on one side only, and the parts always add up', () => {
    const meters = reconcileBill([projected()], [bill('1', '55', { meter: 'ErGw1AZ Gateway' })], loadShippedPrices())
    expect(meters.map((one) => [one.meter, one.kind, one.difference?.amount, one.parts[0]?.words])).toEqual([
      ['ErGw1AZ Gateway', 'gateway', '55.00', 'it was billed, and not projected'],
      [DATA, 'data', '-1800.00', 'it was projected, and is not on the bill'],
    ])
    expect(listUnexplainedAmounts(meters).map(({ amount }) => amount)).toEqual(['55.00', '-1800.00'])
  })

  it('gives no difference of what may be in the part of a bill that was not read', () => {
    const missing = 'its bill was not read: Azure refused (403)'
    expect(reconcileBill([projected()], [], loadShippedPrices(), missing)).toMatchObject([
      { projected: { amount: '1800.00' }, billed: null, difference: null, parts: [] },
    ])
    const [meter] = reconcileBill([projected()], [bill('80000', '2000')], loadShippedPrices(), '2 of 412 rows not read')
    expect(meter?.parts).toMatchObject([{ reason: 'unexplained', words: expect.stringContaining('2 of 412 rows') }])
  })

  it('loses no side of a meter that is projected in two currencies', () => {
    const sides = reconcileBill(
      [projected(), projected({ currency: 'EUR', quantity: new Decimal(10) })],
      [bill('72000', '1800')],
      loadShippedPrices(),
    )
    expect(sides.map((one) => [one.projected?.currency, one.billed?.currency])).toEqual([
      ['USD', 'USD'],
      ['EUR', undefined],
    ])
  })

  it('has no difference across currencies', () => {
    expect(
      reconcileBill([projected()], [bill('72000', '1700', { currency: 'EUR' })], loadShippedPrices())[0],
    ).toMatchObject({
      difference: null,
      parts: [],
    })
  })
})

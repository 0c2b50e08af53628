import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decimal } from '../money.ts'
import { type BilledLine, proveDiscount } from './proven-discount.ts'

type BillsOfMonths = Parameters<typeof proveDiscount>[0]

const METERS = [
  ['Standard Metered Data 1 Gbps Circuit', 'Zone 1', '436'],
  ['Metered Data - Data Transfer Out', 'Zone 1', '0.025'],
  ['ErGw1AZ Gateway', 'uksouth', '0.361'],
] as const
const MONTHS = ['2026-10', '2026-11']

function line(month: string, n: number, off: Decimal.Value, more: Partial<BilledLine> = {}): BilledLine {
  const [meter, zone, price] = METERS[n] ?? METERS[0]
  const [listPrice, quantity] = [new Decimal(price), new Decimal(20 + n)]
  const cost = listPrice.times(quantity).times(new Decimal(1).minus(off))
  return {
    month,
    resourceId: `/r${n}`,
    meter,
    zone,
    currency: 'USD',
    quantity,
    cost,
    listPrice,
    listCurrency: 'USD',
    ...more,
  }
}
const bills = (off: Decimal.Value, more: Partial<BillsOfMonths> = {}): BillsOfMonths => ({
  days: new Map(MONTHS.map((month) => [month, 8])),
  lines: MONTHS.flatMap((month) => METERS.map((_, n) => line(month, n, off))),
  unread: [],
  ...more,
})
/** Returns the bills with an additional line. */
const withLine = (one: BilledLine, off = '0.08') => bills(off, { lines: [...bills(off).lines, one] })

describe('a discount that the bill proves', () => {
  it('is the share that every meter of every month is under its list price', () => {
    const proof = proveDiscount(bills('0.08'))
    expect(proof).toMatchObject({ ok: true, share: 0.08, months: MONTHS })
    // 40 x 436 + 42 x 0.025 + 44 x 0.361 = 17,456.934 at list; less 8 % 16,060.37928
    expect(proof.ok && [proof.list, proof.billed].map((sum) => sum.toFixed())).toEqual(['17456.934', '16060.37928'])
    expect(proof.ok && proof.meters).toHaveLength(3)
    expect(proof.ok && proof.meters[0]).toMatchObject({ meter: METERS[2][0], resources: 1, listPrice: '0.361' })
  })

  it.each<[string, BillsOfMonths, RegExp]>([
    ['a meter at list price', withLine(line('2026-11', 0, 0, { resourceId: '/other' })), /0 % under.*not 8 %/],
    ['a meter at another discount', withLine(line('2026-10', 1, '0.09', { resourceId: '/other' })), /9 % under/],
    ['a meter over its list price', withLine(line('2026-11', 2, '-0.05', { resourceId: '/other' })), /-5 % under/],
    ['a credit', withLine(line('2026-11', 0, '1.5', { resourceId: '/other' })), /150 % under/],
    [
      'another discount in the month before',
      bills('0.08', {
        lines: [
          ...METERS.map((_, n) => line('2026-10', n, '0.02')),
          ...METERS.map((_, n) => line('2026-11', n, '0.08')),
        ],
      }),
      /under/,
    ],
    [
      'another discount in a month of a few days',
      bills('0.08', {
        days: new Map([...MONTHS.map((m) => [m, 8] as const), ['2026-12', 1]]),
        lines: [...bills('0.08').lines, line('2026-12', 0, 0)],
      }),
      /0 % under/,
    ],
    [
      'one month',
      bills('0.08', {
        days: new Map([['2026-11', 26]]),
        lines: bills('0.08').lines.filter(({ month }) => month === '2026-11'),
      }),
      /2 months/,
    ],
    [
      'a month of four days',
      bills('0.08', {
        days: new Map([
          ['2026-10', 4],
          ['2026-11', 26],
        ]),
      }),
      /2 months/,
    ],
    [
      'two meters',
      bills('0.08', { lines: bills('0.08').lines.filter(({ meter }) => !meter.startsWith('ErGw')) }),
      /3 meters/,
    ],
    ['another currency', withLine(line('2026-11', 0, '0.08', { currency: 'EUR', resourceId: '/other' })), /EUR/],
    ['a bill that was not read', bills('0.08', { unread: ['sub-2: its bill was not read'] }), /sub-2/],
    ['nothing off', bills(0), /list price/],
    ['less off than rounding leaves', bills('0.002'), /list price/],
    ['no bill', bills('0.08', { days: new Map(), lines: [] }), /2 months/],
  ])('is not offered from %s', (_, given, why) => {
    const proof = proveDiscount(given)
    expect(proof.ok).toBe(false)
    expect(proof.ok ? '' : proof.why).toMatch(why)
  })

  it('is offered where and only where all lines have the same share, and it gives the billed sum', () => {
    const share = fc.constantFrom('0', '0.05', '0.08', '0.123', '0.4')
    const shares = fc.array(share, { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(shares, fc.boolean(), (each, isSame) => {
        const [first = '0'] = each
        const of = (n: number) => (isSame ? first : (each[n] ?? first))
        const lines = MONTHS.flatMap((month, m) => METERS.map((_, n) => line(month, n, of(3 * m + n))))
        const proof = proveDiscount(bills(0, { lines }))
        const used = new Set(lines.map((_, n) => of(n)))
        expect(proof.ok).toBe(used.size === 1 && !used.has('0'))
        if (!proof.ok) return
        const priced = lines.reduce(
          (sum, { listPrice, quantity }) =>
            sum.plus(listPrice.times(quantity).times(new Decimal(1).minus(proof.share))),
          new Decimal(0),
        )
        expect(priced.minus(proof.billed).abs().dividedBy(proof.billed).toNumber()).toBeLessThan(0.0001)
      }),
    )
  })
})

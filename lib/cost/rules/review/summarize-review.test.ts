import { describe, expect, it } from 'vitest'
import type { CostAction, CostProjection } from '../../api/index.ts'
import { computeSavingShare, summarizeReview } from './summarize-review.ts'

const money = (amount: string, currency = 'USD') => ({ amount, currency })
const band = (amount: string, currency = 'USD') => ({
  p10: money(amount, currency),
  p50: money(amount, currency),
  p90: money(amount, currency),
})
const to200 = { plan: 'metered', tier: 'Standard', bandwidthMbps: 200 } as const
const stay = { action: 'stay', to: null, saving: null, asks: [] }
const circuit = (part: object = {}) =>
  ({
    circuitId: 'a',
    name: 'a',
    bandwidthMbps: 1_000,
    busiestHourMbps: 150,
    takesOver: { isUnsure: false, losses: [] },
    recommendation: stay,
    options: [],
    costToDate: null,
    ...part,
  }) as unknown as CostProjection

describe('the order of a review', () => {
  const decided = (name: string, action: CostAction, likely: string | null, saves?: string) =>
    circuit({
      circuitId: name,
      name,
      recommendation: { ...stay, action, saving: saves === undefined ? null : band(saves) },
      options: likely === null ? [] : [{ current: true, ...band(likely) }],
    })

  it('is by action, then the largest saving first, then the most expensive first', () => {
    const listed = [
      decided('b', 'stay', '900.00'),
      decided('c', 'unpriced', null),
      decided('a', 'stay', '10000.00'),
      decided('d', 'switch', '5.00', '4.00'),
      decided('g', 'switch', '900.00', '3.00'),
      decided('h', 'switch', '5.00', '10.00'),
      decided('f', 'too_early', null),
      decided('e', 'too_early', null),
    ]
    const order = summarizeReview(listed, 0.8).circuits.map(({ circuitId }) => circuitId)
    expect(order).toEqual(['h', 'd', 'g', 'c', 'e', 'f', 'a', 'b'])
  })
})

it.each([
  { name: 'one currency', saving: [money('250.00')], likely: '1000.00', share: 0.25 },
  { name: 'more than everything', saving: [money('2000.00')], likely: '1000.00', share: 1 },
  { name: 'a change that costs more', saving: [money('-1.00')], likely: '1000.00', share: 0 },
  { name: 'no saving', saving: [], likely: '1000.00', share: null },
  { name: 'no cost', saving: [money('1.00')], likely: '0.00', share: null },
  { name: 'another currency', saving: [money('1.00', 'EUR')], likely: '1000.00', share: null },
  { name: 'several currencies', saving: [money('1.00'), money('2.00', 'EUR')], likely: '1000.00', share: null },
])('the saving as a share of the likely total: $name', ({ saving, likely, share }) => {
  expect(computeSavingShare(saving, [band(likely)])).toBe(share)
})

describe('what can be saved', () => {
  const switching = (change: string, part: object = {}, saves = '10.10') =>
    circuit({
      recommendation: { ...stay, action: 'switch', to: to200, saving: band(saves), ...part },
      options: [
        { ...to200, current: false, change, ...band('89.90') },
        { plan: 'unlimited', tier: 'Standard', bandwidthMbps: 1_000, current: true, ...band('100.00') },
      ],
      costToDate: money('0.30'),
    })

  it('counts recommended changes only, by the change that they take', () => {
    const summary = summarizeReview(
      [
        switching('new_circuit'),
        switching('new_circuit'),
        switching('in_place'),
        circuit({ recommendation: { ...stay, action: 'too_close', to: to200, saving: band('-5.00') } }),
      ],
      0.8,
    )
    expect(summary).toMatchObject({
      saving: [band('30.30')],
      savingInPlace: [band('10.10')],
      savingByNewCircuit: [band('20.20')],
      // in binary floating point, three times 0.3 is not 0.9
      toDate: [money('0.90')],
      asked: [],
    })
    expect(summary.circuits.map(({ saving, change }) => [saving?.p50.amount ?? null, change])).toEqual([
      ['10.10', 'new_circuit'],
      ['10.10', 'new_circuit'],
      ['10.10', 'in_place'],
      [null, null],
    ])
  })

  it('has what an open question would add beyond it, apart', () => {
    const asking = (amount: string, currency?: string) =>
      switching('in_place', { asks: [{ to: to200, saving: band(amount, currency) }] })
    expect(summarizeReview([asking('12.00'), asking('9.00'), asking('50.00', 'EUR')], 0.8).asked).toEqual([
      money('1.90'),
    ])
    const byNewCircuit = switching('in_place', {
      asks: [
        { to: to200, saving: band('12.00'), change: 'new_circuit' },
        { to: to200, saving: band('11.00'), change: 'in_place' },
      ],
    })
    const inPlace = switching('in_place', { asks: [{ to: to200, saving: band('11.10'), change: 'in_place' }] })
    expect(summarizeReview([byNewCircuit, inPlace], 0.8)).toMatchObject({
      asked: [money('2.90')],
      askedByNewCircuit: [money('1.90')],
    })
    const staying = circuit({ recommendation: { ...stay, asks: [{ to: to200, saving: band('3538.00') }] } })
    expect(summarizeReview([staying], 0.8)).toMatchObject({ saving: [], asked: [money('3538.00')] })
  })

  it('keeps currencies apart', () => {
    const euro = circuit({ costToDate: money('7.00', 'EUR') })
    expect(summarizeReview([switching('in_place'), euro], 0.8).toDate).toEqual([money('7.00', 'EUR'), money('0.30')])
  })
})

describe('the peak of one path', () => {
  const change = { ...stay, action: 'switch', to: to200, saving: band('1.00') }
  const loss = (name: string | null, bits: number | null) => ({ name, atMostBitsPerSecond: bits })
  const taking = (...losses: object[]) => ({ isUnsure: false, losses })
  const peakOf = (part: object, nearlyFull = 0.8) => summarizeReview([circuit(part)], nearlyFull).circuits[0]?.peak

  it.each([
    ['as it is', {}, { mbps: 150, share: 0.15, loss: null, isAtLeast: false, isNearlyFull: false }],
    ['after a change', { recommendation: change }, { share: 0.75, isNearlyFull: false }],
    [
      'another loss brings more',
      { recommendation: change, takesOver: taking(loss('erc-london', 180e6), loss('ergw-hub', 160e6)) },
      { mbps: 180, share: 0.9, loss: { name: 'erc-london' }, isNearlyFull: true },
    ],
    ['a loss that the reader must not see', { takesOver: taking(loss(null, 180e6)) }, { loss: { name: null } }],
    ['unknown traffic of a loss', { takesOver: taking(loss('erc-london', null)) }, { mbps: 150, isAtLeast: true }],
    ['losses that were not worked out', { takesOver: null }, { mbps: 150, isAtLeast: true }],
  ])('is the most of what is known: %s', (_, part, expected) => {
    expect(peakOf(part)).toMatchObject(expected)
  })

  it.each([
    ['traffic', { busiestHourMbps: null }],
    ['bandwidth', { bandwidthMbps: null }],
  ])('is unknown without %s', (_, part) => {
    expect(peakOf(part)).toBeNull()
  })

  it('is nearly full from the share on at which utilization raises a warning', () => {
    expect([0.15, 0.151].map((share) => peakOf({}, share)?.isNearlyFull)).toEqual([true, false])
  })
})

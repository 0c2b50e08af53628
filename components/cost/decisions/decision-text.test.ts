import { describe, expect, it } from 'vitest'
import type { CostProjection } from '#lib/cost/api/index.ts'
import {
  formatOpenQuestion,
  formatRecommendationConfidence,
  formatChangeEffort,
  formatFollowUp,
  formatForecastRecord,
  formatRecommendationReason,
  formatRecommendedAction,
  formatDecisionTaken,
  findDeclinedReason,
  findReasonAgainstPlan,
} from './decision-text.ts'

const money = (amount: string, currency = 'USD') => ({ amount, currency })
const band = (likely: string, currency = 'USD') => ({
  p10: money(likely, currency),
  p50: money(likely, currency),
  p90: money(likely, currency),
})
const to = { plan: 'metered', tier: 'Standard', bandwidthMbps: 200 } as const
const back = { change: 'in_place', cost: money('0.00'), days: 15, words: '' } as const
const steps = { payback: { cost: money('73.00') }, plan: [{}, {}] }
const projection = (part: object = {}) =>
  ({
    recommendation: {
      action: 'switch',
      to,
      saving: band('10.10'),
      reason: 'It is cheaper.',
      reversal: back,
      asks: [],
      ...steps,
    },
    oneWay: false,
    options: [
      { ...to, change: 'new_circuit', current: false },
      { plan: 'unlimited', tier: 'Standard', bandwidthMbps: 1000, current: true, ...band('100.00') },
    ],
    costToDate: money('0.30'),
    pastError: { bandHeld: 0.96, mape: 0.021, months: 64 },
    ...part,
  }) as unknown as CostProjection
const stay = { action: 'stay', to: null, saving: null, reason: 'Nothing is cheaper.', reversal: null, asks: [] }

describe('a decision', () => {
  it.each([
    [projection(), 'Switch to Standard metered, 200 Mb/s'],
    [projection({ recommendation: stay }), 'Stay'],
  ])('says what to do', (one, words) => {
    expect(formatRecommendedAction(one)).toBe(words)
  })

  it.each([
    [
      'a new circuit',
      projection(),
      'new_circuit',
      { word: 'New circuit', detail: '2 steps, $73 once, 15 days of both, reversible' },
    ],
    [
      'in place, and no return',
      projection({ oneWay: true }),
      'in_place',
      { word: 'In place', detail: '2 steps, $73 once, no return in place' },
    ],
    [
      'in place, by a procedure that Azure does not document',
      projection({
        plan: 'unlimited',
        recommendation: {
          ...projection().recommendation,
          to: { plan: 'local', tier: 'Local', bandwidthMbps: 1_000 },
          payback: null,
        },
      }),
      'in_place',
      { word: 'In place', detail: '2 steps, reversible, not documented by Azure' },
    ],
    ['nothing to do', projection({ recommendation: stay }), null, null],
  ] as const)('says what it takes: %s', (_, one, change, words) => {
    expect(formatChangeEffort(one, change)).toEqual(words)
  })

  it('names the best offer that waits for an answer', () => {
    const ask = { to: { plan: 'local', tier: 'Local', bandwidthMbps: 1_000 }, saving: band('3538.00') }
    const one = projection({ recommendation: { ...stay, asks: [ask] } })
    expect(formatOpenQuestion(one)).toBe('Ask: Local, 1 Gb/s, saves $3,538')
    const recommendation = { ...stay, action: 'switch' as const, saving: band('3123.00'), asks: [ask] }
    expect(formatOpenQuestion(projection({ recommendation }))).toBe('Ask: Local, 1 Gb/s, saves $3,538, $415 more')
    const byNewCircuit = { ...recommendation, asks: [{ ...ask, change: 'new_circuit' as const }] }
    expect(formatOpenQuestion(projection({ recommendation: byNewCircuit }))).toBe(
      'Ask: Local, 1 Gb/s, as a new circuit, saves $3,538, $415 more',
    )
    expect(formatOpenQuestion(projection())).toBeNull()
  })

  it('says why a cheaper plan is not recommended, unless the row already names it', () => {
    const metered = { ...to, bandwidthMbps: 1_000 }
    const declined = [{ to: metered, saving: band('4624.00'), reason: 'Metered takes over 12 months to pay back.' }]
    const of = (part: object) =>
      findDeclinedReason(projection({ recommendation: { ...projection().recommendation, declined, ...part } }))
    expect(of({})).toBe('Metered takes over 12 months to pay back.')
    expect(of({ asks: [{ to: metered, saving: band('4624.00') }] })).toBeNull()
    expect(of({ reason: 'Metered takes over 12 months to pay back.' })).toBeNull()
    // a week that was published before the reasons were stored
    expect(of({ declined: undefined })).toBeNull()
  })

  it.each([
    { action: 'switch', plan: 'unlimited', is: 'Metered takes over 12 months to pay back.', has: ['unlimited'] },
    { action: 'switch', plan: 'metered', is: null, has: [] },
    { action: 'too_early', plan: 'unlimited', is: 'Less than a week is known.', has: [] },
    { action: 'too_close', plan: 'metered', is: 'Less than a week is known.', has: ['local'] },
  ] as const)('gives the reason against $plan if it recommends $action: $is', ({ action, plan, is, has }) => {
    const reason = action === 'switch' ? 'It is cheaper.' : 'Less than a week is known.'
    const declined = has.map((one) => ({
      to: { plan: one, tier: 'Standard', bandwidthMbps: 200 },
      saving: band('1.00'),
      reason: 'Metered takes over 12 months to pay back.',
    }))
    const own = projection({ recommendation: { ...projection().recommendation, action, reason, declined } })
    expect(findReasonAgainstPlan(own, plan)).toBe(is)
  })

  it('says what it must take over', () => {
    const taken = { term: 'lon', name: 'erc-london', path: 'primary', direction: 'out' } as const
    const of = (atMost: number) => ({ ...taken, atMostBitsPerSecond: atMost })
    expect(formatDecisionTaken(of(701e6), 500)).toBe('If erc-london fails: up to 701 Mb/s on one path, 141 %.')
    expect(formatDecisionTaken({ ...taken, atMostBitsPerSecond: null }, 500)).toMatch(/is unknown/)
  })

  it('says how sure the decision is', () => {
    const decided = (confidence: object | null) =>
      formatRecommendationConfidence(projection({ recommendation: { ...stay, confidence } }))
    const flat = { word: 'certain', basis: 'flat_prices', chance: 1, words: 'both prices are flat' }
    expect(decided(flat)).toEqual({ word: 'Certain', brief: flat.words, detail: flat.words })
    const words = '78 of 100: 5 of 10 past forecasts were inside the band'
    expect(decided({ word: 'good', basis: 'forecast', chance: 0.78, words })).toEqual({
      word: 'Good',
      brief: '78 of 100',
      detail: words,
    })
    // a certain saving does not make an undecided recommendation certain
    const open = { ...stay, action: 'too_close', confidence: flat } as const
    expect(formatRecommendationConfidence(projection({ recommendation: open as never }))).toMatchObject({
      word: 'Undecided',
      brief: null,
    })
    // a week that was published before recommendations had a confidence
    expect(decided(null)).toEqual({ word: 'Not known yet', brief: null, detail: null })
  })

  it('has the record of the forecast apart', () => {
    expect(formatForecastRecord(projection())).toBe(
      '7 of 10 past forecasts were inside the band (96 of 100 in 64 back-tests, ±2.1 %)',
    )
    expect(formatForecastRecord(projection({ pastError: { bandHeld: null, mape: null, months: 0 } }))).toBeNull()
  })

  it('holds what was expected against what came', () => {
    const followUp = {
      week: '2026-W46',
      offer: to,
      expected: band('145.00'),
      actual: band('160.00'),
      verdict: 'above',
    } as const
    expect(formatFollowUp(followUp)).toBe(
      'Expected by 2026-W46: $145 a month on Standard metered, 200 Mb/s. This month: $160, above it.',
    )
  })

  it('names what can not be taken back where its reason does not', () => {
    expect(formatRecommendationReason(projection({ oneWay: true }))).toMatch(
      /Irreversible: going back needs a new circuit\.$/,
    )
    expect(formatRecommendationReason(projection())).toBe('It is cheaper.')
  })
})

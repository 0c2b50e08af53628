import { describe, expect, it } from 'vitest'
import type { CostOption } from '../api/index.ts'
import { compareBudget } from './budget.ts'
import { projectCircuit } from './projection/project-circuit.ts'
import {
  createTestProjectionInput,
  createHoursWithEqualBytes,
  createTestCostContext,
  DECIMAL_GB_BYTES,
  nothingByOthers,
} from './testing/circuits.ts'
import { type CircuitUse, findUnusedResources, isBandwidthNeeded } from './unused-resources.ts'

const [NOV, DEC] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)]
const closed = createTestCostContext(DEC, { month: { name: '2026-11', from: NOV, to: DEC } })
const result = (facts = {}, more = {}, of = {}) =>
  projectCircuit(createTestProjectionInput(createHoursWithEqualBytes(NOV, DEC, 10n * DECIMAL_GB_BYTES), facts, more), {
    ...closed,
    ...of,
  })
const LOSS = {
  term: 'erclondon1',
  name: 'erc-london',
  path: 'primary',
  direction: 'out',
  atMostBitsPerSecond: 1e6,
  circuits: ['erclondon1'],
  rise: 1,
} as const
const use = (more: Partial<CircuitUse> = {}): CircuitUse => ({
  resourceId: '/a',
  name: 'a',
  projection: result(),
  providerState: 'Provisioned',
  connections: 2,
  p95Mbps: 400,
  ...more,
})
const found = (one: CircuitUse) =>
  findUnusedResources([one], []).map(({ kind, saving }) => `${kind} ${saving?.amount ?? 'nothing'}`)

const usd = (amount: string) => ({ amount, currency: 'USD' })

describe('paid for and not used', () => {
  it.each([
    { name: 'in use', one: use(), expected: [] },
    { name: 'nothing known', one: use({ providerState: null, connections: null, p95Mbps: null }), expected: [] },
    // 436 + 7,200 GB x 0.025 = 616
    { name: 'not provisioned', one: use({ providerState: 'NotProvisioned' }), expected: ['not_provisioned 616.00'] },
    {
      name: 'not provisioned, and not known whether anything falls back on it',
      one: use({ providerState: 'NotProvisioned', projection: result({}, { takeOver: null }) }),
      expected: ['not_provisioned nothing'],
    },
    {
      name: 'linked to nothing that is known, while a loss moves prefixes to it',
      one: use({ connections: 0, projection: result({}, { takeOver: { at: 0, isUnsure: false, losses: [LOSS] } }) }),
      expected: ['no_connection nothing'],
    },
    {
      name: 'linked to nothing, and not known where some prefixes go',
      one: use({ connections: 0, projection: result({}, { takeOver: { at: 0, isUnsure: true, losses: [] } }) }),
      expected: ['no_connection nothing'],
    },
    { name: 'linked to nothing', one: use({ connections: 0 }), expected: ['no_connection 616.00'] },
    {
      name: 'Premium that nothing needs',
      one: use({ projection: result({ tier: 'Premium' }, { premiumNeeds: [] }) }),
      expected: ['premium_not_needed 750.00'],
    },
    { name: 'Premium of which that is not known', one: use({ projection: result({ tier: 'Premium' }) }), expected: [] },
    // 10 GB an hour are 22.2 Mbit/s, which fit into 50 Mbps: 436 - 55
    {
      name: 'far too large',
      one: use({ p95Mbps: 23, projection: result({}, {}, { overrides: nothingByOthers() }) }),
      expected: ['bandwidth_not_needed 381.00'],
    },
    {
      name: 'far too large, while the provider’s charges are not declared',
      one: use({ p95Mbps: 23 }),
      expected: ['bandwidth_not_needed nothing'],
    },
    {
      name: 'far too large, until another circuit fails and its traffic does not fit on one path',
      one: use({
        p95Mbps: 23,
        projection: result(
          {},
          { takeOver: { at: 0, isUnsure: true, losses: [{ ...LOSS, atMostBitsPerSecond: 1.56e9 }] } },
        ),
      }),
      expected: [],
    },
    {
      name: 'far too large, while the traffic after other failures is not computed yet',
      one: use({ p95Mbps: 23, projection: result({}, { takeOver: null }) }),
      expected: [],
    },
    { name: 'a fifth of it in use', one: use({ p95Mbps: 200 }), expected: [] },
    {
      name: 'far too large, and nothing smaller is sold',
      one: use({ p95Mbps: 5, projection: result({ bandwidthMbps: 50 }) }),
      expected: ['bandwidth_not_needed nothing'],
    },
  ])('$name', ({ one, expected }) => {
    expect(found(one)).toEqual(expected)
  })

  it('knows whether bandwidth is needed only with the complete peak, except if the known part is large enough', () => {
    const losing = (bits: number | null, isUnsure = false) => ({
      takeOver: { at: 0, isUnsure, losses: [{ ...LOSS, atMostBitsPerSecond: bits }] },
    })
    const needed = (p95Mbps: number | null, more: object) =>
      isBandwidthNeeded({ p95Mbps, projection: result({}, more) })
    expect(needed(23, losing(1e8))).toBe(false)
    expect(needed(23, losing(1.001e9))).toBe(true)
    expect(needed(23, losing(1.001e9, true))).toBe(true)
    expect(needed(23, losing(1e9))).toBe(true)
    expect(needed(23, losing(1e8, true))).toBeNull()
    expect(needed(23, losing(null))).toBeNull()
    expect(needed(200, losing(null))).toBe(true)
    expect(needed(null, losing(1e9))).toBeNull()
  })

  it.each([
    [null, /delete it once it is known that nothing falls back on it/],
    [{ at: 0, isUnsure: true, losses: [] }, /delete it once it is known where all prefixes go/],
    [{ at: 0, isUnsure: false, losses: [] }, /delete it: no single loss moves a prefix to it/],
    [{ at: 0, isUnsure: false, losses: [LOSS] }, /keep it: losing erc-london moves prefixes to it/],
    [{ at: 0, isUnsure: false, losses: [{ ...LOSS, name: null }] }, /keep it: losing something else moves/],
  ])('says what its release takes: %#', (takeOver, remedy) => {
    for (const more of [{ providerState: 'NotProvisioned' }, { connections: 0 }])
      expect(findUnusedResources([use({ ...more, projection: result({}, { takeOver }) })], [])).toMatchObject([
        {
          resourceId: '/a',
          name: 'a',
          perMonth: { amount: '616.00' },
          reason: expect.stringMatching(/^Its provider says NotProvisioned\.|^It is linked to no gateway\.$/),
          remedy: expect.stringMatching(remedy),
        },
      ])
  })

  it('finds a gateway without a connection', () => {
    const gateways = [
      { resourceId: '/g', name: 'g', connections: 0, perMonth: null },
      { resourceId: '/h', name: 'h', connections: 1, perMonth: null },
    ]
    expect(findUnusedResources([], gateways)).toEqual([
      {
        kind: 'gateway_alone',
        resourceId: '/g',
        name: 'g',
        perMonth: null,
        saving: null,
        reason: 'It has no connection, but it is still charged by the hour.',
        remedy: 'Connect it, or delete it.',
      },
    ])
  })

  describe('of other offers', () => {
    const option = (mbps: number, amount: string, more: Partial<CostOption> = {}): CostOption => {
      const [p50, own] = [
        { amount, currency: 'USD' },
        { plan: 'metered', tier: 'Standard', change: 'new_circuit' } as const,
      ]
      const rest = {
        current: false,
        difference: null,
        blockedBy: [],
        hindrances: [],
        oneWay: false,
        p10: p50,
        p50,
        p90: p50,
      }
      return { ...own, ...rest, bandwidthMbps: mbps, ...more }
    }
    const used = use()
    const words = (p95Mbps: number | null, ...options: CostOption[]) => wordsOf(p95Mbps, options)
    const wordsOf = (p95Mbps: number | null, options: CostOption[], recommendation = used.projection.recommendation) =>
      findUnusedResources([{ ...used, p95Mbps, projection: { ...used.projection, options, recommendation } }], []).map(
        (one) => [one.kind, one.perMonth?.amount, one.saving?.amount, one.reason, one.remedy].join(' '),
      )
    const current = option(1_000, '616', { current: true })

    it('has the remedy of the recommendation in the review, and its saving if there are no open questions', () => {
      const { recommendation } = used.projection
      const [ask] = recommendation.asks
      if (!ask) throw new Error('there is no open question')
      const saving = { p10: usd('4900'), p50: usd('4916'), p90: usd('4930') }
      const to = { plan: 'metered', tier: 'Standard', bandwidthMbps: 200 } as const
      const LOW = 'In 95 of 100 hours it carries less than 23 Mb/s of its 1 Gb/s.'
      const plain = { ...recommendation, asks: [] }
      const said = [
        { ...plain, action: 'switch' as const, to, saving },
        { ...plain, asks: [{ ...ask, to, saving }] },
        { ...plain, reason: 'Standard Metered 50 Mb/s would save $90 a month, too little to be worth a change.' },
        { ...plain, action: 'switch' as const, to: { ...to, bandwidthMbps: 1_000 }, saving, reason: 'Local saves $5.' },
        // a circuit has one recommendation: the finding does not name another offer that saves more
        {
          ...plain,
          action: 'switch' as const,
          to: { ...to, bandwidthMbps: 1_000 },
          saving,
          reason: 'Local saves $5.',
          asks: [{ ...ask, to, saving }],
        },
      ].map((one) => wordsOf(22.4, [current, option(50, '100', { blockedBy: ['no room'] })], one)[0])
      expect(said).toEqual([
        `bandwidth_not_needed 616 4916 ${LOW} Standard Metered 200 Mb/s would do; bandwidth goes down only with a new circuit.`,
        `bandwidth_not_needed 616  ${LOW} Standard Metered 200 Mb/s would save $4,916 a month: answer its open questions in the cost review first.`,
        `bandwidth_not_needed 616  ${LOW} Standard Metered 50 Mb/s would save $90 a month, too little to be worth a change.`,
        `bandwidth_not_needed 616  ${LOW} Local saves $5.`,
        `bandwidth_not_needed 616  ${LOW} Local saves $5.`,
      ])
      expect(words(22.4, option(1_000, '616'))).toEqual([])
    })

    it('finds Premium by Standard of the same plan and bandwidth, in place', () => {
      const premium = option(1_000, '1186', { tier: 'Premium', current: true })
      const standard = (more: Partial<CostOption> = {}) => option(1_000, '436', { change: 'in_place', ...more })
      expect(
        words(null, premium, standard({ plan: 'unlimited' }), standard({ bandwidthMbps: 500 }), standard()),
      ).toEqual([
        'premium_not_needed 1186 750.00 It uses nothing that needs more than Standard. Change it to Standard, in place.',
      ])
      for (const one of [[], [standard({ change: 'new_circuit' })], [standard({ blockedBy: ['4,001 routes'] })]])
        expect(words(null, premium, ...one)).toEqual([])
    })
  })
})

describe('a budget', () => {
  const budget = {
    id: 'b1',
    name: 'edge',
    owner: 'kim',
    customer: null,
    circuitIds: ['erc-1'],
    amount: '600',
    currency: 'USD',
  }
  it.each([
    { amount: '700', state: 'within', variance: '-84.00' },
    { amount: '600', state: 'over', variance: '16.00' },
  ])('of $amount is $state', ({ amount, state, variance }) => {
    expect(compareBudget({ ...budget, amount }, [result()])).toMatchObject({ state, variance: { amount: variance } })
  })

  it('is likely to be over where only its lower bound is within, and unknown in another currency', () => {
    const one = result()
    const options = one.options.map((option) =>
      option.current ? { ...option, p10: { amount: '1', currency: 'USD' } } : option,
    )
    expect(compareBudget(budget, [{ ...one, options }]).state).toBe('likely_over')
    expect(compareBudget({ ...budget, currency: 'EUR' }, [one])).toMatchObject({ state: 'unknown', projected: null })
  })

  it('counts its own circuits alone, each in its currency', () => {
    const [own, other] = [result(), { ...result(), circuitId: 'erc-2' }]
    const { state, circuitIds, projected } = compareBudget({ ...budget, amount: '700' }, [own, other])
    expect([state, circuitIds, projected?.p50.amount]).toEqual(['within', ['erc-1'], '616.00'])
    const both = { ...budget, amount: '700', circuitIds: ['erc-1', 'erc-2'] }
    expect(compareBudget(both, [own]).state).toBe('unknown')
    const inEuros = other.options.map((one) => ({ ...one, p50: { ...one.p50, currency: 'EUR' } }))
    expect(compareBudget(both, [own, { ...other, options: inEuros }])).toMatchObject({
      state: 'unknown',
      variance: null,
    })
  })

  it('is unknown with a circuit that has no price', () => {
    expect(compareBudget(budget, [result({ peeringLocation: 'Atlantis' })])).toMatchObject({
      state: 'unknown',
      projected: null,
      variance: null,
    })
  })

  it.each([
    { amount: '700', state: 'unknown', variance: null },
    { amount: '600', state: 'over', variance: { amount: '16.00' } },
  ])(
    'of $amount with a part that has no price is $state: what is left is not known, what is over is that at least',
    ({ amount, state, variance }) => {
      const other = { ...result({ peeringLocation: 'Atlantis' }), circuitId: 'erc-2' }
      const both = { ...budget, amount, circuitIds: ['erc-1', 'erc-2'] }
      expect(compareBudget(both, [result(), other])).toMatchObject({ state, variance })
    },
  )
})

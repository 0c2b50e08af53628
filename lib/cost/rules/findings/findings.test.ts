import { describe, expect, it } from 'vitest'
import { DAY } from '#lib/contract/time/time.ts'
import type { BudgetStanding, CostProjection } from '../../api/index.ts'
import { projectCircuit } from '../projection/project-circuit.ts'
import { circuit, flat, frame, GB, nothingByOthers, office } from '../testing/circuits.ts'
import { type CheckMemory, findingKey, foldFindings, type KeptFinding } from './fold-findings.ts'
import type { CircuitFact, DayFact, FindingFacts } from './facts.ts'
import { judge } from './judge.ts'

const [NOV, DEC] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)]
const NOW = Date.UTC(2026, 10, 16, 3, 37)
const LIMITS = {
  'budget.over': 1,
  'budget.clear': 0.97,
  'breakEven.chance': 0.8,
  'breakEven.clear': 0.5,
  'surge.times': 3,
  'surge.clear': 1.5,
  'surge.least': 10_000_000,
}

const projectionOf = (gbPerHour: bigint, facts = {}): CostProjection =>
  projectCircuit(circuit(flat(NOV - 40 * DAY, NOW, gbPerHour * GB), facts), frame(NOW))
// 578 Mb/s, for which there is nothing better
const metered = projectionOf(260n)
const withChance = (chanceAboveBreakEven: number | null): CostProjection => ({ ...metered, chanceAboveBreakEven })

const fact = (more: Partial<CircuitFact> = {}, projection = metered): CircuitFact => ({
  id: 'erc',
  customer: null,
  use: { resourceId: '/erc', name: 'erc', projection, providerState: 'Provisioned', connections: 1, p95Mbps: 900 },
  day: null,
  crossed: null,
  ...more,
})
const budget = (likely: number | null, more: Partial<BudgetStanding> = {}): FindingFacts['budgets'][number] => {
  const money = (amount: number) => ({ amount: amount.toFixed(2), currency: 'USD' })
  return {
    customers: [null],
    standing: {
      id: 'b1',
      name: 'edge',
      owner: 'kim',
      customer: null,
      circuitIds: ['erc'],
      budget: money(500),
      projected: likely === null ? null : { p10: money(likely - 50), p50: money(likely), p90: money(likely + 50) },
      variance: likely === null ? null : money(likely - 500),
      state: likely === null ? 'unknown' : 'within',
      ...more,
    },
  }
}
const day = (bytes: bigint): DayFact => ({
  bounds: { earliest: NOV, latest: NOV + DAY },
  bytes: bytes * GB,
  usual: 1_000n * GB,
  rate: { amount: '0.025', currency: 'USD' },
})
const gatewayWith = (connections: number | null): FindingFacts['gateways'][number] => ({
  id: 'gw',
  customer: 'red',
  use: { resourceId: '/gw', name: 'gw', connections, perMonth: { amount: '277.40', currency: 'USD' } },
})
const facts = (more: Partial<FindingFacts> = {}): FindingFacts => ({
  month: { name: '2026-11', from: NOV, to: DEC },
  circuits: [],
  gateways: [],
  budgets: [],
  ...more,
})

/** One check a day; what each begins (+) and ends (-). */
function checks(list: readonly Partial<FindingFacts>[]) {
  let open: KeptFinding[] = []
  let memory: CheckMemory | null = null
  return list.map((one, i) => {
    const before = new Set(open.map(findingKey))
    const folded = foldFindings(open, judge(facts(one), LIMITS), memory, NOW + i * DAY)
    // as it is stored and read again
    const changed: KeptFinding[] = JSON.parse(JSON.stringify(folded.changed))
    memory = JSON.parse(JSON.stringify(folded.memory))
    const kept = new Map(open.map((finding) => [findingKey(finding), finding]))
    for (const finding of changed) kept.set(findingKey(finding), finding)
    open = [...kept.values()].filter(({ ended }) => ended === null)
    return changed.flatMap(({ kind, ended, ...rest }) =>
      ended ? `-${kind}` : before.has(findingKey({ kind, ...rest })) ? [] : `+${kind}`,
    )
  })
}

describe('checks of cost', () => {
  it.each<{ name: string; days: Partial<FindingFacts>[]; reported: string[][] }>([
    {
      name: 'a budget that is likely to be exceeded is found once, and its end',
      days: [525, 530, 450].map((likely) => ({ budgets: [budget(likely)] })),
      reported: [['+forecast_over_budget'], [], ['-forecast_over_budget']],
    },
    {
      name: 'a figure on the line does not begin and end day by day',
      days: [505, 495, 505, 490].map((likely) => ({ budgets: [budget(likely)] })),
      reported: [['+forecast_over_budget'], [], [], []],
    },
    {
      name: 'another month is another matter',
      days: [
        { budgets: [budget(525)] },
        { budgets: [budget(525)], month: { name: '2026-12', from: DEC, to: DEC + 31 * DAY } },
      ],
      reported: [['+forecast_over_budget'], ['+forecast_over_budget', '-forecast_over_budget']],
    },
    {
      name: 'a budget that was withdrawn is over',
      days: [{ budgets: [budget(525)] }, {}],
      reported: [['+forecast_over_budget'], ['-forecast_over_budget']],
    },
    {
      name: 'what is not known changes nothing',
      days: [
        { budgets: [budget(525)], circuits: [fact({}, withChance(0.9))] },
        { budgets: [budget(null)], circuits: [fact({}, withChance(null))] },
      ],
      reported: [['+break_even_ahead', '+forecast_over_budget'], []],
    },
    {
      name: 'a break-even ahead begins when it is likely enough, and ends when it is not',
      days: [0.7, 0.85, 0.6, 0.4].map((chance) => ({ circuits: [fact({}, withChance(chance))] })),
      reported: [[], ['+break_even_ahead'], [], ['-break_even_ahead']],
    },
    {
      name: 'a break-even that was passed is not ahead any more',
      days: [
        { circuits: [fact({}, withChance(0.9))] },
        { circuits: [fact({ crossed: { earliest: NOW, latest: NOW + 300_000 } }, withChance(1))] },
      ],
      reported: [['+break_even_ahead'], ['+break_even_passed', '-break_even_ahead']],
    },
    {
      name: 'a surge of several days is one',
      days: [11_800n, 4_000n, 1_000n].map((bytes) => ({ circuits: [fact({ day: day(bytes) })] })),
      reported: [['+egress_surge'], [], ['-egress_surge']],
    },
    {
      name: 'much more of next to nothing is no surge',
      days: [{ circuits: [fact({ day: { ...day(1n), bytes: GB, usual: GB / 50n } })] }],
      reported: [[]],
    },
    {
      name: 'a gateway without a connection, until it has one',
      days: [0, null, 1].map((connections) => ({ gateways: [gatewayWith(connections)] })),
      reported: [['+gateway_alone'], [], ['-gateway_alone']],
    },
    {
      name: 'a circuit that nothing uses, until it is linked',
      days: [0, 0, null, 1].map((connections) => ({ circuits: [fact({ use: { ...fact().use, connections } })] })),
      reported: [['+no_connection'], [], [], ['-no_connection']],
    },
  ])('$name', ({ days, reported }) => {
    expect(checks(days)).toEqual(reported)
  })

  it('never say of an unlimited circuit that it is past the break-even, however little it carries', () => {
    // 10 Mb/s of 1 Gb/s: 1 % of the break-even
    const little = projectCircuit(
      circuit(office(NOV - 60 * DAY, NOW, 4.5e9), { family: 'UnlimitedData' }),
      frame(NOW, { overrides: nothingByOthers() }),
    )
    const said = judge(facts({ circuits: [fact({}, little)] }), LIMITS)
    expect(said.map(({ kind }) => kind)).not.toContain('break_even_passed')
    expect(said.filter(({ lines }) => lines?.above).map(({ kind }) => kind)).toEqual(['cheaper_option'])
  })

  it('date a break-even by the bytes, not by the check', () => {
    const crossed = { earliest: NOW - 5 * DAY, latest: NOW - 5 * DAY + 300_000 }
    const { changed } = foldFindings([], judge(facts({ circuits: [fact({ crossed })] }), LIMITS), null, NOW)
    expect(changed).toMatchObject([
      {
        kind: 'break_even_passed',
        started: crossed,
        // 436 + 0.025 for each GB against 5,700
        body: { amounts: { limit: { amount: '5700.00' } } },
      },
    ])
  })

  it('begin between the check that found it and the last one that knew better', () => {
    const found = (memory: CheckMemory | null, at = NOW) =>
      foldFindings([], judge(facts({ budgets: [budget(525)] }), LIMITS), memory, at).changed[0]?.started
    expect(found(null)).toEqual({ earliest: 0, latest: NOW })
    expect(found({ at: NOW - DAY, scopes: ['b1'], unknown: {} })).toEqual({ earliest: NOW - DAY, latest: NOW })
    // it was made since
    expect(found({ at: NOW - DAY, scopes: [], unknown: {} })).toEqual({ earliest: 0, latest: NOW })
    const unknown = foldFindings(
      [],
      judge(facts({ budgets: [budget(null)] }), LIMITS),
      { at: NOW - 2 * DAY, scopes: ['b1'], unknown: {} },
      NOW - DAY,
    )
    expect(found(unknown.memory)).toEqual({ earliest: NOW - 2 * DAY, latest: NOW })
  })

  it('say by what figures', () => {
    const projection = {
      ...withChance(0.9),
      billedBytesToDate: String(3_000n * GB),
      breakEvenBytes: String(210_560n * GB),
    }
    const crossed = { earliest: NOW, latest: NOW }
    const surely = budget(600)
    const said = judge(
      facts({
        circuits: [fact({ crossed, day: day(11_800n) }, projection)],
        gateways: [gatewayWith(0)],
        budgets: [surely, budget(525)],
      }),
      LIMITS,
    )
    const of = (kind: string) =>
      said.filter((one) => one.kind === kind).map(({ body, scope, detail }) => ({ ...body, scope, detail }))
    expect(of('break_even_passed')).toMatchObject([
      {
        detail: '2026-11',
        evidence: [
          { field: 'billed bytes of 2026-11', before: 'break-even at 210,560 GB', after: 'at least 3,000 GB' },
        ],
      },
    ])
    expect(of('break_even_ahead')[0]?.evidence[0]?.after).toBe('ends above it with 90 %')
    // 10,800 GB more at 0.025
    expect(of('egress_surge')).toMatchObject([
      {
        evidence: [
          { field: 'bytes out of Azure in a day', before: 'usually 1,000 GB', after: '11,800 GB' },
          { field: 'charge of that day', before: null, after: expect.stringMatching(/270.* more than usual$/) },
        ],
        amounts: { cost: { p50: { amount: '270.00' } }, limit: null, saving: null },
      },
    ])
    expect(of('gateway_alone')).toMatchObject([
      {
        scope: 'gw',
        subject: { kind: 'gateway', id: 'gw', resourceId: '/gw', name: 'gw' },
        customer: 'red',
        links: [{ label: 'gw', href: '/gateways/gw' }],
        evidence: [{ field: 'use', before: null }],
        amounts: { cost: { p50: { amount: '277.40' } }, saving: { p50: { amount: '277.40' } } },
      },
    ])
    expect(of('forecast_over_budget')).toMatchObject([
      {
        subject: { kind: 'budget', id: null, resourceId: null, name: 'edge' },
        evidence: [
          {
            field: 'forecast of 2026-11',
            before: expect.stringMatching(/^budget .*500/),
            after: expect.stringMatching(/600.*100.* over$/),
          },
          { field: 'certainty', after: 'over the budget over the whole band' },
        ],
        remedy: expect.stringMatching(/^kim answers for the budget "edge"/),
        links: [{ href: '/cost#budgets' }],
      },
      { evidence: [{ field: 'forecast of 2026-11' }] },
    ])
    expect(of('forecast_over_budget')[1]?.evidence).toHaveLength(1)
  })

  it('name another offer with both costs, where one is recommended', () => {
    const advised = (action: 'switch' | 'stay' | 'unpriced' | 'too_early') => {
      const to = action === 'switch' ? ({ plan: 'unlimited', tier: 'Standard', bandwidthMbps: 1_000 } as const) : null
      const recommendation = { ...metered.recommendation, action, to }
      return judge(facts({ circuits: [fact({}, { ...metered, recommendation })] }), LIMITS).find(
        ({ kind }) => kind === 'cheaper_option',
      )
    }
    expect(advised('switch')).toMatchObject({
      detail: '',
      lines: { above: true, below: false },
      body: {
        evidence: [
          {
            field: 'cost of the month',
            before: expect.stringMatching(/^Standard Metered 1 Gb\/s /),
            after: expect.stringMatching(/^Standard Unlimited 1 Gb\/s .*5,700/),
          },
        ],
        amounts: { limit: { amount: '5700.00' } },
      },
    })
    expect(advised('stay')).toMatchObject({ lines: { above: false, below: true }, body: { evidence: [] } })
    expect([advised('unpriced')?.lines, advised('too_early')?.lines]).toEqual([null, null])
  })

  it('take bytes where there usually are none for a surge', () => {
    const [one] = judge(facts({ circuits: [fact({ day: { ...day(11_800n), usual: 0n } })] }), LIMITS).filter(
      ({ kind }) => kind === 'egress_surge',
    )
    expect(one?.lines).toEqual({ above: true, below: false })
    const [none] = judge(facts({ circuits: [fact({ day: { ...day(0n), usual: 0n } })] }), LIMITS).filter(
      ({ kind }) => kind === 'egress_surge',
    )
    expect(none?.lines).toEqual({ above: false, below: true })
  })

  it('end what is about a month with the month', () => {
    const [first] = foldFindings([], judge(facts({ budgets: [budget(525)] }), LIMITS), null, DEC - 1_000).changed
    const { changed } = foldFindings(first ? [first] : [], [], null, DEC + DAY)
    expect(changed[0]?.ended).toEqual({ earliest: DEC, latest: DEC })
  })

  it('name one customer or none, and circuits of several customers not at all', () => {
    const mixed = { ...budget(525, { circuitIds: ['erc-of-red', 'erc-of-blue'] }), customers: ['red', 'blue'] }
    const [one] = judge(facts({ budgets: [mixed] }), LIMITS)
    expect(one).toMatchObject({ resources: ['erc-of-red', 'erc-of-blue'], body: { customer: null } })
    expect(JSON.stringify(one?.body)).not.toMatch(/red|blue/)
    expect(judge(facts({ budgets: [{ ...budget(525), customers: ['red'] }] }), LIMITS)[0]?.body.customer).toBe('red')
  })
})

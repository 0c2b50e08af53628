import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { BudgetStatus, CostProjection } from '../../api/index.ts'
import { projectCircuit } from '../projection/project-circuit.ts'
import {
  createTestProjectionInput,
  createHoursWithEqualBytes,
  createTestCostContext,
  DECIMAL_GB_BYTES,
  nothingByOthers,
  createOfficeTrafficHours,
} from '../testing/circuits.ts'
import { type FindingCheckMemory, formatFindingKey, updateFindings, type FindingWithPeriod } from './fold-findings.ts'
import type { CircuitFindingInput, DayFindingInput, FindingInputs } from './finding-facts.ts'
import { judgeFindingRules } from './judge-findings.ts'

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
  projectCircuit(
    createTestProjectionInput(
      createHoursWithEqualBytes(NOV - 40 * MS_PER_DAY, NOW, gbPerHour * DECIMAL_GB_BYTES),
      facts,
    ),
    createTestCostContext(NOW),
  )
// 578 Mb/s, for which metered is the best plan
const metered = projectionOf(260n)
const withChance = (chanceAboveBreakEven: number | null): CostProjection => ({ ...metered, chanceAboveBreakEven })

const fact = (more: Partial<CircuitFindingInput> = {}, projection = metered): CircuitFindingInput => ({
  id: 'erc',
  customer: null,
  use: { resourceId: '/erc', name: 'erc', projection, providerState: 'Provisioned', connections: 1, p95Mbps: 900 },
  day: null,
  crossed: null,
  ...more,
})
const budget = (likely: number | null, more: Partial<BudgetStatus> = {}): FindingInputs['budgets'][number] => {
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
const day = (bytes: bigint): DayFindingInput => ({
  bounds: { earliest: NOV, latest: NOV + MS_PER_DAY },
  bytes: bytes * DECIMAL_GB_BYTES,
  usual: 1_000n * DECIMAL_GB_BYTES,
  rate: { amount: '0.025', currency: 'USD' },
})
const gatewayWith = (connections: number | null): FindingInputs['gateways'][number] => ({
  id: 'gw',
  customer: 'red',
  use: { resourceId: '/gw', name: 'gw', connections, perMonth: { amount: '277.40', currency: 'USD' } },
})
const facts = (more: Partial<FindingInputs> = {}): FindingInputs => ({
  month: { name: '2026-11', from: NOV, to: DEC },
  circuits: [],
  gateways: [],
  budgets: [],
  ...more,
})

/** Runs one check a day and returns the kinds of findings that begin (+) and end (-) in each. */
function checks(list: readonly Partial<FindingInputs>[]) {
  let open: FindingWithPeriod[] = []
  let memory: FindingCheckMemory | null = null
  return list.map((one, i) => {
    const before = new Set(open.map(formatFindingKey))
    const folded = updateFindings(open, judgeFindingRules(facts(one), LIMITS), memory, NOW + i * MS_PER_DAY)
    // copy as if it were stored and read back
    const changed: FindingWithPeriod[] = JSON.parse(JSON.stringify(folded.changed))
    memory = JSON.parse(JSON.stringify(folded.memory))
    const kept = new Map(open.map((finding) => [formatFindingKey(finding), finding]))
    for (const finding of changed) kept.set(formatFindingKey(finding), finding)
    open = [...kept.values()].filter(({ ended }) => ended === null)
    return changed.flatMap(({ kind, ended, ...rest }) =>
      ended ? `-${kind}` : before.has(formatFindingKey({ kind, ...rest })) ? [] : `+${kind}`,
    )
  })
}

describe('checks of cost', () => {
  it.each<{ name: string; days: Partial<FindingInputs>[]; reported: string[][] }>([
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
        { budgets: [budget(525)], month: { name: '2026-12', from: DEC, to: DEC + 31 * MS_PER_DAY } },
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
      days: [{ circuits: [fact({ day: { ...day(1n), bytes: DECIMAL_GB_BYTES, usual: DECIMAL_GB_BYTES / 50n } })] }],
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
    // 10 Mb/s on a circuit of 1 Gb/s is 1 % of the break-even
    const little = projectCircuit(
      createTestProjectionInput(createOfficeTrafficHours(NOV - 60 * MS_PER_DAY, NOW, 4.5e9), {
        family: 'UnlimitedData',
      }),
      createTestCostContext(NOW, { overrides: nothingByOthers() }),
    )
    const said = judgeFindingRules(facts({ circuits: [fact({}, little)] }), LIMITS)
    expect(said.map(({ kind }) => kind)).not.toContain('break_even_passed')
    expect(said.filter(({ lines }) => lines?.above).map(({ kind }) => kind)).toEqual(['cheaper_option'])
  })

  it('date a break-even by the bytes, not by the check', () => {
    const crossed = { earliest: NOW - 5 * MS_PER_DAY, latest: NOW - 5 * MS_PER_DAY + 300_000 }
    const { changed } = updateFindings(
      [],
      judgeFindingRules(facts({ circuits: [fact({ crossed })] }), LIMITS),
      null,
      NOW,
    )
    expect(changed).toMatchObject([
      {
        kind: 'break_even_passed',
        started: crossed,
        // metered costs 436 and 0.025 for each GB, unlimited costs 5,700
        body: { amounts: { limit: { amount: '5700.00' } } },
      },
    ])
  })

  it('say why it is right to stay on Metered past the break-even', () => {
    const remedyOf = (recommendation: Partial<CostProjection['recommendation']>) =>
      judgeFindingRules(
        facts({
          circuits: [fact({}, { ...metered, recommendation: { ...metered.recommendation, ...recommendation } })],
        }),
        LIMITS,
      ).find(({ kind }) => kind === 'break_even_passed')?.body.remedy
    const money = { amount: '20.00', currency: 'USD' }
    const to = { plan: 'unlimited', tier: 'Standard', bandwidthMbps: 1_000 } as const
    const unlimited = { to, saving: { p10: money, p50: money, p90: money }, reason: 'Unlimited would save too little.' }
    expect(remedyOf({ action: 'stay', reason: 'Local is larger.', declined: [unlimited] })).toBe(
      'Stay on Metered. Unlimited would save too little.',
    )
    expect(remedyOf({ action: 'stay', reason: 'Nothing is cheaper.' })).toBe('Stay on Metered. Nothing is cheaper.')
    expect(remedyOf({ action: 'switch', reason: 'Unlimited saves $900.' })).toBe('Unlimited saves $900.')
  })

  it('begin between the check that found it and the last one that knew better', () => {
    const found = (memory: FindingCheckMemory | null, at = NOW) =>
      updateFindings([], judgeFindingRules(facts({ budgets: [budget(525)] }), LIMITS), memory, at).changed[0]?.started
    expect(found(null)).toEqual({ earliest: 0, latest: NOW })
    expect(found({ at: NOW - MS_PER_DAY, scopes: ['b1'], unknown: {} })).toEqual({
      earliest: NOW - MS_PER_DAY,
      latest: NOW,
    })
    // the budget was created after the last check
    expect(found({ at: NOW - MS_PER_DAY, scopes: [], unknown: {} })).toEqual({ earliest: 0, latest: NOW })
    const unknown = updateFindings(
      [],
      judgeFindingRules(facts({ budgets: [budget(null)] }), LIMITS),
      { at: NOW - 2 * MS_PER_DAY, scopes: ['b1'], unknown: {} },
      NOW - MS_PER_DAY,
    )
    expect(found(unknown.memory)).toEqual({ earliest: NOW - 2 * MS_PER_DAY, latest: NOW })
  })

  it('say by what figures', () => {
    const projection = {
      ...withChance(0.9),
      billedBytesToDate: String(3_000n * DECIMAL_GB_BYTES),
      breakEvenBytes: String(210_560n * DECIMAL_GB_BYTES),
    }
    const crossed = { earliest: NOW, latest: NOW }
    const surely = budget(600)
    const said = judgeFindingRules(
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
          { field: 'billable bytes of 2026-11', before: 'break-even at 210,560 GB', after: 'at least 3,000 GB' },
          {
            field: 'cost of 2026-11',
            before: expect.stringMatching(/^Metered \$/) as string,
            after: 'Unlimited $5,700.00',
          },
        ],
      },
    ])
    expect(of('break_even_ahead')[0]?.evidence[0]?.after).toBe('ends above it with 90 %')
    // 10,800 GB more than usual, at 0.025
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
      return judgeFindingRules(facts({ circuits: [fact({}, { ...metered, recommendation })] }), LIMITS).find(
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
    const [one] = judgeFindingRules(
      facts({ circuits: [fact({ day: { ...day(11_800n), usual: 0n } })] }),
      LIMITS,
    ).filter(({ kind }) => kind === 'egress_surge')
    expect(one?.lines).toEqual({ above: true, below: false })
    const [none] = judgeFindingRules(facts({ circuits: [fact({ day: { ...day(0n), usual: 0n } })] }), LIMITS).filter(
      ({ kind }) => kind === 'egress_surge',
    )
    expect(none?.lines).toEqual({ above: false, below: true })
  })

  it('name one customer or none, and circuits of several customers not at all', () => {
    const mixed = { ...budget(525, { circuitIds: ['erc-of-red', 'erc-of-blue'] }), customers: ['red', 'blue'] }
    const [one] = judgeFindingRules(facts({ budgets: [mixed] }), LIMITS)
    expect(one).toMatchObject({ resources: ['erc-of-red', 'erc-of-blue'], body: { customer: null } })
    expect(JSON.stringify(one?.body)).not.toMatch(/red|blue/)
    expect(
      judgeFindingRules(facts({ budgets: [{ ...budget(525), customers: ['red'] }] }), LIMITS)[0]?.body.customer,
    ).toBe('red')
  })
})

describe('a judgement', () => {
  const of = (kind: string, more: Partial<FindingInputs>) =>
    judgeFindingRules(facts(more), LIMITS).filter((one) => one.kind === kind)
  const ofCircuit = (kind: string, more: Partial<CircuitFindingInput> = {}, projection = metered) =>
    of(kind, { circuits: [fact(more, projection)] })[0]
  const usd = (amount: string) => ({ amount, currency: 'USD' })
  const band = (p10: string, p50: string, p90: string) => ({ p10: usd(p10), p50: usd(p50), p90: usd(p90) })
  const lines = (above: boolean, below = !above) => ({ above, below })

  it('of a circuit or gateway says which, whose and where it is shown, used or not', () => {
    const links = [
      { label: 'Cost of erc', href: '/cost?circuit=erc' },
      { label: 'erc', href: '/circuits/erc' },
    ]
    const subject = { kind: 'circuit', id: 'erc', resourceId: '/erc', name: 'erc' }
    const about = { scope: 'erc', resources: ['erc'], detail: '', began: null, ended: null }
    const use = (connections: number) => ({ customer: 'red', use: { ...fact().use, connections } })
    const unlinked = [{ field: 'use', before: null, after: 'It is linked to no gateway.' }]
    const body = { subject, customer: 'red', links }
    expect(ofCircuit('no_connection', use(0))).toMatchObject({
      ...about,
      lines: lines(true),
      body: {
        ...body,
        evidence: unlinked,
        remedy: expect.stringMatching(/^Link it, or /) as string,
      },
    })
    const none = { evidence: [], amounts: { cost: null, limit: null, saving: null }, remedy: '' }
    expect(ofCircuit('no_connection', use(1))).toMatchObject({ lines: lines(false), body: { ...body, ...none } })
    const gateways = [gatewayWith(0), gatewayWith(1)]
    expect(of('gateway_alone', { gateways })).toMatchObject([
      { resources: ['gw'], detail: '', lines: lines(true) },
      { lines: lines(false), body: none },
    ])
  })

  it('on bytes is made of metered circuits alone', () => {
    const circuits = [fact({ day: day(9_000n) }, projectionOf(100n, { family: 'UnlimitedData' }))]
    expect(judgeFindingRules(facts({ circuits }), LIMITS).map(({ kind }) => kind)).toEqual([
      'cheaper_option',
      'not_provisioned',
      'no_connection',
      'premium_not_needed',
      'bandwidth_not_needed',
    ])
  })

  it('on the break-even needs all three figures, and has the saving of the recommended change only', () => {
    const known = { ...metered, metered: band('5600', '6000', '6500'), unlimited: usd('5700') }
    const saving = band('-100.00', '300.00', '800.00')
    const plans = { field: 'cost of 2026-11', before: 'Metered $6,000', after: 'Unlimited $5,700' }
    const recommending = (action: 'stay' | 'switch') => ({
      ...known,
      recommendation: { ...metered.recommendation, action, saving, reason: 'Because.' },
    })
    expect(ofCircuit('break_even_passed', {}, recommending('switch'))).toMatchObject({
      lines: lines(false),
      body: { evidence: [{}, plans], amounts: { saving }, remedy: 'Because.' },
    })
    expect(ofCircuit('break_even_passed', {}, recommending('stay'))?.body).toMatchObject({
      evidence: [{}, plans],
      amounts: { saving: null },
      remedy: 'Stay on Metered. Because.',
    })
    const crossed = { earliest: NOV, latest: NOW }
    expect(ofCircuit('break_even_passed', { crossed }, known)?.lines).toEqual(lines(true))
    expect(ofCircuit('break_even_ahead', { crossed }, known)).toMatchObject({ lines: lines(false), ended: crossed })
    for (const lost of [{ metered: null }, { unlimited: null }])
      expect(ofCircuit('break_even_passed', {}, { ...known, ...lost })).toMatchObject({
        lines: null,
        body: { amounts: { saving: null } },
      })
    const uneven = ofCircuit('break_even_passed', {}, { ...known, breakEvenBytes: null })
    expect(uneven).toMatchObject({ lines: null, body: { evidence: [{ before: null }, plans] } })
    // chances exactly at the limits
    const ahead = [0.8, 0.5].map((chance) => ofCircuit('break_even_ahead', {}, withChance(chance))?.lines)
    expect(ahead).toEqual([lines(true), lines(false, false)])
  })

  it.each([
    ['Premium', 1_000, /^Premium Unlimited 1 Gb\/s .*6,450/],
    ['Standard', 10_000, /^Standard Unlimited 10 Gb\/s .*51,300/],
  ] as const)('of a cheaper option finds that very offer: %s %i', (tier, bandwidthMbps, words) => {
    const to = { plan: 'unlimited', tier, bandwidthMbps } as const
    const recommendation = { ...metered.recommendation, action: 'switch' as const, to }
    expect(ofCircuit('cheaper_option', {}, { ...metered, recommendation })?.body.evidence[0]?.after).toMatch(words)
  })

  // 108 GB more in a day are 108e9 x 8 / 86,400 = 10 Mb/s
  it.each<[bigint, bigint, boolean, boolean]>([
    [162n, 54n, true, false],
    [160n, 53n, false, false],
    [2_000n, 1_000n, false, false],
    [1_500n, 1_000n, false, false],
    [1_499n, 1_000n, false, true],
  ])('of a surge of %i GB, where there usually are %i', (bytes, usual, above, below) => {
    const { bounds } = day(bytes)
    const one = ofCircuit('egress_surge', { day: { ...day(bytes), usual: usual * DECIMAL_GB_BYTES } })
    expect(one).toMatchObject({ lines: { above, below }, began: bounds, ended: bounds, detail: '' })
    expect(one?.body.remedy).toMatch(/^Check Traffic /)
  })

  it('of a surge is none without a day', () => {
    const one = ofCircuit('egress_surge')
    expect(one).toMatchObject({ lines: null, began: null, ended: null, body: { evidence: [{}] } })
  })

  it('of a budget stands above its line and below the lower one, not on them', () => {
    const said = (likely: number) => of('forecast_over_budget', { budgets: [budget(likely)] })[0]
    expect([501, 500, 485, 484].map((likely) => said(likely)?.lines)).toEqual([
      lines(true),
      lines(false, false),
      lines(false, false),
      lines(false),
    ])
    // at least 500
    expect(said(550)?.body).toMatchObject({
      evidence: [{}],
      amounts: { cost: band('500.00', '550.00', '600.00'), limit: usd('500.00'), saving: null },
      links: [{ label: 'Budgets', href: '/cost#budgets' }],
    })
  })

  it.each<[string, Partial<BudgetStatus>, RegExp]>([
    ['a projection', { projected: null }, /^not known$/],
    ['a difference', { variance: null }, /^not known$/],
    ['a state', { state: 'unknown' }, /25.* over$/],
    ['an amount', { budget: usd('0') }, /25.* over$/],
  ])('of a budget is none without %s', (_, more, after) => {
    const [one] = of('forecast_over_budget', { budgets: [budget(525, more)] })
    expect(one?.lines).toBeNull()
    expect(one?.body.evidence[0]?.after).toMatch(after)
  })

  it.each([
    ['with its month', '2026-11', DEC - 1, DEC, [DEC, DEC]],
    ['with its month, though the check was later', '2026-11', DEC - 1, DEC + MS_PER_DAY, [DEC, DEC]],
    ['with its month, which the check began at', '2026-11', DEC, DEC + MS_PER_DAY, [DEC, DEC]],
    ['between checks within the month', '2026-11', NOW, NOW + MS_PER_DAY, [NOW, NOW + MS_PER_DAY]],
    ['between checks after the month', '2026-11', DEC + 1, DEC + MS_PER_DAY, [DEC + 1, DEC + MS_PER_DAY]],
    ['between checks, where it is about no month', '', NOW, DEC + MS_PER_DAY, [NOW, DEC + MS_PER_DAY]],
    ['between checks, where it is about a day', '2026-11-05', NOW, DEC + MS_PER_DAY, [NOW, DEC + MS_PER_DAY]],
  ])('that nothing holds any more ended %s', (_, detail, checkedAt, now, [earliest, latest]) => {
    const open = updateFindings([], judgeFindingRules(facts({ budgets: [budget(525)] }), LIMITS), null, NOW).changed
    const { changed } = updateFindings(
      open.map((one) => ({ ...one, detail, checkedAt })),
      [],
      null,
      now,
    )
    expect(changed.map(({ ended }) => ended)).toEqual([{ earliest, latest }])
  })

  it('of an earlier rule ends a finding that the present rule cannot decide, and not a finding of the present rule', () => {
    const of = (takesOver: CostProjection['takesOver']) => {
      const use = { ...fact().use, p95Mbps: 10, projection: { ...projectionOf(4n), takesOver } }
      return judgeFindingRules(facts({ circuits: [fact({ use })] }), LIMITS)
    }
    const found = updateFindings(
      [],
      of({ at: '2026-11-16T03:00:00Z', losses: [], isUnsure: false }),
      null,
      NOW - MS_PER_DAY,
    )
    const open = found.changed.filter(({ kind }) => kind === 'bandwidth_not_needed')
    expect(open).toHaveLength(1)
    const endsAfter = (memory: FindingCheckMemory) =>
      updateFindings(open, of(null), memory, NOW).changed.map(({ kind, ended }) => [kind, ended])
    const { rules: _, ...older } = found.memory
    expect(endsAfter(older)).toEqual([['bandwidth_not_needed', { earliest: NOW - MS_PER_DAY, latest: NOW }]])
    expect(endsAfter(found.memory)).toEqual([])
  })

  it('that could not be made is remembered with the last time that one was', () => {
    const said = judgeFindingRules(facts({ budgets: [budget(525)], gateways: [gatewayWith(null)] }), LIMITS)
    const { memory } = updateFindings([], said, { at: NOW - MS_PER_DAY, scopes: ['gw', 'b1'], unknown: {} }, NOW)
    const unknown = said.flatMap((one) => (one.lines === null ? [[formatFindingKey(one), NOW - MS_PER_DAY]] : []))
    expect(memory).toMatchObject({ at: NOW, scopes: ['gw', 'b1'], unknown: Object.fromEntries(unknown) })
  })
})

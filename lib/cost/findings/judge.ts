import type { Bounds, BudgetStanding, CostFinding, CostMoney, MoneyBand } from '#lib/contract/index.ts'
import { Decimal, grouped, moneyOf } from '../money.ts'
import { offerWords } from '../prices/quote.ts'
import { currentBand } from '../projection/project-circuit.ts'
import { type CircuitUse, type GatewayUse, unusedOf } from '../unused/unused.ts'
import { gbOf } from '../usage/gigabyte.ts'
import type { BillingMonth } from '../usage/month.ts'
import type { FindingBody, Judgement } from './fold-findings.ts'

/** The lines that findings begin above and end below; shares, chances and rates as the settings of the same names. */
export interface FindingLimits {
  'budget.over': number
  'budget.clear': number
  'breakEven.chance': number
  'breakEven.clear': number
  'surge.times': number
  'surge.clear': number
  'surge.least': number
}

/** The last whole day of a circuit that pays for its bytes, against the same weekday of the weeks before. */
export interface DayFact {
  bounds: Bounds
  bytes: bigint
  usual: bigint
  /** for each billed GB */
  rate: CostMoney
}

/** What is known of the cost of one circuit. */
export interface CircuitFact {
  id: string
  customer: string | null
  use: CircuitUse
  /** null = of a metered circuit: the day, or what is usual, is not known */
  day: DayFact | null
  /** when its bytes of the month reached the break-even; null = they have not, or not surely */
  crossed: Bounds | null
}

export interface GatewayFact {
  id: string
  customer: string | null
  use: GatewayUse
}

export interface BudgetFact {
  standing: BudgetStanding
  /** whose circuits it is for, each once */
  customers: readonly (string | null)[]
}

export interface FindingFacts {
  month: BillingMonth
  circuits: readonly CircuitFact[]
  gateways: readonly GatewayFact[]
  budgets: readonly BudgetFact[]
}

const DAY_MS = 86_400_000
const NO_AMOUNTS: CostFinding['amounts'] = { cost: null, limit: null, saving: null }

/** What every rule says of every circuit, gateway and budget. */
export function judge({ month, circuits, gateways, budgets }: FindingFacts, limits: FindingLimits): Judgement[] {
  return [
    ...circuits.flatMap((circuit) => [
      ...breakEven(circuit, month, limits),
      cheaperOption(circuit),
      ...surge(circuit, limits),
      ...unusedCircuit(circuit),
    ]),
    ...gateways.map(unusedGateway),
    ...budgets.map((budget) => overBudget(budget, month, limits)),
  ]
}

function aboutCircuit({ id, customer, use: { name, resourceId } }: CircuitFact) {
  return {
    scope: id,
    resources: [id],
    began: null,
    ended: null,
    common: {
      subject: { kind: 'circuit' as const, id, resourceId, name },
      customer,
      links: [
        { label: `Cost of ${name}`, href: `/cost?circuit=${id}` },
        { label: name, href: `/circuits/${id}` },
      ],
    },
  }
}

const words = ({ amount, currency }: CostMoney): string => `${amount} ${currency}`
const flatBand = (money: CostMoney): MoneyBand => ({ p10: money, p50: money, p90: money })
const less = (band: MoneyBand, amount: CostMoney): MoneyBand => {
  const from = (one: CostMoney) => moneyOf(new Decimal(one.amount).minus(amount.amount), one.currency)
  return { p10: from(band.p10), p50: from(band.p50), p90: from(band.p90) }
}

/** Of metered circuits only: an unlimited one pays no byte, and has no line to pass. */
function breakEven(circuit: CircuitFact, month: BillingMonth, limits: FindingLimits): Judgement[] {
  const { projection } = circuit.use
  const { plan, metered, unlimited, breakEvenBytes, chanceAboveBreakEven: chance, gb } = projection
  if (plan !== 'metered') return []
  const { common, ...about } = aboutCircuit(circuit)
  const own = { ...about, detail: month.name }
  const isPriced = metered !== null && unlimited !== null && breakEvenBytes !== null
  const quantity = (bytes: string) => `${grouped(gbOf(BigInt(bytes), gb.bytes))} GB`
  const body = (after: string): FindingBody => ({
    ...common,
    evidence: [
      {
        field: `billed bytes of ${month.name}`,
        before: breakEvenBytes && `break-even at ${quantity(breakEvenBytes)}`,
        after,
      },
    ],
    amounts: { cost: metered, limit: unlimited, saving: metered && unlimited && less(metered, unlimited) },
    remedy: projection.recommendation.reason,
  })
  const isPast = circuit.crossed !== null
  return [
    {
      ...own,
      kind: 'break_even_passed',
      // what was counted is never taken back within a month, but for a price that changes
      lines: isPriced ? { above: isPast, below: !isPast } : null,
      began: circuit.crossed,
      body: body(`at least ${quantity(projection.billedBytesToDate)}`),
    },
    {
      ...own,
      kind: 'break_even_ahead',
      lines: isPast
        ? { above: false, below: true }
        : chance === null
          ? null
          : { above: chance >= limits['breakEven.chance'], below: chance < limits['breakEven.clear'] },
      ended: circuit.crossed,
      body: body(`ends above it with ${Math.round((chance ?? 0) * 100)} %`),
    },
  ]
}

function cheaperOption(circuit: CircuitFact): Judgement {
  const { common, ...about } = aboutCircuit(circuit)
  const { recommendation, options } = circuit.use.projection
  const { action, to, saving, reason } = recommendation
  const current = options.find((option) => option.current)
  const target = options.find(
    (option) =>
      to !== null && option.plan === to.plan && option.tier === to.tier && option.bandwidthMbps === to.bandwidthMbps,
  )
  const isKnown = action !== 'unpriced' && action !== 'too_early'
  return {
    ...about,
    kind: 'cheaper_option',
    detail: '',
    lines: isKnown ? { above: action === 'switch', below: action !== 'switch' } : null,
    body: {
      ...common,
      evidence:
        current && target
          ? [
              {
                field: 'cost of the month',
                before: `${offerWords(current)} ${words(current.p50)}`,
                after: `${offerWords(target)} ${words(target.p50)}`,
              },
            ]
          : [],
      amounts: { cost: currentBand(circuit.use.projection), limit: target?.p50 ?? null, saving },
      remedy: reason,
    },
  }
}

function surge(circuit: CircuitFact, limits: FindingLimits): Judgement[] {
  const { day, use } = circuit
  if (use.projection.plan !== 'metered') return []
  const { common, ...about } = aboutCircuit(circuit)
  const gb = use.projection.gb.bytes
  const quantity = (bytes: bigint) => `${grouped(gbOf(bytes, gb), 1)} GB`
  const [bytes, usual] = [day?.bytes ?? 0n, day?.usual ?? 0n]
  const times = usual > 0n ? Number((bytes * 1_000n) / usual) / 1_000 : bytes > 0n ? Number.MAX_SAFE_INTEGER : 0
  const extraBitsPerSecond = (Number(bytes - usual) * 8_000) / DAY_MS
  const extra = day && moneyOf(gbOf(bytes - usual, gb).times(day.rate.amount), day.rate.currency)
  return [
    {
      ...about,
      kind: 'egress_surge',
      detail: '',
      lines: day && {
        above: times >= limits['surge.times'] && extraBitsPerSecond >= limits['surge.least'],
        below: times < limits['surge.clear'],
      },
      began: day?.bounds ?? null,
      // the day was as usual, so that it was over by its end
      ended: day?.bounds ?? null,
      body: {
        ...common,
        evidence: [
          { field: 'bytes out of Azure in a day', before: `usually ${quantity(usual)}`, after: quantity(bytes) },
          ...(extra ? [{ field: 'charge of that day', before: null, after: `${words(extra)} more than usual` }] : []),
        ],
        amounts: { ...NO_AMOUNTS, cost: extra && flatBand(extra) },
        remedy:
          'Check Traffic for when it began, and Routes for what changed then; a backup or a copy is the most frequent reason.',
      },
    },
  ]
}

/** What each kind of unused capacity takes to be known: without it, nothing is said of it. */
const KNOWN_BY = {
  not_provisioned: ({ providerState }) => providerState !== null,
  no_connection: ({ connections }) => connections !== null,
  premium_not_needed: ({ projection }) => projection.options.length > 0,
  bandwidth_not_needed: ({ projection, p95Mbps }) => projection.options.length > 0 && p95Mbps !== null,
} as const satisfies Record<string, (use: CircuitUse) => boolean>

function unusedCircuit(circuit: CircuitFact): Judgement[] {
  const { common, ...about } = aboutCircuit(circuit)
  const found = unusedOf([circuit.use], [])
  return (Object.keys(KNOWN_BY) as (keyof typeof KNOWN_BY)[]).map((kind) => {
    const one = found.find((finding) => finding.kind === kind)
    return {
      ...about,
      kind,
      detail: '',
      lines: KNOWN_BY[kind](circuit.use) ? { above: one !== undefined, below: one === undefined } : null,
      body: { ...common, ...bodyOfUnused(one) },
    }
  })
}

function unusedGateway({ id, customer, use }: GatewayFact): Judgement {
  const [one] = unusedOf([], [use])
  const { name, resourceId, connections } = use
  return {
    kind: 'gateway_alone',
    scope: id,
    detail: '',
    resources: [id],
    lines: connections === null ? null : { above: one !== undefined, below: one === undefined },
    began: null,
    ended: null,
    body: {
      subject: { kind: 'gateway', id, resourceId, name },
      customer,
      links: [{ label: name, href: `/gateways/${id}` }],
      ...bodyOfUnused(one),
    },
  }
}

function bodyOfUnused(one: ReturnType<typeof unusedOf>[number] | undefined) {
  return {
    evidence: one ? [{ field: 'use', before: null, after: one.reason }] : [],
    amounts: {
      cost: one?.perMonth ? flatBand(one.perMonth) : null,
      limit: null,
      saving: one?.saving ? flatBand(one.saving) : null,
    },
    remedy: one?.remedy ?? '',
  }
}

/** Of a budget over the circuits of several customers, nothing but the budget is named. */
function overBudget({ standing, customers }: BudgetFact, month: BillingMonth, limits: FindingLimits): Judgement {
  const { id, name, owner, budget, projected, variance, state, circuitIds } = standing
  const share = (amount: CostMoney) => new Decimal(amount.amount).dividedBy(budget.amount).toNumber()
  // where something has no price, the rest alone may still be over
  const isKnown = projected !== null && variance !== null && state !== 'unknown' && Number(budget.amount) > 0
  return {
    kind: 'forecast_over_budget',
    scope: id,
    detail: month.name,
    resources: circuitIds,
    lines: isKnown
      ? {
          above: share(projected.p50) > limits['budget.over'],
          below: share(projected.p50) < limits['budget.clear'],
        }
      : null,
    began: null,
    ended: null,
    body: {
      subject: { kind: 'budget', id: null, resourceId: null, name },
      customer: customers.length === 1 ? (customers[0] ?? null) : null,
      evidence: [
        {
          field: `forecast of ${month.name}`,
          before: `budget ${words(budget)}`,
          after: projected && variance ? `${words(projected.p50)}: ${words(variance)} over` : 'not known',
        },
        ...(projected && share(projected.p10) > limits['budget.over']
          ? [{ field: 'certainty', before: null, after: 'over the budget over the whole band' }]
          : []),
      ],
      amounts: { cost: projected, limit: budget, saving: null },
      remedy: `${owner} answers for the budget "${name}": raise it, or see in the weekly review what changed the figure.`,
      links: [{ label: 'Budgets', href: '/cost#budgets' }],
    },
  }
}

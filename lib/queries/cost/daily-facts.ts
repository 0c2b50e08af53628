import type { BudgetStanding, CostMoney, CostProjection, EpochMs, MoneyBand } from '#lib/contract/index.ts'
import { currentBand, Decimal, gbOf, moneyOf, usualDay } from '#lib/cost/index.ts'
import type { BudgetFact, CostFacts, DayFact, PlanFact } from '#lib/detection/index.ts'
import { shortIdOf, usage } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { Projected } from './projections.ts'

const DAY = 86_400_000
/** The day itself, and the same weekday of the four weeks before. */
const FORMER_DAYS = 29

/** What an evaluation of cost is about: a resource of the event log, and what is known of its cost. */
export interface CostScope {
  resourceId: string
  facts: CostFacts
}

/** What the daily evaluation of cost finds: a scope for each circuit, and one for each subscription that has a budget. */
export async function dailyFacts(
  q: Queryable,
  { circuits, projections }: Projected,
  standings: readonly BudgetStanding[],
  now: EpochMs,
): Promise<CostScope[]> {
  const budgets = Map.groupBy(standings, (standing) => resourceOf(standing, circuits))
  const budgetFacts = (resourceId: string) =>
    (budgets.get(resourceId) ?? []).map((one) => budgetFact(one, projections.month))
  const scopes: CostScope[] = []
  for (const { resource, removedAt } of circuits) {
    const projection = projections.circuits.find(({ circuitId }) => circuitId === resource.id)
    if (!projection || removedAt !== null) continue
    scopes.push({
      resourceId: resource.resourceId,
      facts: {
        scope: resource.id,
        budgets: budgetFacts(resource.resourceId),
        plan: planFact(projection),
        day: await dayFact(q, projection, now),
      },
    })
  }
  const own = new Set(circuits.map(({ resource }) => resource.resourceId))
  for (const resourceId of new Set(circuits.map(({ resource }) => subscriptionOf(resource.subscriptionId)))) {
    if (own.has(resourceId)) continue
    const facts = { scope: shortIdOf(resourceId), budgets: budgetFacts(resourceId), plan: null, day: null }
    scopes.push({ resourceId, facts })
  }
  return scopes
}

const subscriptionOf = (id: string): string => `/subscriptions/${id}`

/** A budget of one circuit has the circuit's scope; one of several has their subscription's. */
function resourceOf({ customer, circuitIds }: BudgetStanding, circuits: Projected['circuits']): string {
  const [first, ...others] = circuits.filter(({ resource }) => circuitIds.includes(resource.id))
  if (first && others.length === 0 && customer === null) return first.resource.resourceId
  return subscriptionOf(customer ?? first?.resource.subscriptionId ?? '')
}

function budgetFact({ name, owner, budget, projected, variance, state }: BudgetStanding, month: string): BudgetFact {
  const share = (amount: CostMoney) => new Decimal(amount.amount).dividedBy(budget.amount).toNumber()
  // where something has no price, the rest alone may still be over
  const isKnown = projected !== null && variance !== null && state !== 'unknown' && Number(budget.amount) > 0
  return {
    name,
    owner,
    month,
    budget: words(budget),
    forecast: isKnown
      ? {
          likelyShare: share(projected.p50),
          leastShare: share(projected.p10),
          words: bandWords(projected),
          over: words(variance),
        }
      : null,
  }
}

function planFact(projection: CostProjection): PlanFact | null {
  const { plan, chanceOfWrongSide, metered, unlimited } = projection
  if ((plan !== 'metered' && plan !== 'unlimited') || !metered || !unlimited) return null
  const [meteredWords, unlimitedWords] = [bandWords(metered), words(unlimited)]
  return plan === 'metered'
    ? { plan, other: 'unlimited', chanceOfWrongSide, own: meteredWords, others: unlimitedWords }
    : { plan, other: 'metered', chanceOfWrongSide, own: unlimitedWords, others: meteredWords }
}

/** The last whole day, where bytes are paid for. */
async function dayFact(q: Queryable, projection: CostProjection, now: EpochMs): Promise<DayFact | null> {
  const rate = projection.lines.findLast(({ kind }) => kind === 'data')?.unitPrice
  if (projection.plan !== 'metered' || !rate || !currentBand(projection)) return null
  const to = Math.floor(now / DAY) * DAY
  const { points } = await usage(q, {
    scope: projection.circuitId,
    from: to - FORMER_DAYS * DAY,
    to,
    step: 'day',
  })
  const days = points.map(({ start, out, coveredMs }) => ({
    start,
    bytesOut: out.bytes,
    coveredSeconds: coveredMs / 1_000,
  }))
  const day = usualDay(days, to - DAY)
  const [bytes, usual] = [day?.bytes ?? 0n, day?.usual ?? 0n]
  const gb = projection.gb.bytes
  const gbWords = (amount: bigint) => `${gbOf(amount, gb).toFixed(1)} GB`
  return {
    from: to - DAY,
    to,
    timesUsual:
      day && (usual > 0n ? Number((bytes * 1_000n) / usual) / 1_000 : bytes > 0n ? Number.MAX_SAFE_INTEGER : 0),
    extraBitsPerSecond: (Number(bytes - usual) * 8_000) / DAY,
    extra: words(moneyOf(gbOf(bytes - usual, gb).times(rate.amount), rate.currency)),
    usual: gbWords(usual),
    reported: gbWords(bytes),
  }
}

const words = ({ amount, currency }: CostMoney): string => `${amount} ${currency}`
const bandWords = ({ p10, p50, p90 }: MoneyBand): string => `${words(p50)} (${p10.amount} to ${p90.amount})`

import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type {
  CostDiscount,
  CostDiscountBody,
  CostOverrideBody,
  CostEndpointResponse,
  MoneyPercentiles,
} from '../api/index.ts'
import { sumPercentilesByCurrency } from '../api/money-sums.ts'
import {
  type BilledLine,
  getBillingMonth,
  type CostContext,
  Decimal,
  DISCOUNT_TOLERANCE,
  type ProvenDiscountResult,
  formatBillComparison,
  formatDiscount,
  formatMoneyAmount,
  formatRecommendationsAtBills,
  getRecommendedSaving,
  isOverrideInForce,
  addBillingMonths,
  type PriceOverride,
  proveDiscount,
} from '../rules/index.ts'
import { readBillReadAttempts } from '../store/index.ts'
import { getReaderVisibility } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { buildAgeWithoutPolls, ConflictError, type ReadableDatabase, getSqlExecutor } from '#lib/questions/index.ts'

import { readCostContext } from './cost-context.ts'
import { getCostOverrides } from './overrides.ts'
import { readLastProjections, type StoredProjections } from './projections.ts'
import { compareProjectionsWithBills, type ComparedResource } from './reconcile.ts'
import { saveCostStatements } from './statements.ts'

/** Number of months before the current month whose bills may be compared. Months without a bill are skipped. */
const MONTHS_BACK = 2

/**
 * Returns the discount on list prices that the bills of the last months prove, and whether an override already applies
 * it (ADR 0312).
 */
export async function computeCostDiscount(
  db: ReadableDatabase,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costDiscount'>> {
  return { data: await readDiscount(getSqlExecutor(db), now), ...buildAgeWithoutPolls(now) }
}

/**
 * Stores the discount that the bills prove, as a price override for all list prices. An override that came from an
 * earlier proof is replaced.
 * @throws ConflictError if the bills do not prove the discount that the request names, or if the overrides changed
 *   since the caller read them
 */
export async function applyProvenDiscount(
  db: Database,
  { share, version, why }: CostDiscountBody,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costOverrides'>> {
  const offer = await readDiscount(db.pool, now)
  if (offer.state !== 'offered' || offer.evidence === null || offer.share !== share)
    throw new ConflictError(`share: ${formatDiscount(share)} is not offered: ${offer.words}`)
  const { evidence } = offer
  const [from = null] = evidence.months
  const override: CostOverrideBody = {
    kind: 'discount',
    share,
    meterName: null,
    circuitIds: null,
    from: from && `${from}-01T00:00:00.000Z`,
    until: null,
    evidence,
  }
  const before = (await getCostOverrides(db, now)).data.overrides.filter(
    ({ withdrawn, override: one }) => withdrawn === null && one.kind === 'discount' && one.evidence !== undefined,
  )
  await saveCostStatements(db, 'override', {
    version,
    make: () => Promise.resolve([override]),
    withdraw: before.map(({ id }) => id),
    why: why ?? `proven by the bills of ${evidence.months.join(' and ')}`,
    at: now,
  })
  return getCostOverrides(db, now)
}

/** Reports whether an override changes prices now. A share of a circuit's cost changes no price. */
export const hasPriceOverrides = ({ overrides, now }: CostContext): boolean =>
  overrides.some((one) => isOverrideInForce(one, now) && one.kind !== 'share' && one.kind !== 'global_reach_share')

async function readDiscount(q: SqlExecutor, now: EpochMs): Promise<CostDiscount> {
  const { version, overrides } = (await getCostOverrides(q, now)).data
  const frame = await readCostContext(q, getBillingMonth(now), now)
  const hasOverrides = hasPriceOverrides(frame)
  const active = findDiscountInForce(frame)
  const stored = overrides.find(({ id }) => id === active?.id)?.override
  const common = { comparison: null, billedSaving: null, hasOverrides, version }
  const inForce = active && {
    ...common,
    state: 'in_force' as const,
    share: active.share,
    words: `${formatDiscount(active.share)} off all list prices is in force: ${active.why}`,
    evidence: stored?.kind === 'discount' ? (stored.evidence ?? null) : null,
    overrideId: active.id,
  }
  const none = { ...common, state: 'none' as const, share: null, evidence: null, overrideId: null }
  if (getReaderVisibility(q) !== null)
    return inForce ?? { ...none, words: 'a discount is offered to people who see the whole estate' }
  const { proof, bills } = await proofByBills(q, frame)
  if (!proof.ok) return inForce ?? { ...none, words: proof.why }
  if (inForce && isDiscountInForce(frame, proof.share)) return inForce
  const { share } = proof
  const { words, saving } = await compareRecommendations(q, frame, share)
  return {
    ...none,
    state: 'offered',
    share,
    words: formatProof(proof),
    evidence: evidenceOf(proof, bills),
    comparison: `${formatBillComparison(proof)} ${words}`.trim(),
    billedSaving: saving,
  }
}

/**
 * Compares the recommendations at list prices with those at prices less a discount. Both are made by the same rules
 * from the same stored traffic.
 * @param share discount on all list prices, 0 to 1
 * @returns `words` is the comparison in sentences, empty if no traffic is stored. `saving` is the total monthly saving
 *   of the recommendations at the discounted prices, null if no traffic is stored
 */
async function compareRecommendations(
  q: SqlExecutor,
  frame: CostContext,
  share: number,
): Promise<{ words: string; saving: CostDiscount['billedSaving'] }> {
  const listed = await readLastProjections(q, frame)
  const billed = await readProjectionsAtBills(q, frame, share)
  if (!listed || !billed) return { words: '', saving: null }
  return {
    words: formatRecommendationsAtBills(listed.projections.circuits, billed.projections.circuits),
    saving: sumRecommendedSavings(billed),
  }
}

/**
 * Returns the last stored projections at list prices less a discount; null if no traffic is stored.
 * @param share discount on all list prices, 0 to 1
 */
function readProjectionsAtBills(q: SqlExecutor, frame: CostContext, share: number): Promise<StoredProjections | null> {
  const discount: PriceOverride = {
    kind: 'discount',
    share,
    meterName: null,
    circuitIds: null,
    id: 'bills',
    from: 0,
    until: null,
    by: 'bills',
    // later than each stored override, and constant, because the cached answer depends on it
    at: frame.month.to,
    why: 'proven by the bills',
  }
  return readLastProjections(q, { ...frame, overrides: [...frame.overrides, discount] }, 'at bills')
}

/**
 * Returns the discount on list prices that the bills prove and that no override applies yet, 0 to 1; null = there is
 * none, or no bill was read. It compares the bills of several months, so that only the hourly cost check calls it.
 */
export async function readOfferedDiscountShare(q: SqlExecutor, now: EpochMs): Promise<number | null> {
  if ((await readBillReadAttempts(q)).length === 0) return null
  const frame = await readCostContext(q, getBillingMonth(now), now)
  const { proof } = await proofByBills(q, frame)
  return proof.ok && !isDiscountInForce(frame, proof.share) ? proof.share : null
}

/** Reports whether overrides already apply a discount on all list prices, 0 to 1. */
function isDiscountInForce(frame: CostContext, share: number): boolean {
  const used = findDiscountInForce(frame)?.share
  return used !== undefined && Math.abs(used - share) <= DISCOUNT_TOLERANCE
}

/**
 * Returns the monthly saving of the recommendations and the whole cost of the month at the billed prices, one amount for
 * each currency. No bill is read.
 * @param share discount on list prices that the bills prove, 0 to 1; null = none
 * @returns null if there is no such discount, if an override already applies it, or if no traffic is stored
 */
export async function readCostAtBills(
  q: SqlExecutor,
  frame: CostContext,
  share: number | null,
): Promise<{ saving: MoneyPercentiles[]; totals: MoneyPercentiles[] } | null> {
  if (share === null || isDiscountInForce(frame, share)) return null
  const billed = await readProjectionsAtBills(q, frame, share)
  return billed && { saving: sumRecommendedSavings(billed), totals: billed.projections.totals }
}

const sumRecommendedSavings = ({ projections }: StoredProjections) =>
  sumPercentilesByCurrency(projections.circuits.flatMap((one) => getRecommendedSaving(one) ?? []))

type Discount = Extract<PriceOverride, { kind: 'discount' }>
const isOffAll = (one: PriceOverride): one is Discount =>
  one.kind === 'discount' && one.circuitIds === null && one.meterName === null

/** Returns the newest discount on all list prices that is in force; undefined = none. */
const findDiscountInForce = ({ overrides, now }: CostContext): Discount | undefined =>
  overrides
    .filter((one) => isOverrideInForce(one, now))
    .filter(isOffAll)
    .toSorted((a, b) => a.at - b.at)
    .at(-1)

type Proof = Extract<ProvenDiscountResult, { ok: true }>

function formatProof({ share, months, meters }: Proof): string {
  const lines = meters.reduce((sum, { resources }) => sum + resources, 0)
  return `all ${lines} priced meters on the bills of ${months.join(' and ')} are ${formatDiscount(share)} under their list prices`
}

const evidenceOf = ({ months, meters, list, billed, currency }: Proof, bills: string[]) => ({
  bills,
  months,
  meters,
  list: formatMoneyAmount(list, currency),
  billed: formatMoneyAmount(billed, currency),
})

/**
 * Compares bills with list prices, starting with the bill of the current month and adding earlier months until a
 * discount is proven. `bills` contains the ids of the subscriptions whose bills were compared.
 */
async function proofByBills(
  q: SqlExecutor,
  frame: CostContext,
): Promise<{ proof: ProvenDiscountResult; bills: string[] }> {
  const days = new Map<string, number>()
  const [lines, unread, bills]: [BilledLine[], Set<string>, Set<string>] = [[], new Set(), new Set()]
  let proof = proveDiscount({ days, lines, unread: [] })
  for (let back = 0; back <= MONTHS_BACK && !proof.ok; back++) {
    const month = addBillingMonths(frame.month, -back)
    // A circuit's price zone selects the list price, so overrides of the zone are applied. Other overrides would
    // replace the list price and are left out.
    const overrides = frame.overrides.filter(({ kind }) => kind === 'zone')
    const held = await compareProjectionsWithBills(q, { ...frame, month, overrides }, false)
    const records = held.resources.flatMap((one) => one.records)
    if (records.length === 0) continue
    days.set(month.name, new Set(records.map(({ day }) => day)).size)
    lines.push(...held.resources.flatMap((one) => linesOf(one, month.name)))
    for (const { subscriptionId } of records) bills.add(subscriptionId)
    for (const [id, { missing }] of held.bills) if (missing !== null) unread.add(`${id}: ${missing}`)
    proof = proveDiscount({ days, lines, unread: [...unread] })
  }
  return { proof, bills: [...bills].toSorted() }
}

/** Returns the meters of a resource that are on its bill and have a list price, each with its billed sum. */
function linesOf({ resourceId, projected, records }: ComparedResource, month: string): BilledLine[] {
  return [...Map.groupBy(records, ({ meter, currency }) => `${meter} ${currency}`).values()].flatMap((own) => {
    const [first] = own
    const listed = projected.meters.find(({ meter }) => meter === first?.meter)
    if (!first || !listed) return []
    const sum = (of: 'quantity' | 'cost') => Decimal.sum(0, ...own.map((one) => one[of]))
    return [
      {
        month,
        resourceId,
        meter: first.meter,
        zone: listed.zone,
        currency: first.currency,
        quantity: sum('quantity'),
        cost: sum('cost'),
        listPrice: listed.unitPrice,
        listCurrency: listed.currency,
      },
    ]
  })
}

import type { EpochMs } from '#lib/contract/index.ts'
import { getReaderVisibility } from '#lib/history/index.ts'
import {
  type CostContext,
  getBillingMonth,
  getRecommendedSaving,
  computeSavingShare,
  isOverrideInForce,
  sumMoneyByCurrency,
} from '../rules/index.ts'
import {
  type CostCheckMemory,
  type StoredCostHeadline,
  readCostBasisRevision,
  readCostCheckMemory,
} from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { digestCostInputs, isStoredCostValid, STORED_COST_GOOD_FOR_MS } from './circuits/computed-traffic.ts'
import { readCostContext } from './cost-context.ts'
import { hasPriceOverrides, readCostAtBills } from './discount.ts'
import { describeCostInputs, readLastProjections } from './projections.ts'

type CostHeadline = StoredCostHeadline['body']

/**
 * Version of the format and computation of a stored summary. Increase it with every change of the code that gives a
 * different summary for the same traffic and prices.
 */
const FORM = 2

/**
 * Returns the cost summary for the overview. It uses the last stored projections, because the overview is requested
 * often and must not wait for the computation of a forecast. The hourly check stores the summary, because projections
 * take 5 to 10 ms for each circuit (ADR 0392).
 * @returns null if no circuit has a known price, or if no projection is stored
 */
export async function readCostHeadline(q: SqlExecutor, now: EpochMs): Promise<CostHeadline | null> {
  const frame = await readCostContext(q, getBillingMonth(now), now)
  if (getReaderVisibility(q) !== null) return computeCostHeadline(q, frame, null)
  const memory = await readCostCheckMemory<CostCheckMemory>(q)
  const share = memory?.billedShare ?? null
  const stored = memory?.headline
  return stored && isStoredCostValid(stored, await digestInputs(q, frame, share), now, STORED_COST_GOOD_FOR_MS)
    ? stored.body
    : computeCostHeadline(q, frame, share)
}

/**
 * Computes the cost summary that the hourly check stores; null if there is none.
 * @param billedShare discount on list prices that the bills prove and that no override applies yet, 0 to 1; null = none
 */
export async function makeStoredHeadline(
  q: SqlExecutor,
  frame: CostContext,
  billedShare: number | null,
): Promise<StoredCostHeadline | null> {
  const madeFrom = await digestInputs(q, frame, billedShare)
  const body = await computeCostHeadline(q, frame, billedShare)
  return body && { madeAt: frame.now, madeFrom, body }
}

/** Returns a digest of all inputs of the summary except the traffic, which the check computes again each hour. */
async function digestInputs(q: SqlExecutor, frame: CostContext, billedShare: number | null): Promise<string> {
  const inForce = frame.overrides.filter((one) => isOverrideInForce(one, frame.now)).map(({ id }) => id)
  return digestCostInputs([
    FORM,
    frame.month.name,
    describeCostInputs(frame),
    inForce,
    await readCostBasisRevision(q),
    billedShare,
  ])
}

async function computeCostHeadline(
  q: SqlExecutor,
  frame: CostContext,
  billedShare: number | null,
): Promise<CostHeadline | null> {
  const last = await readLastProjections(q, frame)
  if (!last || last.projections.totals.length === 0) return null
  const { month, totals, circuits, unpriced } = last.projections
  const saving = sumMoneyByCurrency(circuits.flatMap((circuit) => getRecommendedSaving(circuit)?.p50 ?? []))
  const billed = await readCostAtBills(q, frame, billedShare)
  const billedSaving = billed?.saving.map(({ p50 }) => p50) ?? null
  return {
    month,
    asOf: last.asOf,
    missing: last.missing + unpriced,
    totals,
    switches: circuits.filter(({ recommendation }) => recommendation.action === 'switch').length,
    saving,
    billedSaving,
    hasOverrides: hasPriceOverrides(frame),
    savingShare: computeSavingShare(billedSaving ?? saving, billed?.totals ?? totals),
  }
}

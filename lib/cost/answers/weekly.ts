import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { MoneyAmount, EpochMs } from '#lib/contract/index.ts'
import {
  type CostReviewWithSummary,
  type CostWeekly,
  type CostReviewParameters,
  type CostWeeklyParameters,
  costWeeklySchema,
  type CostEndpointResponse,
} from '../api/index.ts'
import {
  type IsoWeek,
  findLastDueWeek,
  parseWeekName,
  getPreviousWeek,
  findIsoWeek,
} from '#lib/contract/time/iso-week.ts'
import {
  getBillingMonth,
  type CostContext,
  computeCostSoFar,
  computeFollowUp,
  isDecisionFollowedUpInReview,
  limitReview,
  sortCostOptions,
  formatReviewCsv,
  summarizeReview,
} from '../rules/index.ts'
import {
  readCostDecisions,
  readCostReview,
  readPublishedReviewWeeks,
  publishCostReview,
  readUsageStarts,
} from '../store/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  InvalidRequestError,
  NotFoundError,
  formatIso,
  readThresholdsInForce,
} from '#lib/questions/index.ts'

import { readBudgetStatuses } from './budgets.ts'
import {
  type CostCircuitReader,
  buildProjectionInput,
  type CostCircuit,
  createCostCircuitReader,
} from './circuits/circuit-inputs.ts'
import { readUsageInput } from './circuits/circuit-usage.ts'
import { mapWithLimitedConcurrency } from './map-concurrent.ts'
import { readCostContext } from './cost-context.ts'
import { explainVarianceSince } from './variance.ts'
import {
  readAgeOfCostData,
  type ProjectionsWithCircuits,
  readProjections,
  readRecentProjections,
  readOrComputeCostResponse,
} from './projections.ts'
import { type FormerReview, readReviewBefore } from './former-reviews.ts'
import { readUnusedResources } from './unused-resources.ts'

/** Maximum number of published weeks that a review lists. It is more than a year. */
const LISTED_WEEKS = 60
/** Maximum number of decisions that a review lists, newest first. */
const MAX_DECISIONS = 50

/**
 * Returns the review of a week. Before the week's review is published, a preliminary review is returned.
 * @throws InvalidRequestError if the week does not exist, or is in the future
 * @throws NotFoundError if the week is over, its review was not published, and it will not be published any more; or if
 *   the review does not contain the requested circuit
 */
export async function computeCostWeekly(
  db: ReadableDatabase,
  { week: name, detail = 'full', circuit }: CostReviewParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costWeekly'> & { data: CostReviewWithSummary }> {
  const q = getSqlExecutor(db)
  const week = name === undefined ? findIsoWeek(now) : parseWeekName(name)
  if (!week) throw new InvalidRequestError(`week: ${name} is none; send a week such as ${findIsoWeek(now).name}`)
  if (week.from > now) throw new InvalidRequestError(`week: ${week.name} lies ahead; send ${findIsoWeek(now).name}`)
  const weeks = await readPublishedReviewWeeks(q, LISTED_WEEKS)
  const closing = await closingWeek(q, weeks, now)
  const review = (await publishedReview(q, week)) ?? (await openReview(q, week, now, closing))
  const { circuits } = review.projections
  const circuitId = circuit === undefined ? null : circuit.startsWith('/') ? computeShortId(circuit) : circuit
  if (circuitId !== null && circuits.every((one) => one.circuitId !== circuitId))
    throw new NotFoundError(`the review of ${week.name} has no circuit ${circuit}: /api/v1/circuits lists the circuits`)
  const summary = summarizeReview(
    circuits,
    (await readThresholdsInForce(q))['bandwidth.warn'],
    (one) => detail === 'full' && (circuitId === null || one.circuitId === circuitId),
  )
  return {
    data: limitReview({ ...review, summary, weeks, closing: closing?.name ?? null }, { detail, circuitId }),
    ...(await readAgeOfCostData(q, now)),
  }
}

/**
 * Returns the table of a review as a CSV file.
 * @throws the same errors as {@link computeCostWeekly}
 */
export async function computeCostWeeklyCsv(
  db: ReadableDatabase,
  parameters: CostWeeklyParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<{ week: string; csv: string }> {
  const { data } = await computeCostWeekly(db, parameters, now)
  return { week: data.week, csv: formatReviewCsv(data) }
}

async function openReview(q: SqlExecutor, week: IsoWeek, now: EpochMs, closing: IsoWeek | null): Promise<CostWeekly> {
  const isDue = week.name === closing?.name
  if (now < week.closesAt || isDue)
    return reviewOf(q, week, now, (frame, basis) => projectionsAt(q, week, frame, now, basis))
  throw new NotFoundError(`the review of ${week.name} was not published: /api/v1/cost/weekly lists those that were`)
}

/**
 * Returns the last completed week if its review is not published yet. Null if it is published, or if there is no usage
 * from before the end of the week.
 * @param published names of the newest published weeks
 */
async function closingWeek(q: SqlExecutor, published: readonly string[], now: EpochMs): Promise<IsoWeek | null> {
  const week = getPreviousWeek(findIsoWeek(now))
  if (published.includes(week.name)) return null
  const begins = await readUsageStarts(q)
  return [...begins.values()].some((begin) => begin < week.to) ? week : null
}

async function publishedReview(q: SqlExecutor, { name }: IsoWeek): Promise<CostWeekly | null> {
  const stored = await readCostReview(q, name)
  if (!stored) return null
  const { projections, ...review } = costWeeklySchema.parse(stored.body)
  // the options are sorted again, because the stored review may be older than the current sort order
  const circuits = projections.circuits.map((one) => ({ ...one, options: sortCostOptions(one.options) }))
  return { ...review, projections: { ...projections, circuits } }
}

/**
 * Publishes the review of the last completed week, unless it is already published or no usage is known. A published
 * review never changes; corrections appear in the next review.
 * @returns name of the published week; null = no review was published
 */
export async function publishDueCostReview(db: Database, now: EpochMs): Promise<string | null> {
  const q = getSqlExecutor(db)
  const week = findLastDueWeek(now)
  if ((await readPublishedReviewWeeks(q, LISTED_WEEKS)).includes(week.name)) return null
  const review = await reviewOf(q, week, now, (frame, basis) => readProjections(q, frame, basis))
  if (!review.projections.circuits.some(({ coveredShare }) => coveredShare > 0)) return null
  const body = { ...review, closedAt: formatIso(now) }
  return (await publishCostReview(q, { week: week.name, closedAt: now, body })) ? week.name : null
}

/** Returns the review of a week, computed for the end of the week, or for `now` if the week is not over. */
async function reviewOf(
  q: SqlExecutor,
  week: IsoWeek,
  now: EpochMs,
  project: (frame: CostContext, basis: CostCircuitReader) => Promise<ProjectionsWithCircuits>,
): Promise<CostWeekly> {
  const frame = await frameOf(q, week, now)
  const before = await readReviewBefore(q, week)
  const weekOfBefore = before && parseWeekName(before.week)
  const frameBefore = weekOfBefore && (await frameOf(q, weekOfBefore, now))
  const basis = await createCostCircuitReader(q, (frameBefore ?? frame).month.from)
  const [{ projections, circuits }, corrections] = await Promise.all([
    project(frame, basis),
    before && frameBefore ? correctionsOf(q, before, frameBefore, now, basis) : [],
  ])
  return {
    week: week.name,
    from: formatIso(week.from),
    to: formatIso(week.to),
    closedAt: null,
    projections,
    variance: before
      ? await explainVarianceSince(q, before, { circuits, projections: projections.circuits }, Math.min(now, week.to))
      : [],
    comparedWith: before?.week ?? null,
    unused: await readUnusedResources(q, circuits, projections.circuits, frame),
    budgets: await readBudgetStatuses(q, { circuits, projections }, Math.min(now, week.closesAt - 1)),
    decisions: await followedUp(
      q,
      await readCostDecisions(q, Math.min(now, week.closesAt), MAX_DECISIONS),
      projections,
    ),
    corrections,
  }
}

/**
 * Adds the result to each decision of the previous month. The result compares the cost that the last review before the
 * decision expected with the cost of this month.
 */
async function followedUp(
  q: SqlExecutor,
  decisions: CostWeekly['decisions'],
  { month, circuits }: CostWeekly['projections'],
): Promise<CostWeekly['decisions']> {
  const before = new Map<string, FormerReview | null>()
  const followed: CostWeekly['decisions'] = []
  for (const decision of decisions) {
    const now = circuits.find(({ circuitId }) => circuitId === decision.circuitId)
    const week = findIsoWeek(Date.parse(decision.at))
    if (now && isDecisionFollowedUpInReview(decision, month) && !before.has(week.name))
      before.set(week.name, await readReviewBefore(q, week))
    const review = before.get(week.name)
    const isDue = now && review && isDecisionFollowedUpInReview(decision, month)
    followed.push(isDue ? { ...decision, followUp: computeFollowUp(review, now) } : decision)
  }
  return followed
}

/**
 * Returns the projections of the month as they are at the end of a week. If the week is not over, returns them as they
 * are now.
 */
async function projectionsAt(
  q: SqlExecutor,
  week: IsoWeek,
  frame: CostContext,
  now: EpochMs,
  basis: CostCircuitReader,
): Promise<ProjectionsWithCircuits> {
  if (frame.now === now) return readRecentProjections(q, frame, basis)
  const asked = { what: `until ${week.name}`, frame, madeFrom: [basis.revision], now }
  return readOrComputeCostResponse(q, asked, () => readProjections(q, frame, basis))
}

/**
 * Returns the inputs of the projections of a week. If the week is over, they are for the end of the week and the month
 * that contains it. Otherwise they are for the current time and month.
 */
function frameOf(q: SqlExecutor, week: IsoWeek, now: EpochMs): Promise<CostContext> {
  const at = Math.min(now, week.to)
  return readCostContext(q, getBillingMonth(at - 1), at)
}

/**
 * Returns the circuits whose published cost differs from the cost that follows from the usage and prices known today.
 * @param frame month and time of the published review
 */
async function correctionsOf(
  q: SqlExecutor,
  published: FormerReview,
  frame: CostContext,
  now: EpochMs,
  basis: CostCircuitReader,
): Promise<CostWeekly['corrections']> {
  const asked = { what: `again ${published.week}`, frame, madeFrom: [basis.revision], now }
  const again = await readOrComputeCostResponse(q, asked, async () =>
    costsAgain(q, frame, await basis.standingsIn(frame)),
  )
  return published.projections.circuits.flatMap((former) => {
    const [was, is] = [former.costToDate, again.get(former.circuitId)]
    if (!was || !is || was.currency !== is.cost.currency || was.amount === is.cost.amount) return []
    const isTraffic = String(is.bytes) !== former.billedBytesToDate
    const reason = isTraffic
      ? 'bytes of that time became known, or were corrected, since'
      : 'prices, or their overrides, became known since'
    return [{ week: published.week, circuitId: former.circuitId, published: was, now: is.cost, reason }]
  })
}

/**
 * Returns the billed bytes and the cost of each circuit from the begin of the month to `frame.now`. They do not contain
 * a forecast.
 */
async function costsAgain(q: SqlExecutor, frame: CostContext, standings: readonly CostCircuit[]) {
  const costs = new Map<string, { bytes: bigint; cost: MoneyAmount }>()
  await mapWithLimitedConcurrency(standings, async (standing) => {
    const usage = await readUsageInput(q, standing, frame, frame.month.from)
    const cost = computeCostSoFar(buildProjectionInput(standing, usage), frame)
    if (cost) costs.set(standing.resource.id, cost)
  })
  return costs
}

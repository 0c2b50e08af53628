import type { TimestampBounds, EpochMs, StreamChange } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { CostProjection } from '../api/index.ts'
import {
  computeBilledUsage,
  getBillingMonth,
  type ByteBoundsInterval,
  type FindingCheckMemory,
  type CostContext,
  findLimitCrossing,
  type DayFindingInput,
  type FindingBody,
  formatFindingKey,
  updateFindings,
  judgeFindingRules,
  type FindingWithPeriod,
  convertToByteBoundsIntervals,
  compareWithUsualDay,
} from '../rules/index.ts'
import { applyThresholdChanges } from '#lib/detection/index.ts'
import { readCostFindings, readCurrentSettings, saveCostFindings, readUsage } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { CHANGES_CHANNEL, formatIso } from '#lib/questions/index.ts'

import { type CostCheckMemory, readCostCheckMemory, saveCostCheckMemory } from '../store/index.ts'
import type { CostCircuit } from './circuits/circuit-inputs.ts'
import { isGlobalReachKnown, readUsageInput } from './circuits/circuit-usage.ts'
import { readFindingInputs } from './current-facts.ts'
import { readOfferedDiscountShare } from './discount.ts'
import { makeStoredHeadline } from './headline.ts'
import { readCustomersOfResources } from './tco/resource-customers.ts'
import { readCostContext } from './cost-context.ts'

const FIVE_MINUTES = 300_000
/**
 * Number of days of usage to read: the last whole day, and the four weeks before it, which contain the same weekday
 * four times.
 */
const FORMER_DAYS = 29
/**
 * Maximum width in milliseconds of a time range for the break-even that is narrowed further. The range first comes from
 * hourly data. If it is at most this wide, it is narrowed with 5-minute intervals.
 */
const FINE_MS = 3 * 3_600_000
/** Maximum number of open findings that one check reads. */
const MAX_OPEN = 100_000

/**
 * Runs the cost checks: break-even, less expensive offers, budgets, surges of outbound traffic, unused resources. A
 * problem that continues keeps its existing finding, so the number of findings does not depend on how often the check
 * runs. It then stores the cost summary of the overview, and the discount that the bills prove.
 * @returns numbers for the log
 */
export async function evaluateCostFindings(db: Database, now: EpochMs): Promise<{ open: number; changed: number }> {
  const frame = await readCostContext(db.pool, getBillingMonth(now), now)
  const counts = await updateStoredFindings(db, frame)
  // An error while bills are compared must not stop the findings, which do not depend on bills.
  await storeCostSummary(db, frame)
  return counts
}

/** Stores the cost summary of the overview, and the discount on list prices that the bills prove. */
async function storeCostSummary(db: Database, frame: CostContext): Promise<void> {
  const billedShare = await readOfferedDiscountShare(db.pool, frame.now)
  const headline = await makeStoredHeadline(db.pool, frame, billedShare)
  await db.transaction(async (client) => {
    const memory = await readCostCheckMemory<CostCheckMemory>(client)
    // JSON leaves out a member that is undefined.
    await saveCostCheckMemory(client, {
      ...memory,
      billedShare: billedShare ?? undefined,
      headline: headline ?? undefined,
    })
  })
}

async function updateStoredFindings(db: Database, frame: CostContext): Promise<{ open: number; changed: number }> {
  const { now } = frame
  const facts = await readFindingInputs(
    db.pool,
    frame,
    await readCustomersOfResources(db.pool),
    async (standing, projection) => ({
      day: await dayFact(db.pool, projection, frame.now),
      crossed: await breakEvenCrossed(db.pool, standing, projection, frame),
    }),
  )
  return db.transaction(async (client) => {
    const limits = applyThresholdChanges((await readCurrentSettings(client))?.changed ?? {})
    const { rows: open } = await readCostFindings(client, { open: true, limit: MAX_OPEN })
    const ids = new Map(open.map((one) => [formatFindingKey(one), one.id]))
    const before = open.map((one): FindingWithPeriod => ({ ...one, body: one.body as FindingBody }))
    const last = await readCostCheckMemory<FindingCheckMemory & CostCheckMemory>(client)
    const { changed, memory } = updateFindings(before, judgeFindingRules(facts, limits), last, now)
    await saveCostFindings(
      client,
      changed.map((one) => {
        const id = ids.get(formatFindingKey(one))
        return id === undefined ? one : { ...one, id }
      }),
    )
    await saveCostCheckMemory(client, { ...last, ...memory })
    const different = changed.filter((one) => one.ended !== null || !ids.has(formatFindingKey(one))).length
    if (different > 0) {
      const change: StreamChange = { topics: ['cost'], scope: null, at: formatIso(now) }
      await sendMessageToPostgresChannel(client, CHANGES_CHANNEL, JSON.stringify(change))
    }
    return { open: changed.filter(({ ended }) => ended === null).length, changed: different }
  })
}

/**
 * Returns the earliest and latest time at which the circuit's billed bytes of the month may have reached the
 * break-even; null = not reached, or unknown.
 */
async function breakEvenCrossed(
  q: SqlExecutor,
  standing: CostCircuit,
  { plan, breakEvenBytes, billedBytesToDate }: CostProjection,
  frame: CostContext,
): Promise<TimestampBounds | null> {
  if (plan !== 'metered' || breakEvenBytes === null) return null
  const line = BigInt(breakEvenBytes)
  if (BigInt(billedBytesToDate) < line) return null
  const { month, now } = frame
  const slots = convertToByteBoundsIntervals(
    computeBilledUsage(await readUsageInput(q, standing, frame, month.from), month.from, now),
  )
  const crossed = findLimitCrossing(slots, line)
  if (!crossed || crossed.latest - crossed.earliest > FINE_MS || isGlobalReachKnown(standing)) return crossed
  return (await crossedWithin(q, standing, slots, line, crossed)) ?? crossed
}

/**
 * Narrows the time at which the break-even was reached with 5-minute intervals. Returns null if the bytes of these
 * intervals do not reach the break-even. This happens if hourly data contains bytes that are in no 5-minute interval.
 */
async function crossedWithin(
  q: SqlExecutor,
  { resource, bandwidthMbps }: CostCircuit,
  hours: readonly ByteBoundsInterval[],
  line: bigint,
  { earliest, latest }: TimestampBounds,
): Promise<TimestampBounds | null> {
  const before = hours.filter(({ to }) => to <= earliest)
  const sum = (bytes: readonly (bigint | null)[]) =>
    bytes.reduce((all, one) => (all === null || one === null ? null : all + one), 0n)
  const { points } = await readUsage(q, { scope: resource.id, from: earliest, to: latest, step: '5m' })
  const bothPathsPerMs = bandwidthMbps === null ? null : (BigInt(bandwidthMbps) * 2n * 1_000n) / 8n
  const slots = points.map(({ start, out, coveredMs }): ByteBoundsInterval => {
    const bytes = coveredMs > 0 ? out.bytes : 0n
    const missing = BigInt(Math.max(0, FIVE_MINUTES - coveredMs))
    return {
      from: start,
      to: Math.min(start + FIVE_MINUTES, latest),
      atLeast: bytes,
      atMost: missing === 0n ? bytes : bothPathsPerMs === null ? null : bytes + bothPathsPerMs * missing,
    }
  })
  return findLimitCrossing(slots, line, {
    atLeast: sum(before.map(({ atLeast }) => atLeast)) ?? 0n,
    atMost: sum(before.map(({ atMost }) => atMost)),
  })
}

/**
 * Returns the bytes and the price per GB of the last whole day of a metered circuit; null for circuits without a charge
 * for data, or if too little usage is known.
 */
async function dayFact(q: SqlExecutor, projection: CostProjection, now: EpochMs): Promise<DayFindingInput | null> {
  const rate = projection.lines.findLast(({ kind }) => kind === 'data')?.unitPrice
  if (projection.plan !== 'metered' || !rate) return null
  const to = Math.floor(now / MS_PER_DAY) * MS_PER_DAY
  const { points } = await readUsage(q, {
    scope: projection.circuitId,
    from: to - FORMER_DAYS * MS_PER_DAY,
    to,
    step: 'day',
  })
  const days = points.map(({ start, out, coveredMs }) => ({
    start,
    bytesOut: out.bytes,
    coveredSeconds: coveredMs / 1_000,
  }))
  const day = compareWithUsualDay(days, to - MS_PER_DAY)
  return day && { bounds: { earliest: day.from, latest: day.to }, bytes: day.bytes, usual: day.usual, rate }
}

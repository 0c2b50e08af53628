import { setImmediate as breathe } from 'node:timers/promises'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { CostProjection, CostProjections, CostProjectionsParameters, CostEndpointResponse } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import {
  type CostContext,
  addBillingMonths,
  projectCircuit,
  summarizeProjections,
  hideNamesOfInvisibleLosses,
} from '../rules/index.ts'
import { readCostTrafficRevision } from '../store/index.ts'
import { getReaderVisibility } from '#lib/history/index.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  formatIso,
} from '#lib/questions/index.ts'

import {
  type CostCircuitReader,
  buildProjectionInput,
  type CostCircuit,
  createCostCircuitReader,
} from './circuits/circuit-inputs.ts'
import { createEmptyUsage } from './circuits/circuit-usage.ts'
import { resolveBillingMonth, readCostContext } from './cost-context.ts'
import {
  readLastTraffic,
  type ComputedTraffic,
  computeCircuitMonthTraffic,
  readOrComputeTraffic,
} from './circuits/computed-traffic.ts'

/**
 * Returns the projected cost of each circuit in a month (by default the current month) on each available plan, with a
 * recommendation.
 */
export async function computeCostProjections(
  db: ReadableDatabase,
  { month: name }: CostProjectionsParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costProjections'> & { data: CostProjections }> {
  const q = getSqlExecutor(db)
  const { projections } = await readRecentProjections(q, await readCostContext(q, resolveBillingMonth(name, now), now))
  return { data: projections, ...(await readAgeOfCostData(q, now)) }
}

/**
 * Returns the freshness of the data behind a cost answer. It depends on the last polls of the circuits' byte counters.
 */
export async function readAgeOfCostData(q: SqlExecutor, now: EpochMs) {
  return buildFreshnessFields(pickPollsOfKinds(await readSources(q), ['stats']), now)
}

export interface ProjectionsWithCircuits {
  circuits: readonly CostCircuit[]
  projections: CostProjections
}

/**
 * Returns the projections of a month, and the circuits from which they were computed. Traffic and forecasts in them may
 * be up to two hours old. Changes of prices and price overrides have an immediate effect.
 */
export async function readRecentProjections(
  q: SqlExecutor,
  frame: CostContext,
  given?: CostCircuitReader,
): Promise<ProjectionsWithCircuits> {
  const basis = given ?? (await createCostCircuitReader(q, frame.month.from))
  return readOrComputeCostResponse(q, { what: 'recent', frame, madeFrom: [basis.revision] }, async () => {
    const standings = await basis.standingsIn(frame)
    return projectedFrom(q, standings, await readOrComputeTraffic(q, standings, frame), frame)
  })
}

/** Projections that were stored before the request. */
export interface StoredProjections extends ProjectionsWithCircuits {
  /** Time at which the oldest stored traffic of these projections was computed. */
  asOf: EpochMs
  /** Number of circuits of the requested month that have no stored traffic and are therefore not included. */
  missing: number
}

/**
 * Returns projections from stored traffic of any age. No traffic is computed. If the stored traffic of the requested
 * month does not include all circuits, and that of the previous month includes more, the projections of the previous
 * month are returned instead. Null if no traffic is stored.
 * @param what name of the cached answer. Answers with other prices need another name, so that both stay cached
 */
export async function readLastProjections(
  q: SqlExecutor,
  frame: CostContext,
  what = 'last',
): Promise<StoredProjections | null> {
  const monthBefore = addBillingMonths(frame.month, -1)
  const basis = await createCostCircuitReader(q, monthBefore.from)
  const madeFrom = [basis.revision, await readCostTrafficRevision(q)]
  return readOrComputeCostResponse(q, { what, frame, madeFrom }, async () => {
    const current = await basis.standingsIn(frame)
    const own = await lastOf(q, frame, frame, current, current)
    if (own?.missing === 0) return own
    const frameBefore = { ...frame, month: monthBefore }
    const before = await lastOf(q, frameBefore, frame, await basis.standingsIn(frameBefore), current)
    return before && (!own || before.missing < own.missing) ? before : own
  })
}

/** Maximum age in milliseconds of stored traffic that is used instead of computing newer traffic. */
const MAX_STORED_AGE_MS = MS_PER_DAY

/**
 * Returns the projections of the selected circuits from stored traffic. If the traffic of one of these circuits is
 * missing or at least a day old, the traffic that is missing or outdated is computed, which takes some tenths of a
 * second for each circuit.
 * @param selectedBy text that identifies the selection. A cached answer is used only if it was made with the same text
 */
export async function readSelectedProjections(
  q: SqlExecutor,
  frame: CostContext,
  selectedBy: string,
  isSelected: (circuit: CostCircuit) => boolean,
): Promise<ProjectionsWithCircuits> {
  const basis = await createCostCircuitReader(q, frame.month.from)
  const madeFrom = [basis.revision, await readCostTrafficRevision(q), selectedBy]
  return readOrComputeCostResponse(q, { what: 'selected', frame, madeFrom }, async () => {
    const selected = (await basis.standingsIn(frame)).filter(isSelected)
    const kept = await readLastTraffic(q, frame.month.name)
    const areRecent = selected.every(({ resource }) => {
      const one = kept.get(resource.id)
      return one !== undefined && frame.now - one.madeAt < MAX_STORED_AGE_MS
    })
    const traffic = areRecent ? kept : await readOrComputeTraffic(q, selected, frame)
    return projectedFrom(q, selected, traffic, frame)
  })
}

/**
 * Builds projections from the stored traffic of a month; null if no traffic of the month is stored.
 * @param current the circuits that exist in the month of `today`; those without stored traffic are counted as missing
 */
async function lastOf(
  q: SqlExecutor,
  frame: CostContext,
  today: CostContext,
  standings: readonly CostCircuit[],
  current: readonly CostCircuit[],
): Promise<StoredProjections | null> {
  const kept = await readLastTraffic(q, frame.month.name)
  const known = standings.filter(({ resource }) => kept.has(resource.id))
  if (known.length === 0) return null
  const ids = new Set(known.map(({ resource }) => resource.id))
  const traffic = new Map([...kept].filter(([id]) => ids.has(id)))
  const asOf = Math.min(...[...traffic.values()].map(({ madeAt }) => madeAt))
  return {
    ...(await projectedFrom(q, known, traffic, frame === today ? frame : { ...frame, now: asOf })),
    asOf,
    missing: current.filter(({ resource }) => !traffic.has(resource.id)).length,
  }
}

/**
 * Maximum age in milliseconds of a cached answer. Costs change about once an hour, and computing an answer takes about
 * 10 ms for each circuit even with stored traffic.
 */
const GOOD_FOR_MS = 5 * 60_000
/**
 * Cache of cost answers. It holds answers for several months, because users switch between months. The answer for
 * thousands of circuits takes 30 MB, so for each kind of answer and month only the newest answer is kept.
 */
const kept = openProcessCache<Promise<unknown>>('cost', { maxAgeMs: GOOD_FOR_MS, maxSize: 12 })

/**
 * Returns a cached cost answer if it is at most five minutes old and was made from the same inputs; otherwise makes and
 * caches a new answer. A cached answer differs from a new one only by the usage since it was made. A null answer is not
 * cached.
 * @param madeFrom further inputs that must be the same, such as the revision of a {@link CostCircuitReader}
 */
export function readOrComputeCostResponse<T>(
  q: SqlExecutor,
  { what, frame, madeFrom, now = frame.now }: { what: string; frame: CostContext; madeFrom: string[]; now?: EpochMs },
  make: () => Promise<T>,
): Promise<T> {
  const { month } = frame
  const input = [...describeCostInputs(frame), madeFrom]
  const getMaxAgeMs = (answer: T) => (answer === null ? 0 : GOOD_FOR_MS)
  return kept.share(q, `${what} ${month.name}`, make, { now, version: JSON.stringify(input), ageOf: getMaxAgeMs })
}

/** Returns the prices and settings of a context that decide projections, in a form that JSON can encode. */
export const describeCostInputs = ({ sheet, overrides, gb, limits }: CostContext): unknown[] => [
  sheet.readAt,
  gb,
  overrides,
  limits['capacity.n1'],
  limits['saving.least'],
]

/** Computes the projections of a month as they are at `frame.now`. The stored traffic is not used. */
export async function readProjections(
  q: SqlExecutor,
  frame: CostContext,
  basis: CostCircuitReader,
): Promise<ProjectionsWithCircuits> {
  const standings = await basis.standingsIn(frame)
  const made = new Map<string, ComputedTraffic>()
  // The traffic after failures elsewhere ("take-over") is always the current one, even for past weeks. With the route
  // tables of that time, a bandwidth could be recommended that is too small today.
  const kept = await readLastTraffic(q, frame.month.name)
  for (const standing of standings) {
    const { id } = standing.resource
    made.set(id, {
      ...(await computeCircuitMonthTraffic(q, standing, frame)),
      takeOver: kept.get(id)?.takeOver ?? null,
    })
  }
  return projectedFrom(q, standings, made, frame)
}

/** Returns the projections of circuits. Other requests are answered between two circuits. */
async function projectedFrom(
  q: SqlExecutor,
  circuits: readonly CostCircuit[],
  traffic: ReadonlyMap<string, ComputedTraffic>,
  frame: CostContext,
): Promise<ProjectionsWithCircuits> {
  const seen = getVisibleResourceIds(q)
  const projected: CostProjection[] = []
  for (const circuit of circuits) {
    const input = buildProjectionInput(circuit, createEmptyUsage(circuit))
    projected.push(projectCircuit({ ...input, ...getVisibleTraffic(traffic.get(circuit.resource.id), seen) }, frame))
    await breathe()
  }
  const projections = summarizeProjections(projected, frame)
  const moments = [...traffic.values()].map(({ madeAt }) => madeAt)
  return {
    circuits,
    projections: {
      ...projections,
      madeAt: moments.length > 0 ? formatIso(Math.min(...moments)) : null,
    },
  }
}

/** Returns the short ids of the resources that the caller may see; null = all resources. */
export const getVisibleResourceIds = (q: SqlExecutor): ReadonlySet<string> | null => {
  const visible = getReaderVisibility(q)
  return visible && new Set(visible.shortIds)
}

/**
 * Returns the computed traffic of a circuit. The part about traffic that moves to the circuit after failures elsewhere
 * does not name resources that the caller may not see.
 */
export function getVisibleTraffic(made: ComputedTraffic | undefined, seen: ReadonlySet<string> | null) {
  return { traffic: made?.traffic, takeOver: made?.takeOver ? hideNamesOfInvisibleLosses(made.takeOver, seen) : null }
}

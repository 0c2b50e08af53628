import { createHash } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  type CostContext,
  parseStoredRise,
  convertTrafficToJson,
  type FailoverTraffic,
  parseStoredFailoverTraffic,
  type CircuitTrafficFigures,
  projectCircuitTraffic,
  parseStoredTraffic,
  setTrafficRiseFactors,
} from '../../rules/index.ts'
import { readCostTraffic, saveCostTraffic, type StoredTraffic } from '../../store/index.ts'
import { getReaderVisibility } from '#lib/history/index.ts'
import { classifyDatabaseFailure } from '#lib/platform/database-failure.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getWritableDatabase } from '#lib/questions/index.ts'
import { buildProjectionInput, type CostCircuit } from './circuit-inputs.ts'
import { readUsageInput } from './circuit-usage.ts'

/**
 * Maximum age in milliseconds of stored traffic that a request uses. The refresh job replaces the traffic of the
 * current month earlier than that. Only if the job failed, the stored traffic becomes too old, and the request computes
 * the traffic itself.
 */
export const STORED_COST_GOOD_FOR_MS = 2 * MS_PER_HOUR
/**
 * Version of the format and computation of stored traffic. Increase it with every change of the code that gives a
 * different result for the same usage, so that stored traffic is computed again.
 */
const FORM = 7

type Period = Pick<CostContext, 'month' | 'now'>

export interface ComputedTraffic {
  madeAt: EpochMs
  traffic: CircuitTrafficFigures
  /**
   * Traffic that moves to this circuit if another circuit, path or location fails; null = not computed yet. Only the
   * refresh job computes it, at the latest ten minutes after the first route tables were read. A request does not wait
   * for it.
   */
  takeOver: FailoverTraffic | null
}

/**
 * Returns the traffic of each circuit in a month. Stored traffic is used if it is valid; otherwise the traffic is
 * computed and stored (ADR 0093).
 */
export async function readOrComputeTraffic(
  q: SqlExecutor,
  standings: readonly CostCircuit[],
  period: Period,
): Promise<Map<string, ComputedTraffic>> {
  const kept = await keptTraffic(q, standings, period)
  for (const standing of standings) {
    const { id } = standing.resource
    if (kept.has(id)) continue
    const made = await computeCircuitMonthTraffic(q, standing, period)
    kept.set(id, made)
    // A caller with limited access has no right to write to the database.
    if (getReaderVisibility(q) === null) await saveComputedTraffic(q, standing, period, made).catch(unlessWritable)
  }
  return kept
}

/** Returns the stored traffic of each circuit in a month, even if it is old or its inputs have changed. */
export async function readLastTraffic(q: SqlExecutor, month: string): Promise<Map<string, ComputedTraffic>> {
  const last = new Map<string, ComputedTraffic>()
  const stored = await readCostTraffic(q, month)
  const takeOverOf = takeOvers(stored)
  for (const one of stored.values()) {
    const traffic = parseStoredTraffic(one.body)
    if (traffic) last.set(one.circuitId, { madeAt: one.madeAt, traffic, takeOver: takeOverOf(one) })
  }
  return last
}

/**
 * Returns the stored traffic that is recent and that was computed from the current inputs, by short ID of the circuit.
 */
async function keptTraffic(
  q: SqlExecutor,
  standings: readonly CostCircuit[],
  period: Period,
): Promise<Map<string, ComputedTraffic>> {
  const stored = await readCostTraffic(q, period.month.name)
  const takeOverOf = takeOvers(stored)
  const good = new Map<string, ComputedTraffic>()
  for (const standing of standings) {
    const one = stored.get(standing.resource.id)
    const traffic =
      one && isStoredTrafficValid(one, standing, period, STORED_COST_GOOD_FOR_MS) ? parseStoredTraffic(one.body) : null
    if (one && traffic) good.set(one.circuitId, { madeAt: one.madeAt, traffic, takeOver: takeOverOf(one) })
  }
  return good
}

/**
 * Returns a function that returns the traffic which moves to a circuit after a failure elsewhere. The result also
 * contains the factor by which this traffic may grow. The factors come from the stored traffic of all circuits.
 */
function takeOvers(stored: ReadonlyMap<string, StoredTraffic>): (one: StoredTraffic) => FailoverTraffic | null {
  const rises = new Map([...stored.values()].map(({ circuitId, body }) => [circuitId, parseStoredRise(body)]))
  return ({ circuitId, body }) => {
    const takeOver = parseStoredFailoverTraffic(body)
    return takeOver && setTrafficRiseFactors(takeOver, circuitId, rises)
  }
}

/** Computes a circuit's traffic of a month from the hourly usage of the last FORECAST_HISTORY_MS milliseconds. */
export async function computeCircuitMonthTraffic(
  q: SqlExecutor,
  standing: CostCircuit,
  period: Period,
): Promise<ComputedTraffic> {
  const usage = await readUsageInput(q, standing, period)
  return {
    madeAt: period.now,
    traffic: projectCircuitTraffic(buildProjectionInput(standing, usage), period),
    takeOver: null,
  }
}

/**
 * Ignores an error that was caused by the database, because a read-only standby database cannot store the traffic. The
 * next request then computes the traffic again. Any other error is thrown again.
 */
function unlessWritable(error: unknown): void {
  if (classifyDatabaseFailure(error) === null) throw error
  createComponentLogger('cost').debug({ err: error }, 'what was worked out could not be kept')
}

/** Stores the computed traffic of a circuit. */
export async function saveComputedTraffic(
  q: SqlExecutor,
  standing: CostCircuit,
  period: Period,
  made: ComputedTraffic,
): Promise<void> {
  await saveCostTraffic(getWritableDatabase(q), period.month.name, {
    circuitId: standing.resource.id,
    madeAt: made.madeAt,
    madeFrom: fingerprint(standing),
    body: { ...(convertTrafficToJson(made.traffic) as object), takeOver: made.takeOver },
  })
}

/** Reports whether stored traffic is less than `goodForMs` old and was computed from the circuit's current inputs. */
export const isStoredTrafficValid = (
  stored: StoredTraffic,
  standing: CostCircuit,
  { now }: Period,
  goodForMs: number,
): boolean => isStoredCostValid(stored, fingerprint(standing), now, goodForMs)

/**
 * Reports whether a stored result is less than `goodForMs` old, and was computed from the inputs with the digest
 * `current`.
 */
export const isStoredCostValid = (
  { madeAt, madeFrom }: Pick<StoredTraffic, 'madeAt' | 'madeFrom'>,
  current: string,
  now: EpochMs,
  goodForMs: number,
): boolean => madeFrom === current && madeAt <= now && now < madeAt + goodForMs

/**
 * Returns a digest of all inputs from which a circuit's traffic is computed, except the newest usage. The begin of the
 * known usage is included, because older usage may be read later.
 */
function fingerprint(standing: CostCircuit): string {
  const { configured, bandwidthMbps, globalReach, reachMeasuredSince, usageKnownSince, pastReadTo } = standing
  return digestCostInputs([
    FORM,
    configured,
    bandwidthMbps,
    globalReach,
    reachMeasuredSince,
    usageKnownSince,
    pastReadTo,
  ])
}

/** Returns a short digest of the inputs of a stored result. */
export const digestCostInputs = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)

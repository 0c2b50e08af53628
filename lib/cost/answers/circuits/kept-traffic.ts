import { createHash } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import {
  type CostFrame,
  riseOfStored,
  storedTraffic,
  type TakeOver,
  takeOverOfStored,
  type Traffic,
  trafficOfCircuit,
  trafficOfStored,
  withRises,
} from '../../rules/index.ts'
import { costTraffic, saveCostTraffic, type StoredTraffic } from '../../store/index.ts'
import { visibleTo } from '#lib/history/index.ts'
import { databaseFailure } from '#lib/platform/database-failure.ts'
import { componentLogger } from '#lib/platform/log.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { writableDatabaseFor } from '#lib/questions/index.ts'
import { circuitInput, type CircuitStanding } from './circuit-inputs.ts'
import { readUsageFacts } from './circuit-usage.ts'

/** What is older is computed again for the request: the job has not kept it fresh. */
const GOOD_FOR_MS = 2 * HOUR
/** Counted up when the same usage comes to say something else. */
const FORM = 7

type Period = Pick<CostFrame, 'month' | 'now'>

export interface MadeTraffic {
  madeAt: EpochMs
  traffic: Traffic
  /** null = not worked out yet, which the job does within ten minutes of the first tables; a request does not wait for it */
  takeOver: TakeOver | null
}

/** What each circuit's bytes of a month say: as it is kept, or else worked out now and kept (ADR 0093). */
export async function trafficOfCircuits(
  q: Queryable,
  standings: readonly CircuitStanding[],
  period: Period,
): Promise<Map<string, MadeTraffic>> {
  const kept = await keptTraffic(q, standings, period)
  for (const standing of standings) {
    const { id } = standing.resource
    if (kept.has(id)) continue
    const made = await makeTraffic(q, standing, period)
    kept.set(id, made)
    // who sees a part of the estate only reads
    if (visibleTo(q) === null) await keep(q, standing, period, made).catch(unlessWritable)
  }
  return kept
}

/** What was worked out last for each circuit in a month, however long ago and from whatever. */
export async function lastTraffic(q: Queryable, month: string): Promise<Map<string, MadeTraffic>> {
  const last = new Map<string, MadeTraffic>()
  const stored = await costTraffic(q, month)
  const takeOverOf = takeOvers(stored)
  for (const one of stored.values()) {
    const traffic = trafficOfStored(one.body)
    if (traffic) last.set(one.circuitId, { madeAt: one.madeAt, traffic, takeOver: takeOverOf(one) })
  }
  return last
}

/** What is kept of circuits, and still good, by circuit. */
async function keptTraffic(
  q: Queryable,
  standings: readonly CircuitStanding[],
  period: Period,
): Promise<Map<string, MadeTraffic>> {
  const stored = await costTraffic(q, period.month.name)
  const takeOverOf = takeOvers(stored)
  const good = new Map<string, MadeTraffic>()
  for (const standing of standings) {
    const one = stored.get(standing.resource.id)
    const traffic = one && isGoodTraffic(one, standing, period, GOOD_FOR_MS) ? trafficOfStored(one.body) : null
    if (one && traffic) good.set(one.circuitId, { madeAt: one.madeAt, traffic, takeOver: takeOverOf(one) })
  }
  return good
}

/** What each must take over, with what it may grow to by what is kept of all circuits. */
function takeOvers(stored: ReadonlyMap<string, StoredTraffic>): (one: StoredTraffic) => TakeOver | null {
  const rises = new Map([...stored.values()].map(({ circuitId, body }) => [circuitId, riseOfStored(body)]))
  return ({ circuitId, body }) => {
    const takeOver = takeOverOfStored(body)
    return takeOver && withRises(takeOver, circuitId, rises)
  }
}

/** Works out what a circuit's bytes of a month say, from half a year of hours. */
export async function makeTraffic(q: Queryable, standing: CircuitStanding, period: Period): Promise<MadeTraffic> {
  const usage = await readUsageFacts(q, standing, period)
  return { madeAt: period.now, traffic: trafficOfCircuit(circuitInput(standing, usage), period), takeOver: null }
}

/** A standby answers too: what can't be kept is worked out again the next time. */
function unlessWritable(error: unknown): void {
  if (databaseFailure(error) === null) throw error
  componentLogger('cost').debug({ err: error }, 'what was worked out could not be kept')
}

/** Keeps what was worked out. */
export async function keep(q: Queryable, standing: CircuitStanding, period: Period, made: MadeTraffic): Promise<void> {
  await saveCostTraffic(writableDatabaseFor(q), period.month.name, {
    circuitId: standing.resource.id,
    madeAt: made.madeAt,
    madeFrom: fingerprint(standing),
    body: { ...(storedTraffic(made.traffic) as object), takeOver: made.takeOver },
  })
}

/** Whether what is kept still holds. */
export function isGoodTraffic(
  { madeAt, madeFrom }: StoredTraffic,
  standing: CircuitStanding,
  { now }: Period,
  goodForMs: number,
): boolean {
  return madeFrom === fingerprint(standing) && madeAt <= now && now < madeAt + goodForMs
}

/** Of what traffic depends on, but the newest usage itself: the past may still be back-filled. */
function fingerprint(standing: CircuitStanding): string {
  const { configured, bandwidthMbps, globalReach, reachMeasuredSince, usageKnownSince, pastReadTo } = standing
  return digest([FORM, configured, bandwidthMbps, globalReach, reachMeasuredSince, usageKnownSince, pastReadTo])
}

const digest = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)

import { databaseNow } from '#lib/platform/database-clock.ts'
import type { CostProjections, CostProjectionsParameters, ResponseOf } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { type CostFrame, monthAfter, projectCircuits, takeOverSeenBy } from '../rules/index.ts'
import { costTrafficRevision } from '../store/index.ts'
import { visibleTo } from '#lib/history/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Db, queryable, ageOf, pollsOf, readSources, iso } from '#lib/questions/index.ts'

import { type CircuitBasis, circuitInput, type CircuitStanding, readCircuitBasis } from './circuits/circuit-inputs.ts'
import { withoutUsage } from './circuits/circuit-usage.ts'
import { askedMonth, readFrame } from './frame.ts'
import { lastTraffic, type MadeTraffic, makeTraffic, trafficOfCircuits } from './circuits/kept-traffic.ts'

/** What each circuit costs this month on each plan that it could have, and what to do about it. */
export async function answerCostProjections(
  db: Db,
  { month: name }: CostProjectionsParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'costProjections'> & { data: CostProjections }> {
  const q = queryable(db)
  const { projections } = await recentProjections(q, await readFrame(q, askedMonth(name, now), now))
  return { data: projections, ...(await costAge(q, now)) }
}

/** What was measured is as old as the counters' polls. */
export async function costAge(q: Queryable, now: EpochMs) {
  return ageOf(pollsOf(await readSources(q), ['stats']), now)
}

export interface Projected {
  circuits: readonly CircuitStanding[]
  projections: CostProjections
}

/** The projections with what they were made from. Bytes and forecasts are as of an hour or two ago; prices and overrides hold at once. */
export async function recentProjections(q: Queryable, frame: CostFrame, given?: CircuitBasis): Promise<Projected> {
  const basis = given ?? (await readCircuitBasis(q, frame.month.from))
  return withShortCache(q, { what: 'recent', frame, madeFrom: [basis.revision] }, async () => {
    const standings = await basis.standingsIn(frame)
    return projectedFrom(q, standings, await trafficOfCircuits(q, standings, frame), frame)
  })
}

/** Projections that were not asked for at the moment that they are of. */
export interface LastProjected extends Projected {
  /** the oldest of what they are made from */
  asOf: EpochMs
  /** circuits of today for which nothing was worked out */
  missing: number
}

/**
 * The projections that were worked out last, however long ago, without any work: of the month, or of the one before for as long as that
 * knows more circuits. Null when nothing is kept.
 */
export async function lastProjections(q: Queryable, frame: CostFrame): Promise<LastProjected | null> {
  const monthBefore = monthAfter(frame.month, -1)
  const basis = await readCircuitBasis(q, monthBefore.from)
  const madeFrom = [basis.revision, await costTrafficRevision(q)]
  return withShortCache(q, { what: 'last', frame, madeFrom }, async () => {
    const current = await basis.standingsIn(frame)
    const own = await lastOf(q, frame, frame, current, current)
    if (own?.missing === 0) return own
    const frameBefore = { ...frame, month: monthBefore }
    const before = await lastOf(q, frameBefore, frame, await basis.standingsIn(frameBefore), current)
    return before && (!own || before.missing < own.missing) ? before : own
  })
}

/** @param current the circuits of today */
async function lastOf(
  q: Queryable,
  frame: CostFrame,
  today: CostFrame,
  standings: readonly CircuitStanding[],
  current: readonly CircuitStanding[],
): Promise<LastProjected | null> {
  const kept = await lastTraffic(q, frame.month.name)
  const known = standings.filter(({ resource }) => kept.has(resource.id))
  if (known.length === 0) return null
  const ids = new Set(known.map(({ resource }) => resource.id))
  const traffic = new Map([...kept].filter(([id]) => ids.has(id)))
  const asOf = Math.min(...[...traffic.values()].map(({ madeAt }) => madeAt))
  return {
    ...projectedFrom(q, known, traffic, frame === today ? frame : { ...frame, now: asOf }),
    asOf,
    missing: current.filter(({ resource }) => !traffic.has(resource.id)).length,
  }
}

/** Costs change by the hour, and computing them takes about 10 ms for each circuit even from stored traffic. */
const GOOD_FOR_MS = 5 * 60_000
/** Several months are viewed in turn. Answers for thousands of circuits have 30 MB, so that one replaces another one of the same name. */
const kept = new Cache<Promise<unknown>>('cost', { maxAgeMs: GOOD_FOR_MS, maxSize: 12 })

/**
 * Returns an answer about the cost of a month that was made from the same input five minutes ago at most, or makes it; only the usage of these minutes
 * is left out. Null is not kept.
 * @param madeFrom further input, such as the revision of its {@link CircuitBasis}
 */
export function withShortCache<T>(
  q: Queryable,
  { what, frame, madeFrom, now = frame.now }: { what: string; frame: CostFrame; madeFrom: string[]; now?: EpochMs },
  make: () => Promise<T>,
): Promise<T> {
  const { month, sheet, overrides, gb, limits } = frame
  const input = [sheet.readAt, gb, overrides, limits['capacity.n1'], limits['saving.least'], madeFrom]
  const ageOf = (answer: T) => (answer === null ? 0 : GOOD_FOR_MS)
  return kept.share(q, `${what} ${month.name}`, make, { now, version: JSON.stringify(input), ageOf })
}

/** The projections as of the frame's own moment, all computed again. */
export async function readProjections(q: Queryable, frame: CostFrame, basis: CircuitBasis): Promise<Projected> {
  const standings = await basis.standingsIn(frame)
  const made = new Map<string, MadeTraffic>()
  // by the losses of now, whatever the week: nothing is made smaller by what may be out of date
  const kept = await lastTraffic(q, frame.month.name)
  for (const standing of standings) {
    const { id } = standing.resource
    made.set(id, { ...(await makeTraffic(q, standing, frame)), takeOver: kept.get(id)?.takeOver ?? null })
  }
  return projectedFrom(q, standings, made, frame)
}

function projectedFrom(
  q: Queryable,
  circuits: readonly CircuitStanding[],
  traffic: ReadonlyMap<string, MadeTraffic>,
  frame: CostFrame,
): Projected {
  const seen = visibleIds(q)
  const projections = projectCircuits(
    circuits.map((circuit) => ({
      ...circuitInput(circuit, withoutUsage(circuit)),
      ...madeOf(traffic.get(circuit.resource.id), seen),
    })),
    frame,
  )
  const moments = [...traffic.values()].map(({ madeAt }) => madeAt)
  return {
    circuits,
    projections: {
      ...projections,
      madeAt: moments.length > 0 ? iso(Math.min(...moments)) : null,
    },
  }
}

/** Short ids of what a reader sees; null = everything. */
export const visibleIds = (q: Queryable): ReadonlySet<string> | null => {
  const visible = visibleTo(q)
  return visible && new Set(visible.shortIds)
}

/** What was worked out for a circuit, as its reader sees it. */
export function madeOf(made: MadeTraffic | undefined, seen: ReadonlySet<string> | null) {
  return { traffic: made?.traffic, takeOver: made?.takeOver ? takeOverSeenBy(made.takeOver, seen) : null }
}

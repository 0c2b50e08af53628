/**
 * Compares answers about routes, losses, load and plans with the world of a generated estate. The estate's past is
 * recorded in the same way as by a worker, queries are made at quiet moments, and each loss truly happens in a second
 * world.
 */
import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { listResources, rollUpUsage } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { shareQueriesInResponse } from '#lib/platform/response-cache.ts'
import { DAY } from '../../corpus/scenario.ts'
import { beginPast } from '../../demo-history/make-past.ts'
import { edgesBetween, type World } from '../../simulator/index.ts'
import { drawEstate } from '../estate.ts'
import { drawFaults, type Fault } from '../faults.ts'
import type { Judgement } from '../judge.ts'
import { randomOf } from '../random.ts'
import { putOnTimetable } from '../record.ts'
import { type JudgeQuery, LOSS_SETTLES_MS } from './asked.ts'
import { judgeLoads } from './loads.ts'
import { judgeLookUps } from './look-ups.ts'
import { judgePlans } from './plans.ts'
import { worldWith } from './world.ts'
import { judgeWhatIfs } from './what-ifs.ts'

/** Time in milliseconds after which everything was polled: the inventory every 10 minutes, routes every 5. */
const QUIET_BEFORE_MS = 11 * MINUTE
/** Time from the first poll to the first fault in milliseconds, so that usual rates are known. */
const USUAL_MS = 3 * HOUR

/**
 * Judges the answers about a generated estate.
 * @param moments maximum number of moments at which queries are made
 */
export async function judgeForwarding(db: Database, seed: number, hours: number, moments = 4): Promise<Judgement[]> {
  const random = randomOf(seed)
  const estate = drawEstate(random)
  const origin = Date.parse(DAY)
  const start = origin + 2 * HOUR
  const faults = drawFaults(estate, random, start + USUAL_MS, start + USUAL_MS + hours * HOUR)
  const happenings = faults.flatMap((fault) => fault.happenings)
  const world = worldWith(estate, DAY, happenings)
  const end = Math.max(...faults.map(({ until }) => until)) + HOUR
  const past = await beginPast({ db, world, from: start, origin, horizon: end + HOUR })
  const judgements: Judgement[] = []
  try {
    for (const at of quietMoments(world, faults, start + USUAL_MS, end).slice(0, moments)) {
      await past.upTo(at)
      await rollUpUsage(db)
      await putOnTimetable(db)
      const resources = await listResources(db.pool, {})
      const ids = new Map(resources.map(({ name, id }) => [name, id]))
      const names = new Map(resources.map(({ name, id }) => [id, name]))
      const idOf = (name: string) => {
        const id = ids.get(name)
        if (id === undefined) throw new Error(`${name} was not recorded`)
        return id
      }
      const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? id))
      const asked: JudgeQuery = { db: db.pool, at, estate, world, faults, happenings, idOf, nameOf }
      for (const judge of [judgeLookUps, judgeWhatIfs, judgeLoads, judgePlans])
        judgements.push(...(await shareQueriesInResponse(() => judge(asked))))
    }
  } finally {
    past.close()
  }
  return judgements
}

/** Returns moments without a change before and after: the last one before any fault, and one during each fault. */
function quietMoments(world: World, faults: readonly Fault[], from: EpochMs, until: EpochMs): EpochMs[] {
  const edges = [from - USUAL_MS, ...edgesBetween(world, from, until), until]
  const moments = edges.flatMap((edge, n) => {
    const next = edges[n + 1] ?? edge
    return next - edge > QUIET_BEFORE_MS + LOSS_SETTLES_MS
      ? [edge === from - USUAL_MS ? next - LOSS_SETTLES_MS - MINUTE : edge + QUIET_BEFORE_MS]
      : []
  })
  const [rest, ...later] = moments
  // after the moment before all faults, only moments during a fault are used
  const within = later.filter((at) => faults.some((fault) => fault.from < at && at < fault.until))
  return [...(rest === undefined ? [] : [rest]), ...within]
}

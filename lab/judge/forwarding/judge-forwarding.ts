/**
 * Compares answers about routes, losses, load and plans with the world of a generated estate. The estate's past is
 * recorded in the same way as by a worker, queries are made at quiet moments, and each loss truly happens in a second
 * world.
 */
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { readResourcePage, rollUpUsage } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { shareQueriesInResponse } from '#lib/platform/response-cache.ts'
import { CORPUS_DAY_START } from '../../corpus/scenario.ts'
import { startPastGenerator } from '../../demo-history/make-past.ts'
import { listEffectChangeTimes, type SimulatedWorld } from '../../simulator/index.ts'
import { generateRandomJudgedEstate } from '../estate.ts'
import { generateFaultsBetween, type GeneratedFault } from '../faults.ts'
import type { CorrectnessJudgement } from '../judge.ts'
import { createSeededRandomChoices } from '../random.ts'
import { putOnTimetable } from '../record.ts'
import { type ForwardingJudgeContext, LOSS_SETTLES_MS } from './asked.ts'
import { judgePredictedLoadAnswers } from './loads.ts'
import { judgeLookUps } from './look-ups.ts'
import { judgeChangePlanAnswers } from './plans.ts'
import { createWorldWithHappenings } from './world.ts'
import { judgeWhatIfs } from './what-ifs.ts'

/** Time in milliseconds after which everything was polled: the inventory every 10 minutes, routes every 5. */
const QUIET_BEFORE_MS = 11 * MS_PER_MINUTE
/** Time from the first poll to the first fault in milliseconds, so that usual rates are known. */
const USUAL_MS = 3 * MS_PER_HOUR

/**
 * Judges the answers about a generated estate.
 * @param moments maximum number of moments at which queries are made
 */
export async function judgeForwarding(
  db: Database,
  seed: number,
  hours: number,
  moments = 4,
): Promise<CorrectnessJudgement[]> {
  const random = createSeededRandomChoices(seed)
  const estate = generateRandomJudgedEstate(random)
  const origin = Date.parse(CORPUS_DAY_START)
  const start = origin + 2 * MS_PER_HOUR
  const faults = generateFaultsBetween(estate, random, start + USUAL_MS, start + USUAL_MS + hours * MS_PER_HOUR)
  const happenings = faults.flatMap((fault) => fault.happenings)
  const world = createWorldWithHappenings(estate, CORPUS_DAY_START, happenings)
  const end = Math.max(...faults.map(({ until }) => until)) + MS_PER_HOUR
  const past = await startPastGenerator({ db, world, from: start, origin, horizon: end + MS_PER_HOUR })
  const judgements: CorrectnessJudgement[] = []
  try {
    for (const at of quietMoments(world, faults, start + USUAL_MS, end).slice(0, moments)) {
      await past.upTo(at)
      await rollUpUsage(db)
      await putOnTimetable(db)
      const resources = await readResourcePage(db.pool, {})
      const ids = new Map(resources.map(({ name, id }) => [name, id]))
      const names = new Map(resources.map(({ name, id }) => [id, name]))
      const idOf = (name: string) => {
        const id = ids.get(name)
        if (id === undefined) throw new Error(`${name} was not recorded`)
        return id
      }
      const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? id))
      const asked: ForwardingJudgeContext = { db: db.pool, at, estate, world, faults, happenings, idOf, nameOf }
      for (const judge of [judgeLookUps, judgeWhatIfs, judgePredictedLoadAnswers, judgeChangePlanAnswers])
        judgements.push(...(await shareQueriesInResponse(() => judge(asked))))
    }
  } finally {
    past.close()
  }
  return judgements
}

/** Returns moments without a change before and after: the last one before any fault, and one during each fault. */
function quietMoments(
  world: SimulatedWorld,
  faults: readonly GeneratedFault[],
  from: EpochMs,
  until: EpochMs,
): EpochMs[] {
  const edges = [from - USUAL_MS, ...listEffectChangeTimes(world, from, until), until]
  const moments = edges.flatMap((edge, n) => {
    const next = edges[n + 1] ?? edge
    return next - edge > QUIET_BEFORE_MS + LOSS_SETTLES_MS
      ? [edge === from - USUAL_MS ? next - LOSS_SETTLES_MS - MS_PER_MINUTE : edge + QUIET_BEFORE_MS]
      : []
  })
  const [rest, ...later] = moments
  // after the moment before all faults, only moments during a fault are used
  const within = later.filter((at) => faults.some((fault) => fault.from < at && at < fault.until))
  return [...(rest === undefined ? [] : [rest]), ...within]
}

/** A generated past: a simulated estate, polled at virtual time and recorded in the same way as a worker's polls. */
import { DAY, HOUR, MINUTE, SECOND } from '#lib/contract/time/time.ts'
import { rollUpUsage } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { beginPast } from '../../demo-history/make-past.ts'
import { createWorld, parseScenario } from '../../simulator/index.ts'
import { drawHappenings, findLastMonthTurn, estateWithChangingTerms, usual } from '../script.ts'
import { type Truth, truthOfWorld } from '../truth.ts'

export async function truthOfSimulator(db: Database, hours: number, random: () => number): Promise<Truth> {
  // the past ends on the second day of a month, so that it has costs of two months
  const turn = findLastMonthTurn(Date.now())
  const origin = turn + DAY
  const from = origin - hours * HOUR + 17 * SECOND
  const sold = estateWithChangingTerms(turn)
  const happenings = [...(sold.happenings ?? []), ...drawHappenings(random, usual(hours))]
  const world = createWorld(parseScenario({ ...sold, happenings }), origin)
  const past = await beginPast({ db, world, from, origin, horizon: origin + 10 * MINUTE })
  await past.upTo(origin)
  past.close()
  await rollUpUsage(db)
  // the last hour is excluded from the questions, because later polls could still change its states
  return truthOfWorld({ world, from: from + HOUR, to: origin - HOUR })
}

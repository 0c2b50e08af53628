/** A generated past: a simulated estate, polled at virtual time and recorded in the same way as a worker's polls. */
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { rollUpUsage } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { startPastGenerator } from '../../demo-history/make-past.ts'
import { createWorld, parseSimulatorScenario } from '../../simulator/index.ts'
import {
  drawRandomEstateChanges,
  findLastMonthTurn,
  estateWithChangingTerms,
  createDefaultPollingScript,
} from '../script.ts'
import { type EstateGroundTruth, truthOfWorld } from '../truth.ts'

export async function truthOfSimulator(db: Database, hours: number, random: () => number): Promise<EstateGroundTruth> {
  // the past ends on the second day of a month, so that it has costs of two months
  const turn = findLastMonthTurn(Date.now())
  const origin = turn + MS_PER_DAY
  const from = origin - hours * MS_PER_HOUR + 17 * MS_PER_SECOND
  const sold = estateWithChangingTerms(turn)
  const happenings = [...(sold.happenings ?? []), ...drawRandomEstateChanges(random, createDefaultPollingScript(hours))]
  const world = createWorld(parseSimulatorScenario({ ...sold, happenings }), origin)
  const past = await startPastGenerator({ db, world, from, origin, horizon: origin + 10 * MS_PER_MINUTE })
  await past.upTo(origin)
  past.close()
  await rollUpUsage(db)
  // the last hour is excluded from the questions, because later polls could still change its states
  return truthOfWorld({ world, from: from + MS_PER_HOUR, to: origin - MS_PER_HOUR })
}

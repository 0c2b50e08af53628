import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import type { ResponseOf, UptimeParameters } from '../api/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type Db,
  getQueryable,
  buildFreshness,
  findSupportingPolls,
  readSources,
  resolveScope,
  readTopology,
} from '#lib/questions/index.ts'
import {
  mergeEqualDays,
  computeDailyUptime,
  readUptimeParts,
  computeLastDaysPeriod,
} from '#lib/sessions/answers/index.ts'

import { readHubUptime } from '#lib/gateways/answers/index.ts'

/** The kinds of polls that show whether a circuit, gateway or hub is down. */
export const uptimeKinds: readonly PollKind[] = ['summary', 'peers', 'tables']

/**
 * Returns the uptime on each of the last days for every circuit, gateway and hub, or for one of them.
 * @throws NotFoundError if `scope` is unknown
 */
export async function getUptime(
  db: Db,
  { days, scope: asked }: Pick<UptimeParameters, 'days' | 'scope'>,
  now: EpochMs = getDatabaseNow(),
): Promise<ResponseOf<'uptime'>> {
  const q = getQueryable(db)
  const scope = await resolveScope(q, asked)
  const period = computeLastDaysPeriod(days, now)
  const [topology, sources] = [await readTopology(q), await readSources(q, scope)]
  const known = { sources, scope }
  const divided = [
    ...(await readUptimeParts(q, period, { topology, ...known })),
    ...(await readHubUptime(q, period, known)),
  ]
  return {
    data: divided.map((one) => ({ id: one.id, type: one.type, days: mergeEqualDays(computeDailyUptime(period, one)) })),
    ...buildFreshness(findSupportingPolls(sources, uptimeKinds, now), now),
  }
}

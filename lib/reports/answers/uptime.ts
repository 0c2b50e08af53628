import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import type { ReportsEndpointResponse, UptimeParameters } from '../api/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  resolveResourceId,
  readTopology,
} from '#lib/questions/index.ts'
import { mergeEqualDays, computeDailyUptime, computeLastDaysPeriod } from '#lib/sessions/answers/index.ts'

import { readHubUptime } from '#lib/gateways/answers/index.ts'
import {
  buildUpperLayerSeconds,
  listAvailabilityLosses,
  buildApiAvailabilityLoss,
  listLowerPeeringSeconds,
  readLayeredUptime,
} from './layered-uptime.ts'

/** Maximum number of losses of one resource. */
const MAX_LOSSES = 20

/** The kinds of polls that show whether a circuit, gateway or hub is down. */
export const uptimePollKinds: readonly PollKind[] = ['summary', 'peers', 'tables']

/**
 * Returns the uptime on each of the last days for every circuit, gateway and hub, or for one of them.
 * @throws NotFoundError if `scope` is unknown
 */
export async function getUptime(
  db: ReadableDatabase,
  { days, scope: asked }: Pick<UptimeParameters, 'days' | 'scope'>,
  now: EpochMs = getDatabaseNow(),
): Promise<ReportsEndpointResponse<'uptime'>> {
  const q = getSqlExecutor(db)
  const scope = await resolveResourceId(q, asked)
  const period = computeLastDaysPeriod(days, now)
  const [topology, sources] = [await readTopology(q), await readSources(q, scope)]
  // the prefixes of a circuit are polled at its gateways, and the state of a hub with its subscription
  const all = scope === undefined ? sources : await readSources(q)
  const { resources } = await readLayeredUptime(q, period, { topology, sources: all, now, scope })
  const hubs = await readHubUptime(q, period, { sources: all, scope })
  return {
    data: [
      ...resources.map((one) => ({
        id: one.id,
        type: one.type,
        days: mergeEqualDays(computeDailyUptime(period, one)),
        ...buildUpperLayerSeconds(one, period),
        peerings: listLowerPeeringSeconds(one, period),
        losses: listAvailabilityLosses([one], one).slice(0, MAX_LOSSES).map(buildApiAvailabilityLoss),
      })),
      ...hubs.map((one) => ({
        id: one.id,
        type: one.type,
        days: mergeEqualDays(computeDailyUptime(period, one)),
        forwarding: null,
        reachability: null,
        peerings: [],
        losses: [],
      })),
    ],
    ...buildFreshnessFields(findSupportingPolls(sources, uptimePollKinds, now), now),
  }
}

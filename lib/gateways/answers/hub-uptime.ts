import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { armTypes, normalizeArmId } from '#lib/contract/index.ts'
import { splitPeriodByState } from '#lib/detection/index.ts'
import {
  type ConfiguredResource,
  readConfigIntervals,
  readExpectedMaintenance,
  type SourceStatus,
  getSharedIds,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type Period, findUnpolledTimesByResource, listMaintenancePeriods } from '#lib/questions/index.ts'
import type { ResourceUptime } from '#lib/sessions/answers/index.ts'

import { findFailedHubPart } from './hub-state.ts'

/**
 * Returns the times in which each visible Virtual WAN hub was up, down or unknown in a period. A hub counts as down
 * while Azure reported it as failed, and as unknown while its route table was not read. Removed hubs, and hubs that are
 * shared with other customers, are left out. (The times of Route Servers are returned together with those of gateways.)
 * @param known.sources polled sources of the whole estate
 * @source docs/rules/availability.md
 */
export async function readHubUptime(
  q: SqlExecutor,
  period: Period,
  { sources, scope }: { sources: readonly SourceStatus[]; scope?: string | undefined },
): Promise<Pick<ResourceUptime, 'id' | 'type' | 'parts' | 'inPart'>[]> {
  const shared = getSharedIds(q)
  const hubs = (await readConfigIntervals(q, { type: armTypes.virtualHub, since: period.from })).filter(
    ({ id, intervals }) =>
      (scope === undefined || scope === id) && !shared.has(id) && intervals.at(-1)?.until === null && isHub(intervals),
  )
  if (hubs.length === 0) return []
  const maintenance = await readExpectedMaintenance(q, period, decodeResourceConfig)
  const unseen = await findUnpolledTimesByResource(q, period, 'tables', sources)
  const listedUntil = (subscriptionId: string) => {
    const id = normalizeArmId(`/subscriptions/${subscriptionId}`)
    const own = sources.filter((one) => one.poll.kind === 'inventory' && normalizeArmId(one.resourceId) === id)
    return own.find(({ poll }) => poll.lastReadAt !== null)?.poll.lastReadAt ?? null
  }
  return hubs.map(({ id, subscriptionId, intervals }) => ({
    id,
    type: 'hub',
    parts: splitPeriodByState(period, {
      outages: intervals
        .filter(({ config }) => findFailedHubPart(stateIn(config)))
        .map((one) => ({
          started: one.since,
          ended: one.until,
          owner: 'microsoft',
          provenUntil: listedUntil(subscriptionId),
        })),
      unseen: unseen.get(id) ?? [period],
      work: listMaintenancePeriods(id, maintenance),
    }),
    inPart: [],
  }))
}

type Interval = ConfiguredResource['intervals'][number]

/**
 * Reports whether the resource is a Virtual WAN hub. A Route Server has the same ARM type, but its configuration is
 * decoded as a gateway.
 */
const isHub = (intervals: readonly Interval[]) =>
  decodeResourceConfig(armTypes.virtualHub, intervals.at(-1)?.config ?? {})?.resource === 'network'

function stateIn(config: Interval['config']) {
  const decoded = decodeResourceConfig(armTypes.virtualHub, config)
  const own = decoded?.resource === 'network' ? decoded.hub : null
  return { provisioningState: own?.provisioningState ?? null, routingState: own?.routingState ?? null }
}

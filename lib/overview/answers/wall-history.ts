import { type EpochMs, type PollKind, findNewSiteState } from '#lib/contract/index.ts'
import type { OverviewEndpointResponse, WallTileHistory } from '../api/index.ts'
import { computeAvailabilityBounds, findWorstAvailability } from '#lib/contract/up-share.ts'
import { formatPeeringType } from '#lib/contract/words/path-text.ts'
import { findLowestPeering } from '#lib/contract/words/up-share.ts'
import { splitPeriodByState, parseSiteSubject } from '#lib/detection/index.ts'
import { readCircuitRates } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type Period,
  addProvenUntil,
  toPeriodOutage,
  listOutageEvents,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  readTopology,
} from '#lib/questions/index.ts'
import {
  buildUpperLayerSeconds,
  computeAvailabilitySeconds,
  listLowerPeeringSeconds,
  readLayeredUptime,
} from '#lib/reports/answers/index.ts'
import { TRAFFIC_INTERVAL_MS, sumPathRates } from '#lib/circuits/answers/index.ts'

import { readGatewayRates } from '#lib/gateways/answers/index.ts'

import {
  computeWallDayPeriod,
  splitMonthIntoDays,
  splitIntoHalfHours,
  computeWallMonthPeriod,
  toIntervalStates,
} from './wall-periods.ts'
import { readProblemHistories } from './wall-problem-history.ts'

/** Kinds of polls on which the history in a tile depends. */
const kinds: readonly PollKind[] = ['summary', 'peers', 'stats', 'metrics']

/**
 * Returns the history that the tiles of a wall display show. For circuits and gateways, it covers the last 24 hours and
 * the last 30 days. For sites, and for sessions and polls with a problem, it covers the last 24 hours. The last
 * interval is the current half hour or day.
 */
export async function getWallHistory(
  db: ReadableDatabase,
  now: EpochMs = getDatabaseNow(),
): Promise<OverviewEndpointResponse<'wallHistory'>> {
  const q = getSqlExecutor(db)
  const range = computeWallDayPeriod(now)
  const period = { from: range.from, to: now }
  const month = computeWallMonthPeriod(now)
  // PostgreSQL reads the rates while this process computes availability and problems
  const [circuitRates, passed, changes, problems, { sources, resources }] = await Promise.all([
    readCircuitRates(q, { ...range, pieceMs: TRAFFIC_INTERVAL_MS }),
    readGatewayRates(q, range),
    listOutageEvents(q, period, ['site_state_changed']),
    readProblemHistories(q, period, now),
    readAvailability(q, month, now),
  ])
  const rates = Map.groupBy(circuitRates, ({ scope }) => scope)
  const sites = Map.groupBy(
    await addProvenUntil(q, changes, sources, now),
    ({ subject }) => parseSiteSubject(subject).name,
  )
  const partsBy = (own: readonly Parameters<typeof toPeriodOutage>[0][]) =>
    splitPeriodByState(period, { outages: own.map(toPeriodOutage), unseen: [], work: [] })
  const [halfHours, days] = [splitIntoHalfHours(period), splitMonthIntoDays(month)]
  const tiles: WallTileHistory[] = [
    ...resources.map((one) => {
      const { id, type, parts, inPart, forwarding, reachability } = one
      const times = { session: computeAvailabilitySeconds(parts, month), ...buildUpperLayerSeconds(one, month) }
      const worst = findWorstAvailability(times)
      const losses = [inPart, forwarding, reachability]
      return {
        id: `${type}/${id}`,
        states: toIntervalStates(halfHours, parts, losses),
        traffic: type === 'circuit' ? ratesOf(sumPathRates(rates.get(id) ?? [], range)) : passedOf(passed.get(id)),
        month: {
          states: toIntervalStates(days, parts, losses),
          availability: worst?.share.atLeast ?? null,
          layer: worst?.layer ?? 'session',
          peering: peeringOf(findLowestPeering({ times, peerings: listLowerPeeringSeconds(one, month) })),
        },
      }
    }),
    ...[...sites].map(([name, own]) => {
      const cutOff = own.filter(({ flags }) => findNewSiteState(flags) === 'unreachable')
      // A site counts as up if no event reports otherwise, even while the polls of its gateways fail.
      const states = toIntervalStates(halfHours, partsBy(cutOff), [partsBy(own)])
      return { id: `site/${name}`, states, traffic: null, month: null }
    }),
    ...problems,
  ]
  return {
    data: { from: range.from, stepSeconds: TRAFFIC_INTERVAL_MS / 1_000, tiles },
    ...buildFreshnessFields(findSupportingPolls(sources, kinds, now), now),
  }
}

/**
 * Reads the availability of circuits and gateways in the last 30 days, and the polls. A gateway of a hub whose peers are
 * not polled is left out, because its history would be unknown for the whole period.
 */
async function readAvailability(q: SqlExecutor, month: Period, now: EpochMs) {
  const [topology, sources] = await Promise.all([readTopology(q), readSources(q)])
  const { resources } = await readLayeredUptime(q, month, { topology, sources, now })
  return { sources, resources }
}

/**
 * Returns the traffic of a gateway in the form of the API.
 * @param rates bit/s in each interval; undefined = the gateway reports no traffic
 */
const passedOf = (rates: (number | null)[] | undefined) => (rates ? { bitsPerSecond: rates } : null)

/** Returns the peering that is shown in place of its circuit, with its availability from 0 to 1. */
function peeringOf(lowest: ReturnType<typeof listLowerPeeringSeconds>[number] | null) {
  const share = lowest && computeAvailabilityBounds(lowest.session)
  return share && { name: formatPeeringType(lowest.peering), availability: share.atLeast }
}

const ratesOf = ({ toAzureBitsPerSecond, fromAzureBitsPerSecond }: ReturnType<typeof sumPathRates>) => ({
  toAzureBitsPerSecond,
  fromAzureBitsPerSecond,
})

import { type EpochMs, eventKindRecords, severities } from '#lib/contract/index.ts'
import {
  isUpOrSilent,
  type OverviewEndpointResponse,
  type WallDisplay,
  type WallEstate,
  type WallTileToEncode,
} from '../api/index.ts'
import type { WallGroup } from '../api/parameters.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import { listEvents, type PollHealth, type SourceStatus, type StoredEvent } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { readCustomersByResource } from '#lib/circuits/answers/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import { formatUpcomingLoss } from '#lib/contract/words/upcoming-loss.ts'
import { formatConnectedGateways } from '#lib/contract/words/connected-gateways.ts'
import type { GatewayToEncode } from '#lib/gateways/api/index.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  getLastGoodTime,
  judgePollFreshness,
  findSupportingPolls,
} from '#lib/questions/index.ts'
import { readFailoverRisks, readUpcomingLossIntervals } from '#lib/resilience/answers/index.ts'
import type { MaintenanceLossForecastInterval } from '#lib/resilience/api/outlook.ts'

import { readHeadline, readEvaluatedEstate, findTimeSinceLastProblem } from './overview.ts'
import type { WallViewsOfResources } from './wall-facts.ts'
import { TILE_STATE_POLL_KINDS, buildWallTiles, listViewsOfResource } from './wall-tiles.ts'

/**
 * Maximum number of tiles that are shown although they are not up, or that recently recovered. Further such tiles are
 * only counted.
 */
const NOT_UP_TILES = 200
/** Number of events that the wall shows. They are the latest events of the last 24 hours. */
const EVENTS = 3
const EVENTS_SINCE_MS = 24 * 60 * 60_000
const eventSeverities = severities.filter((severity) => severity !== 'info')
/**
 * Maximum number of tiles in each view that are up. No layout of the wall display has space for more. A tile that is in
 * several views is included if at least one of them has space.
 */
const UP_TILES = 24

/**
 * Returns the content of a wall display. It includes the tiles to show, most severe first.
 * @param options.by grouping of the resources. Resources without a group form a separate one
 * @param options.isPast whether `asked` is a past time, for which the effects of losses are not known
 */
export async function getWall(
  db: ReadableDatabase,
  { by = 'subscription', isPast = false }: { by?: WallGroup; isPast?: boolean } = {},
  asked: EpochMs = getDatabaseNow(),
): Promise<OverviewEndpointResponse<'wall'>> {
  const q = getSqlExecutor(db)
  const judged = await readEvaluatedEstate(q, asked)
  const { now, circuits, gateways, problems, statuses, incidents, sites, declared } = judged
  const views =
    by === 'customer' ? customerViews(await readCustomersByResource(q)) : by === 'site' ? siteViews(circuits) : null
  const tiles = buildWallTiles({
    now,
    circuits,
    gateways,
    problems,
    sources: statuses,
    incidents,
    sites,
    declared,
    views,
    ...(!isPast && { risks: await readFailoverRisks(q, statuses, now) }),
  })
  const resources = resourcesOf(tiles, { circuits, gateways, views })
  const events = await listEvents(q, {
    severities: eventSeverities,
    partOf: null,
    from: now - EVENTS_SINCE_MS,
    limit: EVENTS,
  })
  const polls = findSupportingPolls(statuses, TILE_STATE_POLL_KINDS, now)
  return {
    data: {
      headline: await readHeadline(q, judged, now),
      tiles: shown(tiles),
      counts: countsOf(tiles),
      allWellSince: isAllWell(tiles, polls, now) ? await findTimeSinceLastProblem(q, judged, now) : null,
      estate: estateOf(resources),
      subscriptions: subscriptionsOf(tiles, resources, { sources: statuses, views }),
      lastEvents: events.rows.map(lastEvent),
      ahead: (await readUpcomingLossIntervals(q, now, EVENTS_SINCE_MS))?.map(briefLoss)[0] ?? null,
      collector: collectorOf(statuses, now),
    },
    ...buildFreshnessFields(polls, now),
  }
}

/**
 * Reports whether all resources are up and every poll succeeded recently. A poll that never succeeded could hide that a
 * resource is down, so the result is then false.
 */
const isAllWell = (tiles: readonly WallTileToEncode[], polls: readonly PollHealth[], now: EpochMs) =>
  tiles.every(({ state }) => isUpOrSilent(state)) &&
  polls.every((poll) => isFreshnessUsable(judgePollFreshness(poll, now)))

/**
 * Returns the tiles to show. They are at most `NOT_UP_TILES` tiles that are not up or recently recovered, and in each
 * view at most `UP_TILES` others.
 */
function shown(tiles: readonly WallTileToEncode[]): WallTileToEncode[] {
  const calm = new Map<string | undefined, number>()
  const worse = new Set(
    tiles.filter(({ state, recovered }) => !isUpOrSilent(state) || recovered !== null).slice(0, NOT_UP_TILES),
  )
  return tiles.filter((tile) => {
    const { state, recovered, views } = tile
    if (!isUpOrSilent(state) || recovered !== null) return worse.has(tile)
    const counts = (views.length > 0 ? views : [undefined]).map((view) => {
      const count = (calm.get(view) ?? 0) + 1
      calm.set(view, count)
      return count
    })
    return Math.min(...counts) <= UP_TILES
  })
}

const briefLoss = ({ from, to, level, summary }: MaintenanceLossForecastInterval) => ({ from, to, level, summary })

const lastEvent = ({ id, kind, scope, scopeName, subject, evidence, started, ended, incidentId }: StoredEvent) => ({
  id,
  title: `${eventKindRecords[kind].name}${kind === 'loss_ahead' ? `: ${formatUpcomingLoss({ subject, evidence }, true)}` : ''}`,
  resource: scopeName ?? scope,
  startedBetween: started,
  endedBetween: ended,
  href: incidentId === null ? '/events' : `/incidents/${incidentId}`,
})

function countsOf(tiles: readonly WallTileToEncode[]): WallDisplay['counts'] {
  const counts: WallDisplay['counts'] = { down: 0, degraded: 0, unknown: 0, maintenance: 0, up: 0, silent: 0 }
  for (const { state } of tiles) counts[state]++
  return counts
}

const customerViews = (customers: ReadonlyMap<string, string>): WallViewsOfResources => ({
  of: new Map([...customers].map(([scope, name]) => [scope, [name]])),
  rest: 'No customer',
})

/**
 * Groups resources by site: a circuit is in the view of its peering location, a gateway in the views of all its
 * circuits.
 */
function siteViews(circuits: readonly StoredCircuit[]): WallViewsOfResources {
  const sites = new Map<string, string[]>()
  for (const circuit of circuits) {
    if (circuit.peeringLocation === null) continue
    for (const scope of [circuit.id, ...formatConnectedGateways(circuit)])
      sites.set(scope, [...new Set([...(sites.get(scope) ?? []), circuit.peeringLocation])])
  }
  return { of: sites, rest: 'No site' }
}

interface Resource {
  type: keyof WallEstate
  word: keyof WallEstate['gateways']
  views: readonly string[]
}

/**
 * Returns all gateways, and all circuits that are not disabled, each with the status word of its tile. A gateway
 * without a tile is `degraded`, because it is a part of a circuit's problem.
 */
function resourcesOf(
  tiles: readonly WallTileToEncode[],
  {
    circuits,
    gateways,
    views,
  }: { circuits: readonly StoredCircuit[]; gateways: readonly GatewayToEncode[]; views: WallViewsOfResources | null },
): Resource[] {
  const words = new Map(tiles.map(({ id, word }) => [id, word]))
  const named = (type: Resource['type'], { id, subscriptionId }: StoredCircuit | GatewayToEncode): Resource => ({
    type,
    word: words.get(`${type.slice(0, -1)}/${id}`) ?? 'degraded',
    views: listViewsOfResource(id, subscriptionId, { views }),
  })
  const used = circuits.filter(({ redundancy }) => redundancy !== 'disabled')
  return [...used.map((one) => named('circuits', one)), ...gateways.map((one) => named('gateways', one))]
}

function estateOf(resources: readonly Resource[]): WallEstate {
  const estate: WallEstate = { circuits: {}, gateways: {} }
  for (const { type, word } of resources) estate[type][word] = (estate[type][word] ?? 0) + 1
  return estate
}

function subscriptionsOf(
  tiles: readonly WallTileToEncode[],
  resources: readonly Resource[],
  { sources, views }: { sources: readonly SourceStatus[]; views: WallViewsOfResources | null },
): WallDisplay['subscriptions'] {
  const ids = [...new Set(tiles.flatMap((tile) => tile.views))]
  return ids
    .map((id) => ({
      id,
      name: views ? id : nameOf(id, sources),
      counts: countsOf(tiles.filter((tile) => tile.views.includes(id))),
      estate: estateOf(resources.filter((resource) => resource.views.includes(id))),
    }))
    .toSorted(
      (a, b) =>
        Number(a.id === views?.rest) - Number(b.id === views?.rest) ||
        a.name.localeCompare(b.name) ||
        (a.id < b.id ? -1 : 1),
    )
}

const nameOf = (id: string, sources: readonly SourceStatus[]) =>
  sources.find(({ resourceId }) => resourceId.toLowerCase() === `/subscriptions/${id.toLowerCase()}`)?.scopeName ?? id

/**
 * Returns the state of Peerwatch's own polling (the "collector"). A poll that Azure refuses for a single resource is
 * ignored here, because the tile of this resource shows it.
 */
function collectorOf(
  sources: readonly SourceStatus[],
  now: EpochMs,
): OverviewEndpointResponse<'wall'>['data']['collector'] {
  const own = sources.filter(({ poll }) => TILE_STATE_POLL_KINDS.some((kind) => kind === poll.kind))
  const times = own.flatMap(({ poll }) => getLastGoodTime(poll) ?? [])
  const states = new Set(own.map(({ poll }) => judgePollFreshness(poll, now)))
  const newestPollAt = times.length === 0 ? null : Math.max(...times)
  if (newestPollAt === null) return { state: 'starting', newestPollAt }
  return { state: states.has('fresh') ? 'fresh' : states.has('late') ? 'late' : 'silent', newestPollAt }
}

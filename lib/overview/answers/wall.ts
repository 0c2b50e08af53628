import { type EpochMs, eventKindRecords, severities } from '#lib/contract/index.ts'
import type { ResponseOf, Wall, WallTile } from '../api/index.ts'
import { isUsable } from '#lib/detection/index.ts'
import {
  lastIncidentEnd,
  listEvents,
  openEvents,
  type PollHealth,
  type SourceStatus,
  type StoredEvent,
} from '#lib/history/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { customersByScope } from '#lib/circuits/answers/index.ts'
import {
  type Db,
  queryable,
  freshnessOf,
  lastGoodAt,
  pollFreshness,
  pollsUnder,
  iso,
  isoBounds,
  isoBoundsOrNull,
  isoOrNull,
} from '#lib/questions/index.ts'
import { eventViews } from '#lib/incidents/answers/index.ts'

import { readJudged } from './overview.ts'
import { NOBODYS, STATE_KINDS, tilesOf } from './wall-tiles.ts'

/** More than any wall shows; what is beyond is counted. */
const NOT_UP_TILES = 200
/** Of the last events so many are shown, unless they are older than a day. */
const EVENTS = 3
const EVENTS_SINCE_MS = 24 * 60 * 60_000
const eventSeverities = severities.filter((severity) => severity !== 'info')
/** No layout shows more tiles. */
const UP_TILES = 12

/**
 * What a wall display shows: a tile for each resource, the worst first.
 * @param options.byCustomer `subscriptions` are the customers, and what is nobody's
 */
export async function getWall(
  db: Db,
  { byCustomer = false }: { byCustomer?: boolean } = {},
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'wall'>> {
  const q = queryable(db)
  const customers = byCustomer ? await customersByScope(q) : null
  const { circuits, gateways, problems, statuses, incidents, sites, declared } = await readJudged(q, now)
  const tiles = tilesOf({
    now,
    circuits,
    gateways,
    problems,
    sources: statuses,
    incidents,
    sites,
    lost: await eventViews(q, await openEvents(q, { kind: 'no_path' })),
    declared,
    customers,
  })
  const events = await listEvents(q, {
    severities: eventSeverities,
    partOf: null,
    from: now - EVENTS_SINCE_MS,
    limit: EVENTS,
  })
  const polls = pollsUnder(statuses, STATE_KINDS, now)
  return {
    data: {
      tiles: shown(tiles),
      counts: countsOf(tiles),
      allWellSince: isAllWell(tiles, polls, now) ? isoBoundsOrNull(await lastIncidentEnd(q)) : null,
      subscriptions: subscriptionsOf(tiles, statuses, customers !== null),
      lastEvents: events.rows.map(lastEvent),
      collector: collectorOf(statuses, now),
    },
    asOf: iso(now),
    freshness: freshnessOf(polls, now),
  }
}

/** All are up, and all are known to be: a poll that never answered may be about what is down. */
const isAllWell = (tiles: readonly WallTile[], polls: readonly PollHealth[], now: EpochMs) =>
  tiles.every(({ state }) => state === 'up') && polls.every((poll) => isUsable(pollFreshness(poll, now)))

/** All that is not up, what came back lately, and of each subscription as many that are up as a wall can show. */
function shown(tiles: readonly WallTile[]): WallTile[] {
  const calm = new Map<string | null, number>()
  const worse = tiles.filter(({ state, recovered }) => state !== 'up' || recovered !== null).slice(0, NOT_UP_TILES)
  const up = tiles.filter(({ state, recovered, subscriptionId }) => {
    if (state !== 'up' || recovered !== null) return false
    const count = (calm.get(subscriptionId) ?? 0) + 1
    calm.set(subscriptionId, count)
    return count <= UP_TILES
  })
  return [...worse, ...up]
}

const lastEvent = ({
  id,
  kind,
  scope,
  scopeName,
  started,
  ended,
  incidentId,
}: StoredEvent): Wall['lastEvents'][number] => ({
  id,
  title: eventKindRecords[kind].name,
  resource: scopeName ?? scope,
  startedBetween: isoBounds(started),
  endedBetween: isoBoundsOrNull(ended),
  href: incidentId === null ? '/events' : `/incidents/${incidentId}`,
})

function countsOf(tiles: readonly WallTile[]): Wall['counts'] {
  const counts: Wall['counts'] = { down: 0, degraded: 0, unknown: 0, maintenance: 0, up: 0 }
  for (const { state } of tiles) counts[state]++
  return counts
}

function subscriptionsOf(
  tiles: readonly WallTile[],
  sources: readonly SourceStatus[],
  byCustomer: boolean,
): Wall['subscriptions'] {
  const own = Map.groupBy(tiles, ({ subscriptionId }) => subscriptionId)
  return [...own]
    .flatMap(([id, of]) =>
      id === null ? [] : [{ id, name: byCustomer ? id : nameOf(id, sources), counts: countsOf(of) }],
    )
    .toSorted(
      (a, b) =>
        Number(a.id === NOBODYS) - Number(b.id === NOBODYS) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1),
    )
}

const nameOf = (id: string, sources: readonly SourceStatus[]) =>
  sources.find(({ resourceId }) => resourceId.toLowerCase() === `/subscriptions/${id.toLowerCase()}`)?.scopeName ?? id

/** Whether the collector as a whole still sees anything: one refused poll is the affair of its own tile. */
function collectorOf(sources: readonly SourceStatus[], now: EpochMs): Wall['collector'] {
  const own = sources.filter(({ poll }) => STATE_KINDS.some((kind) => kind === poll.kind))
  const times = own.flatMap(({ poll }) => lastGoodAt(poll) ?? [])
  const states = new Set(own.map(({ poll }) => pollFreshness(poll, now)))
  const newestPollAt = isoOrNull(times.length === 0 ? null : Math.max(...times))
  if (times.length === 0) return { state: 'starting', newestPollAt }
  return { state: states.has('fresh') ? 'fresh' : states.has('late') ? 'late' : 'silent', newestPollAt }
}

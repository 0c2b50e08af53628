import type { Database } from '#lib/platform/database.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import * as circuits from '#lib/circuits/store/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import * as declarations from '#lib/declarations/store/index.ts'
import * as cost from '#lib/cost/store/index.ts'
import * as gateways from '#lib/gateways/store/index.ts'
import * as incidents from '#lib/incidents/store/index.ts'
import * as networks from '#lib/networks/store/index.ts'
import * as common from '#lib/questions/store/index.ts'
import * as resilience from '#lib/resilience/store/index.ts'
import * as routes from '#lib/routes/store/index.ts'
import * as sessions from '#lib/sessions/store/index.ts'
import * as setup from '#lib/setup/store/index.ts'
import * as usage from '#lib/usage/store/index.ts'
import * as own from '../index.ts'
import { createDownEvent } from './event.ts'
import { type Feed, INTERVAL_SECONDS, peerRow } from './feed.ts'
import { poll, type Site, T0 } from './sites.ts'

/** Functions that query the database, from history and from each room's store. */
export const history = {
  ...own,
  ...circuits,
  ...cost,
  ...declarations,
  ...gateways,
  ...incidents,
  ...networks,
  ...common,
  ...resilience,
  ...routes,
  ...sessions,
  ...setup,
  ...usage,
}

/**
 * A query that screens or workers use often, with the sources it concerns. It may read only the shards of these
 * sources.
 */
export interface ShardedQuery {
  name: keyof typeof history
  /** difference from other entries with the same name */
  how: string
  about: (site: Site, other: Site) => Feed[]
  ask: (db: Database, site: Site, other: Site) => Promise<unknown>
}

const ROUTE_KINDS = ['learned', 'tables'] as const
const during = { from: T0, to: T0 + 5 * MINUTE }
const then = T0 + 90_000
const page = { limit: 20 }
const arm = (feeds: readonly Feed[]) => feeds[0]?.resourceId ?? ''
const id = (feeds: readonly Feed[]) => history.computeShortId(arm(feeds))

/** Returns an entry for a query about one resource of a customer. */
const of = (
  part: keyof Site,
  name: ShardedQuery['name'],
  ask: (db: Queryable, scope: string) => Promise<unknown>,
  how = '',
): ShardedQuery => ({
  name,
  how,
  about: (site) => site[part],
  ask: ({ pool }, site) => ask(pool, id(site[part])),
})
/** Returns an entry for a query that names its sources. */
const ofSources = (
  part: keyof Site,
  name: ShardedQuery['name'],
  ask: (db: Queryable, sourceIds: number[]) => Promise<unknown>,
): ShardedQuery => ({
  name,
  how: '',
  about: (site) => site[part],
  ask: ({ pool }, site) => {
    const sourceIds = site[part].map(({ sourceId }) => sourceId)
    return ask(pool, sourceIds)
  },
})
/** Returns an entry for a query about resources of two customers. */
const ofTwo = (
  part: keyof Site,
  name: ShardedQuery['name'],
  ask: (db: Queryable, scopes: string[]) => Promise<unknown>,
): ShardedQuery => ({
  name,
  how: '',
  about: (site, other) => [...site[part], ...other[part]],
  ask: ({ pool }, site, other) => ask(pool, [id(site[part]), id(other[part])]),
})
/** Returns the next poll of a gateway's sessions, which changes nothing. */
const quietPeers = (feed: Feed | undefined, n: number) => {
  if (!feed) throw new Error('the gateway has no source')
  return { sourceId: feed.sourceId, observation: feed.observe('peers', poll(n, [peerRow({ routesReceived: 2 })])) }
}

const event = createDownEvent('down', T0, { incident: null })

export const questionsBySource: readonly ShardedQuery[] = [
  // queries of a worker
  {
    name: 'recordObservation',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: (db, { gateway }) => {
      const { sourceId, observation } = quietPeers(gateway[0], 3)
      return db.transaction((client) =>
        history.recordObservation(client, sourceId, observation, { intervalSeconds: INTERVAL_SECONDS }),
      )
    },
  },
  {
    name: 'loadLastPolls',
    how: '',
    about: ({ gateway }, other) => [...gateway.slice(0, 1), ...other.gateway.slice(0, 1)],
    ask: ({ pool }, { gateway }, other) =>
      history.loadLastPolls(pool, [quietPeers(gateway[0], 3), quietPeers(other.gateway[0], 2)]),
  },
  {
    name: 'recordUnchangedPolls',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: async (db, { gateway }) => {
      const [last] = await history.loadLastPolls(db.pool, [quietPeers(gateway[0], 3)])
      const found =
        last &&
        history.compareUnchangedPoll(last, quietPeers(gateway[0], 4).observation, { intervalSeconds: INTERVAL_SECONDS })
      if (!found) throw new Error('the poll is not quiet')
      await db.transaction((client) => history.recordUnchangedPolls(client, [found]))
    },
  },
  ofTwo('gateway', 'readRoutesToPrefixes', (db, scopes) =>
    history.readRoutesToPrefixes(db, scopes, ['10.0.3.0/24', '10.1.3.0/24']),
  ),
  ofTwo('gateway', 'readRoutesWithinRanges', (db, scopes) =>
    history.readRoutesWithinRanges(db, scopes, ['10.0.0.0/8']),
  ),
  ofTwo('gateway', 'readPastRoutes', (db, gateways) =>
    history.readPastRoutes(db, { gateways, prefixes: ['10.0.2.0/24'], before: then }),
  ),
  ofTwo('gateway', 'readHubConnectionRoutes', (db, gateways) =>
    history.readHubConnectionRoutes(db, { gateways, prefixes: ['10.0.2.0/24'] }),
  ),
  ofTwo('circuit', 'readReportedRoutes', (db, scopes) => history.readReportedRoutes(db, { scopes, since: T0 })),
  ofTwo('gateway', 'readLastGoodPolls', (db, scopes) => history.readLastGoodPolls(db, scopes)),
  {
    name: 'comparePathTables',
    how: '',
    about: ({ circuit }) => circuit.slice(1),
    ask: ({ pool }, { circuit }) => {
      const side = (path: string) => [{ scope: id(circuit), subresource: `AzurePrivatePeering/${path}` }]
      return history.comparePathTables(pool, { a: side('primary'), b: side('secondary'), within: [], most: 5 })
    },
  },
  of('circuit', 'readPastTraffic', (db, scope) => history.readPastTraffic(db, { scope, at: T0 + 8 * 86_400_000 })),
  {
    name: 'loadDetectionState',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: ({ pool }, { gateway }) => history.loadDetectionState(pool, gateway[0]?.sourceId ?? 0),
  },
  ofSources('gateway', 'readDetectionStatesUnlocked', history.readDetectionStatesUnlocked),

  {
    name: 'lockUnchangedDetectionStates',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: (db, { gateway }) => {
      const asked = { sourceId: gateway[0]?.sourceId ?? 0, version: '1', isReplaced: false }
      return db.transaction((client) => history.lockUnchangedDetectionStates(client, [asked]))
    },
  },
  {
    name: 'replaceDetectionStates',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: (db, { gateway }) => {
      const asked = { sourceId: gateway[0]?.sourceId ?? 0, version: '1', state: '{}' }
      return db.transaction((client) => history.replaceDetectionStates(client, [asked]))
    },
  },
  {
    name: 'readEventRepeats',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: async ({ pool }, { gateway }) => {
      await history.upsertEvents(pool, gateway[0]?.sourceId ?? 0, [event])
      await history.readEventRepeats(pool, [{ id: history.computeEventId(event.key), kinds: ['peers'] }])
    },
  },

  // queries of a screen about one resource, now and at a past moment
  of('gateway', 'readSessionsAt', (db, scope) => history.readSessionsAt(db, { scope })),
  of('gateway', 'readSessionAddresses', (db, scope) => history.readSessionAddresses(db, db, [scope])),
  of('gateway', 'readRoutesAt', (db, scope) => history.readRoutesAt(db, { scope, at: null, ...page })),
  of('gateway', 'readRoutesAt', (db, scope) => history.readRoutesAt(db, { scope, at: then, ...page }), 'then'),
  of(
    'circuit',
    'readRoutesAt',
    (db, scope) => history.readRoutesAt(db, { scope, at: then, order: { by: 'asPath', descending: true }, ...page }),
    'in another order',
  ),
  of('gateway', 'readRoutesDiff', (db, scope) =>
    history.readRoutesDiff(db, { scope, kinds: ROUTE_KINDS, from: T0 + 3_000, to: then }),
  ),
  of('gateway', 'readCoveringRoutes', (db, scope) =>
    history.readCoveringRoutes(db, { scope, address: '10.0.3.4', at: then, kinds: ROUTE_KINDS }),
  ),
  of('gateway', 'readRouteIntervals', (db, scope) =>
    history.readRouteIntervals(db, { scope, kinds: ROUTE_KINDS, prefixes: ['10.0.2.0/24'], ...during, ...page }),
  ),
  of('gateway', 'readRouteChanges', (db, scope) =>
    history.readRouteChanges(db, {
      scope,
      kinds: ROUTE_KINDS,
      ...during,
      order: { by: 'time', descending: true },
      ...page,
    }),
  ),
  of('gateway', 'readRouteChurn', (db, scope) =>
    history.readRouteChurn(db, { scope, kinds: ROUTE_KINDS, ...during, stepMs: MINUTE, top: 5, windows: [] }),
  ),
  ofTwo('gateway', 'readRouteCounts', (db, scopes) => history.readRouteCounts(db, { scopes })),
  ofTwo('gateway', 'countPrefixesInTables', (db, scopes) =>
    history.countPrefixesInTables(db, { scopes, kinds: ['learned', 'advertised'] }),
  ),
  ofSources('gateway', 'hasStoredRoutes', (db, [sourceId = 0]) => history.hasStoredRoutes(db, sourceId, 'learned')),
  of('circuit', 'countMicrosoftPrefixes', (db, scope) =>
    history.countMicrosoftPrefixes(db, { scope, peering: 'AzurePrivatePeering' }),
  ),
  of('circuit', 'readSessionHistory', (db, scope) => history.readSessionHistory(db, { scope, ...during, ...page })),
  of('circuit', 'readSessionsWithIntervals', (db, scope) =>
    history.readSessionsWithIntervals(db, { scope, ...during }),
  ),
  ofSources('gateway', 'readSilentTimes', (db, sources) => history.readSilentTimes(db, { sources, ...during })),
  of('circuit', 'readPrefixCounts', (db, scope) => history.readPrefixCounts(db, { scope, ...during, ...page })),
  of('circuit', 'readPrefixMaxima', (db, scope) =>
    history.readPrefixMaxima(db, {
      scope,
      subresource: 'AzurePrivatePeering/primary',
      neighbor: '192.0.2.97',
      ...during,
    }),
  ),
  of('circuit', 'listArpEntries', (db, scope) => history.listArpEntries(db, { scope })),
  of('circuit', 'readArpHistory', (db, scope) => history.readArpHistory(db, { scope, ...during, ...page })),
  of('circuit', 'readEmptyArpTables', (db, scope) => history.readEmptyArpTables(db, { scope })),
  of('connection', 'readConnectionsAt', (db, scope) => history.readConnectionsAt(db, { scope })),
  of('connection', 'readConnectionsAt', (db, scope) => history.readConnectionsAt(db, { scope, at: then }), 'then'),
  of('connection', 'readCurrentTunnels', (db, scope) => history.readCurrentTunnels(db, { scope })),
  of('connection', 'readConfigChanges', (db, scope) => history.readConfigChanges(db, { scope, ...during, ...page })),
  of('circuit', 'readFirstObservationTimes', (db, circuit) =>
    history.readFirstObservationTimes(db, { circuit, connections: [] }),
  ),
  of('circuit', 'loadCoverageAt', (db, scope) =>
    history.loadCoverageAt(db, { scope, kinds: ['tables', 'arp'], at: then }),
  ),
  of('circuit', 'readCoverageIntervals', (db, scope) =>
    history.readCoverageIntervals(db, { scope, ...during, ...page }),
  ),
  of('circuit', 'readUncoveredTimes', (db, scope) =>
    history.readUncoveredTimes(db, { scope, kinds: ['tables'], ...during }),
  ),
  of('circuit', 'listSources', (db, scope) => history.listSources(db, { scope })),
  of('circuit', 'readLatestCounters', (db, scope) => history.readLatestCounters(db, { scope })),
  of('circuit', 'readLatestMetrics', (db, scope) => history.readLatestMetrics(db, { scope })),
  ofSources('circuit', 'readMetricSeries', history.readMetricSeries),
  of('circuit', 'readMetricSteps', (db, scope) =>
    history.readMetricSteps(db, { scope, metrics: ['BitsInPerSecond'], ...during, stepMs: MINUTE }),
  ),
  of('circuit', 'readUsage', (db, scope) => history.readUsage(db, { scope, ...during, step: '5m' })),
  of('circuit', 'readSampledExtremes', (db, scope) =>
    history.readSampledExtremes(db, { scope, ...during, pieceMs: MINUTE }),
  ),
  of('circuit', 'readRolledUpExtremes', (db, scope) =>
    history.readRolledUpExtremes(db, { scope, ...during, pieceMs: 5 * MINUTE, step: '5m' }),
  ),
  ofTwo('circuit', 'readCounterPairs', (db, scopes) =>
    history.readCounterPairs(
      db,
      scopes.flatMap((scope) => (['sample', '5m'] as const).map((basis) => ({ scope, ...during, basis }))),
    ),
  ),
  ofTwo('circuit', 'readMeasuredBytes', (db, scopes) => history.readMeasuredBytes(db, { scopes, from: T0 })),
  {
    name: 'readResourceByIdOrArmId',
    how: 'then',
    about: ({ inventory }) => inventory,
    ask: ({ pool }, { circuit }) => history.readResourceByIdOrArmId(pool, id(circuit), then),
  },
  of('monitor', 'readProbeResults', (db, scope) => history.readProbeResults(db, { scope, ...during })),
]

/** Queries about the whole estate, or about a whole type, region or subscription, which may read every shard. */
export const QUERIES_OF_ALL_SHARDS: readonly ShardedQuery['name'][] = [
  'readBackfillProgress',
  'readBudgetsInUse',
  'readBusiestRates',
  'readNeighborsCarryingAddress',
  'readCircuitRates',
  'readMetricRates',
  'readLinkDays',
  'createUnpolledTimesLookup',
  'readUnpolledTimesByResource',
  'readUnpolledTimesBySource',
  'readCostBasisRevision',
  'readDueBackfills',
  'readExpectedMaintenance',
  'readForwardingRevision',
  'readInstanceSessions',
  'listResources',
  'readNewestPoll',
  'readPollLoads',
  'countPollsByOutcome',
  'readPolledTargets',
  'readMaintenance',
  'rollUpChurn',
  'readShareInTime',
  'rollUpUsage',
  'countThrottledPolls',
  'readUnreadableMaintenance',
  'readUsageStarts',
]

/** Other functions: they use undistributed tables, rows by source and key, or no table. */
export const QUERIES_OF_NO_SHARD: readonly ShardedQuery['name'][] = [
  'requestResourceJoin',
  'requestResourceSeparation',
  'readConfigSpans',
  'readErrorsOfUnscheduledPolls',
  'mergeErrorIntoSharedEvent',
  'mergeErrorsIntoEvent',
  'readResourceJoinState',
  'postponeBackfill',
  'getLastRouteTableDigest',
  'computePollDigest',
  'compareUnchangedPoll',
  'recordBackfill',
  'saveDetectionState',
  'readSourceById',
  'readResourcesByProbeTest',
]

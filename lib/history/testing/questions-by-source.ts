import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import * as circuits from '#lib/circuits/store/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
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
import { type TestPollSource, TEST_SOURCE_POLL_INTERVAL_SECONDS, peerRow } from './feed.ts'
import { createSitePoll, type CustomerSitePollSources, FIRST_SITE_POLL_TIME } from './sites.ts'

/** Functions that query the database, from history and from each room's store. */
export const databaseQueryFunctions = {
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
  name: keyof typeof databaseQueryFunctions
  /** difference from other entries with the same name */
  how: string
  about: (site: CustomerSitePollSources, other: CustomerSitePollSources) => TestPollSource[]
  ask: (db: Database, site: CustomerSitePollSources, other: CustomerSitePollSources) => Promise<unknown>
}

const ROUTE_KINDS = ['learned', 'tables'] as const
const during = { from: FIRST_SITE_POLL_TIME, to: FIRST_SITE_POLL_TIME + 5 * MS_PER_MINUTE }
const then = FIRST_SITE_POLL_TIME + 90_000
const page = { limit: 20 }
const arm = (feeds: readonly TestPollSource[]) => feeds[0]?.resourceId ?? ''
const id = (feeds: readonly TestPollSource[]) => databaseQueryFunctions.computeShortId(arm(feeds))

/** Returns an entry for a query about one resource of a customer. */
const of = (
  part: keyof CustomerSitePollSources,
  name: ShardedQuery['name'],
  ask: (db: SqlExecutor, scope: string) => Promise<unknown>,
  how = '',
): ShardedQuery => ({
  name,
  how,
  about: (site) => site[part],
  ask: ({ pool }, site) => ask(pool, id(site[part])),
})
/** Returns an entry for a query that names its sources. */
const ofSources = (
  part: keyof CustomerSitePollSources,
  name: ShardedQuery['name'],
  ask: (db: SqlExecutor, sourceIds: number[]) => Promise<unknown>,
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
  part: keyof CustomerSitePollSources,
  name: ShardedQuery['name'],
  ask: (db: SqlExecutor, scopes: string[]) => Promise<unknown>,
): ShardedQuery => ({
  name,
  how: '',
  about: (site, other) => [...site[part], ...other[part]],
  ask: ({ pool }, site, other) => ask(pool, [id(site[part]), id(other[part])]),
})
/** Returns the next poll of a gateway's sessions, which changes nothing. */
const quietPeers = (feed: TestPollSource | undefined, n: number) => {
  if (!feed) throw new Error('the gateway has no source')
  return {
    sourceId: feed.sourceId,
    observation: feed.observe('peers', createSitePoll(n, [peerRow({ routesReceived: 2 })])),
  }
}

const event = createDownEvent('down', FIRST_SITE_POLL_TIME, { incident: null })

export const questionsBySource: readonly ShardedQuery[] = [
  // queries of a worker
  {
    name: 'recordObservation',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: (db, { gateway }) => {
      const { sourceId, observation } = quietPeers(gateway[0], 3)
      return db.transaction((client) =>
        databaseQueryFunctions.recordObservation(client, sourceId, observation, {
          intervalSeconds: TEST_SOURCE_POLL_INTERVAL_SECONDS,
        }),
      )
    },
  },
  {
    name: 'loadLastPolls',
    how: '',
    about: ({ gateway }, other) => [...gateway.slice(0, 1), ...other.gateway.slice(0, 1)],
    ask: ({ pool }, { gateway }, other) =>
      databaseQueryFunctions.loadLastPolls(pool, [quietPeers(gateway[0], 3), quietPeers(other.gateway[0], 2)]),
  },
  {
    name: 'recordUnchangedPolls',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: async (db, { gateway }) => {
      const [last] = await databaseQueryFunctions.loadLastPolls(db.pool, [quietPeers(gateway[0], 3)])
      const found =
        last &&
        databaseQueryFunctions.compareUnchangedPoll(last, quietPeers(gateway[0], 4).observation, {
          intervalSeconds: TEST_SOURCE_POLL_INTERVAL_SECONDS,
        })
      if (!found) throw new Error('the poll is not quiet')
      await db.transaction((client) => databaseQueryFunctions.recordUnchangedPolls(client, [found]))
    },
  },
  ofTwo('gateway', 'readRoutesToPrefixes', (db, scopes) =>
    databaseQueryFunctions.readRoutesToPrefixes(db, scopes, ['10.0.3.0/24', '10.1.3.0/24']),
  ),
  ofTwo('gateway', 'readRoutesWithinRanges', (db, scopes) =>
    databaseQueryFunctions.readRoutesWithinRanges(db, scopes, ['10.0.0.0/8']),
  ),
  ofTwo('gateway', 'readPastRoutes', (db, gateways) =>
    databaseQueryFunctions.readPastRoutes(db, { gateways, prefixes: ['10.0.2.0/24'], before: then }),
  ),
  ofTwo('gateway', 'readHubConnectionRoutes', (db, gateways) =>
    databaseQueryFunctions.readHubConnectionRoutes(db, { gateways, prefixes: ['10.0.2.0/24'] }),
  ),
  ofTwo('circuit', 'readReportedRoutes', (db, scopes) =>
    databaseQueryFunctions.readReportedRoutes(db, { scopes, since: FIRST_SITE_POLL_TIME }),
  ),
  ofTwo('gateway', 'readLastGoodPolls', (db, scopes) => databaseQueryFunctions.readLastGoodPolls(db, scopes)),
  {
    name: 'comparePathTables',
    how: '',
    about: ({ circuit }) => circuit.slice(1),
    ask: ({ pool }, { circuit }) => {
      const side = (path: string) => [{ scope: id(circuit), subresource: `AzurePrivatePeering/${path}` }]
      return databaseQueryFunctions.comparePathTables(pool, {
        a: side('primary'),
        b: side('secondary'),
        within: [],
        most: 5,
      })
    },
  },
  of('circuit', 'readPastTraffic', (db, scope) =>
    databaseQueryFunctions.readPastTraffic(db, { scope, at: FIRST_SITE_POLL_TIME + 8 * 86_400_000 }),
  ),
  {
    name: 'loadDetectionState',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: ({ pool }, { gateway }) => databaseQueryFunctions.loadDetectionState(pool, gateway[0]?.sourceId ?? 0),
  },
  ofSources('gateway', 'readDetectionStatesUnlocked', databaseQueryFunctions.readDetectionStatesUnlocked),

  {
    name: 'lockUnchangedDetectionStates',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: (db, { gateway }) => {
      const asked = { sourceId: gateway[0]?.sourceId ?? 0, version: '1', isReplaced: false }
      return db.transaction((client) => databaseQueryFunctions.lockUnchangedDetectionStates(client, [asked]))
    },
  },
  {
    name: 'replaceDetectionStates',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: (db, { gateway }) => {
      const asked = { sourceId: gateway[0]?.sourceId ?? 0, version: '1', state: '{}' }
      return db.transaction((client) => databaseQueryFunctions.replaceDetectionStates(client, [asked]))
    },
  },
  {
    name: 'readEventRepeats',
    how: '',
    about: ({ gateway }) => gateway.slice(0, 1),
    ask: async ({ pool }, { gateway }) => {
      await databaseQueryFunctions.upsertEvents(pool, gateway[0]?.sourceId ?? 0, [event])
      await databaseQueryFunctions.readEventRepeats(pool, [
        { id: databaseQueryFunctions.computeEventId(event.key), kinds: ['peers'] },
      ])
    },
  },

  // queries of a screen about one resource, now and at a past moment
  of('gateway', 'readSessionsAtMoment', (db, scope) => databaseQueryFunctions.readSessionsAtMoment(db, { scope })),
  of('gateway', 'readSessionAddresses', (db, scope) => databaseQueryFunctions.readSessionAddresses(db, db, [scope])),
  of('gateway', 'readRoutesAtMoment', (db, scope) =>
    databaseQueryFunctions.readRoutesAtMoment(db, { scope, at: null, ...page }),
  ),
  of(
    'gateway',
    'readRoutesAtMoment',
    (db, scope) => databaseQueryFunctions.readRoutesAtMoment(db, { scope, at: then, ...page }),
    'then',
  ),
  of(
    'circuit',
    'readRoutesAtMoment',
    (db, scope) =>
      databaseQueryFunctions.readRoutesAtMoment(db, {
        scope,
        at: then,
        order: { by: 'asPath', descending: true },
        ...page,
      }),
    'in another order',
  ),
  of('gateway', 'readRoutesDiff', (db, scope) =>
    databaseQueryFunctions.readRoutesDiff(db, {
      scope,
      kinds: ROUTE_KINDS,
      from: FIRST_SITE_POLL_TIME + 3_000,
      to: then,
    }),
  ),
  of('gateway', 'readCoveringRoutes', (db, scope) =>
    databaseQueryFunctions.readCoveringRoutes(db, { scope, address: '10.0.3.4', at: then, kinds: ROUTE_KINDS }),
  ),
  of('gateway', 'readRouteIntervals', (db, scope) =>
    databaseQueryFunctions.readRouteIntervals(db, {
      scope,
      kinds: ROUTE_KINDS,
      prefixes: ['10.0.2.0/24'],
      ...during,
      ...page,
    }),
  ),
  of('gateway', 'readRouteChanges', (db, scope) =>
    databaseQueryFunctions.readRouteChanges(db, {
      scope,
      kinds: ROUTE_KINDS,
      ...during,
      order: { by: 'time', descending: true },
      ...page,
    }),
  ),
  of('gateway', 'readRouteChurn', (db, scope) =>
    databaseQueryFunctions.readRouteChurn(db, {
      scope,
      kinds: ROUTE_KINDS,
      ...during,
      stepMs: MS_PER_MINUTE,
      top: 5,
      windows: [],
    }),
  ),
  ofTwo('gateway', 'readRouteCounts', (db, scopes) => databaseQueryFunctions.readRouteCounts(db, { scopes })),
  ofTwo('gateway', 'countPrefixesInTables', (db, scopes) =>
    databaseQueryFunctions.countPrefixesInTables(db, { scopes, kinds: ['learned', 'advertised'] }),
  ),
  ofSources('gateway', 'hasStoredRoutes', (db, [sourceId = 0]) =>
    databaseQueryFunctions.hasStoredRoutes(db, sourceId, 'learned'),
  ),
  of('circuit', 'countMicrosoftPrefixes', (db, scope) =>
    databaseQueryFunctions.countMicrosoftPrefixes(db, { scope, peering: 'AzurePrivatePeering' }),
  ),
  of('circuit', 'readSessionHistory', (db, scope) =>
    databaseQueryFunctions.readSessionHistory(db, { scope, ...during, ...page }),
  ),
  of('circuit', 'readSessionsWithIntervals', (db, scope) =>
    databaseQueryFunctions.readSessionsWithIntervals(db, { scope, ...during }),
  ),
  ofSources('gateway', 'readSilentTimes', (db, sources) =>
    databaseQueryFunctions.readSilentTimes(db, { sources, ...during }),
  ),
  of('circuit', 'readPrefixCounts', (db, scope) =>
    databaseQueryFunctions.readPrefixCounts(db, { scope, ...during, ...page }),
  ),
  of('circuit', 'readPrefixMaxima', (db, scope) =>
    databaseQueryFunctions.readPrefixMaxima(db, {
      scope,
      subresource: 'AzurePrivatePeering/primary',
      neighbor: '192.0.2.97',
      ...during,
    }),
  ),
  of('circuit', 'listArpEntries', (db, scope) => databaseQueryFunctions.listArpEntries(db, { scope })),
  of('circuit', 'readArpHistory', (db, scope) =>
    databaseQueryFunctions.readArpHistory(db, { scope, ...during, ...page }),
  ),
  of('circuit', 'readEmptyArpTables', (db, scope) => databaseQueryFunctions.readEmptyArpTables(db, { scope })),
  of('connection', 'readConnectionsAtMoment', (db, scope) =>
    databaseQueryFunctions.readConnectionsAtMoment(db, { scope }),
  ),
  of(
    'connection',
    'readConnectionsAtMoment',
    (db, scope) => databaseQueryFunctions.readConnectionsAtMoment(db, { scope, at: then }),
    'then',
  ),
  of('connection', 'readCurrentTunnels', (db, scope) => databaseQueryFunctions.readCurrentTunnels(db, { scope })),
  of('connection', 'readConfigChanges', (db, scope) =>
    databaseQueryFunctions.readConfigChanges(db, { scope, ...during, ...page }),
  ),
  of('circuit', 'readFirstObservationTimes', (db, circuit) =>
    databaseQueryFunctions.readFirstObservationTimes(db, { circuit, connections: [] }),
  ),
  of('circuit', 'readPollCoverageOfMoment', (db, scope) =>
    databaseQueryFunctions.readPollCoverageOfMoment(db, { scope, kinds: ['tables', 'arp'], at: then }),
  ),
  of('circuit', 'readCoverageIntervals', (db, scope) =>
    databaseQueryFunctions.readCoverageIntervals(db, { scope, ...during, ...page }),
  ),
  of('circuit', 'readUncoveredTimes', (db, scope) =>
    databaseQueryFunctions.readUncoveredTimes(db, { scope, kinds: ['tables'], ...during }),
  ),
  of('circuit', 'listSources', (db, scope) => databaseQueryFunctions.listSources(db, { scope })),
  of('circuit', 'readLatestCounters', (db, scope) => databaseQueryFunctions.readLatestCounters(db, { scope })),
  of('circuit', 'readLatestMetrics', (db, scope) => databaseQueryFunctions.readLatestMetrics(db, { scope })),
  ofSources('circuit', 'readMetricSeries', databaseQueryFunctions.readMetricSeries),
  of('circuit', 'readMetricSteps', (db, scope) =>
    databaseQueryFunctions.readMetricSteps(db, {
      scope,
      metrics: ['BitsInPerSecond'],
      ...during,
      stepMs: MS_PER_MINUTE,
    }),
  ),
  of('circuit', 'readUsage', (db, scope) => databaseQueryFunctions.readUsage(db, { scope, ...during, step: '5m' })),
  of('circuit', 'readSampledExtremes', (db, scope) =>
    databaseQueryFunctions.readSampledExtremes(db, { scope, ...during, pieceMs: MS_PER_MINUTE }),
  ),
  of('circuit', 'readRolledUpExtremes', (db, scope) =>
    databaseQueryFunctions.readRolledUpExtremes(db, { scope, ...during, pieceMs: 5 * MS_PER_MINUTE, step: '5m' }),
  ),
  ofTwo('circuit', 'readCounterPairs', (db, scopes) =>
    databaseQueryFunctions.readCounterPairs(
      db,
      scopes.flatMap((scope) => (['sample', '5m'] as const).map((basis) => ({ scope, ...during, basis }))),
    ),
  ),
  ofTwo('circuit', 'readMeasuredBytes', (db, scopes) =>
    databaseQueryFunctions.readMeasuredBytes(db, { scopes, from: FIRST_SITE_POLL_TIME }),
  ),
  {
    name: 'readResourceByIdOrArmId',
    how: 'then',
    about: ({ inventory }) => inventory,
    ask: ({ pool }, { circuit }) => databaseQueryFunctions.readResourceByIdOrArmId(pool, id(circuit), then),
  },
  of('monitor', 'readProbeResults', (db, scope) => databaseQueryFunctions.readProbeResults(db, { scope, ...during })),
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
  'readResourcePage',
  'readNewestPoll',
  'readPollLoads',
  'countPollsByOutcome',
  'readPolledTargets',
  'readMaintenanceWindows',
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

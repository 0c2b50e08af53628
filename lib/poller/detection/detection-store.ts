import type { PoolClient } from 'pg'
import { MSEE_ASN } from '#lib/bgp/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type DetectedEvent,
  type DetectedIncident,
  directTypes,
  type EpochMs,
  polledGatewayTypes,
  SCALE_UNITS_METRIC,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  type DailyMaximum,
  defaultSettings,
  type DetectionSettings,
  getReplacedErrorClasses,
  MAX_STORED_DIFFERENCES,
  type LightLevel,
  type PastPrefixOrigins,
  type DetectionReadKinds,
  parseResourceState,
  isEqualPlainJson,
  type RouterSideSession,
  applyThresholdChanges,
  type RouteTableComparison,
  type PathTableRef,
} from '#lib/detection/index.ts'
import {
  type ResourceStateRequest,
  readNeighborsCarryingAddress,
  comparePathTables,
  readConnectionsAtMoment,
  readCurrentSettings,
  createCustomerRules,
  computeEventId,
  readExpectedMaintenance,
  mergeErrorIntoSharedEvent,
  type LastGoodPoll,
  readLastGoodPolls,
  readLatestMetrics,
  readResourcePage,
  loadResourceStates,
  loadDetectionState,
  type CurrentMetric,
  readMetricSteps,
  type UnlockedDetectionState,
  readResourceStatesUnlocked,
  readPrefixMaxima,
  readCurrentDeclarations,
  readReportedRoutes,
  type RouteAnnouncedSinceMoment,
  type HubConnectionRouteRecord,
  readHubConnectionRoutes,
  readPastRoutes,
  type RoutesToPrefixes,
  readRoutesToPrefixes,
  readRoutesWithinRanges,
  type LearnedRouteEntry,
  saveResourceStates,
  saveDetectionState,
  saveRecheckTimes,
  findResourcesToRecheck,
  readSessionsAtMoment,
  computeShortId,
  type ResourceRecheckTime,
  type StoredResourceState,
  type PastTraffic,
  readPastTraffic,
  upsertEvents,
  upsertIncidents,
  readFailoverTests,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { DetectionDeclarations, ListedResource } from './types.ts'

/**
 * Metrics of the light levels of an ExpressRoute Direct port, in dBm for each link and lane (optical channel).
 * Source: Azure Monitor supported metrics, Microsoft.Network/expressRoutePorts.
 */
const NAMES = { Rx: 'RxLightLevel', Tx: 'TxLightLevel' } as const

const LIGHT_METRICS: readonly string[] = Object.values(NAMES)

/**
 * Maximum age of the maintenance windows that are read, milliseconds. Past windows are read because an open event may
 * have begun in them. An event that has been open for longer is not assigned to a maintenance window.
 */
const BEGUN_BEFORE_MS = 32 * 24 * 60 * 60_000
/**
 * Time ahead for which maintenance windows are read, milliseconds. It must be longer than the time for which the result
 * is cached.
 */
const READ_AHEAD_MS = 60 * 60_000

async function readDeclared(db: SqlExecutor, now: EpochMs): Promise<DetectionDeclarations> {
  const declarations = await readCurrentDeclarations(db)
  const within = { from: now - BEGUN_BEFORE_MS, to: now + READ_AHEAD_MS }
  return {
    ...declarations,
    maintenance: await readExpectedMaintenance(db, within, decodeResourceConfig, declarations),
    tests: await readFailoverTests(db),
    customerRules: await createCustomerRules(db, declarations),
  }
}

/** The current detection thresholds with their version. */
export interface VersionedDetectionSettings {
  /** Version of the stored settings; 0 = the defaults. */
  version: number
  settings: DetectionSettings
}
export const DEFAULT_SETTINGS: VersionedDetectionSettings = { version: 0, settings: defaultSettings }

/** Addresses of the Microsoft edge routers (MSEE) that a gateway lists as BGP neighbors. */
export interface EdgeRouterNeighbors {
  /** Neighbors of the circuits to which the gateway is connected. */
  expected: string[]
  /** Neighbors whose circuit or connection was removed. Azure lists them for some minutes after the removal. */
  released: string[]
}

/**
 * Splits the neighbors of a gateway into expected ones and those of removed connections.
 * @param stored detection's stored state of the gateway
 */
export function splitEdgeRouters(neighbors: readonly string[], stored: unknown): EdgeRouterNeighbors {
  const { released } = parseResourceState(stored)
  // a neighbor whose connection exists again is expected, even if its session was not polled yet
  const isReleased = (neighbor: string) => released[neighbor] !== undefined && released[neighbor].back === undefined
  const [gone = [], expected = []] = [true, false].map((isGone) =>
    neighbors.filter((neighbor) => isReleased(neighbor) === isGone),
  )
  return { expected, released: gone }
}

/** Functions that read data about all monitored resources, in addition to the polled tables. */
export interface EstateDataReaders {
  /** Returns the gateways, circuits, connections and networks that currently exist. */
  resources(): Promise<ListedResource[]>
  /**
   * Returns the declarations of operators.
   * @param now the maintenance windows around this moment are included
   */
  declared(now: EpochMs): Promise<DetectionDeclarations>
  /** Returns the current detection thresholds. */
  settings(): Promise<VersionedDetectionSettings>
  /**
   * Returns the usual traffic of a circuit's peering in the hour of the week of `at`, and in the hours before and after
   * it.
   */
  trafficPast(query: { scope: string; peering: string; at: EpochMs }): Promise<PastTraffic>
  /**
   * Returns the routes that the neighbors of these gateways and circuits announced since a moment, including routes
   * that were withdrawn.
   */
  reportedRoutes(query: { scopes: readonly string[]; since: EpochMs }): Promise<RouteAnnouncedSinceMoment[]>
  /** Returns the Microsoft edge routers with which a gateway has a BGP session, in any state. */
  edgeRouters(gateway: string, now: EpochMs): Promise<EdgeRouterNeighbors>
  /**
   * Returns the state of the sessions of these circuits and VPN gateways since a moment, as the customers' routers
   * reported it until `at`.
   */
  routerEnds(
    query: { scopes: readonly string[]; since: EpochMs; at: EpochMs },
    read: (db: SqlExecutor) => Promise<RouterSideSession[]>,
  ): Promise<RouterSideSession[]>
  /** Returns the highest number of prefixes on each day for the session of a circuit path. */
  prefixMaxima(query: DetectionReadKinds['prefixMaxima']['of']): Promise<DailyMaximum[]>
  /**
   * Returns the gateways that learned the longest prefix that contains an address, with the peer that announced it. A
   * default route does not count.
   */
  carriersOf(address: string): Promise<{ gateway: string; peer: string }[]>
  /** Returns the scope (short id) of a resource. */
  shortIdOf(resourceId: string): string
}

/**
 * Data that detection reads and writes in addition to the poll. In production it is in Postgres, in the transaction
 * that writes the poll. Simulations keep it in memory.
 */
export interface DetectionStore extends EstateDataReaders {
  /** Returns the stored state of a source; null = not stored yet. The row stays locked until the transaction ends. */
  loadState(sourceId: number): Promise<unknown>
  saveState(sourceId: number, state: unknown): Promise<void>
  /** Reports whether one of these scopes must be evaluated although the poll has nothing new. */
  isRecheckDue(asked: readonly ResourceStateRequest[]): Promise<boolean>
  /**
   * Returns the last good poll of each source in these scopes on which detection's conclusions depend. The key is
   * `scope subresource kind`.
   */
  lastGoodPolls(scopes: readonly string[]): Promise<Record<string, LastGoodPoll>>
  loadScopes(scopes: readonly string[]): Promise<ReadonlyMap<string, unknown>>
  /** Returns the stored states of scopes without locking their rows, because the states are only compared. */
  peekScopes(scopes: readonly string[]): Promise<ReadonlyMap<string, unknown>>
  saveScopes(stored: readonly StoredResourceState[]): Promise<void>
  /**
   * Stores the time of the next evaluation for scopes whose state is unchanged. Scopes without a stored state are
   * ignored.
   */
  saveRechecks(rechecks: readonly Omit<StoredResourceState, 'state'>[]): Promise<void>
  /**
   * Stores new and changed events.
   * @param settingsVersion version of the thresholds; an event keeps the version with which it was first stored
   */
  saveEvents(sourceId: number, events: readonly DetectedEvent[], settingsVersion: number): Promise<void>
  saveIncidents(incidents: readonly DetectedIncident[]): Promise<void>
  /**
   * Returns the last light levels of an ExpressRoute Direct port.
   * @param port ARM id of the port
   */
  lightOf(port: string): Promise<LightLevel[]>
  /** Returns the number of scale units that a gateway's metric reports, by the begin of each bucket. */
  unitsOf(query: { gateway: string; from: EpochMs; to: EpochMs }): Promise<{ at: EpochMs; units: number }[]>
  routesTo(gateways: readonly string[], prefixes: readonly string[]): Promise<RoutesToPrefixes>
  /**
   * Returns the routes of these gateways to prefixes that overlap one of the ranges: the range itself, parts of it, and
   * larger prefixes. Null = there are too many such routes.
   */
  routesWithin(gateways: readonly string[], ranges: readonly string[]): Promise<LearnedRouteEntry[] | null>
  /** Returns the current and earlier routes to prefixes that hubs learned over the connections of their gateways. */
  connectionRoutes(query: DetectionReadKinds['connectionRoutes']['of']): Promise<HubConnectionRouteRecord[]>
  /** Returns the routes that were learned before a moment, by prefix. A prefix without routes is missing. */
  routePast(query: {
    gateways: readonly string[]
    prefixes: readonly string[]
    before: EpochMs
  }): Promise<Record<string, PastPrefixOrigins>>
  /**
   * Compares the route tables of two sets of circuit paths and returns the differences; null = not all tables have been
   * polled.
   * @param within only prefixes in these ranges; empty = all prefixes
   */
  comparePathTables(
    a: readonly PathTableRef[],
    b: readonly PathTableRef[],
    within: readonly string[],
  ): Promise<RouteTableComparison | null>
}

/** Returns functions that read the estate from Postgres. They may use any connection and need no transaction. */
export function createPostgresEstateReaders(db: SqlExecutor): EstateDataReaders {
  return {
    async resources() {
      const listed = await readResourcePage(db, {
        types: [
          ...polledGatewayTypes,
          armTypes.circuit,
          ...directTypes,
          armTypes.connection,
          armTypes.expressRouteGateway,
          armTypes.vpnGateway,
          armTypes.vpnSite,
          armTypes.virtualHub,
          armTypes.hubRouteMap,
          armTypes.hubRouteTable,
          armTypes.localNetworkGateway,
          armTypes.virtualNetwork,
        ],
      })
      const reported = new Map((await readConnectionsAtMoment(db, {})).map(({ scope, live }) => [scope, live] as const))
      return listed
        .filter(({ config, removed }) => config !== null && removed === null)
        .map((resource) => {
          const live = reported.get(resource.id)
          return live ? { ...resource, reported: live } : resource
        })
    },
    declared: (now) => readDeclared(db, now),
    async settings() {
      const saved = await readCurrentSettings(db)
      return saved ? { version: saved.version, settings: applyThresholdChanges(saved.changed) } : DEFAULT_SETTINGS
    },
    reportedRoutes: (query) => readReportedRoutes(db, query),
    trafficPast: (query) => readPastTraffic(db, query),
    prefixMaxima: (query) => readPrefixMaxima(db, query),
    carriersOf: (address) => readNeighborsCarryingAddress(db, address),
    routerEnds: (_, read) => read(db),
    shortIdOf: computeShortId,
    async edgeRouters(gateway) {
      const sessions = await readSessionsAtMoment(db, { scope: gateway })
      const neighbors = sessions.flatMap(({ scope, kind, asn, neighbor }) =>
        scope === gateway && kind === 'peers' && asn === MSEE_ASN ? [neighbor] : [],
      )
      const stored = neighbors.length > 0 ? await readResourceStatesUnlocked(db, [gateway]) : new Map<string, unknown>()
      return splitEdgeRouters(neighbors, stored.get(gateway))
    },
  }
}

/**
 * Returns the store in Postgres for the transaction of a poll.
 * @param noteState called with the state of a source whenever it is read or stored
 */
export function createPostgresStore(
  client: PoolClient,
  noteState?: (peeked: UnlockedDetectionState) => void,
): DetectionStore {
  /**
   * Stored times of the next evaluation. They are compared before a write, because most evaluations do not change them
   * and a needless statement takes a tenth of the time of an evaluation.
   */
  const due = new Map<string, ResourceRecheckTime>()
  const note = (kept: readonly (ResourceRecheckTime & { scope: string })[]) => {
    for (const one of kept) due.set(one.scope, one)
  }
  const isKept = ({ scope, recheckAt, awaits = [] }: ResourceRecheckTime & { scope: string }) => {
    const kept = due.get(scope)
    return kept !== undefined && kept.recheckAt === recheckAt && isEqualPlainJson(kept.awaits ?? [], awaits)
  }
  return {
    ...createPostgresEstateReaders(client),
    loadState: (sourceId) => loadDetectionState(client, sourceId, noteState),
    saveState: (sourceId, state) => saveDetectionState(client, sourceId, state, noteState),
    isRecheckDue: async (asked) => (await findResourcesToRecheck(client, asked)).length > 0,
    lastGoodPolls: (scopes) => readLastGoodPolls(client, scopes),
    loadScopes: (scopes) => loadResourceStates(client, scopes, due),
    peekScopes: (scopes) => readResourceStatesUnlocked(client, scopes),
    async saveScopes(stored) {
      await saveResourceStates(client, stored)
      note(stored)
    },
    async saveRechecks(rechecks) {
      const changed = rechecks.filter((one) => !isKept(one))
      await saveRecheckTimes(client, changed)
      note(changed.filter(({ scope }) => due.has(scope)))
    },
    async saveEvents(sourceId, events, settingsVersion) {
      await upsertEvents(client, sourceId, events, settingsVersion)
      // Assigns an error (a failing poll) to the ongoing event of a fault that causes errors of many polls. Otherwise
      // the error would have an incident of its own until the next run of the watchdog.
      for (const event of events)
        if (event.kind === 'collector_error' && event.ended === null)
          await mergeErrorIntoSharedEvent(client, computeEventId(event.key), getReplacedErrorClasses(event) ?? [])
    },
    saveIncidents: (incidents) => upsertIncidents(client, incidents),
    lightOf: async (port) =>
      computeLightLevels(await readLatestMetrics(client, { scope: port, metrics: LIGHT_METRICS })),
    async unitsOf({ gateway: scope, from, to }) {
      const metrics = [SCALE_UNITS_METRIC]
      const steps = await readMetricSteps(client, { scope, metrics, from, to, stepMs: MS_PER_MINUTE })
      return steps.map(({ start, highest }) => ({ at: start, units: highest }))
    },
    routesTo: (gateways, prefixes) => readRoutesToPrefixes(client, gateways, prefixes),
    routesWithin: (gateways, ranges) => readRoutesWithinRanges(client, gateways, ranges),
    connectionRoutes: (query) => readHubConnectionRoutes(client, query),
    routePast: (query) => readPastRoutes(client, query),
    comparePathTables: (a, b, within) => comparePathTables(client, { a, b, within, most: MAX_STORED_DIFFERENCES }),
  }
}

/**
 * Returns the light level of each link and direction from the newest buckets. If a link has several lanes, the weakest
 * lane counts. Missing values are left out.
 */
export function computeLightLevels(
  metrics: readonly Pick<CurrentMetric, 'metric' | 'average' | 'dimensions' | 'at'>[],
): LightLevel[] {
  return (['Rx', 'Tx'] as const).flatMap((direction) => {
    const own = metrics.flatMap(({ metric, average: dbm, dimensions, at }) =>
      metric === NAMES[direction] && dbm !== null ? [{ link: dimensions['link'] ?? 'link', direction, dbm, at }] : [],
    )
    return [...Map.groupBy(own, ({ link }) => link).values()].flatMap(
      (lanes) => lanes.toSorted((a, b) => a.dbm - b.dbm)[0] ?? [],
    )
  })
}

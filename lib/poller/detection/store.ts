import type { PoolClient } from 'pg'
import { MSEE_ASN } from '#lib/bgp/index.ts'
import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type DetectedEvent,
  type DetectedIncident,
  type EpochMs,
  polledGatewayTypes,
  SCALE_UNITS_METRIC,
} from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import {
  type DailyMaximum,
  defaultSettings,
  type DetectionSettings,
  DIFFERENCES_KEPT,
  type LightLevel,
  type PastRoute,
  type ReadKinds,
  readScope,
  isSamePlain,
  type RouterEnd,
  settingsWith,
  type TableComparison,
  type TableRef,
} from '#lib/detection/index.ts'
import {
  type ScopeRequest,
  carriersOf,
  comparePathTables,
  connectionsAt,
  currentSettings,
  customerRulesOf,
  expectedMaintenance,
  type LastGoodPoll,
  lastGoodPolls,
  latestMetrics,
  listResources,
  loadDetectionScopes,
  loadDetectionState,
  type MetricNow,
  metricSteps,
  type PeekedState,
  peekDetectionScopes,
  prefixMaxima,
  readDeclarations,
  reportedRoutes,
  type ReportedRoutes,
  routePast,
  type RoutesTo,
  routesTo,
  routesWithin,
  type RouteTo,
  saveDetectionScopes,
  saveDetectionState,
  saveRechecks,
  scopesToRecheck,
  sessionsAt,
  shortIdOf,
  type ScopeDue,
  type StoredScope,
  type TrafficPast,
  trafficPast,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { Declared, ListedResource } from './types.ts'

/**
 * Azure Monitor's light level metrics of an ExpressRoute Direct port, in dBm by link and lane.
 * Source: Azure Monitor supported metrics, Microsoft.Network/expressRoutePorts.
 */
const NAMES = { Rx: 'RxLightLevel', Tx: 'TxLightLevel' } as const

const LIGHT_METRICS: readonly string[] = Object.values(NAMES)

/**
 * Maximum age in milliseconds of a maintenance window that is still read, because an open event may have begun in it.
 * An event that has been open longer is reported without it.
 */
const BEGUN_BEFORE_MS = 32 * 24 * 60 * 60_000
/** Period in milliseconds ahead of which maintenance windows are read, because the result is cached for minutes. */
const READ_AHEAD_MS = 60 * 60_000

async function readDeclared(db: Queryable, now: EpochMs): Promise<Declared> {
  const declarations = await readDeclarations(db)
  const within = { from: now - BEGUN_BEFORE_MS, to: now + READ_AHEAD_MS }
  return {
    ...declarations,
    maintenance: await expectedMaintenance(db, within, decodeConfig, declarations),
    customerRules: await customerRulesOf(db, declarations),
  }
}

/** The thresholds in force and their version. */
export interface SettingsInForce {
  /** version of the stored settings; 0 = defaults */
  version: number
  settings: DetectionSettings
}
export const DEFAULT_SETTINGS: SettingsInForce = { version: 0, settings: defaultSettings }

/** Addresses of the Microsoft edge routers that are neighbors of a gateway. */
export interface EdgeRouters {
  /** neighbors of circuits to which the gateway is connected */
  expected: string[]
  /** neighbors of a circuit or connection that was removed; Azure continues to list them for minutes */
  released: string[]
}

/**
 * Splits a gateway's neighbors.
 * @param stored detection's stored state of the gateway
 */
export function edgeRoutersIn(neighbors: readonly string[], stored: unknown): EdgeRouters {
  const { released } = readScope(stored)
  // a neighbor that is listed again counts as expected, although no poll has reported its state yet
  const isReleased = (neighbor: string) => released[neighbor] !== undefined && released[neighbor].back === undefined
  const [gone = [], expected = []] = [true, false].map((isGone) =>
    neighbors.filter((neighbor) => isReleased(neighbor) === isGone),
  )
  return { expected, released: gone }
}

/** Data of the estate that is read in addition to the polled tables. */
export interface TopologyReads {
  /** gateways, circuits and connections that are currently listed */
  resources(): Promise<ListedResource[]>
  /**
   * declarations of operators
   * @param now maintenance windows around this moment are included
   */
  declared(now: EpochMs): Promise<Declared>
  /** thresholds in force */
  settings(): Promise<SettingsInForce>
  /** usual traffic of a circuit at the hour of the week of `at`, including the hours before and after it */
  trafficPast(query: { scope: string; peering: string; at: EpochMs }): Promise<TrafficPast>
  /** routes that the neighbors of these gateways and circuits announced since a moment, including withdrawn ones */
  reportedRoutes(query: { scopes: readonly string[]; since: EpochMs }): Promise<ReportedRoutes[]>
  /** Microsoft edge routers with which a gateway has a session, in any state */
  edgeRouters(gateway: string, now: EpochMs): Promise<EdgeRouters>
  /**
   * state of the customer's end of the sessions of these circuits and VPN gateways since a moment, as known from router
   * reports at another moment
   */
  routerEnds(
    query: { scopes: readonly string[]; since: EpochMs; at: EpochMs },
    read: (db: Queryable) => Promise<RouterEnd[]>,
  ): Promise<RouterEnd[]>
  /** daily maximum number of prefixes of a path's session */
  prefixMaxima(query: ReadKinds['prefixMaxima']['of']): Promise<DailyMaximum[]>
  /**
   * gateways that learned the longest prefix that contains an address, with the peer; a default route does not count
   */
  carriersOf(address: string): Promise<{ gateway: string; peer: string }[]>
  /** returns the scope of a resource */
  shortIdOf(resourceId: string): string
}

/**
 * Data that detection reads and writes in addition to the poll. In production it is Postgres, within the transaction
 * that recorded the poll; simulations in virtual time use memory.
 */
export interface DetectionStore extends TopologyReads {
  /** saved state; null = not saved yet. The row is locked until the transaction ends. */
  loadState(sourceId: number): Promise<unknown>
  saveState(sourceId: number, state: unknown): Promise<void>
  /** whether one of these scopes must be evaluated although the poll reports nothing new */
  isRecheckDue(asked: readonly ScopeRequest[]): Promise<boolean>
  /** last good polls of the sources on which verdicts depend, by `scope subresource kind` */
  lastGoodPolls(scopes: readonly string[]): Promise<Record<string, LastGoodPoll>>
  loadScopes(scopes: readonly string[]): Promise<ReadonlyMap<string, unknown>>
  /** like `loadScopes`, but only for comparison and not for saving */
  peekScopes(scopes: readonly string[]): Promise<ReadonlyMap<string, unknown>>
  saveScopes(stored: readonly StoredScope[]): Promise<void>
  /** saves when scopes with an unchanged state must be evaluated again; a scope without a state is ignored */
  saveRechecks(rechecks: readonly Omit<StoredScope, 'state'>[]): Promise<void>
  /**
   * saves new events and new versions of events
   * @param settingsVersion version of the thresholds; an event keeps the version with which it was first reported
   */
  saveEvents(sourceId: number, events: readonly DetectedEvent[], settingsVersion: number): Promise<void>
  saveIncidents(incidents: readonly DetectedIncident[]): Promise<void>
  /** last light levels of an ExpressRoute Direct port, by its ARM ID */
  lightOf(port: string): Promise<LightLevel[]>
  /** scale units of a gateway from its metric, by the start of each bucket */
  unitsOf(query: { gateway: string; from: EpochMs; to: EpochMs }): Promise<{ at: EpochMs; units: number }[]>
  routesTo(gateways: readonly string[], prefixes: readonly string[]): Promise<RoutesTo>
  /** routes to these ranges, to parts of them and to prefixes that contain them; null if there are too many */
  routesWithin(gateways: readonly string[], ranges: readonly string[]): Promise<RouteTo[] | null>
  /** routes that were learned before a moment, by prefix; prefixes without a route are absent */
  routePast(query: {
    gateways: readonly string[]
    prefixes: readonly string[]
    before: EpochMs
  }): Promise<Record<string, PastRoute>>
  /**
   * differences between the path tables of two sides, within some ranges (empty = all); null unless all tables have
   * been polled
   */
  comparePathTables(
    a: readonly TableRef[],
    b: readonly TableRef[],
    within: readonly string[],
  ): Promise<TableComparison | null>
}

/**
 * Returns reads of the estate (all listed resources and the declarations about them) from Postgres. Any connection can
 * be used, because each snapshot is read once.
 */
export function postgresReads(db: Queryable): TopologyReads {
  return {
    async resources() {
      const listed = await listResources(db, {
        types: [
          ...polledGatewayTypes,
          armTypes.circuit,
          armTypes.connection,
          armTypes.expressRouteGateway,
          armTypes.localNetworkGateway,
          armTypes.virtualNetwork,
        ],
      })
      const reported = new Map((await connectionsAt(db, {})).map(({ scope, live }) => [scope, live] as const))
      return listed
        .filter(({ config, removed }) => config !== null && removed === null)
        .map((resource) => {
          const live = reported.get(resource.id)
          return live ? { ...resource, reported: live } : resource
        })
    },
    declared: (now) => readDeclared(db, now),
    async settings() {
      const saved = await currentSettings(db)
      return saved ? { version: saved.version, settings: settingsWith(saved.changed) } : DEFAULT_SETTINGS
    },
    reportedRoutes: (query) => reportedRoutes(db, query),
    trafficPast: (query) => trafficPast(db, query),
    prefixMaxima: (query) => prefixMaxima(db, query),
    carriersOf: (address) => carriersOf(db, address),
    routerEnds: (_, read) => read(db),
    shortIdOf,
    async edgeRouters(gateway) {
      const sessions = await sessionsAt(db, { scope: gateway })
      const neighbors = sessions.flatMap(({ scope, kind, asn, neighbor }) =>
        scope === gateway && kind === 'peers' && asn === MSEE_ASN ? [neighbor] : [],
      )
      const stored = neighbors.length > 0 ? await peekDetectionScopes(db, [gateway]) : new Map<string, unknown>()
      return edgeRoutersIn(neighbors, stored.get(gateway))
    },
  }
}

/**
 * Returns the store in Postgres, within the transaction of a poll.
 * @param noteState called with the source's remembered state whenever it is loaded or saved
 */
export function postgresStore(client: PoolClient, noteState?: (peeked: PeekedState) => void): DetectionStore {
  /**
   * stored recheck times; most evaluations do not change them, and a needless statement takes a tenth of the time of an
   * evaluation
   */
  const due = new Map<string, ScopeDue>()
  const note = (kept: readonly (ScopeDue & { scope: string })[]) => {
    for (const one of kept) due.set(one.scope, one)
  }
  const isKept = ({ scope, recheckAt, awaits = [] }: ScopeDue & { scope: string }) => {
    const kept = due.get(scope)
    return kept !== undefined && kept.recheckAt === recheckAt && isSamePlain(kept.awaits ?? [], awaits)
  }
  return {
    ...postgresReads(client),
    loadState: (sourceId) => loadDetectionState(client, sourceId, noteState),
    saveState: (sourceId, state) => saveDetectionState(client, sourceId, state, noteState),
    isRecheckDue: async (asked) => (await scopesToRecheck(client, asked)).length > 0,
    lastGoodPolls: (scopes) => lastGoodPolls(client, scopes),
    loadScopes: (scopes) => loadDetectionScopes(client, scopes, due),
    peekScopes: (scopes) => peekDetectionScopes(client, scopes),
    async saveScopes(stored) {
      await saveDetectionScopes(client, stored)
      note(stored)
    },
    async saveRechecks(rechecks) {
      const changed = rechecks.filter((one) => !isKept(one))
      await saveRechecks(client, changed)
      note(changed.filter(({ scope }) => due.has(scope)))
    },
    async saveEvents(sourceId, events, settingsVersion) {
      await upsertEvents(client, sourceId, events, settingsVersion)
    },
    saveIncidents: (incidents) => upsertIncidents(client, incidents),
    lightOf: async (port) => lightLevelsOf(await latestMetrics(client, { scope: port, metrics: LIGHT_METRICS })),
    async unitsOf({ gateway: scope, from, to }) {
      const metrics = [SCALE_UNITS_METRIC]
      const steps = await metricSteps(client, { scope, metrics, from, to, stepMs: MINUTE })
      return steps.map(({ start, highest }) => ({ at: start, units: highest }))
    },
    routesTo: (gateways, prefixes) => routesTo(client, gateways, prefixes),
    routesWithin: (gateways, ranges) => routesWithin(client, gateways, ranges),
    routePast: (query) => routePast(client, query),
    comparePathTables: (a, b, within) => comparePathTables(client, { a, b, within, most: DIFFERENCES_KEPT }),
  }
}

/**
 * Returns the light level of each link and direction from the newest buckets. A link with several lanes has the level
 * of its weakest lane. Missing values are left out.
 */
export function lightLevelsOf(
  metrics: readonly Pick<MetricNow, 'metric' | 'average' | 'dimensions' | 'at'>[],
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

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
  samePlain,
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
 * Azure Monitor's light of an ExpressRoute Direct port, in dBm, by link and lane.
 * Source: Azure Monitor supported metrics, Microsoft.Network/expressRoutePorts.
 */
const NAMES = { Rx: 'RxLightLevel', Tx: 'TxLightLevel' } as const

const LIGHT_METRICS: readonly string[] = Object.values(NAMES)

/** An open event may have begun in a window that ended so long ago; what is open for longer is reported as any other. */
const BEGUN_BEFORE_MS = 32 * 24 * 60 * 60_000
/** What is read stands for minutes: windows that begin until then are in it. */
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

/** Which version of the thresholds is in force, and what it says. */
export interface SettingsInForce {
  /** 0 = as shipped */
  version: number
  settings: DetectionSettings
}
export const AS_SHIPPED: SettingsInForce = { version: 0, settings: defaultSettings }

/** Neighbors of a gateway, by address. */
export interface EdgeRouters {
  /** those of circuits that it is connected to */
  expected: string[]
  /** those of a circuit or connection that was removed: Azure lists them for minutes more */
  released: string[]
}

/** @param stored what detection keeps of the gateway */
export function edgeRoutersIn(neighbors: readonly string[], stored: unknown): EdgeRouters {
  const { released } = readScope(stored)
  // of one that is listed again, no poll has said yet how its neighbors are: they are its own all the same
  const isReleased = (neighbor: string) => released[neighbor] !== undefined && released[neighbor].back === undefined
  const [gone = [], expected = []] = [true, false].map((isGone) =>
    neighbors.filter((neighbor) => isReleased(neighbor) === isGone),
  )
  return { expected, released: gone }
}

/** What is read of the estate beside the tables that polls move. */
export interface TopologyReads {
  /** gateways, circuits and connections that are listed now */
  resources(): Promise<ListedResource[]>
  /** @param now the windows around this moment are in it */
  declared(now: EpochMs): Promise<Declared>
  /** the thresholds in force */
  settings(): Promise<SettingsInForce>
  /** what a circuit usually carries around one hour of the week */
  trafficPast(query: { scope: string; peering: string; at: EpochMs }): Promise<TrafficPast>
  /** what the neighbors of these gateways and circuits reported since a moment, gone or not */
  reportedRoutes(query: { scopes: readonly string[]; since: EpochMs }): Promise<ReportedRoutes[]>
  /** the Microsoft edge routers with which a gateway has a session, in any state */
  edgeRouters(gateway: string, now: EpochMs): Promise<EdgeRouters>
  /** the customer's end of the sessions of these circuits and VPN gateways since a moment, as routers had reported it by another */
  routerEnds(
    query: { scopes: readonly string[]; since: EpochMs; at: EpochMs },
    read: (db: Queryable) => Promise<RouterEnd[]>,
  ): Promise<RouterEnd[]>
  /** the largest number of prefixes of a path's session, day by day */
  prefixMaxima(query: ReadKinds['prefixMaxima']['of']): Promise<DailyMaximum[]>
  /** gateways that learned the longest prefix around an address, and from whom; a default route is none */
  carriersOf(address: string): Promise<{ gateway: string; peer: string }[]>
  /** the scope of a resource */
  shortIdOf(resourceId: string): string
}

/**
 * Everything that detection reads and leaves beside the poll itself. The product's is Postgres, in the transaction that recorded
 * the poll; a scenario that runs at virtual time keeps it in memory.
 */
export interface DetectionStore extends TopologyReads {
  /** as it was saved; null = nothing yet. Nobody else has it until the transaction ends. */
  loadState(sourceId: number): Promise<unknown>
  saveState(sourceId: number, state: unknown): Promise<void>
  /** whether one of these scopes must be folded although no poll says anything new */
  isRecheckDue(asked: readonly ScopeRequest[]): Promise<boolean>
  /** by `scope subresource kind`: the last good poll of what verdicts rest on */
  lastGoodPolls(scopes: readonly string[]): Promise<Record<string, LastGoodPoll>>
  loadScopes(scopes: readonly string[]): Promise<ReadonlyMap<string, unknown>>
  /** the same to check, and not to save */
  peekScopes(scopes: readonly string[]): Promise<ReadonlyMap<string, unknown>>
  saveScopes(stored: readonly StoredScope[]): Promise<void>
  /** when scopes whose state stays must be folded again; nothing is kept of a scope that has no state */
  saveRechecks(rechecks: readonly Omit<StoredScope, 'state'>[]): Promise<void>
  /** @param settingsVersion the thresholds that they were reported under; an event keeps those that it was first reported under */
  saveEvents(sourceId: number, events: readonly DetectedEvent[], settingsVersion: number): Promise<void>
  saveIncidents(incidents: readonly DetectedIncident[]): Promise<void>
  /** the last light levels of an ExpressRoute Direct port, by its ARM id */
  lightOf(port: string): Promise<LightLevel[]>
  /** scale units of a gateway by its metric, by the begin of each bucket */
  unitsOf(query: { gateway: string; from: EpochMs; to: EpochMs }): Promise<{ at: EpochMs; units: number }[]>
  routesTo(gateways: readonly string[], prefixes: readonly string[]): Promise<RoutesTo>
  /** the paths to some ranges, their parts and what holds them; null where there are too many */
  routesWithin(gateways: readonly string[], ranges: readonly string[]): Promise<RouteTo[] | null>
  /** by prefix, where there is any: what was reported it before a moment */
  routePast(query: {
    gateways: readonly string[]
    prefixes: readonly string[]
    before: EpochMs
  }): Promise<Record<string, PastRoute>>
  /** how the path tables of two sides differ, within some ranges or (none) altogether; null unless all of them have been read */
  comparePathTables(
    a: readonly TableRef[],
    b: readonly TableRef[],
    within: readonly string[],
  ): Promise<TableComparison | null>
}

/** The estate as Postgres has it; asks once per snapshot, so any connection will do. */
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
      return saved ? { version: saved.version, settings: settingsWith(saved.changed) } : AS_SHIPPED
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
 * The store in Postgres, within the transaction of a poll.
 * @param noteState takes what is remembered of the source whenever it is read or saved
 */
export function postgresStore(client: PoolClient, noteState?: (peeked: PeekedState) => void): DetectionStore {
  /** as it is kept: most folds leave it, and a statement for nothing is a tenth of theirs */
  const due = new Map<string, ScopeDue>()
  const note = (kept: readonly (ScopeDue & { scope: string })[]) => {
    for (const one of kept) due.set(one.scope, one)
  }
  const isKept = ({ scope, recheckAt, awaits = [] }: ScopeDue & { scope: string }) => {
    const kept = due.get(scope)
    return kept !== undefined && kept.recheckAt === recheckAt && samePlain(kept.awaits ?? [], awaits)
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
    lightOf: async (port) => lightIn(await latestMetrics(client, { scope: port, metrics: LIGHT_METRICS })),
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

/** The light of each link and direction by the newest buckets. A link of several lanes is as bright as its weakest; what was not reported is no level. */
export function lightIn(metrics: readonly Pick<MetricNow, 'metric' | 'average' | 'dimensions' | 'at'>[]): LightLevel[] {
  return (['Rx', 'Tx'] as const).flatMap((direction) => {
    const own = metrics.flatMap(({ metric, average: dbm, dimensions, at }) =>
      metric === NAMES[direction] && dbm !== null ? [{ link: dimensions['link'] ?? 'link', direction, dbm, at }] : [],
    )
    return [...Map.groupBy(own, ({ link }) => link).values()].flatMap(
      (lanes) => lanes.toSorted((a, b) => a.dbm - b.dbm)[0] ?? [],
    )
  })
}

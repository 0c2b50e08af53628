/**
 * Store of detection in memory, based on the state of {@link InMemoryRecorder}. It returns the same results as the
 * queries of the database.
 */
import { formatPrefix, MSEE_ASN, overlapsPrefix, parsePrefix, type IpPrefix } from '#lib/bgp/index.ts'
import {
  DEFAULT_HUB_TABLE,
  type DetectedEvent,
  type DetectedIncident,
  type EpochMs,
  type EventKind,
  parseHubConnectionName,
  parsePathSubject,
} from '#lib/contract/index.ts'
import { compareTables, getReplacedErrorClasses } from '#lib/detection/index.ts'
import type {
  ResourceStateRequest,
  NetworkFaultRow,
  RouteAnnouncedSinceMoment,
  StoredResourceState,
  RoutesToPrefixes,
  LearnedRouteEntry,
} from '#lib/history/index.ts'
import {
  type DetectionStore,
  type EdgeRouterNeighbors,
  splitEdgeRouters,
  type EstateDataReaders,
} from '../detection/detection-store.ts'
import type { ListedResource } from '../detection/types.ts'
import type { InMemoryRecorder } from './recorder.ts'

/** Maximum number of prefixes of a table that are compared. The database has the same limit. */
const COMPARED_PREFIXES = 2_000

/** Data that detection reads in addition to polls, as functions. */
export type DetectionDataReaders = Pick<
  EstateDataReaders,
  'declared' | 'settings' | 'trafficPast' | 'prefixMaxima' | 'routerEnds' | 'shortIdOf'
>

export class InMemoryStore implements DetectionStore {
  /** Newest version of each event, by its key. A new version replaces the earlier one, as in the database. */
  readonly events = new Map<string, DetectedEvent>()
  readonly incidents = new Map<string, DetectedIncident>()
  readonly recorder: InMemoryRecorder
  private readonly states = new Map<number, unknown>()
  readonly scopes = new Map<string, Omit<StoredResourceState, 'scope'>>()

  readonly declared: DetectionDataReaders['declared']
  readonly settings: DetectionDataReaders['settings']
  readonly trafficPast: DetectionDataReaders['trafficPast']
  readonly prefixMaxima: DetectionDataReaders['prefixMaxima']
  readonly routerEnds: DetectionDataReaders['routerEnds']
  readonly shortIdOf: DetectionDataReaders['shortIdOf']

  constructor(recorder: InMemoryRecorder, beside: DetectionDataReaders) {
    this.recorder = recorder
    this.declared = beside.declared
    this.settings = beside.settings
    this.trafficPast = beside.trafficPast
    this.prefixMaxima = beside.prefixMaxima
    this.routerEnds = beside.routerEnds
    this.shortIdOf = beside.shortIdOf
  }

  resources = async (): Promise<ListedResource[]> =>
    this.recorder.listed().map(({ resourceId, type, name, config, location }) => ({
      id: this.shortIdOf(resourceId),
      resourceId,
      type,
      name,
      config,
      location,
    }))

  reportedRoutes = async ({
    scopes,
  }: {
    scopes: readonly string[]
    since: EpochMs
  }): Promise<RouteAnnouncedSinceMoment[]> =>
    this.recorder.tables().flatMap(({ scope, subresource, kind, routes }) => {
      if (!scopes.includes(scope)) return []
      const { peering, path } = parsePathSubject(subresource)
      return routes
        .everLearned(COMPARED_PREFIXES)
        .map(({ peer, prefix, attributes: { nextHop, asPath, asPathText } }) => ({
          scope,
          kind,
          peering: path === undefined ? null : peering,
          path: path === 'primary' || path === 'secondary' ? path : null,
          peer,
          prefix,
          nextHop,
          asPath,
          asPathText,
        }))
    })

  edgeRouters = async (gateway: string): Promise<EdgeRouterNeighbors> =>
    splitEdgeRouters(this.recorder.neighbors(gateway, MSEE_ASN), (await this.peekScopes([gateway])).get(gateway))

  /** `lightOf` and `unitsOf` return nothing, because metrics are not stored in memory. */
  lightOf: DetectionStore['lightOf'] = async () => []
  unitsOf: DetectionStore['unitsOf'] = async () => []

  routesTo = async (gateways: readonly string[], prefixes: readonly string[]): Promise<RoutesToPrefixes> => {
    const tables = this.recorder
      .tables()
      .filter(
        ({ kind, scope, subresource }) =>
          gateways.includes(scope) && (subresource === '' || (kind === 'tables' && subresource === DEFAULT_HUB_TABLE)),
      )
    const entries = tables.flatMap(({ scope, routes }) =>
      routes.routesTo(prefixes).map((route) => ({ ...route, gateway: scope })),
    )
    const isReported = (prefix: string) => tables.some(({ routes }) => routes.has(prefix))
    const lengths = [...new Set(tables.flatMap(({ routes }) => routes.lengths()))].filter((length) => length > 0)
    return {
      entries,
      covered: prefixes.filter((prefix) => coveringPrefixes(prefix, lengths).some(isReported)),
      ownSpace: tables.flatMap(({ scope, routes }) => routes.ownSpace().map((prefix) => ({ gateway: scope, prefix }))),
      readAt: Object.fromEntries(tables.flatMap(({ scope, okAt }) => (okAt === null ? [] : [[scope, okAt]]))),
    }
  }

  routesWithin = async (gateways: readonly string[], ranges: readonly string[]): Promise<LearnedRouteEntry[]> => {
    const wanted = ranges.flatMap((text) => parsePrefix(text) ?? [])
    const isWithin = (text: string) => {
      const prefix = parsePrefix(text)
      return prefix !== null && wanted.some((range) => overlapsPrefix(range, prefix))
    }
    return this.learned(gateways).flatMap(({ scope, routes }) =>
      routes
        .current()
        .filter(({ prefix }) => isWithin(prefix))
        .map(({ attributes, ...key }) => ({ ...attributes, ...key, gateway: scope })),
    )
  }

  carriersOf: DetectionStore['carriersOf'] = async (address) => {
    const host = parsePrefix(`${address}/${address.includes(':') ? 128 : 32}`)
    if (!host) return []
    const tables = this.recorder.tables().filter(({ kind }) => kind === 'learned')
    return tables.flatMap(({ scope: gateway, routes }) => {
      const lengths = routes.lengths().filter((length) => length > 0 && length <= host.length)
      for (const length of lengths.toSorted((a, b) => b - a)) {
        const entries = routes.routesTo([formatPrefix(shortened(host, length))])
        const peers = entries.flatMap(({ peer, origin }) => (origin === 'Network' ? [] : (peer ?? [])))
        if (peers.length > 0) return [...new Set(peers)].toSorted().map((peer) => ({ gateway, peer }))
      }
      return []
    })
  }

  connectionRoutes: DetectionStore['connectionRoutes'] = async ({ gateways, prefixes }) =>
    this.learned(gateways).flatMap(({ scope: gateway, subresource, routes }) => {
      const connection = parseHubConnectionName(subresource)
      if (connection === null) return []
      return prefixes.flatMap((prefix) =>
        routes.everTo(prefix).map(({ attributes: { asPath, asPathText }, until }) => ({
          gateway,
          connection,
          prefix,
          until,
          asPath,
          ...(asPathText !== undefined && { asPathText }),
        })),
      )
    })

  routePast: DetectionStore['routePast'] = async ({ gateways, prefixes, before }) => {
    const tables = this.learned(gateways)
    return Object.fromEntries(
      prefixes.flatMap((prefix) => {
        const past = tables.flatMap(({ routes }) => routes.past(prefix, before))
        const origins = Object.fromEntries(
          past
            .toSorted((a, b) => b.since - a.since)
            .flatMap(({ origin, since }) => (origin === null ? [] : [[origin, since]])),
        )
        return past.length > 0 ? [[prefix, { origins, peers: [...new Set(past.map(({ peer }) => peer))] }]] : []
      }),
    )
  }

  comparePathTables: DetectionStore['comparePathTables'] = async (a, b, within) => {
    const tables = this.recorder.tables().filter(({ kind }) => kind === 'tables')
    const rowsOf = (refs: typeof a) => {
      const own = tables.filter(({ scope, subresource }) =>
        refs.some((ref) => ref.scope === scope && ref.subresource === subresource),
      )
      if (own.length < refs.length) return null
      return own.flatMap(({ routes }) => routes.current().map(({ prefix, attributes }) => ({ prefix, ...attributes })))
    }
    const [left, right] = [rowsOf(a), rowsOf(b)]
    return left && right ? compareTables(left, right, within) : null
  }

  private learned(gateways: readonly string[]) {
    return this.recorder.tables().filter(({ kind, scope }) => kind === 'learned' && gateways.includes(scope))
  }

  loadState = async (sourceId: number): Promise<unknown> => this.states.get(sourceId) ?? null
  saveState = async (sourceId: number, state: unknown): Promise<void> => {
    this.states.set(sourceId, stored(state))
  }

  isRecheckDue = async (asked: readonly ResourceStateRequest[]): Promise<boolean> =>
    asked.some(({ scope, at, brings }) => {
      const { recheckAt, awaits = [] } = this.scopes.get(scope) ?? {}
      return (recheckAt ?? Infinity) <= at || (brings !== null && awaits.includes(brings))
    })
  lastGoodPolls: DetectionStore['lastGoodPolls'] = async (scopes) => this.recorder.lastGoodPolls(scopes)
  loadScopes = async (scopes: readonly string[]): Promise<ReadonlyMap<string, unknown>> =>
    new Map(scopes.map((scope) => [scope, this.scopes.get(scope)?.state ?? null]))
  saveScopes = async (scopes: readonly StoredResourceState[]): Promise<void> => {
    for (const { scope, state, ...due } of scopes) this.scopes.set(scope, { state: stored(state), ...due })
  }
  saveRechecks = async (rechecks: readonly Omit<StoredResourceState, 'state'>[]): Promise<void> => {
    for (const { scope, ...due } of rechecks) {
      const kept = this.scopes.get(scope)
      if (kept) this.scopes.set(scope, { ...kept, ...due })
    }
  }

  peekScopes = (scopes: readonly string[]): Promise<ReadonlyMap<string, unknown>> => this.loadScopes(scopes)

  saveEvents = async (_sourceId: number, events: readonly DetectedEvent[]): Promise<void> => {
    for (const event of events) {
      // throw an error for a row that the database would refuse, too
      for (const bounds of [event.started, event.ended])
        if (bounds && (bounds.earliest ?? bounds.latest) > bounds.latest)
          throw new Error(`The bounds of ${event.key} are reversed: ${JSON.stringify(bounds)}`)
      // an event that belongs to a larger event keeps belonging to it, as in the database
      const before = this.events.get(event.key)
      const isMoved = event.kind === 'collector_error' && !event.partOf && before?.partOf
      const incident = isMoved ? before.incident : event.incident
      this.events.set(event.key, {
        ...event,
        partOf: event.partOf ?? before?.partOf ?? null,
        incident: incident ?? null,
      })
    }
    for (const event of events) this.#foldErrorIntoShared(event)
  }

  /** Makes an ongoing error, and all other ongoing errors with its cause, parts of the ongoing event of that cause. */
  #foldErrorIntoShared(event: DetectedEvent): void {
    if (event.kind !== 'collector_error' || event.ended) return
    const classes = getReplacedErrorClasses(event) ?? []
    const shared = [...this.events.values()].find(
      ({ kind, ended, causes }) => kind === 'collector_degraded' && !ended && classes.includes(causes[0]?.class ?? ''),
    )
    if (shared) this.foldErrorsInto(shared.key, classes)
  }

  /**
   * Assigns the collector's open errors (failed polls) to the event of their common cause. The errors are all in the
   * same subscription.
   * @param classes only errors of these classes; null = all errors
   */
  foldErrorsInto(key: string, classes: readonly string[] | null): void {
    const incident = this.events.get(key)?.incident ?? null
    for (const event of this.events.values()) {
      if (event.kind !== 'collector_error' || event.ended || event.partOf) continue
      if (classes && !classes.includes(event.causes[0]?.class ?? '')) continue
      this.events.set(event.key, { ...event, partOf: key, incident: incident ?? event.incident ?? null })
    }
  }

  /** Returns the events of some kinds. Ended events are included, which makes no difference to the caller. */
  networkFaults(kinds: readonly EventKind[]): NetworkFaultRow[] {
    return [...this.events.values()].flatMap(({ key, kind, scope, incident = null, ended }) =>
      kinds.includes(kind) ? [{ key, scope, incident, ended }] : [],
    )
  }

  saveIncidents = async (incidents: readonly DetectedIncident[]): Promise<void> => {
    for (const incident of incidents) this.incidents.set(incident.key, incident)
  }
}

/** Returns a copy of a state as a database would return it, without undefined values. */
function stored(state: unknown): unknown {
  if (typeof state !== 'object' || state === null) return state
  if (Array.isArray(state)) return state.map(stored)
  const given = state as Record<string, unknown>
  const kept: Record<string, unknown> = {}
  for (const key of Object.keys(given)) if (given[key] !== undefined) kept[key] = stored(given[key])
  return kept
}

/**
 * Returns all prefixes of the given lengths that contain a prefix. For example, `10.0.0.0/8` and `10.1.0.0/16` contain
 * `10.1.2.0/24`.
 */
function coveringPrefixes(text: string, lengths: readonly number[]): string[] {
  const shorter = lengths.filter((length) => length < Number(text.slice(text.indexOf('/') + 1)))
  const prefix = shorter.length > 0 ? parsePrefix(text) : null
  return prefix ? shorter.map((length) => formatPrefix(shortened(prefix, length))) : []
}

function shortened({ family, bits }: IpPrefix, length: number): IpPrefix {
  const below = BigInt((family === 4 ? 32 : 128) - length)
  return { family, bits: (bits >> below) << below, length }
}

import { isNetworkSpaceRoute } from '#lib/bgp/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  announcementEventKinds,
  normalizeArmId,
  armTypes,
  INSTANT_BEFORE_MONITORING,
  type EpochMs,
  type EventKind,
  type TimestampBounds,
  getTopLevelResourceId,
  parsePathSubject,
} from '#lib/contract/index.ts'
import { gatewayInstanceEventKinds } from '#lib/detection/index.ts'
import {
  clipTimeByLosses,
  findRouteEffects,
  findPrefixesWithFewerPaths,
  countRouteImpact,
  type ComparedPeriod,
  type PrefixRouteEffect,
  type RouteImpact,
  type PrefixWithFewerPaths,
  type RouteRowWithObservedTime,
  type RouteTablesWithObservedTimes,
} from '../rules/impact-routes.ts'
import {
  readResourcePage,
  createPastReader,
  readResourceByIdOrArmId,
  type ResourceView,
  type SourceStatus,
  readSessionAddresses,
  type StoredEvent,
} from '#lib/history/index.ts'
import { findReportedLosses, type ReportedChanges } from '../rules/reported-losses.ts'
import { cacheUntilChange } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  findCarryingConnection,
  findLearningNeighbors,
  type GatewayResource,
  findMappedPath,
  type OtherCustomersPaths,
  findOtherCustomersPaths,
  readConnectionCircuitLinks,
  readNeighborCircuitPathsAtMoment,
  readSources,
  readTopology,
  type EstateTopology,
  listOutageEvents,
} from '#lib/questions/index.ts'
import { readReportedChanges } from './reported-changes.ts'
import {
  findPeriodsWithRouteChanges,
  readRoutePresences,
  type RoutePresenceInterval,
  type RouteTablePeriod,
} from '../store/index.ts'

/**
 * The fields of an incident that determine which route tables are compared and which routes belong to it. If a rare
 * poll determined the start of the incident, that start is inexact, and the bounds are the start of a later event.
 * `BEFORE_MONITORING` = no table from before the incident exists.
 */
export interface RouteComparisonIncident extends Required<Pick<ComparedPeriod, 'from' | 'startedBy'>> {
  id: string
  /**
   * kind, scope, subject and start of the incident's events; kind null = the incident's own resource, if none of its
   * events is about it
   */
  about: readonly { kind: EventKind | null; scope: string; subject: string; started?: TimestampBounds }[]
  /** short IDs of the gateways that may have lost routes because of the incident; null = unknown */
  gateways: readonly string[] | null
  /** time up to which tables are compared; null = the incident is ongoing */
  to: EpochMs | null
  /**
   * time up to which later routes are searched for the return of prefixes that are lost at `to`; null = no such search
   */
  followedTo: EpochMs | null
  /** starts of later outages, which began after all earlier events of the incident had ended; absent = none */
  laterStarts?: readonly TimestampBounds[]
  /** short IDs of the resources whose routers changed their announcements, if the incident is ongoing; absent = none */
  reportedAt?: readonly string[]
  /** whether the tables of all these gateways were read after the incident began */
  isWhole: boolean
}

/**
 * Group of gateways that forward by the same routes, because they are in one virtual network or hub. It includes the
 * time range for which their tables are compared.
 */
interface Domain extends RouteTablePeriod {
  members: readonly GatewayResource[]
  /** whether the hub has BGP peers of its own, for example network appliances */
  hasHubPeers: boolean
  preference: RouteTablesWithObservedTimes['preference']
  /**
   * for each BGP peer of a Route Server (each has its own table), the short ID of the Route Server; the key is the
   * short ID of the peer
   */
  serverOf: ReadonlyMap<string, string>
}

/** Differences between the tables of a group of gateways before and after an incident. */
interface Differences {
  effects: readonly PrefixRouteEffect[]
  thinned: readonly PrefixWithFewerPaths[]
}

/**
 * Compares the route tables before and after each incident. To save time, tables are read only if one of their routes
 * changed in that time.
 * @returns impact by incident ID; null if the tables or the gateways of the incident are unknown
 */
export async function compareTablesOfIncidents(
  q: SqlExecutor,
  incidents: readonly RouteComparisonIncident[],
  { topology, sources, now }: { topology: EstateTopology; sources: readonly SourceStatus[]; now: EpochMs },
): Promise<Map<string, RouteImpact | null>> {
  const others = findOtherCustomersPaths(q)
  const reader = others?.whole ?? q
  const known = incidents.filter(({ gateways, from }) => gateways !== null && from !== INSTANT_BEFORE_MONITORING)
  const networks = known.length === 0 ? [] : await readNetworks(q)
  const asked = known.flatMap((incident) =>
    domainsOf(incident, now, topology, networks).map((domain) => ({ incident, domain })),
  )
  const reports = await readReports(reader, asked, others ? null : { topology, sources, networks }, now)
  const changed = await findPeriodsWithRouteChanges(
    reader,
    asked.map(({ domain }) => domain),
  )
  const instancesLost = await readLostInstances(
    reader,
    asked.map(({ domain }) => domain),
  )
  const compared = asked.flatMap(({ incident, domain }, n) => {
    const losses = instancesLost(domain)
    const reported = reports[n] ?? null
    return changed.has(n) || losses.length > 0 || reported ? { incident, domain, losses, reported } : []
  })
  const circuitsOf = await readCircuitsOfConnections(
    reader,
    [...new Set(compared.map(({ incident }) => incident))],
    topology,
  )
  const differences = new Map<string, Differences | null>(known.map(({ id }) => [id, { effects: [], thinned: [] }]))
  for (const { incident, domain, losses, reported } of compared) {
    const before = differences.get(incident.id) ?? null
    const found = await differencesIn(reader, { incident, domain, topology, others, losses, reported })
    const joined = before &&
      found && {
        effects: [...before.effects, ...found.effects],
        thinned: [...before.thinned, ...found.thinned],
      }
    differences.set(incident.id, joined)
  }
  return new Map(
    incidents.map((incident) => {
      const found = differences.get(incident.id) ?? null
      const { isWhole } = incident
      const canCause = ofLostInstances(incident)
      const count = ({ effects, thinned }: Differences) =>
        countRouteImpact(
          effects.filter(canCause),
          belongsTo(withCircuits(incident, circuitsOf), topology),
          isWhole,
          drawnFromSites(incident),
          thinned.filter(canCause),
        )
      return [incident.id, found && count(found)]
    }),
  )
}

/**
 * Reads the changes that routers reported for each comparison. They are read from the whole estate also for a caller
 * with limited access, because other customers' routers decide, too, whether a prefix has a route left.
 * @param known the whole estate; null = it is read
 */
async function readReports(
  reader: SqlExecutor,
  asked: readonly { incident: RouteComparisonIncident; domain: Domain }[],
  known: { topology: EstateTopology; sources: readonly SourceStatus[]; networks: readonly ResourceView[] } | null,
  now: EpochMs,
): Promise<(ReportedChanges | null)[]> {
  const hasReports = ({ reportedAt = [] }: RouteComparisonIncident) => reportedAt.length > 0
  if (!asked.some(({ incident }) => hasReports(incident))) return asked.map(() => null)
  const estate = known ?? {
    topology: await readTopology(reader),
    sources: await readSources(reader),
    networks: await readNetworks(reader),
  }
  return Promise.all(
    asked.map(async ({ incident, domain }) => {
      const gateways = domain.members.map(({ resource }) => resource.id)
      const [whole] = domainsOf({ ...incident, gateways }, now, estate.topology, estate.networks)
      return hasReports(incident) && whole ? readReportedChanges(reader, whole, { ...estate, now }) : null
    }),
  )
}

/**
 * Reads the circuits to which the connections lead that incidents are about. A connection that does not exist any more
 * is read as it was when the last list of resources contained it, because its sessions may have fallen later.
 * @returns short IDs of circuits by short ID of the connection, without connections to other resources
 */
async function readCircuitsOfConnections(
  reader: SqlExecutor,
  incidents: readonly RouteComparisonIncident[],
  topology: EstateTopology,
): Promise<Map<string, string>> {
  const existing = new Set([...topology.byKey.values()].map(({ id }) => id))
  const removed = incidents.flatMap(({ about, from }) =>
    about.flatMap(({ kind, scope, started }) =>
      kind === 'resource_removed' && !existing.has(scope) ? [{ scope, at: started?.earliest ?? from }] : [],
    ),
  )
  const keys = removed.length === 0 ? new Map<string, string>() : await readConnectionKeys(reader)
  const byTime = Map.groupBy(
    removed.filter(({ scope }) => keys.has(scope)),
    ({ at }) => at,
  )
  const former = await Promise.all(
    [...byTime].map(async ([at, events]): Promise<[string, string][]> => {
      const own = [...new Set(events.flatMap(({ scope }) => keys.get(scope) ?? []))]
      const connections = await readResourcePage(reader, { keys: own, at, includeRemoved: true })
      const links = connections.flatMap(({ id, type, config }): [string, string][] => {
        const decoded = decodeResourceConfig(type, config)
        return decoded?.resource === 'connection' && decoded.circuitKey !== null ? [[id, decoded.circuitKey]] : []
      })
      // The ARM ID in a configuration of that time may be a former one, which only this function finds.
      const read = async (key: string) => [key, await readResourceByIdOrArmId(reader, key, at)] as const
      const circuits = new Map(await Promise.all([...new Set(links.map(([, key]) => key))].map(read)))
      return links.flatMap(([id, key]): [string, string][] => {
        const circuit = circuits.get(key)
        return circuit ? [[id, circuit.id]] : []
      })
    }),
  )
  const current = topology.connections.flatMap(({ resource, config }): [string, string][] => {
    const circuit = config.circuitKey === null ? undefined : topology.byKey.get(config.circuitKey)
    return circuit ? [[resource.id, circuit.id]] : []
  })
  return new Map([...former.flat(), ...current])
}

/** Reads the normalized ARM IDs of all connections by short ID, also of removed connections. */
const readConnectionKeys = (q: SqlExecutor): Promise<Map<string, string>> =>
  cacheUntilChange(q, 'connections of impacts', async () => {
    const all = await readResourcePage(q, { types: [armTypes.connection], includeRemoved: true })
    return new Map(all.map(({ id, resourceId }) => [id, normalizeArmId(resourceId)]))
  })

/** Returns an incident with events about the circuits in place of events about their connections. */
const withCircuits = (
  { about, ...incident }: RouteComparisonIncident,
  circuitsOf: ReadonlyMap<string, string>,
): RouteComparisonIncident => ({
  ...incident,
  about: about.map((event) => ({ ...event, scope: circuitsOf.get(event.scope) ?? event.scope })),
})

/** Reads the losses of gateway instances. Returns a function that selects the losses of a group of gateways. */
async function readLostInstances(
  reader: SqlExecutor,
  domains: readonly Domain[],
): Promise<(domain: Domain) => StoredEvent[]> {
  if (domains.length === 0) return () => []
  const span = { from: Math.min(...domains.map(({ from }) => from)), to: Math.max(...domains.map(({ to }) => to)) }
  const all = await listOutageEvents(reader, span, ['gateway_instance_lost'])
  return ({ learners, from, to }) =>
    all.filter(
      ({ scope, started, ended }) =>
        learners.includes(scope) && started.earliest <= to && (ended === null || ended.latest > from),
    )
}

const readNetworks = (q: SqlExecutor): Promise<ResourceView[]> =>
  cacheUntilChange(q, 'networks of impacts', () =>
    readResourcePage(q, { types: [armTypes.virtualHub, armTypes.hubBgpConnection] }),
  )

function domainsOf(
  { gateways, from, to }: RouteComparisonIncident,
  now: EpochMs,
  topology: EstateTopology,
  networks: readonly ResourceView[],
): Domain[] {
  const keyOf = ({ resource, config }: GatewayResource) => config.networkKey ?? resource.id
  const own = new Set(gateways)
  const keys = new Set(topology.gateways.filter(({ resource }) => own.has(resource.id)).map(keyOf))
  return [...keys].map((key): Domain => {
    const members = topology.gateways.filter((gateway) => keyOf(gateway) === key)
    const ids = members.map(({ resource }) => resource.id)
    const hub = networks.find(
      ({ type, resourceId }) => type === armTypes.virtualHub && normalizeArmId(resourceId) === key,
    )
    const config = hub && decodeResourceConfig(hub.type, hub.config)
    const server = members.find((member) => member.config.kind === 'routeServer')
    const serverOf = new Map(
      networks.flatMap(({ id, type, resourceId }) => {
        const owner =
          type === armTypes.hubBgpConnection
            ? topology.byKey.get(normalizeArmId(getTopLevelResourceId(resourceId)))
            : null
        return owner && ids.includes(owner.id) ? [[id, owner.id] as const] : []
      }),
    )
    return {
      members,
      serverOf,
      preference:
        config?.resource === 'network'
          ? config.routingPreference
          : (server?.config.routingPreference ?? 'expressRoute'),
      learners: [...ids, ...serverOf.keys()],
      hasHubPeers: networks.some(
        ({ type, resourceId }) =>
          type === armTypes.hubBgpConnection && normalizeArmId(getTopLevelResourceId(resourceId)) === key,
      ),
      hub: hub && !ids.includes(hub.id) ? hub.id : null,
      from,
      // An incident may begin after the time of the request, for example if clocks differ.
      to: Math.max(from, to ?? now),
    }
  })
}

interface Comparison {
  incident: RouteComparisonIncident
  domain: Domain
  topology: EstateTopology
  others: OtherCustomersPaths | null
  /** losses of gateway instances in the time of the comparison */
  losses: readonly StoredEvent[]
  /** changes of the announcements of customers' routers; null = no withdrawal, or unknown */
  reported: ReportedChanges | null
}

/**
 * Compares the tables of one group of gateways. The result is cached, except for a caller with limited access.
 * @returns null if the tables have too many routes
 */
async function differencesIn(reader: SqlExecutor, comparison: Comparison): Promise<Differences | null> {
  const { incident, domain, others, reported } = comparison
  const key = JSON.stringify([
    domain.learners,
    domain.hub,
    domain.from,
    incident.startedBy,
    incident.to,
    incident.followedTo,
    incident.laterStarts,
    isAnnouncement(incident),
    reported && { ...reported, readAt: [...reported.readAt] },
  ])
  const read = () => compareTables(reader, comparison)
  return others ? read() : cacheUntilChange(reader, `differences ${key}`, read)
}

async function compareTables(reader: SqlExecutor, comparison: Comparison): Promise<Differences | null> {
  const { incident, domain, losses, reported } = comparison
  const { preference, from, to } = domain
  // A prefix that another fault had cut off at the first start may have had a route again at a later start.
  const later = (incident.laterStarts ?? []).map(({ earliest, latest }) => ({ from: earliest, startedBy: latest }))
  const starts = [{ from, startedBy: incident.startedBy, isAnnouncement: isAnnouncement(incident) }, ...later]
  const compare = async (followedTo: EpochMs) => {
    const spans = await readRoutePresences(reader, domain, {
      until: followedTo,
      isWhole: losses.length > 0,
      prefixes: reported?.withdrawn.map(({ prefix }) => prefix) ?? [],
    })
    if (!spans) return null
    const routes = await timedRoutes(reader, spans, comparison)
    return {
      effects: [
        ...starts.flatMap((start) =>
          findRouteEffects({ preference, routes }, { ...start, to, isOver: incident.to !== null, followedTo }),
        ),
        ...(reported ? findReportedLosses({ preference, routes }, { from, to, isOver: false }, reported) : []),
      ],
      thinned: starts.flatMap((start) => findPrefixesWithFewerPaths({ preference, routes }, { from: start.from, to })),
    }
  }
  const found = await compare(to)
  // Later routes are read only if a prefix is still lost at the end.
  const isLost = found?.effects.some(({ absences }) => absences.at(-1)?.ended === null) ?? false
  return isLost && incident.followedTo !== null ? ((await compare(incident.followedTo)) ?? found) : found
}

async function timedRoutes(
  reader: SqlExecutor,
  spans: readonly RoutePresenceInterval[],
  { domain, topology, others, losses }: Comparison,
): Promise<RouteRowWithObservedTime[]> {
  const links = await readConnectionCircuitLinks(reader, topology, domain.from)
  // Only a gateway with several connections needs a mapping from neighbors to circuits. With one connection, every
  // neighbor belongs to it.
  const several = new Set([...links].flatMap(([id, own]) => (own.length > 1 ? [id] : [])))
  const isOfSeveral = ({ scope }: { scope: string }) => several.has(scope)
  const learned = spans.filter(isOfSeveral).flatMap((span) => span.attributes.map((row) => ({ ...span, ...row })))
  const then = createPastReader(reader, domain.from)
  const scope = domain.members.map(({ resource }) => resource.id).filter((id) => several.has(id))
  const sessions = learned.length > 0 ? await readSessionAddresses(then, reader, scope) : []
  const neighbors = findLearningNeighbors(sessions, learned)
  const mappings = await readNeighborCircuitPathsAtMoment(then, topology, neighbors, domain.from)
  const memberOf = new Map(domain.members.map((member) => [member.resource.id, member]))
  return spans.flatMap((span) => {
    const { scope, resourceId, resourceType, kind, instance, peer, prefix } = span
    const gateway = memberOf.get(domain.serverOf.get(scope) ?? scope)
    const time = {
      from: span.lastAbsent === null ? Number.NEGATIVE_INFINITY : span.firstPresent,
      until: span.firstAbsent ?? Number.POSITIVE_INFINITY,
      absentUntil: span.lastAbsent ?? Number.NEGATIVE_INFINITY,
      seenUntil: span.lastPresent,
    }
    const ofInstance = losses.filter((loss) => loss.scope === scope && loss.subject === instance)
    const times = clipTimeByLosses(time, ofInstance)
    return span.attributes.flatMap((attributes): RouteRowWithObservedTime[] => {
      const row = { scope, resourceId, resourceType, instance, peer, prefix, ...attributes }
      const isAnothers = others !== null && [peer, row.nextHop].some((one) => others.isAnothers(scope, one))
      const common = { ...row, isAnothers }
      if (kind === 'tables') {
        const word = row.origin?.toLowerCase()
        // Other routes of the hub are skipped, because the tables of the hub's gateways contain them.
        if (word !== 'hubbgpconnection' && word !== 'virtual network connection') return []
        return [{ ...common, ...time, ...BY_APPLIANCE, gateway: scope, isOwnSpace: word !== 'hubbgpconnection' }]
      }
      if (!gateway) return []
      const { id } = gateway.resource
      const isOwn = isNetworkSpaceRoute(row) && domain.hub === null
      const connections = links.get(id) ?? []
      const pathOf = (neighbor: string) => findMappedPath(mappings, id, neighbor)
      const behind = findCarryingConnection(row, gateway, { topology, links: connections, pathOf })
      const isByCircuit = behind.transport === 'er' || behind.transport === 'unknown'
      const possible = isByCircuit && behind.circuit === null ? connections.flatMap((link) => link.circuit ?? []) : []
      return times.map((part) => ({ ...common, ...part, ...behind, possible, gateway: id, isOwnSpace: isOwn }))
    })
  })
}

/** Reports whether an incident is about new prefixes. */
const isAnnouncement = ({ about }: RouteComparisonIncident) =>
  about.some(({ kind }) => kind !== null && announcementEventKinds.has(kind))

const BY_APPLIANCE = { transport: 'nva', circuit: null, path: null, connectionWeight: null, possible: [] } as const

/** Event kinds that affect all routes of a gateway. */
export const wholeGatewayEventKinds: readonly EventKind[] = [
  'gateway_isolated',
  ...gatewayInstanceEventKinds,
  'gateway_changing',
]

const movingKinds: readonly EventKind[] = ['failover', 'failback', 'best_path_shift']

/**
 * Returns a function that reports whether a route belongs to an incident; null = unknown, because another circuit may
 * carry the route. A route belongs to it in one of these cases:
 * - the incident is about its circuit, or about a connection to it
 * - the incident moved traffic to its circuit, and the route began after the begin of the comparison
 * - the incident is about a neighbor that was lost, or about the session that announced it
 * - the incident is about the whole gateway
 * - no event of the incident is about a circuit; then all routes of its gateways belong to it
 */
function belongsTo(
  { about, gateways, from, reportedAt = [] }: RouteComparisonIncident,
  { circuits }: EstateTopology,
): (route: RouteRowWithObservedTime) => boolean | null {
  const circuitIds = new Set(circuits.map(({ resource }) => resource.id))
  // The scope of an `n1_stranding` event is left out. It is the circuit on which more prefixes depend now, and not the
  // circuit that failed.
  const isFailure = ({ kind }: { kind: EventKind | null }) => kind !== 'n1_stranding'
  const failed = about.some(isFailure) ? about.filter(isFailure) : about
  const ofAllCircuits = failed.filter(({ scope }) => circuitIds.has(scope))
  // The scope of a `site_state_changed` event is the usual circuit of the site. If the incident is about another
  // circuit, too, that circuit failed.
  const withoutSites = ofAllCircuits.filter(({ kind }) => kind !== 'site_state_changed')
  const ofCircuits = withoutSites.length > 0 ? withoutSites : ofAllCircuits
  // Events about Microsoft peering are left out, because gateways learn only routes of private peering.
  const isPrivate = ({ subject }: { subject: string }) => parsePathSubject(subject).peering !== 'MicrosoftPeering'
  // An event about a change of path is also about the circuit to which the traffic moved.
  const moves = about.filter(({ kind }) => kind !== null && movingKinds.includes(kind))
  const movedTo = new Set(moves.map(({ subject }) => subject.split(' > ')[1] ?? ''))
  const targets = circuits.filter(({ resource }) => movedTo.has(resource.name))
  const own = new Set([...ofCircuits.filter(isPrivate).map(({ scope }) => scope), ...reportedAt])
  // The incident explains routes that began on that circuit, but not a later loss of the circuit's earlier routes.
  const targetIds = new Set(targets.map(({ resource }) => resource.id))
  const whole = new Set(
    ofCircuits.length === 0
      ? gateways
      : about.filter(({ kind }) => kind !== null && wholeGatewayEventKinds.includes(kind)).map(({ scope }) => scope),
  )
  const neighbors = new Set(
    about.flatMap(({ kind, scope, subject }) => (kind === 'peer_lost' ? `${scope} ${subject}` : [])),
  )
  const sessions = new Set(about.map(({ scope, subject }) => `${scope} ${subject.split('~')[1] ?? ''}`))
  return ({ gateway, peer, circuit, possible, from: began }) => {
    const isOwn = (one: string) => own.has(one) || (targetIds.has(one) && began > from)
    if (whole.has(gateway) || (circuit !== null && isOwn(circuit))) return true
    if (peer !== null && neighbors.has(`${gateway} ${peer}`)) return true
    if (circuit !== null || possible.length === 0) return false
    if (peer !== null && sessions.has(`${gateway} ${peer}`)) return true
    const isAll = possible.every(isOwn)
    return isAll || (possible.some(isOwn) ? null : false)
  }
}

/**
 * Returns a function that reports whether an incident can be the reason for an effect. If an incident is only about
 * instances of gateways, all routes that changed must be routes of these instances. If another instance had the prefix,
 * and lost it too, that change has another reason.
 */
function ofLostInstances({ about }: RouteComparisonIncident): (effect: Pick<PrefixRouteEffect, 'because'>) => boolean {
  if (!about.every(({ kind }) => kind !== null && gatewayInstanceEventKinds.has(kind))) return () => true
  const own = new Set(about.map(({ scope, subject }) => `${scope} ${subject}`))
  return ({ because }) => because.every(({ gateway, instance }) => own.has(`${gateway} ${instance}`))
}

/**
 * Returns a function that reports whether a route uses a circuit for which the incident has a `site_state_changed`
 * event.
 */
function drawnFromSites({ about }: RouteComparisonIncident): (route: RouteRowWithObservedTime) => boolean {
  const homes = new Set(about.flatMap(({ kind, scope }) => (kind === 'site_state_changed' ? scope : [])))
  return ({ circuit }) => circuit !== null && homes.has(circuit)
}

import {
  armKey,
  BEFORE_MONITORING,
  type EpochMs,
  type EventKind,
  impactKinds,
  incidentImpact,
  type RoutesSeen,
} from '#lib/contract/index.ts'
import { isUsable } from '#lib/detection/index.ts'
import {
  eventsOfIncidents,
  listSources,
  type SourceStatus,
  type StoredEvent,
  type StoredIncident,
} from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  pollFreshness,
  othersPaths,
  withoutOthersCarriers,
  connectionsOfCircuit,
  hubConnectionsOfCircuit,
  readTopology,
  type Topology,
} from '#lib/questions/index.ts'

import { type TableIncident, tablesOfEach, wholeGatewayKinds } from './impact-tables.ts'
import { trafficOfEach } from './incident-traffic.ts'

/** Kinds of events that are read for an impact. */
const READ_KINDS: readonly EventKind[] = [...impactKinds, ...wholeGatewayKinds]

/** Gateways with the learned routes that an incident is about. */
interface RoutesOfIncident {
  /** short ids; null = not known */
  gateways: readonly string[] | null
  routes: RoutesSeen
  /** names of the gateways whose tables were not read */
  unread: string[]
}

/**
 * Reads what the impact of some incidents follows from, as far as their reader sees it. Every answer and message gets it here, so that all
 * of them have the same numbers.
 * @param known.events all of their events; absent = they are read, as a topology is
 * @returns the impact of each of them
 */
export async function impactOfEach(
  q: Queryable,
  incidents: readonly StoredIncident[],
  { sources, now }: { sources: readonly SourceStatus[]; now: EpochMs },
  known: { events?: readonly StoredEvent[]; topology?: Topology | undefined; withTraffic?: boolean } = {},
): Promise<(incident: StoredIncident) => ReturnType<typeof incidentImpact>> {
  const ids = incidents.map(({ id }) => id)
  const stored = known.events ?? (await eventsOfIncidents(q, ids, READ_KINDS))
  const others = othersPaths(q)
  const shown = others ? stored.map((event) => withoutOthersCarriers(event, others)) : stored
  const byIncident = Map.groupBy(shown, ({ incidentId }) => incidentId)
  const topology = known.topology ?? (incidents.length > 0 ? await readTopology(q) : null)
  const tables = sources.filter(({ poll }) => poll.kind === 'learned')
  const eventsOf = ({ id }: StoredIncident) =>
    (byIncident.get(id) ?? []).filter(({ kind }) => READ_KINDS.includes(kind))
  const scopesOf = (incident: StoredIncident) => [incident.scope, ...eventsOf(incident).map(({ scope }) => scope)]
  const routesOf = new Map(
    incidents.map((incident): [string, RoutesOfIncident] => {
      const gateways = topology && gatewaysOf(scopesOf(incident), topology)
      const seen = { since: incident.started.latest, isOver: isOver(incident), now }
      return [incident.id, { gateways, ...routesSince(gateways, tables, seen) }]
    }),
  )
  const timed = incidents.map((incident) => ({
    id: incident.id,
    scopes: scopesOf(incident),
    started: incident.started,
    end: incident.ended?.earliest ?? incident.closedAt,
  }))
  const traffic =
    topology && known.withTraffic !== false ? await trafficOfEach(q, timed, { topology, sources, now }) : null
  const compared = incidents.map((incident): TableIncident => {
    const { gateways, routes } = routesOf.get(incident.id) ?? { gateways: null, routes: 'unknown' }
    return { ...comparedIncident(incident, eventsOf(incident)), gateways, isWhole: routes === 'read' }
  })
  const differences = topology ? await tablesOfEach(q, compared, { topology, now }) : null
  return (incident) => {
    const { routes, unread } = routesOf.get(incident.id) ?? { routes: 'unknown', unread: [] }
    const difference = differences?.get(incident.id) ?? null
    // without a table of the time since, only events show anything
    const isKnown = routes === 'read' || (difference?.effects.length ?? 0) > 0
    return incidentImpact(byIncident.get(incident.id) ?? [], {
      isOver: isOver(incident),
      routes,
      unread,
      traffic: traffic?.get(incident.id) ?? null,
      tables: isKnown ? difference : null,
    })
  }
}

/** Returns the observed effects of one incident for a message, without its traffic; null = there are none. @param events all of its events */
export async function observedImpact(
  q: Queryable,
  { incident, events }: { incident: StoredIncident; events: readonly StoredEvent[] },
  now: EpochMs,
): Promise<string | null> {
  const sources = await listSources(q, { kinds: ['learned'] })
  const impactOf = await impactOfEach(q, [incident], { sources, now }, { events, withTraffic: false })
  return impactOf(incident).observed
}

const isOver = ({ ended, closedAt }: StoredIncident) => ended !== null || closedAt !== null

/** Returns the time whose tables are compared, from just before the first event of an incident until its end. */
function comparedIncident(
  { id, scope, started, ended, closedAt }: StoredIncident,
  events: readonly StoredEvent[],
): Pick<TableIncident, 'id' | 'about' | 'from' | 'to'> {
  const begins = [started, ...events.map((event) => event.started)].map(({ earliest }) => earliest)
  const from = Math.min(...begins.filter((at) => at !== BEFORE_MONITORING))
  const own = events.some((event) => event.scope === scope) ? [] : [{ kind: null, scope, subject: '' }]
  return {
    id,
    about: [...own, ...events],
    from: started.earliest === BEFORE_MONITORING || !Number.isFinite(from) ? BEFORE_MONITORING : from,
    to: ended?.latest ?? closedAt,
  }
}

/** Returns the gateways that the scopes name, and the gateways to which their circuits and VPN connections lead; null = one is unknown. */
function gatewaysOf(scopes: readonly string[], topology: Topology): string[] | null {
  const own = new Set(scopes)
  const isOwn = ({ resource }: { resource: { id: string } }) => own.has(resource.id)
  const at = topology.gateways.filter(isOwn).map(({ resource }) => resource.id)
  const behind = topology.circuits
    .filter(isOwn)
    .flatMap(({ resource }) => [
      ...connectionsOfCircuit(topology, resource.resourceId),
      ...hubConnectionsOfCircuit(topology, resource.resourceId),
    ])
    .map(({ gateway }) => gateway?.id ?? null)
  const ends = new Set(topology.connections.filter(isOwn).flatMap(({ config }) => config.gatewayKeys))
  const ofConnections = topology.gateways.filter(({ resource }) => ends.has(armKey(resource.resourceId)))
  const all = [...new Set([...at, ...behind, ...ofConnections.map(({ resource }) => resource.id)])]
  const found = all.filter((id) => id !== null)
  return found.length === 0 || found.length < all.length ? null : found
}

function routesSince(
  gateways: readonly string[] | null,
  tables: readonly SourceStatus[],
  { since, isOver, now }: { since: EpochMs; isOver: boolean; now: EpochMs },
): Pick<RoutesOfIncident, 'routes' | 'unread'> {
  if (gateways === null) return { routes: 'unknown', unread: [] }
  const own = tables.filter(({ scope }) => gateways.includes(scope))
  if (own.length === 0) return { routes: 'not_polled', unread: [] }
  const isRead = ({ poll }: SourceStatus) =>
    (poll.lastReadAt ?? 0) > since && (isOver || isUsable(pollFreshness(poll, now)))
  const isWhole = gateways.every((id) => own.some(({ scope }) => scope === id))
  const unread = [...new Set(own.filter((source) => !isRead(source)).map(({ scopeName }) => scopeName))]
  return { routes: isWhole && unread.length === 0 ? 'read' : 'not_read', unread }
}

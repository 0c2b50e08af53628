import { type EpochMs, hubConnectionIn, impactKinds, incidentImpact, type RoutesSeen } from '#lib/contract/index.ts'
import type { Incident } from '../api/index.ts'
import { isUsable } from '#lib/detection/index.ts'
import { eventsOfIncidents, type SourceStatus, type StoredEvent, type StoredIncident } from '#lib/history/index.ts'
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

import { trafficOfEach } from './incident-traffic.ts'

/**
 * Reads what the impact of some incidents follows from, as far as their reader sees it.
 * @param known.events all of their events; absent = they are read, as a topology is
 * @returns the impact of each of them
 */
export async function impactOfEach(
  q: Queryable,
  incidents: readonly StoredIncident[],
  { sources, now }: { sources: readonly SourceStatus[]; now: EpochMs },
  known: { events?: readonly StoredEvent[]; topology?: Topology | undefined } = {},
): Promise<(incident: StoredIncident) => Incident['impact']> {
  const ids = incidents.map(({ id }) => id)
  const stored = known.events ?? (await eventsOfIncidents(q, ids, impactKinds))
  const others = othersPaths(q)
  const shown = others ? stored.map((event) => withoutOthersCarriers(event, others)) : stored
  const byIncident = Map.groupBy(shown, ({ incidentId }) => incidentId)
  const topology = known.topology ?? (incidents.length > 0 ? await readTopology(q) : null)
  const tables = sources.filter(({ poll }) => poll.kind === 'learned')
  const scopesOf = ({ id, scope }: StoredIncident) => [
    scope,
    ...(byIncident.get(id) ?? []).filter(({ kind }) => impactKinds.includes(kind)).map((event) => event.scope),
  ]
  const timed = incidents.map((incident) => ({
    id: incident.id,
    scopes: scopesOf(incident),
    started: incident.started,
    end: incident.ended?.earliest ?? incident.closedAt,
  }))
  const traffic = topology ? await trafficOfEach(q, timed, { topology, sources, now }) : null
  return (incident) => {
    const events = byIncident.get(incident.id) ?? []
    const isOver = incident.ended !== null || incident.closedAt !== null
    const gateways = topology && gatewaysOf(scopesOf(incident), topology)
    const routes = routesSince(gateways, tables, { since: incident.started.latest, isOver, now })
    const seen = { isOver, routes, traffic: traffic?.get(incident.id) ?? null }
    const { isObserved: _, ...impact } = incidentImpact(events, seen)
    return impact
  }
}

/** The gateways that lose what is lost here: those that it is about, and those that its circuits lead to; null = one of them is not known. */
function gatewaysOf(scopes: readonly string[], topology: Topology): string[] | null {
  const own = new Set(scopes)
  const at = topology.gateways.filter(({ resource }) => own.has(resource.id)).map(({ resource }) => resource.id)
  const behind = topology.circuits
    .filter(({ resource }) => own.has(resource.id))
    .flatMap(({ resource }) => [
      ...connectionsOfCircuit(topology, resource.resourceId),
      ...hubConnectionsOfCircuit(topology, resource.resourceId),
    ])
    .map(({ gateway }) => gateway?.id ?? null)
  const all = [...new Set([...at, ...behind])]
  const found = all.filter((id) => id !== null)
  return found.length === 0 || found.length < all.length ? null : found
}

function routesSince(
  gateways: readonly string[] | null,
  tables: readonly SourceStatus[],
  { since, isOver, now }: { since: EpochMs; isOver: boolean; now: EpochMs },
): RoutesSeen {
  if (gateways === null) return 'unknown'
  const own = tables.filter(({ scope }) => gateways.includes(scope))
  // best paths of a hub are not judged: what its tables hold says nothing of what is lost
  if (own.some(({ subresource }) => hubConnectionIn(subresource) !== null)) return 'unknown'
  if (own.length === 0) return 'not_polled'
  const isRead = ({ poll }: SourceStatus) =>
    (poll.lastReadAt ?? 0) > since && (isOver || isUsable(pollFreshness(poll, now)))
  const isWhole = gateways.every((id) => own.some(({ scope }) => scope === id))
  return isWhole && own.every(isRead) ? 'read' : 'not_read'
}

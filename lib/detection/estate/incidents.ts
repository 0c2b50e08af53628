import { createHash } from 'node:crypto'
import type { DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { type Estate, liveEvents, rankOf, scopeOf } from './estate.ts'
import type { IncidentMemory, LiveEvent } from './state.ts'

/**
 * Groups events that began within a hold time and a poll of each other, root before symptom (detection.md 7). An incident
 * closes when all of it has ended and stayed well for a while; the same root soon after opens it again.
 */
export function groupIncidents(estate: Estate): void {
  const lives = liveEvents(estate)
  const byKey = new Map(lives.map((live) => [live.event.key, live]))
  const incidents = Object.values(estate.scopes).flatMap((scope) => scope.incidents)
  for (const live of inOrderOfBegin(lives)) {
    if (live.event.incident || live.event.partOf) continue
    const incident =
      incidents.find((candidate) => belongs(estate, candidate, live.event, byKey)) ?? opened(estate, live, incidents)
    if (incident) join(incident, live, byKey)
  }
  for (const live of lives) inheritIncident(live, byKey)
  for (const incident of incidents) settle(estate, incident, byKey)
}

/** The smaller, the more it explains: administrative acts first, then what is larger in the topology. */
const rootOrder: EventKind[] = [
  'resource_removed',
  'peering_disabled',
  'provider_state_changed',
  'gateway_isolated',
  'prefix_limit_exceeded',
  'circuit_down',
  'path_down',
  'peer_lost',
  'gateway_instance_lost',
  'redundancy_lost',
  'session_flapping',
  'session_down',
  'session_flap',
  'keepalive_stall',
  'no_path',
  'failover',
  'mass_withdraw',
  'default_route_disappeared',
  'default_route_appeared',
  'own_space_heard',
  'best_path_shift',
]
const orderOf = (kind: EventKind) => {
  const index = rootOrder.indexOf(kind)
  return index < 0 ? rootOrder.length : index
}

/** What tells that something is well again is no reason for an incident, nor part of another one. */
const wellAgain = new Set<EventKind>([
  'session_up',
  'redundancy_restored',
  'ecmp_restored',
  'failback',
  'peering_enabled',
])

function opened(estate: Estate, { event }: LiveEvent, incidents: IncidentMemory[]): IncidentMemory | null {
  if (event.severity === 'info' || wellAgain.has(event.kind)) return null
  const incident: IncidentMemory = {
    key: createHash('sha256').update(`incident\n${event.key}`).digest('hex').slice(0, 32),
    scope: event.scope,
    root: event.key,
    rootOf: [event.kind, event.scope, event.subject],
    severity: event.severity,
    members: [],
    starts: [],
    started: event.started,
    openedAt: estate.mark.finishedAt,
    healthySince: null,
    closedAt: null,
    ended: null,
  }
  scopeOf(estate, event.scope).incidents.push(incident)
  incidents.push(incident)
  return incident
}

function belongs(
  estate: Estate,
  incident: IncidentMemory,
  event: DetectedEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
): boolean {
  if (wellAgain.has(event.kind)) return false
  const { settings, mark } = estate
  if (incident.closedAt !== null) {
    const [kind, scope, subject] = incident.rootOf
    const isSame = familyOf(event.kind) === familyOf(kind) && event.scope === scope && event.subject === subject
    return isSame && mark.finishedAt - incident.closedAt <= settings['incident.reopen']
  }
  const slack = settings['incident.group'] + settings['burst.slack']
  const isNear = incident.starts.some(({ lo, hi }) => event.started.lo <= hi + slack && event.started.hi >= lo - slack)
  const root = byKey.get(incident.root)?.event
  const isRootAgain = root?.kind === event.kind && root.scope === event.scope && root.subject === event.subject
  return isNear || isRootAgain
}

/** One session's troubles are one matter, whatever they are called. */
const familyOf = (kind: EventKind) => (kind.startsWith('session_') ? 'session' : kind)

function join(incident: IncidentMemory, live: LiveEvent, byKey: ReadonlyMap<string, LiveEvent>): void {
  const { event } = live
  live.event = { ...event, incident: incident.key }
  incident.members.push(event.key)
  incident.starts.push(event.started)
  incident.closedAt = null
  incident.healthySince = null
  incident.ended = null
  incident.started = {
    lo: Math.min(incident.started.lo, event.started.lo),
    hi: Math.min(incident.started.hi, event.started.hi),
  }
  const root = byKey.get(incident.root)?.event
  if (!root || orderOf(event.kind) < orderOf(root.kind)) {
    incident.root = event.key
    incident.rootOf = [event.kind, event.scope, event.subject]
  }
}

/** What was folded into an event is in its incident; a member that was folded later makes room for its parent as root. */
function inheritIncident(live: LiveEvent, byKey: ReadonlyMap<string, LiveEvent>): void {
  let parent = live.event.partOf ? byKey.get(live.event.partOf) : undefined
  for (let steps = 0; parent?.event.partOf && steps < byKey.size; steps++) {
    parent = byKey.get(parent.event.partOf) ?? parent
    if (!parent.event.partOf) break
  }
  const incident = parent?.event.incident
  if (incident && live.event.incident !== incident && !live.event.incident) live.event = { ...live.event, incident }
}

function settle(estate: Estate, incident: IncidentMemory, byKey: ReadonlyMap<string, LiveEvent>): void {
  const events = incident.members.flatMap((key) => byKey.get(key)?.event ?? [])
  for (const { severity } of events) if (rankOf(severity) > rankOf(incident.severity)) incident.severity = severity
  if (incident.closedAt !== null || events.some(({ ended }) => ended === null)) return
  const ends = events.flatMap(({ ended }) => ended ?? [])
  if (ends.length > 0) {
    incident.ended = { lo: Math.max(...ends.map(({ lo }) => lo)), hi: Math.max(...ends.map(({ hi }) => hi)) }
  }
  incident.healthySince ??= incident.ended?.hi ?? estate.mark.finishedAt
  if (estate.mark.finishedAt - incident.healthySince >= estate.settings['incident.healthy']) {
    incident.closedAt = estate.mark.finishedAt
  }
}

function inOrderOfBegin(lives: readonly LiveEvent[]): LiveEvent[] {
  return lives.toSorted(
    (a, b) =>
      orderOf(a.event.kind) - orderOf(b.event.kind) ||
      a.event.started.lo - b.event.started.lo ||
      (a.event.key < b.event.key ? -1 : 1),
  )
}

import type { StoredProblem } from '../api/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import {
  type DeclaredWindow,
  type EpochMs,
  eventKindRecords,
  isPollFailureKind,
  isProblemSeverity,
  TOTAL_LOSS_KINDS,
  computeOutageDuration,
  findOpenDeclaredWindow,
  findNewSiteState,
} from '#lib/contract/index.ts'
import type { EventResponse, IncidentResponse } from '#lib/incidents/answers/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { type CircuitPeeringStates, findPeeringOutage } from '#lib/gateways/api/state-text.ts'
import { describeImpairment, findOngoingEvent, findSeverityOfSites } from '#lib/incidents/answers/index.ts'
import { describeSiteState, formatSiteReason, buildSiteStatus } from './wall-text.ts'

/** The data from which {@link addProblemsOfIncidents} creates problems for incidents and sites. */
export interface IncidentProblemInput {
  now: EpochMs
  circuits: readonly (Pick<Circuit, 'id' | 'name' | 'redundancy'> & { peerings?: CircuitPeeringStates })[]
  gateways: readonly Pick<Gateway, 'id' | 'name'>[]
  /**
   * short IDs of gateways that have no problem of their own, because they lost only sessions over a circuit's path, so
   * that the circuit's problem includes them ("folded")
   */
  folded: readonly string[]
  incidents: readonly IncidentResponse[]
  /** ongoing events of incidents whose root event has ended */
  ongoing: readonly EventResponse[]
  /** open `site_state_changed` events */
  sites: readonly EventResponse[]
  maintenance: readonly DeclaredWindow[]
}

/**
 * Adds problems for incidents and sites that the states of resources do not show, and links each problem to its
 * incident. If the event of a changed site belongs to an incident about another resource, that problem includes the
 * site. A problem in a maintenance window gets the severity `maintenance`.
 */
export function addProblemsOfIncidents(states: readonly StoredProblem[], facts: IncidentProblemInput): StoredProblem[] {
  const named = states.map((problem) => withIncident(problem, facts))
  const shown = new Set(states.flatMap(({ id, type }) => (type === 'circuit' || type === 'gateway' ? [id] : [])))
  const raise = (shownBy: readonly StoredProblem[], isOfSites: boolean) =>
    facts.incidents
      .filter((incident) => (incident.root?.kind === 'site_state_changed') === isOfSites)
      .filter((incident) => isRaised(incident, shownBy, facts))
      .flatMap((incident) => raisedProblem(incident, facts) ?? [])
  const raised = raise(named, false)
  const sites = facts.sites
    .filter(({ scope }) => !shown.has(scope))
    .filter(({ incidentId }) => !raised.some((problem) => problem.incidentId === incidentId))
    .map((site) => withIncident(siteProblem(site), facts))
  const others = [...named, ...raised, ...sites]
  return [...others, ...raise(others, true)]
}

/**
 * Reports whether an incident is about failing polls. Such an incident concerns Peerwatch's own polling ("collector")
 * and not the polled resources.
 */
export const isCollectorIncident = ({ root }: IncidentResponse): boolean =>
  root !== null && isPollFailureKind(root.kind)

const isAt = ({ scope, root }: IncidentResponse, id: string) => scope === id || root?.scope === id

/**
 * Areas of events that the states of circuits, gateways and sessions already show. An event in these areas does not
 * cause a separate problem if its resource already has one.
 */
const STATE_AREAS: ReadonlySet<string> = new Set(['session', 'path', 'gateway'])

const isOfState = ({ root }: Pick<IncidentResponse, 'root'>) =>
  root === null || root.kind === 'site_state_changed' || STATE_AREAS.has(eventKindRecords[root.kind].area)

function siteProblem(event: EventResponse): StoredProblem {
  const { scope: id, subject: name, flags, incidentId, startedBetween: since } = event
  const site = buildSiteStatus(event)
  const state = findNewSiteState(flags) ?? 'changed'
  return {
    type: 'site',
    id,
    name,
    state,
    called: `site ${site.state}`,
    kind: 'site_state_changed',
    severity: findSeverityOfSites([event]),
    site,
    reason: formatSiteReason(site),
    href: incidentId ? incidentHref(incidentId) : `/events?scope=${encodeURIComponent(id)}`,
    since,
    unconfirmedSince: null,
    incidentId,
  }
}

const incidentHref = (id: string) => `/incidents/${encodeURIComponent(id)}`

function withIncident(problem: StoredProblem, { incidents, maintenance, now }: IncidentProblemInput): StoredProblem {
  const open = incidents.filter(
    (incident) =>
      incident.endedBetween === null &&
      isAt(incident, problem.id) &&
      isCollectorIncident(incident) === (problem.type === 'source'),
  )
  const own = open.filter((incident) => incident.id === problem.incidentId || isOfState(incident))
  const grave = [...own, ...open].find((incident) => isProblemSeverity(incident) && !incident.maintenance)
  const named = (problem.type === 'source' ? incidents : open).find(({ id }) => id === problem.incidentId)
  const incident = named ?? grave ?? own[0] ?? open[0]
  const isWindow = findOpenDeclaredWindow(maintenance, [problem.id], now) !== null && problem.severity !== 'unknown'
  const isPlanned = open.length > 0 ? open.every((one) => one.maintenance) : isWindow
  return {
    ...problem,
    severity: isPlanned ? 'maintenance' : problem.severity,
    ...timesOf(problem, incident, now),
    incidentId: incident?.id ?? problem.incidentId,
  }
}

/**
 * Returns when a problem began and until when polls prove it. Both come either from the resource's state or from the
 * ongoing outage of its incident. The outage is used if it was certain earlier, because the state of a resource may
 * change several times during an outage. Earlier outages of the incident do not count.
 */
function timesOf(
  { since, severity, confirmedAt, notObservedSeconds }: StoredProblem,
  incident: IncidentResponse | undefined,
  now: EpochMs,
): Pick<StoredProblem, 'since' | 'confirmedAt' | 'notObservedSeconds'> {
  const ofState = { since, confirmedAt, notObservedSeconds }
  if (!incident) return ofState
  const { outages, startedBetween, root } = incident
  const open = outages.findLast(({ endedBetween }) => endedBetween === null)
  const began = open?.startedBetween ?? null
  const ofIncident = {
    since: since === null && outages.length === 0 ? startedBetween : began,
    confirmedAt: incident.confirmedAt,
    notObservedSeconds: open && notObserved(open, incident, now),
  }
  if (since === null) return ofIncident
  // a resource that is down has been down since its total loss began, and not since its first path was lost
  const isSame = isOfState(incident) && (severity !== 'down' || (root !== null && TOTAL_LOSS_KINDS.has(root.kind)))
  return began && isSame && began.latest <= since.latest ? ofIncident : ofState
}

/**
 * Returns the number of seconds of an ongoing outage in which no poll observed it, up to the last poll that proves the
 * outage.
 */
function notObserved(open: IncidentResponse['outages'][number], incident: IncidentResponse, now: EpochMs): number {
  const provenUntil = Math.min(now, incident.confirmedAt ?? incident.unverifiedSince ?? now)
  const { least } = computeOutageDuration([{ ...open, started: open.startedBetween, ended: null }], {
    provenUntil,
    now,
  })
  return Math.max(0, provenUntil - open.startedBetween.latest - least) / 1_000
}

/**
 * Reports whether an ongoing incident becomes a separate problem, because no other problem shows it. This does not
 * depend on whether polls currently confirm the incident.
 */
function isRaised(
  incident: IncidentResponse,
  problems: readonly StoredProblem[],
  facts: IncidentProblemInput,
): boolean {
  const event = findOngoingEvent(incident, facts.ongoing)
  if (event === null) return false
  // If the event is about another circuit or gateway than a problem of the same incident, that resource gets its own
  // problem.
  const isOther = (id: string) =>
    id !== event.scope && [...facts.circuits, ...facts.gateways].some((one) => one.id === event.scope)
  if (problems.some(({ id, incidentId }) => incidentId === incident.id && !isOther(id))) return false
  const isOff = facts.circuits.some((circuit) => circuit.id === event.scope && circuit.redundancy === 'disabled')
  const isShown =
    problems.some((problem) => isAt(incident, problem.id)) || facts.folded.some((gateway) => isAt(incident, gateway))
  return !isOff && !(isShown && isOfState({ root: event }))
}

function raisedProblem(incident: IncidentResponse, facts: IncidentProblemInput): StoredProblem | null {
  const { circuits, gateways, sites } = facts
  const root = findOngoingEvent(incident, facts.ongoing)
  if (root === null) return null
  const { id: incidentId } = incident
  const { severity, called, reason, startedBetween } = describeImpairment(incident, root, sites)
  const at = (resources: readonly { id: string; name: string }[]) =>
    resources.find(({ id }) => id === root.scope) ?? resources.find(({ id }) => id === incident.scope)
  const [circuit, gateway] = [at(circuits), at(gateways)]
  const own = sites.filter((site) => site.incidentId === incidentId)
  const lost = root.kind === 'circuit_down' ? circuits.find(({ id }) => id === root.scope) : undefined
  const part = findPeeringOutage(lost?.peerings ?? [], root.subject)
  return {
    ...(part && { part }),
    type: circuit ? 'circuit' : gateway ? 'gateway' : 'incident',
    id: (circuit ?? gateway)?.id ?? root.scope,
    name: (circuit ?? gateway)?.name ?? root.scopeName,
    state: 'impaired',
    called,
    kind: root.kind,
    severity,
    reason: [
      `${reason}. ${eventKindRecords[root.kind].meaning}`,
      ...own.map((site) => `${describeSiteState(site)}.`),
    ].join(' '),
    href: incidentHref(incidentId),
    since: startedBetween ?? null,
    confirmedAt: incident.confirmedAt,
    unconfirmedSince: incident.unverifiedSince,
    incidentId,
  }
}

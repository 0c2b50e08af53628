import type { ActiveProblemToEncode } from '../api/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import {
  type DeclaredTimeWindow,
  type EpochMs,
  eventKindRecords,
  isPollFailureKind,
  isProblemSeverity,
  computeOutageDuration,
  findOngoingTotalLoss,
  findOpenDeclaredWindow,
  findNewSiteState,
} from '#lib/contract/index.ts'
import type { EventResponse, IncidentResponse } from '#lib/incidents/answers/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { type CircuitPeeringStates, findPeeringOutage } from '#lib/gateways/api/state-text.ts'
import { describeIncidentImpairment, findOngoingEvent, findSeverityOfSites } from '#lib/incidents/answers/index.ts'
import { describeSiteState, formatSiteReason, buildSiteStatus } from './wall-text.ts'

/** The data from which {@link addProblemsOfIncidents} creates problems for incidents and sites. */
export interface IncidentProblemInput {
  now: EpochMs
  circuits: readonly (Pick<Circuit, 'id' | 'name' | 'redundancy'> & { peerings?: CircuitPeeringStates })[]
  gateways: readonly Pick<Gateway, 'id' | 'name'>[]
  /**
   * Short IDs of gateways without a problem of their own. Such a gateway lost only sessions over the path of a circuit,
   * so that the problem of this circuit includes the gateway (it is "folded")
   */
  folded: readonly string[]
  incidents: readonly IncidentResponse[]
  /** ongoing events of incidents whose root event has ended */
  ongoing: readonly EventResponse[]
  /** open `site_state_changed` events */
  sites: readonly EventResponse[]
  maintenance: readonly DeclaredTimeWindow[]
}

/**
 * Adds problems for incidents and sites that do not follow from the states of resources, and links each problem to its
 * incident. A site whose state changed may belong to an incident about another resource. It is then a part of that
 * problem. A problem in a maintenance window gets the severity `maintenance`.
 */
export function addProblemsOfIncidents(
  states: readonly ActiveProblemToEncode[],
  facts: IncidentProblemInput,
): ActiveProblemToEncode[] {
  const named = states.map((problem) => withIncident(problem, facts))
  const shown = new Set(states.flatMap(({ id, type }) => (type === 'circuit' || type === 'gateway' ? [id] : [])))
  const raise = (shownBy: readonly ActiveProblemToEncode[], isOfSites: boolean) =>
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
 * Reports whether an incident is about failing polls. Its cause is then Peerwatch's own polling (the "collector") and
 * not the resources that are polled.
 */
export const isCollectorIncident = ({ root }: IncidentResponse): boolean =>
  root !== null && isPollFailureKind(root.kind)

const isAt = ({ scope, root }: IncidentResponse, id: string) => scope === id || root?.scope === id

/**
 * Areas of events that are also visible in the states of circuits, gateways and sessions. If a resource already has a
 * problem, an event in these areas causes no second problem.
 */
const STATE_AREAS: ReadonlySet<string> = new Set(['session', 'path', 'gateway'])

const isOfState = ({ root }: Pick<IncidentResponse, 'root'>) =>
  root === null || root.kind === 'site_state_changed' || STATE_AREAS.has(eventKindRecords[root.kind].area)

function siteProblem(event: EventResponse): ActiveProblemToEncode {
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

function withIncident(
  problem: ActiveProblemToEncode,
  { incidents, maintenance, now }: IncidentProblemInput,
): ActiveProblemToEncode {
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
 * Returns the time at which a problem began, and the last time at which a poll confirmed it. Both times come from the
 * state of the resource, or from the ongoing outage of the problem's incident. The outage is used if it certainly began
 * earlier, because the state of a resource may change several times during an outage. Earlier outages of the incident
 * are ignored. If the resource is down, the event of its total loss replaces the outage, which may begin with the loss
 * of the first path.
 */
function timesOf(
  { id, since, severity, confirmedAt, notObservedSeconds }: ActiveProblemToEncode,
  incident: IncidentResponse | undefined,
  now: EpochMs,
): Pick<ActiveProblemToEncode, 'since' | 'confirmedAt' | 'notObservedSeconds'> {
  const ofState = { since, confirmedAt, notObservedSeconds }
  if (!incident) return ofState
  const { outages, startedBetween } = incident
  const loss = severity === 'down' ? findOngoingTotalLoss(incident, id) : null
  const outage = outages.findLast(({ endedBetween }) => endedBetween === null)
  const open = outage && loss ? { ...outage, startedBetween: loss.startedBetween } : outage
  const began = open?.startedBetween ?? null
  const ofIncident = {
    since: since === null && outages.length === 0 ? startedBetween : began,
    confirmedAt: incident.confirmedAt,
    notObservedSeconds: open && notObserved(open, incident, now),
  }
  if (since === null) return ofIncident
  const isSame = isOfState(incident) && (severity !== 'down' || loss !== null)
  return began && isSame && began.latest <= since.latest ? ofIncident : ofState
}

/**
 * Returns how many seconds of an ongoing outage were not observed by polls. Only the time until the last poll that
 * confirmed the outage is counted.
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
 * Reports whether an ongoing incident becomes a separate problem, because no other problem includes it. It makes no
 * difference whether polls currently confirm the incident.
 */
function isRaised(
  incident: IncidentResponse,
  problems: readonly ActiveProblemToEncode[],
  facts: IncidentProblemInput,
): boolean {
  const event = findOngoingEvent(incident, facts.ongoing)
  if (event === null) return false
  // An incident may already have a problem about another resource than the event's circuit or gateway. In this case,
  // the event's circuit or gateway gets a problem of its own.
  const isOther = (id: string) =>
    id !== event.scope && [...facts.circuits, ...facts.gateways].some((one) => one.id === event.scope)
  if (problems.some(({ id, incidentId }) => incidentId === incident.id && !isOther(id))) return false
  const isOff = facts.circuits.some((circuit) => circuit.id === event.scope && circuit.redundancy === 'disabled')
  const isShown =
    problems.some((problem) => isAt(incident, problem.id)) || facts.folded.some((gateway) => isAt(incident, gateway))
  return !isOff && !(isShown && isOfState({ root: event }))
}

function raisedProblem(incident: IncidentResponse, facts: IncidentProblemInput): ActiveProblemToEncode | null {
  const { circuits, gateways, sites } = facts
  const root = findOngoingEvent(incident, facts.ongoing)
  if (root === null) return null
  const { id: incidentId } = incident
  const { severity, called, reason, startedBetween } = describeIncidentImpairment(incident, root, sites)
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

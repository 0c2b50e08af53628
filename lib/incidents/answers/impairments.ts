import type { ResourceImpairment } from '#lib/contract/api/shared-facts.ts'
import {
  eventKindRecords,
  isProblemSeverity,
  severities,
  formatNewSiteState,
  findNewSiteState,
} from '#lib/contract/index.ts'
import { formatFlappingDuration } from '#lib/contract/words/durations.ts'
import { listIncidents, readOpenEvents, readOpenEventsOfIncidents } from '#lib/history/index.ts'
import { queryOncePerResponse } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { buildApiEvents } from './events.ts'
import { type EventResponse, type IncidentResponse, readIncidentRoots } from './incidents.ts'

/** Impairment of a resource that has lost a session without an incident about the loss. */
export const SESSION_DOWN_IMPAIRMENT: ResourceImpairment = {
  kind: 'session_down',
  severity: 'degraded',
  called: 'session down',
}

/**
 * Returns the ongoing event of an incident that makes its resource count as impaired, although the state of the
 * resource itself is good. It is the root event or, if the root has ended, the most severe other ongoing event. For a
 * flapping incident, the session may currently be up. Null if the incident has ended, is expected by maintenance, is
 * not severe enough or is only about monitoring. Events about changed sites are left out, because sites are shown
 * separately.
 * @param ongoing open events of incidents whose root has ended
 */
export function findOngoingEvent(
  {
    id,
    root,
    endedBetween,
    flapping,
    maintenance,
    severity,
  }: Pick<IncidentResponse, 'id' | 'root' | 'endedBetween' | 'flapping' | 'maintenance' | 'severity'>,
  ongoing: readonly EventResponse[],
): EventResponse | null {
  if (root === null || (endedBetween !== null && !flapping) || maintenance || !isProblemSeverity({ severity }))
    return null
  // A point event (an event without duration) counts as ongoing, because its consequences continue.
  const isRoot = root.endedBetween === null || eventKindRecords[root.kind].lifecycle === 'point'
  const others = ongoing.filter(
    (event) =>
      event.incidentId === id &&
      (event.partOf === null || event.kind === 'session_flapping') &&
      event.kind !== SITE &&
      isProblemSeverity(event),
  )
  const event = isRoot
    ? root
    : others.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))[0]
  return event && eventKindRecords[event.kind].area !== 'monitoring' ? event : null
}

const SITE = 'site_state_changed'

/**
 * Returns the severity for a resource whose own state is good while sites behind it changed: `down` if a site is
 * unreachable, otherwise `degraded`.
 */
export const findSeverityOfSites = (sites: readonly EventResponse[]): ResourceImpairment['severity'] =>
  sites.some(({ flags }) => findNewSiteState(flags) === 'unreachable') ? 'down' : 'degraded'

/**
 * Returns the impairment of an incident's resource in the words that all screens use. For a flapping incident, it
 * starts with the first outage.
 * @param event ongoing event of the incident
 */
export function describeIncidentImpairment(
  { id, flapping, startedBetween: first }: Pick<IncidentResponse, 'id' | 'flapping' | 'startedBetween'>,
  { kind, startedBetween }: EventResponse,
  sites: readonly EventResponse[],
): ResourceImpairment & { reason: string } {
  const severity = findSeverityOfSites(sites.filter(({ incidentId }) => incidentId === id))
  const reason = flapping ? formatFlappingDuration(flapping) : eventKindRecords[kind].name
  return {
    kind,
    severity,
    called: flapping ? 'flapping' : severity,
    reason,
    startedBetween: flapping ? first : startedBetween,
  }
}

/** Maximum number of open incidents that are read. In practice there are fewer. */
const MAX_OPEN_INCIDENTS_READ = 1_000

/**
 * Returns the impairments that open incidents and changed sites cause, by short ID of the resource. Screens show an
 * impairment only if the resource's own state is not a fault.
 */
export const readCachedImpairments = (q: SqlExecutor): Promise<ReadonlyMap<string, ResourceImpairment>> =>
  queryOncePerResponse(q, 'impairments', () => readImpairments(q))

async function readImpairments(q: SqlExecutor): Promise<ReadonlyMap<string, ResourceImpairment>> {
  const grave = severities.filter((severity) => isProblemSeverity({ severity }))
  const { rows } = await listIncidents(q, { open: true, severities: grave, limit: MAX_OPEN_INCIDENTS_READ })
  const sites = await buildApiEvents(q, await readOpenEvents(q, { kind: SITE }))
  const going = await readIncidentRoots(q, rows)
  const outlived = going.filter(({ root, phase }) => phase === 'ongoing' && root?.endedBetween)
  const ongoing = await buildApiEvents(
    q,
    outlived.length > 0
      ? await readOpenEventsOfIncidents(
          q,
          outlived.map(({ id }) => id),
        )
      : [],
  )
  const found = new Map<string, ResourceImpairment>()
  // In the map, later entries replace earlier ones. Therefore sites are added first, then incidents from the least to
  // the most severe.
  for (const site of sites)
    found.set(site.scope, {
      kind: SITE,
      severity: findSeverityOfSites([site]),
      called: `site ${formatNewSiteState(site.flags) ?? 'changed'}`,
      startedBetween: site.startedBetween,
    })
  for (const incident of going.toReversed()) {
    const event = findOngoingEvent(incident, ongoing)
    if (event === null || event.kind === SITE) continue
    found.set(event.scope, describeIncidentImpairment({ ...incident, startedBetween: incident.started }, event, sites))
  }
  return found
}

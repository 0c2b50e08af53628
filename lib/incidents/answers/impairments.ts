import type { Impairment } from '#lib/contract/api/shared-facts.ts'
import { eventKindRecords, countsAsProblem, severities, siteStateName, siteStateOf } from '#lib/contract/index.ts'
import { formatFlapping } from '#lib/contract/words/durations.ts'
import { listIncidents, openEvents, openEventsOf } from '#lib/history/index.ts'
import { onceInAnswer } from '#lib/platform/one-answer.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { eventViews } from './events.ts'
import { type GivenEvent, type GivenIncident, incidentRoots } from './incidents.ts'

/** A resource of which a session is lost that no incident is about. */
export const SESSION_DOWN: Impairment = { kind: 'session_down', severity: 'degraded', called: 'session down' }

/**
 * What goes on of an incident, and makes a problem of what works otherwise: its root, or the worst of its other events once the root
 * has ended; of what keeps falling, that it does. Sites are problems of their own then; that a poll fails says nothing of what is polled.
 * @param ongoing open events of incidents whose root has ended
 */
export function presentEvent(
  {
    id,
    root,
    endedBetween,
    flapping,
    maintenance,
    severity,
  }: Pick<GivenIncident, 'id' | 'root' | 'endedBetween' | 'flapping' | 'maintenance' | 'severity'>,
  ongoing: readonly GivenEvent[],
): GivenEvent | null {
  if (root === null || (endedBetween !== null && !flapping) || maintenance || !countsAsProblem({ severity }))
    return null
  // a point event is over as it happens: what follows from it goes on
  const isRoot = root.endedBetween === null || eventKindRecords[root.kind].lifecycle === 'point'
  const others = ongoing.filter(
    (event) =>
      event.incidentId === id &&
      (event.partOf === null || event.kind === 'session_flapping') &&
      event.kind !== SITE &&
      countsAsProblem(event),
  )
  const event = isRoot
    ? root
    : others.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))[0]
  return event && eventKindRecords[event.kind].area !== 'monitoring' ? event : null
}

const SITE = 'site_state_changed'

/** How bad it is that these sites changed, at something that works otherwise. */
export const severityOfSites = (sites: readonly GivenEvent[]): Impairment['severity'] =>
  sites.some(({ flags }) => siteStateOf(flags) === 'unreachable') ? 'down' : 'degraded'

/** What an incident makes of its resource, in the words of every surface: what flaps does since its first outage. @param event what goes on of it */
export function impairmentOf(
  { id, flapping, startedBetween: first }: Pick<GivenIncident, 'id' | 'flapping' | 'startedBetween'>,
  { kind, startedBetween }: GivenEvent,
  sites: readonly GivenEvent[],
): Impairment & { reason: string } {
  const severity = severityOfSites(sites.filter(({ incidentId }) => incidentId === id))
  const reason = flapping ? formatFlapping(flapping) : eventKindRecords[kind].name
  return {
    kind,
    severity,
    called: flapping ? 'flapping' : severity,
    reason,
    startedBetween: flapping ? first : startedBetween,
  }
}

/** More than are ever open. */
const MOST = 1_000

/** What makes a problem of circuits and gateways whose own state is well, by short id: an open incident, or a site that hangs on them. */
export const impairments = (q: Queryable): Promise<ReadonlyMap<string, Impairment>> =>
  onceInAnswer(q, 'impairments', () => readImpairments(q))

async function readImpairments(q: Queryable): Promise<ReadonlyMap<string, Impairment>> {
  const grave = severities.filter((severity) => countsAsProblem({ severity }))
  const { rows } = await listIncidents(q, { open: true, severities: grave, limit: MOST })
  const sites = await eventViews(q, await openEvents(q, { kind: SITE }))
  const going = await incidentRoots(q, rows)
  const outlived = going.filter(({ root, phase }) => phase === 'ongoing' && root?.endedBetween)
  const ongoing = await eventViews(
    q,
    outlived.length > 0
      ? await openEventsOf(
          q,
          outlived.map(({ id }) => id),
        )
      : [],
  )
  const found = new Map<string, Impairment>()
  // what follows precedes: a site alone, of incidents the worst
  for (const site of sites)
    found.set(site.scope, {
      kind: SITE,
      severity: severityOfSites([site]),
      called: `site ${siteStateName(site.flags) ?? 'changed'}`,
      startedBetween: site.startedBetween,
    })
  for (const incident of going.toReversed()) {
    const event = presentEvent(incident, ongoing)
    if (event === null || event.kind === SITE) continue
    found.set(event.scope, impairmentOf({ ...incident, startedBetween: incident.started }, event, sites))
  }
  return found
}

import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import { type EventKind, eventKindRecords, parsePathSubject, parsePollSubject } from '#lib/contract/vocabulary.ts'
import {
  formatCauseOwner as nameOfOwner,
  formatDurationBounds,
  formatPollKind,
  formatNewSiteState,
} from '#lib/contract/words/index.ts'
import { formatUpcomingLoss } from '#lib/contract/words/upcoming-loss.ts'
import type { StatusText } from '../ui/status.tsx'
import { stateToneBySeverity } from '../ui/status-text.ts'

/** Reports whether an event has begun and not ended. */
export const isStillOngoing = ({ endedBetween }: Pick<DetectedNetworkEvent, 'endedBetween'>): boolean =>
  endedBetween === null

/** Returns the address of an event: its place on the page of its incident, or in the event log if it has no incident. */
export const buildEventHref = ({
  id,
  incidentId,
  scope,
}: Pick<DetectedNetworkEvent, 'id' | 'incidentId' | 'scope'>): string =>
  incidentId ? `/incidents/${incidentId}#${id}` : `/events?scope=${encodeURIComponent(scope)}#${id}`

/** Event kinds that mean "down", whatever the impact. */
const DOWN: ReadonlySet<EventKind> = new Set([
  'session_down',
  'path_down',
  'circuit_down',
  'global_reach_disconnected',
  'peer_lost',
  'gateway_instance_lost',
  'gateway_isolated',
  'connection_down',
  'tunnel_down',
  'no_path',
  'network_peering_disconnected',
])

/** Reports whether an event of a kind means "down", whatever the impact. */
export const isDownEventKind = (kind: EventKind): boolean => DOWN.has(kind)

/**
 * Returns the tone (class of state) of an event: up for a recovery, down for a kind in `DOWN`, otherwise the tone of
 * its severity.
 */
const toneOf = ({ kind, severity }: Pick<DetectedNetworkEvent, 'kind' | 'severity'>): StatusText['tone'] =>
  isRecovery(kind) ? 'up' : isDownEventKind(kind) ? 'down' : stateToneBySeverity[severity]

/** Returns a status for an event. Its tone shows the meaning of the event, whether or not the event has ended. */
export function getEventStatus({
  kind,
  severity,
  endedBetween,
  flags,
}: Pick<DetectedNetworkEvent, 'kind' | 'severity' | 'endedBetween' | 'flags'>): StatusText {
  const site = kind === 'site_state_changed' ? formatNewSiteState(flags) : null
  const word = (site ? `Site ${site}` : eventKindRecords[kind].name).toUpperCase()
  return { tone: toneOf({ kind, severity }), word, ...(endedBetween && { isOver: true }) }
}

const peerings: Record<string, string> = createSafeLookupTable({
  AzurePrivatePeering: 'private peering',
  MicrosoftPeering: 'Microsoft peering',
})

/**
 * Formats the subject of an event: the two ends of a session (`10.0.4.12 ↔ 10.0.4.4`), a path (`private peering,
 * primary`), a previous and a new path (`a → b`), the start of announced work, or a kind of poll and its target (`ARP,
 * private peering, primary`).
 */
export function formatSubjectText(subject: string): string {
  const poll = parsePollSubject(subject)
  if (poll)
    return [formatPollKind(poll.kind), ...(poll.subresource === '' ? [] : [formatSubjectText(poll.subresource)])].join(
      ', ',
    )
  const { peering, path } = parsePathSubject(subject)
  const named = peerings[peering ?? '']
  if (named) return path ? `${named}, ${path}` : named
  const start = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})Z$/.exec(subject)
  if (start) return `${start[1]} ${start[2]} UTC`
  return subject.replace('~', ' ↔ ').replace(' > ', ' → ').replaceAll(',', ', ')
}

/**
 * Formats the subject of an event. The subject of a path change consists of the value before, an arrow and the value
 * after, as in the event's evidence. A recovery has the same subject as the change that it ends, but its values changed
 * in the other direction. Its arrow is therefore reversed, for example `10.0.4.5 → 10.0.4.4, 10.0.4.5` if ECMP is
 * restored. The subject of an announced loss consists of the time, the title and the effect of the announced work.
 */
export function formatEventSubject({
  kind,
  subject,
  evidence,
}: Pick<DetectedNetworkEvent, 'kind' | 'subject' | 'evidence'>): string {
  if (kind === 'loss_ahead') return formatUpcomingLoss({ subject, evidence })
  const [from, to, ...more] = subject.split(' > ')
  if (eventKindRecords[kind].subject !== 'pathChange' || !from || !to || more.length > 0)
    return formatSubjectText(subject)
  const sides = evidence.find(({ before, after }) => typeof before === 'string' && typeof after === 'string')
  const isAsNamed = sides && isSame(sides.before, from) && isSame(sides.after, to)
  const isReversed = sides && isSame(sides.before, to) && isSame(sides.after, from)
  // The evidence contains neighbors, but the subject may contain circuits. Both then cannot be compared, and the arrow
  // is reversed only if the event is a recovery.
  return formatSubjectText(isReversed || (!isAsNamed && isRecovery(kind)) ? `${to} > ${from}` : subject)
}

const isRecovery = (kind: DetectedNetworkEvent['kind']) => eventKindRecords[kind].recovery === true

const isSame = (side: unknown, names: string) => {
  const sorted = (text: string) => text.split(/,\s*/).toSorted().join()
  return typeof side === 'string' && sorted(side) === sorted(names)
}

export const formatEventDuration = ({ atLeastSeconds, atMostSeconds }: NonNullable<DetectedNetworkEvent['duration']>) =>
  formatDurationBounds(atLeastSeconds * 1000, atMostSeconds * 1000)

/** Returns the likely owner of an event's cause as text; null if the evidence does not identify an owner. */
export const formatEventOwner = ({ owner, ownerName }: DetectedNetworkEvent['cause']): string | null =>
  owner === 'unknown' ? null : (ownerName ?? nameOfOwner(owner))

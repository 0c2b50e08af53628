import { wordTable } from '#lib/bgp/word-table.ts'
import type { Event } from '#lib/incidents/api/index.ts'
import { type EventKind, eventKindRecords, parsePath, parsePoll } from '#lib/contract/vocabulary.ts'
import {
  formatOwner as nameOfOwner,
  formatDurationBounds,
  formatPollKind,
  siteStateName,
} from '#lib/contract/words/index.ts'
import type { StatusText } from '../ui/status.tsx'
import { severityTone } from '../ui/words.ts'

/** Whether an event has begun and not ended. */
export const isStillOngoing = ({ endedBetween }: Pick<Event, 'endedBetween'>): boolean => endedBetween === null

/** Kinds that say that something is down, however little hangs on it. */
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

/** What an event means: that something is up again, that it is down, or how bad anything else is. */
const toneOf = ({ kind, severity }: Pick<Event, 'kind' | 'severity'>): StatusText['tone'] =>
  isRecovery(kind) ? 'up' : DOWN.has(kind) ? 'down' : severityTone[severity]

/** An event as a status: its mark says what it means, also once it is over. */
export function eventStatus({
  kind,
  severity,
  endedBetween,
  flags,
}: Pick<Event, 'kind' | 'severity' | 'endedBetween' | 'flags'>): StatusText {
  const site = kind === 'site_state_changed' ? siteStateName(flags) : null
  const word = (site ? `Site ${site}` : eventKindRecords[kind].name).toUpperCase()
  return { tone: toneOf({ kind, severity }), word, ...(endedBetween && { isOver: true }) }
}

const peerings: Record<string, string> = wordTable({
  AzurePrivatePeering: 'private peering',
  MicrosoftPeering: 'Microsoft peering',
})

/**
 * What an event is about, as it is read: the two ends of a session (`10.0.4.12 ↔ 10.0.4.4`), a path (`private peering, primary`), a
 * previous and the new path (`a → b`), a kind of poll and its target (`ARP, private peering, primary`).
 */
export function formatSubject(subject: string): string {
  const poll = parsePoll(subject)
  if (poll)
    return [formatPollKind(poll.kind), ...(poll.subresource === '' ? [] : [formatSubject(poll.subresource)])].join(', ')
  const { peering, path } = parsePath(subject)
  const named = peerings[peering ?? '']
  if (named) return path ? `${named}, ${path}` : named
  return subject.replace('~', ' ↔ ').replace(' > ', ' → ').replaceAll(',', ', ')
}

/**
 * What an event is about. The subject of a path change names the change that it ends, too: an arrow points from what the event's own
 * evidence has before to what it has after, `10.0.4.5 → 10.0.4.4, 10.0.4.5` of an ECMP that is restored.
 */
export function formatEventSubject({ kind, subject, evidence }: Pick<Event, 'kind' | 'subject' | 'evidence'>): string {
  const [from, to, ...more] = subject.split(' > ')
  if (eventKindRecords[kind].subject !== 'pathChange' || !from || !to || more.length > 0) return formatSubject(subject)
  const sides = evidence.find(({ before, after }) => typeof before === 'string' && typeof after === 'string')
  const isAsNamed = sides && isSame(sides.before, from) && isSame(sides.after, to)
  const isReversed = sides && isSame(sides.before, to) && isSame(sides.after, from)
  // evidence names neighbors; where the subject names circuits, only a recovery goes back
  return formatSubject(isReversed || (!isAsNamed && isRecovery(kind)) ? `${to} > ${from}` : subject)
}

const isRecovery = (kind: Event['kind']) => eventKindRecords[kind].recovery === true

const isSame = (side: unknown, names: string) => {
  const sorted = (text: string) => text.split(/,\s*/).toSorted().join()
  return typeof side === 'string' && sorted(side) === sorted(names)
}

export const formatEventDuration = ({ atLeastSeconds, atMostSeconds }: NonNullable<Event['duration']>) =>
  formatDurationBounds(atLeastSeconds * 1000, atMostSeconds * 1000)

/** The likely owner of an event; null where the evidence names none. */
export const formatEventOwner = ({ owner, ownerName }: Event['cause']): string | null =>
  owner === 'unknown' ? null : (ownerName ?? nameOfOwner(owner))

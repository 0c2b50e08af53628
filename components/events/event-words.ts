import type { Event, EventKind } from '#lib/contract/index.ts'
import { type PollKind, pollKinds, siteStateName } from '#lib/contract/vocabulary.ts'
import { formatDurationBounds } from '../format/duration.ts'
import type { StatusWords } from '../ui/status.tsx'
import { kindWords, severityTone } from '../ui/words.ts'
import { eventKindWords } from './kind-words.ts'

/** Kinds that tell of something coming back. */
const good = /_(up|restored|enabled)$|^failback$/

/** Kinds that happen and are over; all others last until they end. */
const points: ReadonlySet<EventKind> = new Set([
  'session_up',
  'redundancy_restored',
  'failback',
  'ecmp_restored',
  'peering_enabled',
  'counter_reset',
  'mass_announce',
  'resource_removed',
  'initial_state',
  'clock_step',
  'duration_inconsistent',
  'session_restart_unproven',
  'route_announced',
  'route_withdrawn',
  'path_change',
])

/** Whether an event has begun and not ended. */
export const goesOn = ({ kind, endedBetween }: Pick<Event, 'kind' | 'endedBetween'>): boolean =>
  endedBetween === null && !points.has(kind)

/** What happened, as a state: an event that ended is told, one that goes on is in its severity's tone. */
export function eventStatus({
  kind,
  severity,
  endedBetween,
  flags,
}: Pick<Event, 'kind' | 'severity' | 'endedBetween' | 'flags'>): StatusWords {
  const site = kind === 'site_state_changed' ? siteStateName(flags) : null
  const word = (site ? `Site ${site}` : eventKindWords(kind).name).toUpperCase()
  if (good.test(kind)) return { tone: 'up', word }
  if (endedBetween) return { tone: 'off', word }
  return { tone: kind === 'session_down' ? 'down' : severityTone[severity], word }
}

const peerings: Record<string, string> = {
  AzurePrivatePeering: 'private peering',
  MicrosoftPeering: 'Microsoft peering',
}

/**
 * What an event is about, as it is read: the two ends of a session (`10.0.4.12 ↔ 10.0.4.4`), a path (`private peering, primary`), a
 * way that was left and the one that was taken (`a → b`), a kind of poll and what it asks for (`ARP, private peering, primary`).
 */
export function subjectWords(subject: string): string {
  const [kind = '', ...part] = subject.split(' ')
  if (isPollKind(kind)) return [kindWords(kind), ...(part.length > 0 ? [subjectWords(part.join(' '))] : [])].join(', ')
  const [peering = '', path] = subject.split('/')
  const named = peerings[peering]
  if (named) return path ? `${named}, ${path}` : named
  return subject.replace('~', ' ↔ ').replace(' > ', ' → ').replaceAll(',', ', ')
}

const isPollKind = (word: string): word is PollKind => (pollKinds as readonly string[]).includes(word)

export const durationWords = ({ atLeastSeconds, atMostSeconds }: NonNullable<Event['duration']>) =>
  formatDurationBounds(atLeastSeconds * 1000, atMostSeconds * 1000)

const owners: Record<Event['cause']['owner'], string | null> = {
  microsoft: 'Microsoft',
  provider: 'the provider',
  onprem: 'on-premises',
  own_change: 'an own change',
  unknown: null,
}
/** Whose an event probably is; null where nothing speaks for anybody. */
export const ownerWords = ({ owner }: Event['cause']) => owners[owner]

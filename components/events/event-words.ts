import type { Event } from '#lib/contract/index.ts'
import { formatDurationBounds } from '../format/duration.ts'
import type { StatusWords } from '../ui/status.tsx'
import { eventWords, severityTone } from '../ui/words.ts'

/** Kinds that tell of something coming back. */
const good = /_(up|restored|enabled)$|^failback$/

/** What happened, as a state: an event that ended is told, one that goes on is in its severity's tone. */
export function eventStatus({
  kind,
  severity,
  endedBetween,
}: Pick<Event, 'kind' | 'severity' | 'endedBetween'>): StatusWords {
  const word = eventWords(kind).toUpperCase()
  if (good.test(kind)) return { tone: 'up', word }
  if (endedBetween) return { tone: 'off', word }
  return { tone: kind === 'session_down' ? 'down' : severityTone[severity], word }
}

/** The subject `10.0.4.12~10.0.4.4` as the two ends of a session. */
export const subjectWords = (subject: string) => subject.replace('~', ' ↔ ')

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

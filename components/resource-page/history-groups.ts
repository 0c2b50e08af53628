import type { Event } from '#lib/incidents/api/index.ts'
import { eventKindRecords } from '#lib/contract/vocabulary.ts'
import { eventSubjectWords } from '../events/event-words.ts'

/** Events of one kind and one subject, the newest first. */
export interface HistoryGroup {
  key: string
  /** of the kind: `Path down` */
  name: string
  /** of the part that they are about: `private peering, primary`; '' = the whole resource */
  part: string
  events: [Event, ...Event[]]
}

/**
 * What happened again and again as one: events of one kind and subject. The group of the newest event comes first.
 * @param events the newest first, without those that are part of another
 */
export function historyGroups(events: readonly Event[]): HistoryGroup[] {
  const groups = Map.groupBy(events, ({ kind, scope, subject }) => `${kind} ${scope} ${subject}`)
  return [...groups].flatMap(([key, [first, ...others]]): HistoryGroup[] =>
    first
      ? [
          {
            key,
            name: eventKindRecords[first.kind].name,
            part: first.subject === first.scopeName ? '' : eventSubjectWords(first),
            events: [first, ...others],
          },
        ]
      : [],
  )
}

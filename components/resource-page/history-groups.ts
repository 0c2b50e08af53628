import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import { eventKindRecords, parsePollSubject } from '#lib/contract/vocabulary.ts'
import { formatPollKind, formatSiteName } from '#lib/contract/words/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { formatEventSubject } from '../events/event-text.ts'

/** Group of repeated events of one part of a resource, newest first. */
export interface RepeatedEventGroup {
  key: string
  /** name of the event kind: `Path down` */
  name: string
  /**
   * Subject of the events: a part of the resource (`private peering, primary`), the failed polls (`8 polls: ARP, CE
   * sessions`), or '' = the whole resource.
   */
  part: string
  /** number of occurrences; polls that began to fail at about the same time are one occurrence */
  times: number
  events: [DetectedNetworkEvent, ...DetectedNetworkEvent[]]
}

/**
 * Maximum time in ms between the starts of two poll failures that count as one occurrence. Polls run at different
 * times. When polling stops, they therefore fail one after the other.
 */
const ONE_GAP_MS = 120_000

/**
 * Groups repeated events. A group has events of the same kind and subject, except that all poll failures of the same
 * kind form one group. The groups are sorted by their newest event, but groups with the severity "info" come last.
 * @param events events, newest first, without events that are part of another event
 */
export function groupRepeatedEvents(events: readonly DetectedNetworkEvent[]): RepeatedEventGroup[] {
  const ordered = events.toSorted((a, b) => Number(a.severity === 'info') - Number(b.severity === 'info'))
  const groups = Map.groupBy(ordered, ({ kind, scope, subject }) =>
    isOfPolls(kind) ? kind : `${kind} ${scope} ${subject}`,
  )
  return [...groups].flatMap(([key, [first, ...others]]): RepeatedEventGroup[] => {
    if (!first) return []
    const all: RepeatedEventGroup['events'] = [first, ...others]
    const name = eventKindRecords[first.kind].name
    const isPolls = isOfPolls(first.kind)
    return [
      {
        key,
        name,
        part: isPolls ? pollsText(all) : partText(first),
        times: isPolls ? gapsOf(all) : all.length,
        events: all,
      },
    ]
  })
}

const isOfPolls = (kind: DetectedNetworkEvent['kind']) => eventKindRecords[kind].subject === 'poll'

const partText = (event: DetectedNetworkEvent) =>
  event.subject === event.scopeName ? '' : formatSiteName(formatEventSubject(event))

/** Formats the polls that failed: the poll itself if it is only one, otherwise their number and kinds. */
function pollsText(events: RepeatedEventGroup['events']): string {
  const [first, ...others] = new Set(events.map(({ subject }) => subject))
  if (others.length === 0) return formatEventSubject(events[0])
  const kinds = [first, ...others].flatMap((subject) => parsePollSubject(subject ?? '')?.kind ?? [])
  return `${formatCountWithPlural(others.length + 1, 'poll')}: ${[...new Set(kinds.map(formatPollKind))].join(', ')}`
}

/**
 * Returns the number of separate times at which polls began to fail.
 * @param events events of the group, newest first
 */
function gapsOf(events: RepeatedEventGroup['events']): number {
  const begins = events.map(({ startedBetween }) => Date.parse(startedBetween[1])).toSorted((a, b) => a - b)
  return begins.filter((at, index) => at - (begins[index - 1] ?? Number.NEGATIVE_INFINITY) > ONE_GAP_MS).length
}

import type { Event } from '#lib/incidents/api/index.ts'
import { eventKindRecords, parsePoll } from '#lib/contract/vocabulary.ts'
import { formatPollKind, siteLabel } from '#lib/contract/words/index.ts'
import { plural } from '../format/quantity.ts'
import { formatEventSubject } from '../events/event-text.ts'

/** What happened to one part of a resource, the newest first. */
export interface HistoryGroup {
  key: string
  /** of the kind: `Path down` */
  name: string
  /** the part that they are about: `private peering, primary`; `8 polls: ARP, CE sessions`; '' = the whole resource */
  part: string
  /** how often it happened: polls that began to fail together failed once */
  times: number
  events: [Event, ...Event[]]
}

/** Polls come one after the other: those of one gap begin to fail within this time of each other, ms. */
const ONE_GAP_MS = 120_000

/**
 * What happened again and again as one: events of one kind and subject, and all failures of polls. Those of the newest events come first, what is
 * information alone last.
 * @param events the newest first, without those that are part of another
 */
export function historyGroups(events: readonly Event[]): HistoryGroup[] {
  const ordered = events.toSorted((a, b) => Number(a.severity === 'info') - Number(b.severity === 'info'))
  const groups = Map.groupBy(ordered, ({ kind, scope, subject }) =>
    isOfPolls(kind) ? kind : `${kind} ${scope} ${subject}`,
  )
  return [...groups].flatMap(([key, [first, ...others]]): HistoryGroup[] => {
    if (!first) return []
    const all: HistoryGroup['events'] = [first, ...others]
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

const isOfPolls = (kind: Event['kind']) => eventKindRecords[kind].subject === 'poll'

const partText = (event: Event) => (event.subject === event.scopeName ? '' : siteLabel(formatEventSubject(event)))

/** Which polls failed, each kind once. */
function pollsText(events: HistoryGroup['events']): string {
  const [first, ...others] = new Set(events.map(({ subject }) => subject))
  if (others.length === 0) return formatEventSubject(events[0])
  const kinds = [first, ...others].flatMap((subject) => parsePoll(subject ?? '')?.kind ?? [])
  return `${plural(others.length + 1, 'poll')}: ${[...new Set(kinds.map(formatPollKind))].join(', ')}`
}

/** @param events the newest first */
function gapsOf(events: HistoryGroup['events']): number {
  const begins = events.map(({ startedBetween }) => Date.parse(startedBetween[1])).toSorted((a, b) => a - b)
  return begins.filter((at, index) => at - (begins[index - 1] ?? Number.NEGATIVE_INFINITY) > ONE_GAP_MS).length
}

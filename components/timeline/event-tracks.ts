import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import type { PollKind, UnpolledInterval } from '#lib/contract/index.ts'
import { type EventArea, eventKindRecords } from '#lib/contract/vocabulary.ts'
import {
  assignTimelineRows,
  type TimelineMark,
  parseIsoTimeBounds,
  limitMarksToPolledTime,
  countTimelineTrackRows,
  type TimelineTrack,
} from '../charts/state-timeline/timeline-tracks.ts'
import { getEventStatus, formatSubjectText } from '../events/event-text.ts'
import { removeRepeatedGaps } from './timeline-gaps.ts'
import { compareNaturally } from '../format/natural-order.ts'

/** Maximum number of events on a timeline. The event log lists all events. */
export const MAX_EVENTS = 200

/** Order of the event areas on the timeline, from top to bottom. */
const order: readonly EventArea[] = [
  'configuration',
  'gateway',
  'path',
  'session',
  'bestPath',
  'route',
  'traffic',
  'monitoring',
]

/** Returns the kinds of polls that detect the given events. Events about polling itself have none. */
const pollsOf = (events: readonly DetectedNetworkEvent[]): readonly PollKind[] =>
  events.flatMap(({ kind }) => (eventKindRecords[kind].area === 'monitoring' ? [] : eventKindRecords[kind].polls))

/**
 * Returns the timeline tracks (rows) of events. There is one track for each area (such as routes or monitoring) and
 * subject (a circuit, a path, a session, or a group of prefixes).
 */
export function buildEventTracks(
  events: readonly DetectedNetworkEvent[],
  uncovered: readonly UnpolledInterval[],
): TimelineTrack[] {
  const areaOf = ({ kind }: DetectedNetworkEvent) => eventKindRecords[kind].area
  const groups = Map.groupBy(events, (event) => `${order.indexOf(areaOf(event))} ${event.scopeName} ${event.subject}`)
  return [...groups]
    .toSorted(([a], [b]) => compareNaturally(a, b))
    .flatMap(([key, own]) => {
      const [first] = own
      if (!first) return []
      const kinds = pollsOf(own)
      const marks = assignTimelineRows(own.flatMap(marksOf))
      return [
        {
          key,
          name: first.scopeName,
          part: first.subject === first.scopeName ? '' : formatSubjectText(first.subject),
          marks,
          rows: countTimelineTrackRows(marks),
          unseen: removeRepeatedGaps([
            ...uncovered
              .filter(({ scope, kind }) => scope === first.scope && kinds.includes(kind))
              .map(({ from, to, outcome }) => ({ from: Date.parse(from), to: Date.parse(to), why: outcome })),
            ...own.flatMap(gapsOf),
          ]),
        },
      ]
    })
}

const gapsOf = ({ notObserved = [] }: DetectedNetworkEvent) =>
  notObserved.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to), why: 'not polled' }))

/** Returns the marks of an event on the timeline. In times without polls, the event is drawn as only possible. */
const marksOf = (event: DetectedNetworkEvent) => limitMarksToPolledTime([{ ...markOf(event), row: 0 }], gapsOf(event))

function markOf(event: DetectedNetworkEvent): Omit<TimelineMark, 'row'> {
  const { tone, word } = getEventStatus({ ...event, endedBetween: null })
  return {
    key: event.id,
    ink: tone,
    word,
    from: parseIsoTimeBounds(event.startedBetween),
    to: event.endedBetween && parseIsoTimeBounds(event.endedBetween),
    isPoint: event.endedBetween?.join() === event.startedBetween.join(),
    title: word,
  }
}

/** Returns one timeline track (row) with all events of a resource; null if there are none. */
export function buildCombinedEventsTrack(events: readonly DetectedNetworkEvent[]): TimelineTrack | null {
  if (events.length === 0) return null
  const marks = assignTimelineRows(events.flatMap(marksOf))
  return {
    key: 'events',
    name: 'Events',
    part: 'root events',
    marks,
    rows: countTimelineTrackRows(marks),
    unseen: removeRepeatedGaps(events.flatMap(gapsOf)),
  }
}

import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import type { PollKind, UnpolledInterval } from '#lib/contract/index.ts'
import { parsePathSubject } from '#lib/contract/events/subject.ts'
import { parsePeeringType } from '#lib/contract/poll.ts'
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
import { listPollGaps, listUnpolledIntervals, parseGapEnd, removeRepeatedGaps } from './timeline-gaps.ts'
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
 * subject (a circuit, a path, a session, or a group of prefixes). Polls of another path or peering leave no gap in it.
 * @param asOf time of the response with the events, ISO 8601
 */
export function buildEventTracks(
  events: readonly DetectedNetworkEvent[],
  uncovered: readonly UnpolledInterval[],
  asOf: string,
): TimelineTrack[] {
  const areaOf = ({ kind }: DetectedNetworkEvent) => eventKindRecords[kind].area
  const groups = Map.groupBy(events, (event) => `${order.indexOf(areaOf(event))} ${event.scopeName} ${event.subject}`)
  return [...groups]
    .toSorted(([a], [b]) => compareNaturally(a, b))
    .flatMap(([key, own]) => {
      const [first] = own
      if (!first) return []
      const { peering, path } = parsePathSubject(first.subject)
      const marks = assignTimelineRows(own.flatMap((event) => marksOf(event, asOf)))
      return [
        {
          key,
          name: first.scopeName,
          part: first.subject === first.scopeName ? '' : formatSubjectText(first.subject),
          marks,
          rows: countTimelineTrackRows(marks),
          unseen: removeRepeatedGaps([
            ...listPollGaps(listUnpolledIntervals({ uncovered, asOf }), {
              scope: first.scope,
              peering: parsePeeringType(peering),
              path,
              kinds: pollsOf(own),
            }),
            ...own.flatMap((event) => gapsOf(event, asOf)),
          ]),
        },
      ]
    })
}

/** Returns the times within an event without polls. */
const gapsOf = ({ notObserved = [] }: DetectedNetworkEvent, asOf: string) =>
  notObserved.map(({ from, to }) => ({
    from: Date.parse(from),
    to: parseGapEnd(to, asOf),
    why: 'not polled',
  }))

/**
 * Returns the time after the last confirmation of an ongoing event, if no poll has confirmed it since its start, as in
 * the bar of the event in lists. A fall that only a customer's router reports is an example.
 */
const unconfirmedOf = ({ confirmedAt, startedBetween, endedBetween }: DetectedNetworkEvent) =>
  endedBetween === null && confirmedAt && Date.parse(confirmedAt) <= Date.parse(startedBetween[1])
    ? [{ from: Date.parse(startedBetween[1]), to: Number.POSITIVE_INFINITY }]
    : []

/**
 * Returns the marks of an event on the timeline. In times without polls, and while no poll has confirmed it, the event
 * is drawn as only possible.
 */
const marksOf = (event: DetectedNetworkEvent, asOf: string) =>
  limitMarksToPolledTime([{ ...markOf(event), row: 0 }], [...gapsOf(event, asOf), ...unconfirmedOf(event)])

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

/**
 * Returns one timeline track (row) with all events of a resource; null if there are none.
 * @param asOf time of the response with the events, ISO 8601
 */
export function buildCombinedEventsTrack(events: readonly DetectedNetworkEvent[], asOf: string): TimelineTrack | null {
  if (events.length === 0) return null
  const marks = assignTimelineRows(events.flatMap((event) => marksOf(event, asOf)))
  return {
    key: 'events',
    name: 'Events',
    part: 'root events',
    marks,
    rows: countTimelineTrackRows(marks),
    unseen: removeRepeatedGaps(events.flatMap((event) => gapsOf(event, asOf))),
  }
}

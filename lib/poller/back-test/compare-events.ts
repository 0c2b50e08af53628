import {
  type BackTestResult,
  type TimestampBounds,
  type DetectedEvent,
  type EventKind,
  eventKinds,
  type BackTestEvent,
} from '#lib/contract/index.ts'

/** Maximum number of events in each of the result's lists. */
const LISTED = 200

/**
 * Compares the events that two sets of thresholds raise from the same history. Two events count as the same if they
 * have the same kind, scope and subject, and if the possible times of their begin overlap. The begin may differ a
 * little, because with another threshold another poll shows the problem first. Events that belong to a larger event
 * (for example the sessions of a failed circuit) are left out.
 */
export function compareEventsOfThresholdSets(
  before: readonly DetectedEvent[],
  after: readonly DetectedEvent[],
): Omit<BackTestResult, 'notReproducible'> {
  const [was, is] = [alone(before), alone(after)]
  const appeared = without(is, was)
  const vanished = without(was, is)
  return {
    kinds: kindsOf(was, is),
    appeared: appeared.slice(0, LISTED).map(raisedEvent),
    vanished: vanished.slice(0, LISTED).map(raisedEvent),
    appearedCount: appeared.length,
    vanishedCount: vanished.length,
  }
}

const alone = (events: readonly DetectedEvent[]) =>
  events.filter(({ partOf }) => !partOf).toSorted((a, b) => a.started.earliest - b.started.earliest)

const overlap = (a: TimestampBounds, b: TimestampBounds) => a.earliest <= b.latest && b.earliest <= a.latest

const aboutOf = ({ kind, scope, subject }: DetectedEvent) => JSON.stringify([kind, scope, subject])

/**
 * Returns the events that have no counterpart in the other list. An event of the other list is the counterpart of at
 * most one event.
 */
function without(events: readonly DetectedEvent[], others: readonly DetectedEvent[]): DetectedEvent[] {
  const left = Map.groupBy(others, aboutOf)
  return events.filter((event) => {
    const candidates = left.get(aboutOf(event)) ?? []
    const at = candidates.findIndex((other) => overlap(other.started, event.started))
    if (at < 0) return true
    candidates.splice(at, 1)
    return false
  })
}

function kindsOf(was: readonly DetectedEvent[], is: readonly DetectedEvent[]): BackTestResult['kinds'] {
  const count = (events: readonly DetectedEvent[], kind: EventKind) =>
    events.filter((event) => event.kind === kind).length
  return eventKinds
    .map((kind) => ({ kind, before: count(was, kind), after: count(is, kind) }))
    .filter(({ before, after }) => before + after > 0)
}

function raisedEvent({ kind, severity, scope, subject, started, ended }: DetectedEvent): BackTestEvent {
  const iso = ({ earliest, latest }: { earliest: number; latest: number }): [string, string] => [
    new Date(earliest).toISOString(),
    new Date(latest).toISOString(),
  ]
  return { kind, severity, scope, subject, startedBetween: iso(started), endedBetween: ended && iso(ended) }
}

import type { DetectedEvent, Severity } from './event.ts'
import { severities } from './event.ts'
import { type EventKind, eventKindRecords, eventKinds } from '../event-kinds/index.ts'
import { type TimeSpan, unionOf, withoutSpans } from '../time/spans.ts'
import type { Bounds, EpochMs } from '../time/time.ts'

/** Outage with the bounds of its start and end, and the times in which it is certain. */
export interface Outage {
  started: Bounds
  /** bounds of the end; null = ongoing */
  ended: Bounds | null
  /** proven times in order, without overlap; `to` null = until the last poll that could prove it */
  certain: { from: EpochMs; to: EpochMs | null }[]
}

interface OutageOnWire {
  startedBetween: [string, string]
  endedBetween: [string, string] | null
  certain: { from: string; to: string | null }[]
}

/** Converts outages from the API format to epoch milliseconds. */
export const parseOutages = (outages: readonly OutageOnWire[]): Outage[] =>
  outages.map(({ startedBetween, endedBetween, certain }) => ({
    started: boundsAt(startedBetween),
    ended: endedBetween && boundsAt(endedBetween),
    certain: certain.map(({ from, to }) => ({ from: Date.parse(from), to: to === null ? null : Date.parse(to) })),
  }))

const boundsAt = ([earliest, latest]: [string, string]): Bounds => ({
  earliest: Date.parse(earliest),
  latest: Date.parse(latest),
})

/** Event, reduced to the fields that bound the time of an outage. */
export interface Lasting extends Pick<DetectedEvent, 'kind' | 'severity' | 'started' | 'ended'> {
  /** times in which no poll would have detected the end of the event, so it may have ended; absent = none */
  unseen?: readonly TimeSpan[]
}

/** Kinds that report repeated outages and last across the healthy times in between. */
const REPETITIONS: ReadonlySet<EventKind> = new Set(eventKinds.filter((kind) => kind.endsWith('_flapping')))

/** Event kinds that last as long as something is lost. */
export const outageKinds: readonly EventKind[] = eventKinds.filter((kind) => {
  const { lifecycle, incident, recovery } = eventKindRecords[kind]
  return lifecycle !== 'point' && incident !== 'aside' && !recovery && !REPETITIONS.has(kind)
})

/** Event kinds that report a change of the carrying path without a loss. */
const CHANGES: ReadonlySet<EventKind> = new Set(['best_path_shift', 'intent_deviation', 'failback_pending'])

/**
 * Returns the term for the times of an incident, by the kind of its root. Times in which another path carries the
 * traffic are not outages.
 */
export const timeWord = (root: EventKind | undefined): 'outage' | 'change' =>
  root && CHANGES.has(root) ? 'change' : 'outage'

/**
 * Returns the events that define an incident's outages: the events with the worst severity. Path changes are used only
 * if nothing was lost, and repetitions (flapping) only if there are no other events. All statements about the
 * incident's times use only these events.
 */
export function outageEvents<One extends Lasting>(events: readonly One[]): One[] {
  const rank = (severity: Severity) => severities.indexOf(severity)
  const lasting = events.filter(({ kind }) => eventKindRecords[kind].lifecycle !== 'point')
  const single = lasting.filter(({ kind }) => outageKinds.includes(kind))
  const losses = single.filter(({ kind }) => !CHANGES.has(kind))
  const own = [losses, single, lasting].find(({ length }) => length > 0) ?? []
  const worst = Math.min(...own.map(({ severity }) => rank(severity)))
  return own.filter(({ severity }) => rank(severity) === worst)
}

/**
 * Returns the outages of an incident. Two losses with a healthy time in between are two outages, even if the second
 * follows quickly. Events with overlapping bounds cannot be separated and form one outage, whose certain times are the
 * union of the certain times of its events.
 * @returns outages in the order of their start
 */
export function findOutages(events: readonly Lasting[]): Outage[] {
  const outages: Outage[] = []
  for (const event of outageEvents(events).toSorted((a, b) => a.started.earliest - b.started.earliest)) {
    const last = outages.at(-1)
    if (last && (last.ended === null || event.started.earliest <= last.ended.latest))
      outages.splice(-1, 1, joined(last, event))
    else outages.push({ started: event.started, ended: event.ended, certain: certainOf(event) })
  }
  return outages
}

/**
 * Returns the time at which the last loss recovered; null = something is still lost, or nothing was lost. Flapping
 * events are ignored and may be ongoing, because a resource that is up is not down because it flapped.
 */
export function recoveredAt(events: readonly Lasting[]): Bounds | null {
  const single = events.filter(({ kind }) => outageKinds.includes(kind))
  const ends = single.flatMap(({ ended }) => ended ?? [])
  if (ends.length < single.length) return null
  return ends.toSorted((a, b) => a.latest - b.latest).at(-1) ?? null
}

/**
 * Returns the time of an incident from the start of its first outage to the end of its last outage, so that its times
 * and its duration refer to the same outages.
 * @param stored stored times, which cover all events of the incident; the incident is ongoing while they have no end
 */
export function incidentTimes(
  events: readonly Lasting[],
  stored: { started: Bounds; ended: Bounds | null },
): { started: Bounds; ended: Bounds | null } {
  const outages = findOutages(events)
  return {
    started: outages[0]?.started ?? stored.started,
    ended: stored.ended && (latestOutage(outages)?.ended ?? stored.ended),
  }
}

/**
 * Returns the number of outages and their time span in seconds while a flapping event is ongoing; null = not flapping,
 * or fewer than two outages.
 */
export function measureFlapping(events: readonly Lasting[]): { outages: number; seconds: number } | null {
  if (!events.some(({ kind, ended }) => REPETITIONS.has(kind) && ended === null)) return null
  const outages = findOutages(events)
  const [first, last] = [outages[0], outages.at(-1)]
  if (!first || !last || outages.length < 2) return null
  return { outages: outages.length, seconds: (last.started.latest - first.started.latest) / 1_000 }
}

/**
 * Returns the ongoing outage, or otherwise the last one. Its duration is shown as the incident's duration, next to the
 * total of all outages.
 */
export const latestOutage = <One extends { endedBetween: unknown } | { ended: unknown }>(
  outages: readonly One[],
): One | undefined =>
  outages.findLast((one) => ('ended' in one ? one.ended : one.endedBetween) === null) ?? outages.at(-1)

const certainOf = ({ started, ended, unseen = [] }: Lasting): Outage['certain'] =>
  certain(withoutSpans({ from: started.latest, to: ended?.earliest ?? Number.POSITIVE_INFINITY }, unseen))

const certain = (spans: readonly TimeSpan[]): Outage['certain'] =>
  spans.map(({ from, to }) => ({ from, to: Number.isFinite(to) ? to : null }))

function joined(outage: Outage, event: Lasting): Outage {
  const { started, ended } = outage
  return {
    started: {
      earliest: Math.min(started.earliest, event.started.earliest),
      latest: Math.min(started.latest, event.started.latest),
    },
    ended:
      ended === null || event.ended === null
        ? null
        : {
            earliest: Math.max(ended.earliest, event.ended.earliest),
            latest: Math.max(ended.latest, event.ended.latest),
          },
    certain: certain(
      unionOf(
        [...outage.certain, ...certainOf(event)].map(({ from, to }) => ({ from, to: to ?? Number.POSITIVE_INFINITY })),
      ),
    ),
  }
}

/**
 * Returns the total duration of outages in milliseconds: `least` from the certain times, `most` from the possible
 * times.
 * @param findProvenUntil time of the last poll that confirms an ongoing outage; without confirmation, `least` does not grow
 * @param now end of the possible time of an ongoing outage
 * @returns `most` null = an outage began before monitoring began
 */
export function lengthOf(
  outages: readonly Outage[],
  { provenUntil, now }: { provenUntil: EpochMs; now: EpochMs },
): { least: number; most: number | null } {
  const least = outages
    // The last poll before a gap proves nothing about the time after it.
    .flatMap(({ ended, certain: all }) =>
      all.map(({ from, to }) => [from, ended ? to : Math.min(to ?? now, provenUntil)]),
    )
    .reduce((sum, [from, to]) => sum + Math.max(0, (to ?? provenUntil) - (from ?? 0)), 0)
  if (outages.some(({ started }) => started.earliest <= 0)) return { least, most: null }
  const most = outages.reduce(
    (sum, { started, ended }) => sum + Math.max(0, (ended?.latest ?? now) - started.earliest),
    0,
  )
  return { least, most: Math.max(least, most) }
}

/**
 * Checks the owners that detection names for faults: how many events have an unknown owner, and which owners contradict
 * those of related events.
 */
import {
  type Cause,
  causeClasses,
  type CauseOwner,
  type DetectedEvent,
  getEndingEventKind,
  type EventKind,
  monitoringEventKinds,
  recoveryEventKinds,
  doTimestampBoundsOverlap,
} from '#lib/contract/index.ts'
import type { ScenarioRunResult } from './run.ts'

export interface OwnerCount {
  roots: number
  unknown: number
}

/** Returns the owner of the likeliest cause. */
export const getLikeliestCauseOwner = ({ causes }: Pick<DetectedEvent, 'causes'>): CauseOwner =>
  causes[0]?.owner ?? 'unknown'

/** Counts the events that are not part of another event, and how many of them name no owner. */
export function countRootEventsWithoutOwner(events: readonly DetectedEvent[]): OwnerCount {
  const roots = events.filter(({ partOf }) => !partOf)
  return { roots: roots.length, unknown: roots.filter((event) => getLikeliestCauseOwner(event) === 'unknown').length }
}

export const sumOfOwners = (counts: readonly OwnerCount[]): OwnerCount => ({
  roots: counts.reduce((sum, { roots }) => sum + roots, 0),
  unknown: counts.reduce((sum, { unknown }) => sum + unknown, 0),
})

export interface EventOwnerContradiction {
  says: 'other owner' | 'needless unknown'
  event: DetectedEvent
}

/** Kinds that are always a consequence of another event. */
const consequences: ReadonlySet<EventKind> = new Set<EventKind>(['failover', 'site_state_changed', 'redundancy_lost'])

/**
 * Returns the events with a contradictory owner. An event that is part of another must have the owner of that other
 * event. An event may have an unknown owner only if the event that caused it has one, too. That is the event that
 * contains it, the event whose end it reports, or the root event of its incident.
 */
export function findOwnerContradictions({
  events,
  incidents,
}: Pick<ScenarioRunResult, 'events' | 'incidents'>): EventOwnerContradiction[] {
  const byKey = new Map(events.map((event) => [event.key, event]))
  const rootOf = new Map(incidents.map(({ key, root }) => [key, byKey.get(root)]))
  return events.flatMap((event): EventOwnerContradiction[] => {
    const whole = byKey.get(event.partOf ?? '')
    if (!event.causes.every(isAllowed)) return [{ says: 'other owner', event }]
    if (monitoringEventKinds.has(event.kind)) return []
    const from =
      whole ?? (recoveryEventKinds.has(event.kind) ? endedIn(events, event) : undefined) ?? rootBeside(rootOf, event)
    if (
      !from ||
      getLikeliestCauseOwner(from) === 'unknown' ||
      monitoringEventKinds.has(from.kind) ||
      getLikeliestCauseOwner(event) === getLikeliestCauseOwner(from)
    )
      return []
    if (getLikeliestCauseOwner(event) === 'unknown') return [{ says: 'needless unknown', event }]
    return whole ? [{ says: 'other owner', event }] : []
  })
}

/**
 * Reports whether the class of a cause may have this owner. Owners of failed polls depend on the outcome, so they are
 * always allowed.
 */
function isAllowed({ class: name, owner }: Cause): boolean {
  if (name.startsWith('collector_')) return true
  const record = Object.entries(causeClasses).find(([known]) => known === name)?.[1]
  return record !== undefined && (record.owners as readonly CauseOwner[]).includes(owner)
}

function endedIn(events: readonly DetectedEvent[], { kind, scope, subject, started }: DetectedEvent) {
  return events.find(
    (other) =>
      getEndingEventKind(other.kind) === kind &&
      other.scope === scope &&
      other.subject === subject &&
      other.ended !== null &&
      doTimestampBoundsOverlap(other.ended, started),
  )
}

const rootBeside = (rootOf: ReadonlyMap<string, DetectedEvent | undefined>, { kind, incident }: DetectedEvent) =>
  consequences.has(kind) && incident ? rootOf.get(incident) : undefined

/** Whose faults events are said to be: how many name nobody, and what contradicts the events beside it. */
import {
  type Cause,
  causeClasses,
  type CauseOwner,
  type DetectedEvent,
  endedBy,
  type EventKind,
  kindsOfPolls,
  kindsOfRecovery,
  overlaps,
} from '#lib/contract/index.ts'
import type { Run } from './run.ts'

export interface OwnerCount {
  roots: number
  unknown: number
}

/** The owner of the likeliest cause. */
export const ownerOf = ({ causes }: Pick<DetectedEvent, 'causes'>): CauseOwner => causes[0]?.owner ?? 'unknown'

/** Of the events that are no part of another, how many name nobody. */
export function countOwners(events: readonly DetectedEvent[]): OwnerCount {
  const roots = events.filter(({ partOf }) => !partOf)
  return { roots: roots.length, unknown: roots.filter((event) => ownerOf(event) === 'unknown').length }
}

export const sumOfOwners = (counts: readonly OwnerCount[]): OwnerCount => ({
  roots: counts.reduce((sum, { roots }) => sum + roots, 0),
  unknown: counts.reduce((sum, { unknown }) => sum + unknown, 0),
})

export interface OwnerFault {
  says: 'other owner' | 'needless unknown'
  event: DetectedEvent
}

/** Kinds that are always the consequence of something else. */
const consequences: ReadonlySet<EventKind> = new Set<EventKind>(['failover', 'site_state_changed', 'redundancy_lost'])

/**
 * Parts that name somebody else than their whole, and events that name nobody beside one that they follow from: a part beside its whole, a
 * recovery beside what it ended, a consequence beside the root of its incident.
 */
export function ownerFaults({ events, incidents }: Pick<Run, 'events' | 'incidents'>): OwnerFault[] {
  const byKey = new Map(events.map((event) => [event.key, event]))
  const rootOf = new Map(incidents.map(({ key, root }) => [key, byKey.get(root)]))
  return events.flatMap((event): OwnerFault[] => {
    const whole = byKey.get(event.partOf ?? '')
    if (!event.causes.every(isAllowed)) return [{ says: 'other owner', event }]
    if (kindsOfPolls.has(event.kind)) return []
    const from =
      whole ?? (kindsOfRecovery.has(event.kind) ? endedIn(events, event) : undefined) ?? rootBeside(rootOf, event)
    if (!from || ownerOf(from) === 'unknown' || kindsOfPolls.has(from.kind) || ownerOf(event) === ownerOf(from))
      return []
    if (ownerOf(event) === 'unknown') return [{ says: 'needless unknown', event }]
    return whole ? [{ says: 'other owner', event }] : []
  })
}

/** Whether the class of a cause may name its owner; polls that fail have theirs by outcome. */
function isAllowed({ class: name, owner }: Cause): boolean {
  if (name.startsWith('collector_')) return true
  const record = Object.entries(causeClasses).find(([known]) => known === name)?.[1]
  return record !== undefined && (record.owners as readonly CauseOwner[]).includes(owner)
}

function endedIn(events: readonly DetectedEvent[], { kind, scope, subject, started }: DetectedEvent) {
  return events.find(
    (other) =>
      endedBy(other.kind) === kind &&
      other.scope === scope &&
      other.subject === subject &&
      other.ended !== null &&
      overlaps(other.ended, started),
  )
}

const rootBeside = (rootOf: ReadonlyMap<string, DetectedEvent | undefined>, { kind, incident }: DetectedEvent) =>
  consequences.has(kind) && incident ? rootOf.get(incident) : undefined

import type { TimestampBounds, ObservedChange, ConfigChange, InventoryRows, ResourceRow } from '#lib/contract/index.ts'
import { removeConfigStateMembers } from './comparable-config.ts'
import {
  getIntervalBeginBounds,
  type ClosedInterval,
  endStateInterval,
  getIntervalEndBounds,
  type OpenInterval,
  beginStateInterval,
  openIntervalAfter,
} from '../interval.ts'
import { findFieldChanges } from '../json-diff.ts'
import type { StoredInventoryResource } from './known-resource.ts'
import { type ResourceArmIdChange, replaceArmId } from './moves.ts'
import type { ProvenAbsenceOfPoll } from '../poll-reading.ts'
import { type UnconfirmedResourceRemoval, splitGoneAndMissing } from './removals.ts'

/** Result of a poll for one resource. */
export interface ResourceComparison {
  known: StoredInventoryResource | null
  /** the resource as it is listed now; null = complete lists omit it */
  row: ResourceRow | null
  /** the source that lists the resource; absent = the polled source */
  listedBy?: number | null
  open: OpenInterval | null
  past: ClosedInterval | null
  change: ConfigChange | null
}

/** Known state with which an inventory is compared. */
export interface KnownInventory {
  /**
   * stored resources by lower-case ARM ID: the resources that this poll lists, and the resources that the same source
   * listed before
   */
  resources: ReadonlyMap<string, StoredInventoryResource>
  /** resources that were moved: they are now listed under another ARM ID */
  moves: readonly ResourceArmIdChange[]
  /**
   * steps of resources that operators separated from an earlier resource because the two are different. These steps are
   * already recorded, so the resources are not compared again.
   */
  parted: readonly ResourceComparison[]
}

export interface InventoryComparison {
  changes: ObservedChange[]
  /** resources that are new, changed or gone */
  steps: ResourceComparison[]
  /**
   * resources that are missing in this list, but whose removal a second list or a request for the resource must prove
   */
  awaited: (UnconfirmedResourceRemoval & { id: number })[]
}

/**
 * Compares an inventory with the known resources: new resources, changed configurations, moves and removals. A resource
 * counts as removed only if the list of its type was complete and the same source listed it before. If many resources
 * disappear together, a second list must confirm it ({@link splitGoneAndMissing}).
 */
export function compareInventory(
  { resources: known, moves, parted }: KnownInventory,
  reading: ProvenAbsenceOfPoll,
  { resources }: InventoryRows,
): InventoryComparison {
  const rows = new Map(resources.map((row) => [row.resourceId.toLowerCase(), row]))
  for (const { row } of parted) if (row) rows.delete(row.resourceId.toLowerCase())
  const steps: ResourceComparison[] = [...parted, ...moves.map((move) => moved(move, reading))]
  const goneOn = new Set(moves.map(({ to }) => to.resourceId.toLowerCase()))
  for (const [key, row] of rows) if (!goneOn.has(key)) steps.push(present(known.get(key) ?? null, row, reading))
  const own = [...known.values()].filter(({ listedBy, open }) => listedBy === reading.sourceId && open !== null)
  const joined = new Set(moves.flatMap(({ resource, twin }) => [resource.id, ...(twin ? [twin.id] : [])]))
  const { gone, awaited } = splitGoneAndMissing(
    own.filter((resource) => isResourceAbsent(resource, rows, reading) && !joined.has(resource.id)),
    new Map([...Map.groupBy(own, ({ type }) => type)].map(([type, { length }]) => [type, length])),
  )
  for (const resource of gone) steps.push(...removed(resource, reading))
  const changed = steps.filter(({ change, known: resource, row }) => change || needsWriting(resource, row))
  return {
    changes: changed
      .flatMap(({ change }) => change ?? [])
      .toSorted((a, b) => (a.resourceId.toLowerCase() < b.resourceId.toLowerCase() ? -1 : 1)),
    steps: changed,
    awaited: [
      ...awaited.flatMap((resource) => missingNow(resource, reading, true)),
      ...own
        .filter((resource) => resource.missing === null && isUnproved(resource, rows, reading))
        .flatMap((resource) => missingNow(resource, reading, false)),
    ],
  }
}

/**
 * Reports whether a resource that this source listed before is gone: a complete list of its type does not contain it.
 * False for resources in `unproved`, whose absence a request for the resource itself did not prove.
 */
export const isResourceAbsent = (
  resource: StoredInventoryResource,
  rows: ReadonlyMap<string, ResourceRow>,
  reading: ProvenAbsenceOfPoll,
) => isUnlisted(resource, rows, reading) && !reading.unproved?.has(resource.resourceId.toLowerCase())

const isUnproved = (
  resource: StoredInventoryResource,
  rows: ReadonlyMap<string, ResourceRow>,
  reading: ProvenAbsenceOfPoll,
) => isUnlisted(resource, rows, reading) && reading.unproved?.has(resource.resourceId.toLowerCase()) === true

const isUnlisted = (
  { resourceId, type, open, listedBy }: StoredInventoryResource,
  rows: ReadonlyMap<string, ResourceRow>,
  reading: ProvenAbsenceOfPoll,
) => open !== null && listedBy === reading.sourceId && !rows.has(resourceId.toLowerCase()) && reading.readsAbsence(type)

export function computeMoveBounds(
  { resource, twin }: ResourceArmIdChange,
  reading: ProvenAbsenceOfPoll,
): TimestampBounds {
  if (resource.open) return getIntervalEndBounds(closeConfigInterval(resource, resource.open, reading))
  const since = twin && seenAfter(resource, twin)
  if (since && resource.removedAfter !== null) return { earliest: resource.removedAfter, latest: since.firstPresent }
  return {
    earliest: Math.min(resource.removedAfter ?? reading.startedAt, reading.startedAt),
    latest: reading.finishedAt,
  }
}

/**
 * Returns the start of a moved resource's interval under its new ARM ID, if the resource was first listed under this ID
 * after it had disappeared under its former ID; otherwise null.
 */
const seenAfter = (former: StoredInventoryResource, { open }: StoredInventoryResource): OpenInterval | null =>
  !former.open && open && open.firstPresent > (former.closedUntil ?? 0) ? open : null

/**
 * Returns the step of a moved resource. The resource keeps its history. For the comparison, the new ARM ID replaces the
 * old one in the configuration from before the move, so that only other differences count as changes.
 */
function moved({ resource, to, twin }: ResourceArmIdChange, reading: ProvenAbsenceOfPoll): ResourceComparison {
  const { resourceId: from } = resource
  const config = resource.config && replaceArmId(resource.config, from, to.resourceId)
  const step = present({ ...resource, resourceId: to.resourceId, config }, to, reading)
  const seen = twin && seenAfter(resource, twin)
  const change = step.change ?? changeOf('changed', to, computeMoveBounds({ resource, to, twin }, reading))
  const isElsewhere = twin !== null && twin.listedBy !== null && twin.subscriptionId !== resource.subscriptionId
  // The interval that ends keeps the former configuration.
  return {
    ...step,
    known: resource,
    ...(seen && { open: seen }),
    change: { ...change, ...(seen && { between: getIntervalBeginBounds(seen) }), movedFrom: from },
    ...(isElsewhere && { listedBy: twin.listedBy }),
  }
}

const changeOf = (
  op: ConfigChange['op'],
  { resourceId, type: resourceType }: Pick<ResourceRow, 'resourceId' | 'type'>,
  between: TimestampBounds,
  fields: ConfigChange['fields'] = [],
): ConfigChange => ({ type: 'config', op, resourceId, resourceType, fields, between })

function present(
  known: StoredInventoryResource | null,
  row: ResourceRow,
  reading: ProvenAbsenceOfPoll,
): ResourceComparison {
  if (!known?.open || known.config === null) {
    const open = beginStateInterval(reading, row.type)
    return { known, row, open, past: null, change: changeOf('added', row, getIntervalBeginBounds(open)) }
  }
  const fields = findFieldChanges(removeConfigStateMembers(known.config), removeConfigStateMembers(row.config))
  // The stored configuration may be newer than this poll, if another source listed the resource in the meantime.
  if (fields.length === 0 || known.open.firstPresent >= reading.finishedAt) {
    return { known, row, open: known.open, past: null, change: null }
  }
  const past = closeConfigInterval(known, known.open, reading)
  const open = openIntervalAfter(reading, past.lastPresent)
  return { known, row, open, past, change: changeOf('changed', row, getIntervalEndBounds(past), fields) }
}

function removed(known: StoredInventoryResource, reading: ProvenAbsenceOfPoll): ResourceComparison[] {
  if (!known.open) return []
  const past = closeConfigInterval(known, known.open, reading)
  const { missing } = known
  if (missing && missing.by !== null) past.firstAbsent = missing.by
  return [{ known, row: null, open: null, past, change: changeOf('removed', known, getIntervalEndBounds(past)) }]
}

/**
 * Returns the last configuration interval of a resource, ended by this poll. Polls whose lists lacked the resource do
 * not extend the interval, so `lastPresent` is the last poll that listed the resource.
 */
export function closeConfigInterval(
  { type, missing }: StoredInventoryResource,
  open: OpenInterval,
  reading: ProvenAbsenceOfPoll,
): ClosedInterval {
  const past = endStateInterval(open, reading, type)
  return missing ? { ...past, lastPresent: missing.after } : past
}

function missingNow(
  { id, open, type, missing }: StoredInventoryResource,
  reading: ProvenAbsenceOfPoll,
  isProved: boolean,
): (UnconfirmedResourceRemoval & { id: number })[] {
  if (!open) return []
  const { lastPresent, firstAbsent } = endStateInterval(open, reading, type)
  return [{ id, after: missing?.after ?? lastPresent, by: isProved ? firstAbsent : null }]
}

/**
 * Reports whether the resource's row must be written although its configuration may be unchanged. For example, a list
 * can contain a name with other capitals: that is not a change of configuration, but screens show the new spelling.
 */
function needsWriting(known: StoredInventoryResource | null, row: ResourceRow | null): boolean {
  if (!known || !row) return true
  if (known.missing || (row.identities ?? []).join() !== known.identities.join()) return true
  return known.resourceId !== row.resourceId || known.name !== row.name || known.location !== row.location
}

import type { PoolClient } from 'pg'
import type { Bounds, Change, ConfigChange, ResourceRow } from '#lib/contract/index.ts'
import { beginOf, type Closed, closed, endOf, type Open, opened, openedAfter } from './interval.ts'
import { fieldsThatDiffer } from './json-diff.ts'
import { comparableConfig } from './comparable-config.ts'
import type { Reading } from './reading.ts'
import type { KnownResource } from './known-resource.ts'
import { type Move, movesOf, underId } from './moves.ts'
import { type Missing, removalsOf } from './removals.ts'
import {
  appendConfigs,
  loadResources,
  loadTwins,
  noteMissing,
  type ResourceStep,
  saveMove,
  saveResources,
} from './resource-rows.ts'

/**
 * Records an inventory: new resources, changed configurations, and removals. Only a type whose list was read to its end can
 * lose a resource, and only to the source that listed it; many at once by a second reading ({@link removalsOf}).
 */
export async function recordInventory(
  client: PoolClient,
  reading: Reading,
  resources: readonly ResourceRow[],
  listedTypes: readonly string[],
): Promise<Change[]> {
  const rows = new Map(resources.map((row) => [row.resourceId.toLowerCase(), row]))
  const known = await loadResources(client, reading.sourceId, [...rows.keys()], listedTypes)
  const moves = await recordMoves(client, reading, rows, known)
  const steps: ResourceStep[] = moves.map((move) => moved(move, reading))
  for (const [key, row] of rows) {
    if (!moves.some(({ to }) => to.resourceId.toLowerCase() === key))
      steps.push(present(known.get(key) ?? null, row, reading))
  }
  const own = [...known.values()].filter(({ listedBy, open }) => listedBy === reading.sourceId && open !== null)
  const { gone, awaited } = removalsOf(
    own.filter(
      (resource) =>
        isLacked(resource, rows, reading) &&
        !moves.some(({ resource: { id }, twin }) => id === resource.id || twin?.id === resource.id),
    ),
    new Map([...Map.groupBy(own, ({ type }) => type)].map(([type, { length }]) => [type, length])),
  )
  for (const resource of gone) steps.push(...removed(resource, reading))
  await noteMissing(
    client,
    awaited.flatMap((resource) => missingNow(resource, reading)),
  )
  const changed = steps.filter(({ change, known: resource, row }) => change || needsWriting(resource, row))
  await appendConfigs(client, reading.sourceId, changed)
  await saveResources(client, reading, changed)
  return changed
    .flatMap(({ change }) => (change ? [change] : []))
    .toSorted((a, b) => (a.resourceId.toLowerCase() < b.resourceId.toLowerCase() ? -1 : 1))
}

const isLacked = (
  { resourceId, type, open, listedBy }: KnownResource,
  rows: ReadonlyMap<string, ResourceRow>,
  reading: Reading,
) => open !== null && listedBy === reading.sourceId && !rows.has(resourceId.toLowerCase()) && reading.readsAbsence(type)

/** A move is proved by both ends: an answered list lacks the resource, and another one has it under its new ARM id. */
async function recordMoves(
  client: PoolClient,
  reading: Reading,
  rows: ReadonlyMap<string, ResourceRow>,
  known: ReadonlyMap<string, KnownResource>,
): Promise<Move[]> {
  const lacked = [...known.values()].filter((resource) => isLacked(resource, rows, reading))
  const fresh = [...rows].flatMap(([key, row]) => (known.get(key)?.open ? [] : [row]))
  if (lacked.length + fresh.length === 0) return []
  const identities = [...lacked, ...fresh].flatMap((one) => one.identities ?? [])
  const others = await loadTwins(
    client,
    identities,
    [...known.values()].map(({ id }) => id),
  )
  const vanished = [...lacked, ...[...known.values(), ...others.values()].filter(({ open, config }) => !open && config)]
  const elsewhere = [...others.values()].filter(({ open }) => open !== null)
  const moves = movesOf(vanished, [
    ...[...rows].map(([key, row]) => ({ row, known: known.get(key) ?? others.get(key) ?? null })),
    ...elsewhere.map((twin) => ({ row: rowOf(twin), known: twin })),
  ])
  for (const move of moves) {
    if (move.twin) await appendConfigs(client, reading.sourceId, ended(move.twin, reading))
    await saveMove(client, move, reading, movedBetween(move, reading))
  }
  return moves
}

const ended = (twin: KnownResource, reading: Reading): ResourceStep[] =>
  twin.open ? [{ known: twin, row: null, open: null, past: endedBy(twin, twin.open, reading), change: null }] : []

/** As it was last listed by another source. */
const rowOf = ({
  resourceId,
  type,
  name,
  subscriptionId,
  resourceGroup,
  location,
  config,
  identities,
}: KnownResource) =>
  ({
    resourceId,
    type,
    name,
    subscriptionId,
    resourceGroup,
    location,
    config: config ?? {},
    identities,
  }) satisfies ResourceRow

function movedBetween({ resource }: Move, reading: Reading): Bounds {
  if (resource.open) return endOf(endedBy(resource, resource.open, reading))
  return {
    earliest: Math.min(resource.removedAfter ?? reading.startedAt, reading.startedAt),
    latest: reading.finishedAt,
  }
}

/** The same resource goes on, whatever its configuration says beside the names of its parts. */
function moved({ resource, to, twin }: Move, reading: Reading): ResourceStep {
  const { resourceId: from } = resource
  const config = resource.config && underId(resource.config, from, to.resourceId)
  const step = present({ ...resource, resourceId: to.resourceId, config }, to, reading)
  const change: ConfigChange = step.change ?? {
    type: 'config',
    op: 'changed',
    resourceId: to.resourceId,
    resourceType: to.type,
    fields: [],
    between: movedBetween({ resource, to, twin }, reading),
  }
  const isElsewhere = twin !== null && twin.listedBy !== null && twin.subscriptionId !== resource.subscriptionId
  // what ended is kept as it read
  return {
    ...step,
    known: resource,
    change: { ...change, movedFrom: from },
    ...(isElsewhere && { listedBy: twin.listedBy }),
  }
}

function present(known: KnownResource | null, row: ResourceRow, reading: Reading): ResourceStep {
  const change = { type: 'config' as const, resourceId: row.resourceId, resourceType: row.type }
  if (!known?.open || known.config === null) {
    const open = opened(reading, row.type)
    return {
      known,
      row,
      open,
      past: null,
      change: { ...change, op: 'added', fields: [], between: beginOf(open) },
    }
  }
  const fields = fieldsThatDiffer(comparableConfig(known.config), comparableConfig(row.config))
  // another source may have listed it since: what it read then is newer
  if (fields.length === 0 || known.open.firstPresent >= reading.finishedAt) {
    return { known, row, open: known.open, past: null, change: null }
  }
  const past = endedBy(known, known.open, reading)
  const open = openedAfter(reading, past.lastPresent)
  return { known, row, open, past, change: { ...change, op: 'changed', fields, between: endOf(past) } }
}

function removed(known: KnownResource, reading: Reading): ResourceStep[] {
  if (!known.open) return []
  const past = endedBy(known, known.open, reading)
  const { missing } = known
  if (missing) past.firstAbsent = missing.by
  const change: ConfigChange = {
    type: 'config',
    op: 'removed',
    resourceId: known.resourceId,
    resourceType: known.type,
    fields: [],
    between: endOf(past),
  }
  return [{ known, row: null, open: null, past, change }]
}

/** The lists that lacked it say nothing of how it was. */
function endedBy({ type, missing }: KnownResource, open: Open, reading: Reading): Closed {
  const past = closed(open, reading, type)
  return missing ? { ...past, lastPresent: missing.after } : past
}

function missingNow({ id, open, type }: KnownResource, reading: Reading): (Missing & { id: number })[] {
  if (!open) return []
  const { lastPresent: after, firstAbsent: by } = closed(open, reading, type)
  return [{ id, after, by }]
}

/** A list may spell names and locations with other capitals: no change of configuration, but people read the new spelling. */
function needsWriting(known: KnownResource | null, row: ResourceRow | null): boolean {
  if (!known || !row) return true
  if (known.missing || (row.identities ?? []).join() !== known.identities.join()) return true
  return known.resourceId !== row.resourceId || known.name !== row.name || known.location !== row.location
}

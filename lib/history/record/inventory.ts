import type { PoolClient } from 'pg'
import type { Bounds, Change, ConfigChange, ResourceRow } from '#lib/contract/index.ts'
import { beginOf, type Closed, closed, endOf, type Open, opened, openedAfter } from './interval.ts'
import { fieldsThatDiffer } from './json-diff.ts'
import { comparableConfig } from './comparable-config.ts'
import type { Reading } from './reading.ts'
import type { KnownResource } from './known-resource.ts'
import { type Move, movesOf, underId } from './moves.ts'
import { partOne } from './parts.ts'
import { type Missing, removalsOf } from './removals.ts'
import {
  appendConfigs,
  loadById,
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
  const parted = await recordParts(client, reading, rows, known)
  const moves = await recordMoves(client, reading, rows, known)
  const steps: ResourceStep[] = [...parted, ...moves.map((move) => moved(move, reading))]
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

/** What operators parted: it is taken out of the rows and of what is known, for it is recorded. */
async function recordParts(
  client: PoolClient,
  reading: Reading,
  rows: Map<string, ResourceRow>,
  known: Map<string, KnownResource>,
): Promise<ResourceStep[]> {
  const steps: ResourceStep[] = []
  for (const [key, resource] of known) {
    const row = rows.get(key)
    if (!resource.parts || !resource.open || !row) continue
    const past = endedBy(resource, resource.open, reading)
    const step = await partOne(client, resource, row, past, reading)
    if (!step) continue
    await appendConfigs(client, reading.sourceId, [{ known: resource, row: null, open: null, past, change: null }])
    rows.delete(key)
    known.delete(key)
    steps.push(step)
  }
  return steps
}

/** What operators joined, where it is still as they saw it: the former one is not listed. */
async function joinedByHand(
  client: PoolClient,
  rows: ReadonlyMap<string, ResourceRow>,
  known: ReadonlyMap<string, KnownResource>,
): Promise<Move[]> {
  const asked = [...known].flatMap(([key, twin]) => {
    const to = rows.get(key)
    return twin.joins !== null && to ? [{ to, twin, former: twin.joins }] : []
  })
  if (asked.length === 0) return []
  const formers = await loadById(
    client,
    asked.map(({ former }) => former),
  )
  await client.query('UPDATE resource SET joins = NULL WHERE id = ANY ($1)', [asked.map(({ twin }) => twin.id)])
  return asked.flatMap(({ to, twin, former }) => {
    const resource = formers.get(former)
    formers.delete(former)
    return resource && isGone(resource, rows) && resource.type === to.type ? [{ resource, to, twin }] : []
  })
}

const isGone = ({ open, isAside, resourceId }: KnownResource, rows: ReadonlyMap<string, ResourceRow>) =>
  !open && !isAside && !rows.has(resourceId.toLowerCase())

/** A move is proved by both ends: an answered list lacks the resource, and another one has it under its new ARM id. */
async function recordMoves(
  client: PoolClient,
  reading: Reading,
  rows: ReadonlyMap<string, ResourceRow>,
  known: ReadonlyMap<string, KnownResource>,
): Promise<Move[]> {
  const byHand = await joinedByHand(client, rows, known)
  for (const move of byHand) await recordMove(client, move, reading)
  const isJoined = (id: number) => byHand.some(({ resource, twin }) => resource.id === id || twin?.id === id)
  const found = await foundMoves(
    client,
    reading,
    rows,
    new Map([...known].filter(([, { id }]) => !isJoined(id))),
    byHand,
  )
  for (const move of found) await recordMove(client, move, reading)
  return [...byHand, ...found]
}

async function recordMove(client: PoolClient, move: Move, reading: Reading): Promise<void> {
  if (move.twin) await appendConfigs(client, reading.sourceId, ended(move.twin, reading))
  await saveMove(client, move, reading, movedBetween(move, reading))
}

/** Those that are recognized by what they say of themselves. */
async function foundMoves(
  client: PoolClient,
  reading: Reading,
  all: ReadonlyMap<string, ResourceRow>,
  known: ReadonlyMap<string, KnownResource>,
  byHand: readonly Move[],
): Promise<Move[]> {
  const rows = new Map([...all].filter(([, row]) => !byHand.some(({ to }) => to === row)))
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
  return movesOf(vanished, [
    ...[...rows].map(([key, row]) => ({ row, known: known.get(key) ?? others.get(key) ?? null })),
    ...elsewhere.map((twin) => ({ row: rowOf(twin), known: twin })),
  ])
}

const ended = (twin: KnownResource, reading: Reading): ResourceStep[] =>
  twin.open ? [{ known: twin, row: null, open: null, past: endedBy(twin, twin.open, reading), change: null }] : []

/** As it was last listed by another source. */
const rowOf = (twin: KnownResource): ResourceRow => ({ ...twin, config: twin.config ?? {} })

function movedBetween({ resource, twin }: Move, reading: Reading): Bounds {
  if (resource.open) return endOf(endedBy(resource, resource.open, reading))
  const since = twin && seenAfter(resource, twin)
  if (since && resource.removedAfter !== null) return { earliest: resource.removedAfter, latest: since.firstPresent }
  return {
    earliest: Math.min(resource.removedAfter ?? reading.startedAt, reading.startedAt),
    latest: reading.finishedAt,
  }
}

/** Since when the new one is listed, where the former one was gone by then. */
const seenAfter = (former: KnownResource, { open }: KnownResource): Open | null =>
  !former.open && open && open.firstPresent > (former.closedUntil ?? 0) ? open : null

/** The same resource goes on, whatever its configuration says beside the names of its parts. */
function moved({ resource, to, twin }: Move, reading: Reading): ResourceStep {
  const { resourceId: from } = resource
  const config = resource.config && underId(resource.config, from, to.resourceId)
  const step = present({ ...resource, resourceId: to.resourceId, config }, to, reading)
  const seen = twin && seenAfter(resource, twin)
  const change = step.change ?? changeOf('changed', to, movedBetween({ resource, to, twin }, reading))
  const isElsewhere = twin !== null && twin.listedBy !== null && twin.subscriptionId !== resource.subscriptionId
  // what ended is kept as it read
  return {
    ...step,
    known: resource,
    ...(seen && { open: seen }),
    change: { ...change, ...(seen && { between: beginOf(seen) }), movedFrom: from },
    ...(isElsewhere && { listedBy: twin.listedBy }),
  }
}

const changeOf = (
  op: ConfigChange['op'],
  { resourceId, type: resourceType }: Pick<ResourceRow, 'resourceId' | 'type'>,
  between: Bounds,
  fields: ConfigChange['fields'] = [],
): ConfigChange => ({ type: 'config', op, resourceId, resourceType, fields, between })

function present(known: KnownResource | null, row: ResourceRow, reading: Reading): ResourceStep {
  if (!known?.open || known.config === null) {
    const open = opened(reading, row.type)
    return { known, row, open, past: null, change: changeOf('added', row, beginOf(open)) }
  }
  const fields = fieldsThatDiffer(comparableConfig(known.config), comparableConfig(row.config))
  // another source may have listed it since: what it read then is newer
  if (fields.length === 0 || known.open.firstPresent >= reading.finishedAt) {
    return { known, row, open: known.open, past: null, change: null }
  }
  const past = endedBy(known, known.open, reading)
  const open = openedAfter(reading, past.lastPresent)
  return { known, row, open, past, change: changeOf('changed', row, endOf(past), fields) }
}

function removed(known: KnownResource, reading: Reading): ResourceStep[] {
  if (!known.open) return []
  const past = endedBy(known, known.open, reading)
  const { missing } = known
  if (missing) past.firstAbsent = missing.by
  return [{ known, row: null, open: null, past, change: changeOf('removed', known, endOf(past)) }]
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

import type { PoolClient } from 'pg'
import type { InventoryRows, ResourceRow } from '#lib/contract/index.ts'
import type { ProvenAbsenceOfPoll } from '../poll-reading.ts'
import type { StoredInventoryResource } from './known-resource.ts'
import { type ResourceArmIdChange, findResourceMoves } from './moves.ts'
import { undoResourceMove } from './undo-resource-move.ts'
import {
  appendConfigs,
  loadResourcesById,
  loadResources,
  loadResourcesByIdentity,
  saveResourceMove,
} from './resource-rows.ts'
import {
  closeConfigInterval,
  isResourceAbsent,
  type KnownInventory,
  computeMoveBounds,
  type ResourceComparison,
} from './compare-inventory.ts'

/**
 * Loads the known state with which an inventory is compared. Moves and separations of resources are written
 * immediately, so moved resources already have their current ARM ID.
 */
export async function loadInventory(
  client: PoolClient,
  reading: ProvenAbsenceOfPoll,
  { resources, listedTypes }: InventoryRows,
): Promise<KnownInventory> {
  const rows = new Map(resources.map((row) => [row.resourceId.toLowerCase(), row]))
  const known = await loadResources(client, reading.sourceId, [...rows.keys()], listedTypes)
  const parted = await recordParts(client, reading, rows, known)
  const moves = await recordMoves(client, reading, rows, known)
  return { resources: known, moves, parted }
}

/**
 * Records the resources that operators separated, that is, declared to be different from an earlier resource. They are
 * removed from `rows` and `known`, because they need no further comparison.
 */
async function recordParts(
  client: PoolClient,
  reading: ProvenAbsenceOfPoll,
  rows: Map<string, ResourceRow>,
  known: Map<string, StoredInventoryResource>,
): Promise<ResourceComparison[]> {
  const steps: ResourceComparison[] = []
  for (const [key, resource] of known) {
    const row = rows.get(key)
    if (!resource.parts || !resource.open || !row) continue
    const past = closeConfigInterval(resource, resource.open, reading)
    const step = await undoResourceMove(client, resource, row, past, reading)
    if (!step) continue
    await appendConfigs(client, reading.sourceId, [{ known: resource, row: null, open: null, past, change: null }])
    rows.delete(key)
    known.delete(key)
    steps.push(step)
  }
  return steps
}

/**
 * Returns the moves that operators declared, that is, declarations that two resources are the same. A move is left out
 * if the earlier resource is listed again.
 */
async function joinedByHand(
  client: PoolClient,
  rows: ReadonlyMap<string, ResourceRow>,
  known: ReadonlyMap<string, StoredInventoryResource>,
): Promise<ResourceArmIdChange[]> {
  const asked = [...known].flatMap(([key, twin]) => {
    const to = rows.get(key)
    return twin.joins !== null && to ? [{ to, twin, former: twin.joins }] : []
  })
  if (asked.length === 0) return []
  const formers = await loadResourcesById(
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

const isGone = ({ open, isAside, resourceId }: StoredInventoryResource, rows: ReadonlyMap<string, ResourceRow>) =>
  !open && !isAside && !rows.has(resourceId.toLowerCase())

/**
 * Finds and records moves of resources to another ARM ID. Two facts together prove a move: a complete list lacks the
 * resource under its former ID, and a matching resource is listed under the new ID.
 */
async function recordMoves(
  client: PoolClient,
  reading: ProvenAbsenceOfPoll,
  rows: ReadonlyMap<string, ResourceRow>,
  known: ReadonlyMap<string, StoredInventoryResource>,
): Promise<ResourceArmIdChange[]> {
  const byHand = await joinedByHand(client, rows, known)
  for (const move of byHand) await recordMove(client, move, reading)
  const isJoined = (id: number) => byHand.some(({ twin }) => twin?.id === id)
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

async function recordMove(client: PoolClient, move: ResourceArmIdChange, reading: ProvenAbsenceOfPoll): Promise<void> {
  if (move.twin) await appendConfigs(client, reading.sourceId, ended(move.twin, reading))
  await saveResourceMove(client, move, reading, computeMoveBounds(move, reading))
}

/** Returns moves that are recognized because the resources before and after share identities. */
async function foundMoves(
  client: PoolClient,
  reading: ProvenAbsenceOfPoll,
  all: ReadonlyMap<string, ResourceRow>,
  known: ReadonlyMap<string, StoredInventoryResource>,
  byHand: readonly ResourceArmIdChange[],
): Promise<ResourceArmIdChange[]> {
  const rows = new Map([...all].filter(([, row]) => !byHand.some(({ to }) => to === row)))
  const lacked = [...known.values()].filter((resource) => isResourceAbsent(resource, rows, reading))
  const fresh = [...rows].flatMap(([key, row]) => (known.get(key)?.open ? [] : [row]))
  if (lacked.length + fresh.length === 0) return []
  const identities = [...lacked, ...fresh].flatMap((one) => one.identities ?? [])
  const others = await loadResourcesByIdentity(
    client,
    identities,
    [...known.values()].map(({ id }) => id),
  )
  const vanished = [...lacked, ...[...known.values(), ...others.values()].filter(({ open, config }) => !open && config)]
  const elsewhere = [...others.values()].filter(({ open }) => open !== null)
  return findResourceMoves(vanished, [
    ...[...rows].map(([key, row]) => ({ row, known: known.get(key) ?? others.get(key) ?? null })),
    ...elsewhere.map((twin) => ({ row: rowOf(twin), known: twin })),
  ])
}

const ended = (twin: StoredInventoryResource, reading: ProvenAbsenceOfPoll): ResourceComparison[] =>
  twin.open
    ? [{ known: twin, row: null, open: null, past: closeConfigInterval(twin, twin.open, reading), change: null }]
    : []

/** Returns a stored resource in the form of a listed row, as another source last listed it. */
const rowOf = (twin: StoredInventoryResource): ResourceRow => ({ ...twin, config: twin.config ?? {} })

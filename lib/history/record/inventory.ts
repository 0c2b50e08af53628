import type { PoolClient } from 'pg'
import type { Change, ConfigChange, ResourceRow } from '#lib/contract/index.ts'
import { beginOf, type Closed, closed, endOf, type Open, opened, openedAfter } from './interval.ts'
import { fieldsThatDiffer } from './json-diff.ts'
import { comparableConfig } from './comparable-config.ts'
import type { Reading } from './reading.ts'
import { type Missing, removalsOf } from './removals.ts'
import {
  appendConfigs,
  type KnownResource,
  loadResources,
  noteMissing,
  type ResourceStep,
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
  const steps: ResourceStep[] = []
  for (const [key, row] of rows) steps.push(present(known.get(key) ?? null, row, reading))
  const own = [...known.values()].filter(({ listedBy, open }) => listedBy === reading.sourceId && open !== null)
  const { gone, awaited } = removalsOf(
    own.filter(({ resourceId, type }) => !rows.has(resourceId.toLowerCase()) && reading.readsAbsence(type)),
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
  if (known.missing) return true
  return known.resourceId !== row.resourceId || known.name !== row.name || known.location !== row.location
}

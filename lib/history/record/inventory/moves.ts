import { isTaggedByMigration, type ResourceRow } from '#lib/contract/index.ts'
import type { RecordedResource } from './known-resource.ts'

/** A resource that is known and went on under another ARM id. */
export interface Move {
  resource: RecordedResource
  /** as it is listed now */
  to: ResourceRow
  /** what was recorded under the new ARM id meanwhile; null = nothing */
  twin: RecordedResource | null
}

interface Newcomer {
  row: ResourceRow
  known: RecordedResource | null
}

/**
 * Which of the resources that are not listed any more are listed under another ARM id. Only one that an answered list lacks can have
 * moved, and only where exactly one is recognized as it: two that are listed at once, or that could both be it, are never joined.
 * @param vanished lacked by this reading, or removed before it
 * @param newcomers listed now: by this reading, or by another source
 */
export function movesOf(vanished: readonly RecordedResource[], newcomers: readonly Newcomer[]): Move[] {
  const pairs = vanished.flatMap((resource) =>
    newcomers.filter((one) => isSame(resource, one)).map((newcomer) => ({ resource, newcomer })),
  )
  const times = (key: string) =>
    pairs.filter(({ resource, newcomer }) => key === keyOf(resource) || key === keyOf(newcomer.row)).length
  return pairs
    .filter(({ resource, newcomer }) => times(keyOf(resource)) === 1 && times(keyOf(newcomer.row)) === 1)
    .map(({ resource, newcomer: { row, known } }) => ({ resource, to: row, twin: known }))
}

const keyOf = ({ resourceId }: { resourceId: string }) => resourceId.toLowerCase()

function isSame(resource: RecordedResource, { row, known }: Newcomer): boolean {
  if (resource.type !== row.type || keyOf(resource) === keyOf(row)) return false
  // what was removed before the other was there, or is there for longer, is another one's past
  if (known?.open && !resource.open) return false
  const common = (row.identities ?? []).filter((identity) => resource.identities.includes(identity))
  return common.some((identity) => !identity.startsWith(PLACE) || isTaggedByMigration(row.config.tags))
}

/** Where a gateway stands says who it is only of one that Microsoft's migration made there. */
const PLACE = 'subnet:'

/** A configuration as it reads under another ARM id: its parts are named below that. */
export function underId(config: Record<string, unknown>, from: string, to: string): Record<string, unknown> {
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed)
    if (typeof value === 'string') return isBelow(value, from) ? `${to}${value.slice(from.length)}` : value
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, renamed(member)]))
  }
  return renamed(config) as Record<string, unknown>
}

const isBelow = (id: string, parent: string) => `${id}/`.toLowerCase().startsWith(`${parent}/`.toLowerCase())

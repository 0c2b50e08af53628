import {
  BEFORE_MONITORING,
  type ConfigChange,
  type EpochMs,
  type InventoryObservation,
  type ResourceRow,
} from '#lib/contract/index.ts'
import { recording } from '#lib/history/statements.ts'
import type { Reading } from './reading.ts'

/** The inventory of one subscription, as history's records of it. */
export class Inventory {
  /** by ARM id in lower case */
  readonly known = new Map<string, { row: ResourceRow; since: EpochMs; missing: recording.Missing | null }>()
  /** by type: start of the last poll that read its list to the end */
  private readonly readAt = new Map<string, EpochMs>()
  private lastRows: InventoryObservation['rows'] | null = null

  record({ startedAt, finishedAt }: Reading, { rows }: InventoryObservation): ConfigChange[] {
    const isAwaited = [...this.known.values()].some(({ missing }) => missing !== null)
    const changes = rows === this.lastRows && !isAwaited ? [] : this.compare(rows, startedAt, finishedAt)
    this.lastRows = rows
    for (const type of rows.listedTypes) this.readAt.set(type, startedAt)
    return changes
  }

  private compare(
    { resources, listedTypes }: InventoryObservation['rows'],
    startedAt: EpochMs,
    finishedAt: EpochMs,
  ): ConfigChange[] {
    const changes: [string, ConfigChange][] = []
    const present = new Map(resources.map((row) => [row.resourceId.toLowerCase(), row]))
    const listed = new Map(
      [...Map.groupBy(this.known.values(), ({ row }) => row.type)].map(([type, { length }]) => [type, length]),
    )
    for (const [key, row] of present) {
      const known = this.known.get(key)
      const fields = known
        ? recording.fieldsThatDiffer(
            recording.comparableConfig(known.row.config),
            recording.comparableConfig(row.config),
          )
        : []
      if (known && fields.length === 0) {
        known.missing = null
        continue
      }
      const read = this.readAt.get(row.type) ?? null
      const between = known
        ? { earliest: known.missing?.after ?? Math.max(known.since, read ?? 0), latest: finishedAt }
        : { earliest: read ?? BEFORE_MONITORING, latest: finishedAt }
      changes.push([key, { ...named(row), op: known ? 'changed' : 'added', fields, between }])
      this.known.set(key, { row, since: startedAt, missing: null })
    }
    const lacked = [...this.known].flatMap(([key, { row, since, missing }]) => {
      if (present.has(key) || !listedTypes.includes(row.type)) return []
      const after = Math.max(since, this.readAt.get(row.type) ?? 0)
      return [{ key, row, type: row.type, missing, now: { after, by: finishedAt } }]
    })
    const { gone, awaited } = recording.removalsOf(lacked, listed)
    for (const { key, now } of awaited) {
      const known = this.known.get(key)
      if (known) known.missing = now
    }
    for (const { key, row, missing, now } of gone) {
      const { after: earliest, by: latest } = missing ?? now
      changes.push([key, { ...named(row), op: 'removed', fields: [], between: { earliest, latest } }])
      this.known.delete(key)
    }
    return changes.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change)
  }
}

const named = ({ resourceId, type }: ResourceRow) => ({ type: 'config' as const, resourceId, resourceType: type })

import {
  declaredWithin,
  type DeclaredMaintenance,
  type EpochMs,
  type MaintenanceWindowView,
} from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readDeclarations } from './declarations.ts'

/** One time of announced work, whoever announced it; of what recurs each time is one. */
export type AnnouncedWindow = Omit<MaintenanceWindowView, 'state'>

/**
 * The windows of every source that have a moment in common with a time, in the order in which they begin. Whatever asks about maintenance
 * reads them here, so that detection, reports and screens agree.
 * @param declared where the declarations are at hand; absent = those in force
 */
export async function readMaintenance(
  db: Queryable,
  within: { from: EpochMs; to: EpochMs },
  declared?: { maintenance: readonly DeclaredMaintenance[] },
): Promise<AnnouncedWindow[]> {
  const { maintenance } = declared ?? (await readDeclarations(db))
  const windows = declaredWithin(maintenance, within).map(
    ({ windowId, isRecurring, ...window }): AnnouncedWindow => ({
      ...window,
      source: 'declared',
      sourceId: windowId,
      recurring: isRecurring,
    }),
  )
  return windows.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from) || (a.id < b.id ? -1 : 1))
}

import type { CircuitPath, EpochMs, MaintenanceServiceImpact, ApiMaintenanceWindow } from '#lib/contract/index.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** A period that a calendar announces. */
export interface CalendarMaintenanceWindow
  extends Pick<ApiMaintenanceWindow, 'title' | 'scopes' | 'paths' | 'impact' | 'recurring'> {
  key: string
  from: EpochMs
  to: EpochMs
  /** true = the entry names no known resource; it is shown, but explains no event */
  isShownOnly: boolean
}

/**
 * Returns the names of all calendars by ID. The encrypted addresses are not selected, because the database role for
 * queries may not read them.
 */
export async function readCalendarNames(db: SqlExecutor): Promise<Map<string, string>> {
  const rows = await runWithPrisma(db, ({ calendar }) => calendar.findMany({ select: { id: true, name: true } }))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

interface StoredCalendarWindow extends CalendarMaintenanceWindow {
  calendarId: string
  /** time since which the calendar no longer lists the window; null = still listed */
  unlistedAt: EpochMs | null
}

/** Returns windows of all calendars that overlap a period, at most {@link MAX_WINDOWS}, earliest first. */
export async function readCalendarWindows(
  db: SqlExecutor,
  within: { from: EpochMs; to: EpochMs },
): Promise<StoredCalendarWindow[]> {
  const rows = await runWithPrisma(db, ({ calendarWindow }) =>
    calendarWindow.findMany({
      where: { toAt: { gt: new Date(within.from) }, fromAt: { lt: new Date(within.to) } },
      orderBy: [{ fromAt: 'asc' }, { calendarId: 'asc' }, { key: 'asc' }],
      take: MAX_WINDOWS,
    }),
  )
  return rows.map(({ fromAt, toAt, paths, impact, unlistedAt, ...row }) => ({
    ...row,
    unlistedAt: unlistedAt?.getTime() ?? null,
    impact: impact as MaintenanceServiceImpact | null,
    paths: paths as CircuitPath[],
    from: fromAt.getTime(),
    to: toAt.getTime(),
  }))
}

const MAX_WINDOWS = 10_000

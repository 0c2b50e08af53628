import type { CircuitPath, EpochMs, MaintenanceImpact, MaintenanceWindowView } from '#lib/contract/index.ts'
import { withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** One time that a calendar announces. */
export interface CalendarWindow
  extends Pick<MaintenanceWindowView, 'title' | 'scopes' | 'paths' | 'impact' | 'recurring'> {
  key: string
  from: EpochMs
  to: EpochMs
  /** nothing that is known is named: it is shown, and explains nothing */
  isShownOnly: boolean
}

/** Reads the names of all calendars by their ids, without the sealed addresses, which the role of questions may not read. */
export async function calendarNames(db: Queryable): Promise<Map<string, string>> {
  const rows = await withPrisma(db, ({ calendar }) => calendar.findMany({ select: { id: true, name: true } }))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

interface StoredCalendarWindow extends CalendarWindow {
  calendarId: string
  /** since when the calendar has not listed it; null = it does */
  unlistedAt: EpochMs | null
}

/** Windows of all calendars that have a moment in common with a time, {@link MAX_WINDOWS} at the most, those that begin first. */
export async function calendarWindows(
  db: Queryable,
  within: { from: EpochMs; to: EpochMs },
): Promise<StoredCalendarWindow[]> {
  const rows = await withPrisma(db, ({ calendarWindow }) =>
    calendarWindow.findMany({
      where: { toAt: { gt: new Date(within.from) }, fromAt: { lt: new Date(within.to) } },
      orderBy: [{ fromAt: 'asc' }, { calendarId: 'asc' }, { key: 'asc' }],
      take: MAX_WINDOWS,
    }),
  )
  return rows.map(({ fromAt, toAt, paths, impact, unlistedAt, ...row }) => ({
    ...row,
    unlistedAt: unlistedAt?.getTime() ?? null,
    impact: impact as MaintenanceImpact | null,
    paths: paths as CircuitPath[],
    from: fromAt.getTime(),
    to: toAt.getTime(),
  }))
}

const MAX_WINDOWS = 10_000

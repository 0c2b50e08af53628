import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { listMaintenanceWithin, type DeclaredMaintenance, type EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readCalendarNames, readCalendarWindows } from './calendar-windows.ts'
import { computeShortHash } from '../../store/short-id.ts'
import { formatIsoTime } from '../../times.ts'
import { readAzureWindows, type DecodeConfig } from './azure-windows.ts'
import type { AnnouncedWindow } from '../../types/maintenance.ts'
import { readCurrentDeclarations } from './declarations.ts'

/**
 * Returns the maintenance windows from declarations, calendars and Azure that overlap a period, earliest first. All
 * code that needs maintenance uses this function, so that detection, reports and screens agree (ADR 0168).
 * @param decode parses configurations in ARM's format
 * @param declared declarations, if the caller has them; absent = the current declarations
 */
export async function readMaintenanceWindows(
  db: SqlExecutor,
  within: { from: EpochMs; to: EpochMs },
  decode: DecodeConfig,
  declared?: { maintenance: readonly DeclaredMaintenance[] },
): Promise<AnnouncedWindow[]> {
  const { maintenance } = declared ?? (await readCurrentDeclarations(db))
  const windows = [
    ...declaredWindows(maintenance, within),
    ...(await windowsOfCalendars(db, within)),
    ...(await readAzureWindows(db, within, decode)),
  ]
  return windows.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from) || (a.id < b.id ? -1 : 1))
}

/**
 * Returns the maintenance windows of {@link readMaintenanceWindows} with the effect `expected`: events during them send no
 * notification.
 */
export async function readExpectedMaintenance(
  ...asked: Parameters<typeof readMaintenanceWindows>
): Promise<AnnouncedWindow[]> {
  return (await readMaintenanceWindows(...asked)).filter(({ effect }) => effect === 'expected')
}

const declaredWindows = (maintenance: readonly DeclaredMaintenance[], within: { from: EpochMs; to: EpochMs }) =>
  listMaintenanceWithin(maintenance, within).map(
    ({ windowId, isRecurring, ...window }): AnnouncedWindow => ({
      ...window,
      source: 'declared',
      sourceId: windowId,
      sourceName: '',
      effect: 'expected',
      impact: null,
      recurring: isRecurring,
    }),
  )

async function windowsOfCalendars(db: SqlExecutor, within: { from: EpochMs; to: EpochMs }): Promise<AnnouncedWindow[]> {
  const windows = await readCalendarWindows(db, within)
  if (windows.length === 0) return []
  const names = await readCalendarNames(db)
  return windows.map(
    ({ calendarId, key, title, from, to, scopes, paths, impact, isShownOnly, recurring, unlistedAt }) => ({
      id: `${calendarId}/${computeShortHash(`${key} ${from}`, 10)}`,
      source: 'calendar',
      sourceId: calendarId,
      sourceName: names.get(calendarId) ?? '',
      title,
      note:
        unlistedAt === null
          ? ''
          : `The calendar has not listed it since ${formatUtcDay(unlistedAt)}, and has not cancelled it`,
      from: formatIsoTime(from),
      to: formatIsoTime(to),
      recurring,
      scopes,
      paths,
      impact,
      effect: isShownOnly ? 'shown' : 'expected',
    }),
  )
}

import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  listCalendars,
  recordCalendarRead,
  removeCalendar,
  replaceCalendarWindows,
  saveCalendar,
  type StoredCalendar,
} from './calendars.ts'
import { type CalendarMaintenanceWindow, readCalendarWindows } from '#lib/history/read/config/calendar-windows.ts'
import { readExpectedMaintenance } from '#lib/history/read/config/maintenance.ts'

const T0 = Date.UTC(2026, 6, 14, 12)
const db = withTestDatabase()
const stored: StoredCalendar = {
  id: 'cal_1',
  name: 'Changes',
  address: null,
  about: 'chosen',
  scopes: ['lon'],
  paths: ['primary'],
  content: null,
  triedAt: null,
  readAt: null,
  failure: null,
  etag: null,
  lastModified: null,
  problems: [],
  saved: { by: 'ada', at: T0 },
}
const window = (key: string, hours: number): CalendarMaintenanceWindow => ({
  key,
  title: key,
  from: T0 + hours * 3_600_000,
  to: T0 + (hours + 2) * 3_600_000,
  scopes: ['lon'],
  paths: [],
  impact: null,
  isShownOnly: false,
  recurring: false,
})
const keys = async () => (await readCalendarWindows(db.pool, { from: 0, to: T0 * 2 })).map(({ key }) => key)

it('keeps a calendar, what its reading came to, and its windows', async () => {
  await saveCalendar(db.pool, stored)
  const read = { ...stored, content: 'x', triedAt: T0, readAt: T0, problems: [{ event: 'a', reason: 'b' }] }
  expect(await recordCalendarRead(db.pool, read)).toBe(true)
  expect(await listCalendars(db.pool)).toEqual([read])
  // the calendar was saved again meanwhile
  expect(await recordCalendarRead(db.pool, { ...read, saved: { by: 'bob', at: T0 - 1 } })).toBe(false)

  const replace = (windows: CalendarMaintenanceWindow[]) =>
    db.transaction((client) => replaceCalendarWindows(client, 'cal_1', windows, T0))
  expect(await replace([window('past', -5), window('open', -1), window('next', 3)])).toBe(true)
  expect(await replace([window('past', -5), window('open', -1), window('next', 3)])).toBe(false)
  expect(await replace([window('next', 4)])).toBe(true)
  expect(await keys()).toEqual(['past', 'open', 'next'])
  expect(await readCalendarWindows(db.pool, { from: T0 + 1, to: T0 + 9 * 3_600_000 })).toMatchObject([
    { calendarId: 'cal_1', key: 'next', from: T0 + 4 * 3_600_000 },
  ])
  const within = { from: T0, to: T0 + 9 * 3_600_000 }
  expect(await readExpectedMaintenance(db.pool, within, () => null)).toMatchObject([
    { source: 'calendar', sourceName: 'Changes', title: 'next' },
  ])
  await replace([{ ...window('next', 4), isShownOnly: true }])
  expect(await readExpectedMaintenance(db.pool, within, () => null)).toEqual([])
  expect(await removeCalendar(db.pool, 'cal_1')).toBe(true)
  expect(await removeCalendar(db.pool, 'cal_1')).toBe(false)
  expect(await keys()).toEqual([])
})

import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import type { CalendarMaintenanceWindow } from '#lib/history/index.ts'
import { toJsonColumn } from '#lib/platform/prisma/json.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { z } from 'zod'
import type { CalendarSubjectKind, calendarSchema } from '../api/index.ts'

/** A maintenance calendar as a user saved it, with the result of the last attempt to read it. */
export interface StoredCalendar extends Omit<z.input<typeof calendarSchema>, 'url' | 'isFile'> {
  /** encrypted address; null = the calendar is a file */
  address: string | null
  /** text of the last successful read; null = it was never read */
  content: string | null
  etag: string | null
  lastModified: string | null
  saved: { by: string; at: EpochMs }
}

/**
 * Returns all calendars, ordered by name. With limited access, the list is empty, because names and addresses belong to
 * the whole deployment.
 */
export async function listCalendars(db: SqlExecutor): Promise<StoredCalendar[]> {
  const rows = await runWithPrisma(db, ({ calendar }) =>
    calendar.findMany({ orderBy: [{ name: 'asc' }, { id: 'asc' }] }),
  )
  return rows.map(({ savedBy, savedAt, ...row }) => ({
    ...row,
    // The type casts are safe, because only Peerwatch writes these columns.
    about: row.about as CalendarSubjectKind,
    paths: row.paths as CircuitPath[],
    problems: row.problems as StoredCalendar['problems'],
    triedAt: row.triedAt?.getTime() ?? null,
    readAt: row.readAt?.getTime() ?? null,
    saved: { by: savedBy, at: savedAt.getTime() },
  }))
}

/** Adds a calendar, or replaces the calendar with the same id. */
export async function saveCalendar(
  db: SqlExecutor,
  { id, saved, triedAt, readAt, problems, ...calendar }: StoredCalendar,
): Promise<void> {
  const data = {
    ...calendar,
    problems: toJsonColumn(problems),
    savedBy: saved.by,
    savedAt: new Date(saved.at),
    triedAt: dateOf(triedAt),
    readAt: dateOf(readAt),
  }
  await runWithPrisma(db, (tables) => tables.calendar.upsert({ where: { id }, create: { id, ...data }, update: data }))
}

const dateOf = (at: EpochMs | null) => (at === null ? null : new Date(at))

/**
 * Deletes a calendar.
 * @returns true if the calendar existed
 */
export async function removeCalendar(db: SqlExecutor, id: string): Promise<boolean> {
  const { count } = await runWithPrisma(db, ({ calendar }) => calendar.deleteMany({ where: { id } }))
  return count > 0
}

/**
 * Records an attempt to read a calendar, unless the calendar was removed or saved again meanwhile.
 * @returns true if it was recorded
 */
export async function recordCalendarRead(
  db: SqlExecutor,
  { id, saved, triedAt, readAt, problems, content, failure, etag, lastModified }: StoredCalendar,
): Promise<boolean> {
  const reading = {
    content,
    failure,
    etag,
    lastModified,
    problems: toJsonColumn(problems),
    triedAt: dateOf(triedAt),
    readAt: dateOf(readAt),
  }
  const { count } = await runWithPrisma(db, ({ calendar }) =>
    calendar.updateMany({ where: { id, savedAt: new Date(saved.at) }, data: reading }),
  )
  return count > 0
}

/**
 * Function that decides about a window that the calendar no longer lists, by the window's key. `ended`: the window
 * ends. `kept`: it remains unchanged. `marked`: it remains and is marked as unlisted.
 */
export type UnlistedWindowHandling = (key: string) => 'ended' | 'kept' | 'marked'

/**
 * Replaces the current and future windows of a calendar, in the caller's transaction. Past windows are unchanged. For
 * each window that the calendar no longer lists, `unlisted` decides. If the window ends, it is deleted if it has not
 * begun, and otherwise ends now. If it remains, it may be marked as unlisted.
 * @returns true if any window changed
 */
export async function replaceCalendarWindows(
  db: SqlExecutor,
  calendarId: string,
  windows: readonly CalendarMaintenanceWindow[],
  now: EpochMs,
  unlisted: UnlistedWindowHandling = () => 'ended',
): Promise<boolean> {
  const at = new Date(now)
  return runWithPrisma(db, async ({ calendarWindow }) => {
    const stored = new Map((await calendarWindow.findMany({ where: { calendarId } })).map((row) => [row.key, row]))
    const listed = new Map(windows.map((window) => [window.key, rowOf(window)]))
    const lacking = [...stored.values()].filter(({ key, toAt }) => toAt > at && !listed.has(key))
    const gone = lacking.filter(({ key }) => unlisted(key) === 'ended')
    const marked = lacking.filter(({ key, unlistedAt }) => unlistedAt === null && unlisted(key) === 'marked')
    const unbegun = gone.filter(({ fromAt }) => fromAt > at).map(({ key }) => key)
    const open = gone.filter(({ fromAt }) => fromAt <= at).map(({ key }) => key)
    const added = [...listed.values()].filter(({ key }) => !stored.has(key))
    const altered = [...listed.values()].filter((row) => {
      const before = stored.get(row.key)
      return before !== undefined && before.toAt > at && isAltered(row, before)
    })
    if (unbegun.length > 0) await calendarWindow.deleteMany({ where: { calendarId, key: { in: unbegun } } })
    if (open.length > 0)
      await calendarWindow.updateMany({ where: { calendarId, key: { in: open } }, data: { toAt: at } })
    if (added.length > 0) await calendarWindow.createMany({ data: added.map((row) => ({ calendarId, ...row })) })
    for (const { key, ...data } of altered) {
      await calendarWindow.update({ where: { calendarId_key: { calendarId, key } }, data })
    }
    if (marked.length > 0) {
      const key = { in: marked.map((row) => row.key) }
      await calendarWindow.updateMany({ where: { calendarId, key }, data: { unlistedAt: at } })
    }
    return marked.length + gone.length + added.length + altered.length > 0
  })
}

const rowOf = ({ from, to, paths, ...window }: CalendarMaintenanceWindow) => ({
  ...window,
  fromAt: new Date(from),
  toAt: new Date(to),
  paths: paths as string[],
  unlistedAt: null as Date | null,
})

type Row = Omit<ReturnType<typeof rowOf>, 'impact'> & { impact: string | null }
const COMPARED = [
  'title',
  'fromAt',
  'toAt',
  'scopes',
  'paths',
  'impact',
  'isShownOnly',
  'recurring',
  'unlistedAt',
] as const
const isAltered = (a: Row, b: Row) => COMPARED.some((field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]))

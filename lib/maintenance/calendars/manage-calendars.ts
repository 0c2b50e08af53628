import { BundleSafeError } from '#lib/platform/branded-error.ts'
import { createHash, randomBytes } from 'node:crypto'
import { armTypes, circuitPaths, type EpochMs, gatewayTypes, maskChannelAddress } from '#lib/contract/index.ts'
import type { CalendarBody } from '../api/calendars.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { type CalendarMaintenanceWindow, readResourcePage, readCurrentDeclarations } from '#lib/history/index.ts'
import {
  listCalendars,
  recordCalendarRead,
  removeCalendar,
  replaceCalendarWindows,
  saveCalendar,
  type StoredCalendar,
  type UnlistedWindowHandling,
} from '../store/calendars.ts'
import { type OutboundRules, SecretDecryptionError, type SecretBox } from '#lib/notify/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { fetchCalendar } from './fetch-calendar.ts'
import {
  type ResourceWithSearchableNames,
  createNameFinder,
  createServiceFinder,
  splitServiceIds,
} from './name-finders.ts'
import { CalendarError, MAX_CALENDAR_TEXT_LENGTH } from './read/content-lines.ts'
import { convertNoticeToCalendar } from './read/notice-text.ts'
import { type CalendarEvent, parseCalendar, getUidFromKey } from './read/read-calendar.ts'

/** Dependencies for reading calendars. */
export interface CalendarContext {
  clock: Clock
  secrets: SecretBox
  outbound: OutboundRules
  /** announces changed maintenance windows to every page and worker, in the transaction that changes them */
  announce: (db: SqlExecutor) => Promise<void>
}

/** Error: no calendar has the given ID. */
export class UnknownCalendarError extends BundleSafeError {
  static override readonly brand = 'UnknownCalendarError'
}

/** Error: the calendar cannot be saved; the message describes the required change. */
export class CalendarFaultError extends BundleSafeError {
  static override readonly brand = 'CalendarFaultError'
}

/**
 * Times in milliseconds before now (READ_BEFORE_MS) and after now (READ_AHEAD_MS) for which the events of a calendar
 * are read. Stored windows from before this range are kept.
 */
const READ_BEFORE_MS = 31 * MS_PER_DAY
const READ_AHEAD_MS = 400 * MS_PER_DAY
const MAX_CALENDARS = 50
const MAX_PROBLEMS = 20

/** Returns all calendars. Their addresses are masked. */
export async function readApiCalendars(db: SqlExecutor, secrets: SecretBox): Promise<ShownCalendar[]> {
  return (await listCalendars(db)).map((calendar) => shownCalendar(calendar, secrets))
}

type ShownCalendar = ReturnType<typeof shownCalendar>

const shownCalendar = ({ id, name, address, ...calendar }: StoredCalendar, secrets: SecretBox) => ({
  id,
  name,
  url: address === null ? null : masked(address, secrets),
  isFile: address === null,
  ...calendar,
})

function masked(address: string, secrets: SecretBox): string | null {
  try {
    return maskChannelAddress(secrets.open(address))
  } catch (error) {
    if (error instanceof SecretDecryptionError) return null
    throw error
  }
}

/**
 * Saves a calendar and reads it immediately. If the body contains a text that is neither a calendar nor a provider's
 * notice, it is refused. If the body contains an address from which no calendar can be read, the calendar is still
 * saved, and the result contains the reason.
 * @param id null = a new calendar
 * @param body calendar with short ids
 * @throws UnknownCalendarError
 * @throws CalendarFaultError
 */
export async function saveAndReadCalendar(
  db: Database,
  { id, body, by }: { id: string | null; body: CalendarBody; by: string },
  context: CalendarContext,
): Promise<ShownCalendar> {
  const now = context.clock.now()
  const all = await listCalendars(db.pool)
  const before = id === null ? null : byId(all, id)
  const { name, about, scopes, paths, url, adds } = body
  const content = body.content === undefined ? undefined : asCalendar(body.content)
  if (before === null && url === undefined && content === undefined) {
    throw new CalendarFaultError('url: send the address of a calendar, or the text of a file as content')
  }
  if (before === null && all.filter(({ id }) => !isOfMailbox(id)).length >= MAX_CALENDARS)
    throw new CalendarFaultError(`there are ${MAX_CALENDARS} calendars already`)
  if (all.some((one) => one.id !== id && one.name.toLowerCase() === name.toLowerCase())) {
    throw new CalendarFaultError(`name: another calendar is called ${JSON.stringify(name)}`)
  }
  if (content !== undefined) refuseNone(content, now)
  if (id !== null && isOfMailbox(id) && (url !== undefined || content !== undefined))
    throw new CalendarFaultError('content: mails write it; for a text of yours add another calendar')
  if (adds && (content === undefined || before?.content == null || before.address !== null))
    throw new CalendarFaultError('adds: send content, for a calendar that is a file')
  const isSame = url === undefined && content === undefined
  const reading =
    isSame && before
      ? before
      : {
          content:
            adds && before?.content != null && content !== undefined
              ? added(before.content, content)
              : (content ?? null),
          readAt: null,
          etag: null,
          lastModified: null,
          problems: [],
        }
  const calendar: StoredCalendar = {
    id: before?.id ?? `cal_${randomBytes(9).toString('base64url')}`,
    name,
    about,
    scopes: about === 'chosen' ? scopes : [],
    paths,
    address:
      url !== undefined
        ? context.secrets.seal(new URL(url).href)
        : content !== undefined
          ? null
          : (before?.address ?? null),
    ...reading,
    triedAt: null,
    failure: null,
    saved: { by, at: now },
  }
  await saveCalendar(db.pool, calendar)
  const isReplaced = url !== undefined || (content !== undefined && !adds)
  return shownCalendar(await readStored(db, calendar, context, { isReplaced }), context.secrets)
}

/**
 * Returns the text if it is iCalendar; otherwise converts it from a provider's notice to iCalendar.
 * @throws CalendarFaultError if it is neither
 */
function asCalendar(content: string): string {
  if (/BEGIN:VCALENDAR/i.test(content)) return content
  const read = convertNoticeToCalendar(content)
  if ('calendar' in read) return read.calendar
  throw new CalendarFaultError(`content: ${read.wrong}`)
}

/**
 * Returns the calendars in a text, each from BEGIN:VCALENDAR to END:VCALENDAR. A calendar without an end is left out.
 */
const calendarsOf = (text: string): string[] =>
  text.split(/(?=BEGIN:VCALENDAR)/i).flatMap((part) => {
    const end = part.search(/END:VCALENDAR/i)
    return end < 0 || !/^BEGIN:/i.test(part) ? [] : [part.slice(0, end + 'END:VCALENDAR'.length)]
  })

/**
 * Returns the calendars of both texts as one text, without duplicates. If the text would be longer than
 * MAX_CALENDAR_TEXT_LENGTH, calendars are left out from the start. The last calendar is always kept.
 */
function added(before: string, more: string): string {
  const all = [...new Set([before, more].flatMap(calendarsOf))]
  let length = all.reduce((sum, one) => sum + one.length + 2, 0)
  const first = all.findIndex((one, n) => {
    if (length <= MAX_CALENDAR_TEXT_LENGTH || n === all.length - 1) return true
    length -= one.length + 2
    return false
  })
  return `${all.slice(Math.max(0, first)).join('\r\n')}\r\n`
}

function refuseNone(content: string, now: EpochMs): void {
  try {
    parseCalendar(content, { from: now, to: now + READ_AHEAD_MS })
  } catch (error) {
    if (error instanceof CalendarError) throw new CalendarFaultError(`content: ${error.message}`)
    throw error
  }
}

function byId(all: readonly StoredCalendar[], id: string): StoredCalendar {
  const found = all.find((one) => one.id === id)
  if (!found)
    throw new UnknownCalendarError(`there is no calendar ${JSON.stringify(id)}: see /api/v1/maintenance/calendars`)
  return found
}

/**
 * Reads a calendar now.
 * @throws UnknownCalendarError
 */
export async function fetchAndStoreCalendar(
  db: Database,
  id: string,
  context: CalendarContext,
): Promise<ShownCalendar> {
  return shownCalendar(await readStored(db, byId(await listCalendars(db.pool), id), context), context.secrets)
}

const MAILBOX = 'cal_mailbox_'
const isOfMailbox = (id: string) => id.startsWith(MAILBOX)

/**
 * Stores maintenance notices that were received by mail, and reads them. Each sender has a separate calendar, which is
 * created with the sender's first notice. Therefore a sender cannot cancel or replace the windows of another sender
 * (ADR 0295).
 * @param beside function that stores further rows in the same transaction
 */
export async function addSenderCalendars(
  db: Database,
  notices: readonly { sender: string; calendar: string }[],
  beside: (client: SqlExecutor) => Promise<void>,
  context: CalendarContext,
): Promise<void> {
  const taken = await db.transaction(async (client) => {
    await beside(client)
    const all = notices.length > 0 ? await listCalendars(client) : []
    const calendars = [...Map.groupBy(notices, ({ sender }) => sender)].map(([sender, own]) =>
      calendarWith(
        own.map(({ calendar }) => calendar),
        { sender, all, context },
      ),
    )
    for (const calendar of calendars) await saveCalendar(client, calendar)
    return calendars
  })
  // Each calendar is read immediately. If the process stops before that, the calendars job reads it later.
  for (const calendar of taken) await readStored(db, calendar, context)
}

function calendarWith(
  texts: readonly string[],
  { sender, all, context }: { sender: string; all: readonly StoredCalendar[]; context: CalendarContext },
): StoredCalendar {
  const id = `${MAILBOX}${createHash('sha256').update(sender).digest('hex').slice(0, 16)}`
  const before = all.find((one) => one.id === id)
  const name = `Mailbox: ${sender}`
  return {
    id,
    name: all.some((one) => one.id !== id && one.name.toLowerCase() === name.toLowerCase())
      ? `${name} (notices)`
      : name,
    about: 'named',
    scopes: [],
    paths: [],
    address: null,
    readAt: null,
    etag: null,
    lastModified: null,
    problems: [],
    saved: { by: 'mailbox', at: context.clock.now() },
    ...before,
    content: texts.reduce(added, before?.content ?? ''),
    triedAt: null,
    failure: null,
  }
}

/**
 * Removes a calendar and its windows.
 * @throws UnknownCalendarError
 */
export async function dropCalendar(
  db: Database,
  id: string,
  { announce, secrets }: CalendarContext,
): Promise<ShownCalendar> {
  const found = byId(await listCalendars(db.pool), id)
  await db.transaction(async (client) => {
    if (await removeCalendar(client, id)) await announce(client)
  })
  return shownCalendar(found, secrets)
}

/**
 * Reads each calendar for which there was no attempt in the last hour, one after the other. If one calendar cannot be
 * read, the others are still read.
 */
export async function fetchAndStoreDueCalendars(
  db: Database,
  context: CalendarContext,
  signal: AbortSignal,
): Promise<{ read: number; failed: number }> {
  const figures = { read: 0, failed: 0 }
  for (const calendar of await listCalendars(db.pool)) {
    if (signal.aborted) break
    if (calendar.triedAt !== null && context.clock.now() < calendar.triedAt + MS_PER_HOUR) continue
    const failure = await failureOf(db, calendar, context, signal)
    figures[failure === null ? 'read' : 'failed'] += 1
  }
  return figures
}

/**
 * Reads a calendar. A failure is recorded and returned instead of thrown, except an abort or a temporary failure.
 * @returns the reason of a failure; null = it was read
 */
async function failureOf(
  db: Database,
  calendar: StoredCalendar,
  context: CalendarContext,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return (await readStored(db, calendar, context, { signal })).failure
  } catch (error) {
    if (signal.aborted || isTemporaryFailure(error)) throw error
    createComponentLogger('calendars').error({ err: error, calendar: calendar.id }, 'a calendar could not be read')
    const failure = 'it could not be read; the log of the worker says why'
    await recordCalendarRead(db.pool, { ...calendar, triedAt: context.clock.now(), failure })
    return failure
  }
}

/**
 * Reads a calendar and stores its windows. If it cannot be read, the stored text and windows remain unchanged.
 * @param how.isReplaced true = a user replaced the text or the address, so that windows which only the previous text
 *   contained end
 */
async function readStored(
  db: Database,
  calendar: StoredCalendar,
  context: CalendarContext,
  { signal, isReplaced = false }: { signal?: AbortSignal; isReplaced?: boolean } = {},
): Promise<StoredCalendar> {
  const now = context.clock.now()
  const tried = { ...calendar, triedAt: now }
  const fetched = await contentOf(calendar, context, signal)
  if ('failure' in fetched) {
    const failed = { ...tried, failure: fetched.failure }
    await recordCalendarRead(db.pool, failed)
    return failed
  }
  try {
    const within = { from: now - READ_BEFORE_MS, to: now + READ_AHEAD_MS }
    const content = isReplaced ? fetched.content : withNewerVersions(calendar.content, fetched.content, within)
    const { events, problems, stated, unread } = parseCalendar(content, within)
    const read: StoredCalendar = { ...tried, ...fetched, content, failure: null, readAt: now, problems }
    const { windows, unknown } = windowsOf(events, calendar, calendar.about === 'named' ? await nameables(db.pool) : [])
    read.problems = [...problems, ...unknown].slice(0, MAX_PROBLEMS)
    const unlisted: UnlistedWindowHandling = (key) => {
      const uid = getUidFromKey(key)
      if (unread.has(uid)) return 'kept'
      return isReplaced || stated.has(uid) ? 'ended' : 'marked'
    }
    await db.transaction(async (client) => {
      // The calendar may have been removed or saved again in the meantime. The result of this read is then outdated and
      // is not stored.
      if (!(await recordCalendarRead(client, read))) return
      if (await replaceCalendarWindows(client, calendar.id, windows, now, unlisted)) await context.announce(client)
    })
    return read
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error
    const failed = { ...tried, failure: error.message }
    await recordCalendarRead(db.pool, failed)
    return failed
  }
}

/**
 * Returns the text that was fetched. A server may return an outdated text. If the stored text contains a newer version
 * of an event, both texts are returned as one.
 */
function withNewerVersions(before: string | null, fetched: string, within: { from: EpochMs; to: EpochMs }): string {
  if (before === null || before === fetched) return fetched
  const { sequences } = parseCalendar(fetched, within)
  const isOld = [...parseCalendar(before, within).sequences].some(([uid, own]) => own > (sequences.get(uid) ?? own))
  return isOld ? added(before, fetched) : fetched
}

async function contentOf(
  { address, content, etag, lastModified }: StoredCalendar,
  { secrets, outbound }: CalendarContext,
  signal?: AbortSignal,
): Promise<(Pick<StoredCalendar, 'etag' | 'lastModified'> & { content: string }) | { failure: string }> {
  if (address === null) return content === null ? { failure: 'it has no text' } : { content, etag, lastModified }
  try {
    const validators = content === null ? { etag: null, lastModified: null } : { etag, lastModified }
    const fetched = await fetchCalendar(secrets.open(address), validators, outbound, signal)
    if (fetched.outcome === 'failed') return { failure: fetched.reason }
    if (fetched.outcome === 'changed')
      return { content: fetched.text, etag: fetched.etag, lastModified: fetched.lastModified }
    return content === null ? { failure: 'HTTP 304 without a text before' } : { content, etag, lastModified }
  } catch (error) {
    if (error instanceof SecretDecryptionError) return { failure: error.message }
    throw error
  }
}

function windowsOf(
  events: readonly CalendarEvent[],
  { about, scopes, paths }: Pick<StoredCalendar, 'about' | 'scopes' | 'paths'>,
  resources: readonly ResourceWithSearchableNames[],
): { windows: CalendarMaintenanceWindow[]; unknown: StoredCalendar['problems'] } {
  const times = Map.groupBy(events, ({ uid }) => uid)
  const namedBy = createNameFinder(resources)
  const objectsBy = createServiceFinder(resources)
  const unknown: StoredCalendar['problems'] = []
  const windows = events.map(({ uid, key, title: summary, text, note, from, to }): CalendarMaintenanceWindow => {
    const title = (note?.status === 'TENTATIVE' ? `${summary} (tentative)` : summary).slice(0, 200).toWellFormed()
    const own = {
      key: key.slice(0, 500).toWellFormed(),
      title,
      from,
      to,
      recurring: (times.get(uid)?.length ?? 0) > 1,
      impact: note?.impact ?? null,
    }
    if (about !== 'named') return { ...own, scopes, paths, isShownOnly: false }
    const objects = objectsBy(note?.objects ?? [])
    if (note && objects.unknown.length > 0) {
      const ids = objects.unknown.slice(0, 5).join(', ')
      const reason = `${note.provider || 'the provider'} names ${ids}, which nothing here is called: enter it as the service id of a circuit or of its path`
      unknown.push({ event: note.maintenanceId || summary, reason: reason.slice(0, 400).toWellFormed() })
    }
    // If a notification lists the affected services, names in its free text are ignored.
    const named = objects.scopes.length > 0 || note?.objects.length ? objects : namedBy(`${summary} ${text}`)
    return {
      ...own,
      scopes: named.scopes,
      paths: named.paths.length > 0 ? named.paths : paths,
      isShownOnly: named.scopes.length === 0,
    }
  })
  return { windows, unknown }
}

const GATEWAY_TYPES: readonly string[] = gatewayTypes.map(({ type }) => type)

/**
 * Returns circuits and gateways with the names by which a text can refer to them: their own names, ARM ids, display
 * names and providers' service ids.
 */
async function nameables(db: SqlExecutor): Promise<ResourceWithSearchableNames[]> {
  const resources = await readResourcePage(db, { types: [armTypes.circuit, ...GATEWAY_TYPES] })
  const { cards } = await readCurrentDeclarations(db)
  return resources
    .filter(({ removed }) => removed === null)
    .map(({ id, name, resourceId }) => {
      const own = cards.filter((card) => card.scope === id && card.part === '')
      const services = cards
        .filter((card) => card.scope === id)
        .flatMap(({ part, serviceId }) => {
          const path = circuitPaths.find((one) => part.toLowerCase().endsWith(one)) ?? null
          return part !== '' && path === null ? [] : splitServiceIds(serviceId).map((service) => ({ service, path }))
        })
      const called = own.flatMap(({ displayName, serviceId }) => [displayName, serviceId])
      return { id, names: [name, resourceId, ...called], services }
    })
}

import { randomBytes } from 'node:crypto'
import { type EpochMs, isAccessScopeWithin, parseAccessScope } from '#lib/contract/index.ts'
import type { StoredRun } from '../api/index.ts'
import { readDeletionTime } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { maskSecretsInLine } from '#lib/platform/secrets.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  readChannels,
  type DeliveryResult,
  lockDocuments,
  UnknownChannelError,
  requireBelowManualLimit,
  defaultNotifySettings,
  type NotifySettings,
} from '#lib/notify/index.ts'

import { findDueReport } from './report-due.ts'

import type { ReportDataReader } from './report-data.ts'
import { type ReportMail, buildReportMail } from './report-mail.ts'
import {
  addReportRun,
  claimDueReportRun,
  hasStoredDelivery,
  type NewReportRun,
  readNewestReportRuns,
  pruneReportRuns,
  readManualReportTimes,
  saveReportRunResult,
  type StoredSchedule,
  readReportSchedules,
} from '../store/report-store.ts'

/**
 * Sends one report to its recipients. A failure is returned and not thrown.
 * @param id ID of the delivery, which is the same for every attempt, so that a repeated mail has the same message ID
 */
export type ReportMailSender = (report: {
  id: string
  to: readonly string[]
  mail: ReportMail
}) => Promise<DeliveryResult>

export interface ReportMailContext {
  read: ReportDataReader
  send: ReportMailSender
  clock: Clock
  publicUrl: string | null
  settings?: NotifySettings
}

const NOTHING_KNOWN = 'there is no data for that period'
const NO_RECIPIENT = 'it has no recipient: its channels are turned off, or see less than the report shows'

/**
 * Stores a delivery for each report that is due, then sends all pending deliveries. Each schedule has one delivery for
 * each period, even if several processes call this function. If a schedule was created or changed after a report was
 * due, it begins with the next report (ADR 0171).
 */
export async function sendDueReports(
  db: Database,
  context: ReportMailContext,
  signal?: AbortSignal,
): Promise<{ written: number; sent: number }> {
  const { clock, settings = defaultNotifySettings } = context
  let written = 0
  for (const schedule of await readReportSchedules(db.pool)) {
    if (signal?.aborted) break
    if (!schedule.body.enabled) continue
    const { period, dueAt } = findDueReport(schedule.body, clock.now())
    const id = `${schedule.id}:${period}`
    if (schedule.updatedAt > dueAt || (await hasStoredDelivery(db.pool, id))) continue
    try {
      if (await addReportRun(db.pool, await newRun(db.pool, schedule, { id, period, byHand: false }, context)))
        written += 1
    } catch (error) {
      if (isTemporaryFailure(error)) throw error
      createComponentLogger('notify').error({ err: error, schedule: schedule.id, period }, 'a report could not be made')
    }
  }
  let sent = 0
  while (!signal?.aborted && (await attemptOne(db, null, context))) sent += 1
  const aged = await readDeletionTime(db.pool)
  if (aged !== null) await pruneReportRuns(db.pool, aged - settings['report.retention'])
  return { written, sent }
}

/**
 * Sends a report to its recipients now, in addition to its schedule.
 * @throws UnknownChannelError if the schedule does not exist
 * @throws TooManySentError if users have sent too many reports manually
 */
export async function sendReportNow(db: Database, scheduleId: string, context: ReportMailContext): Promise<StoredRun> {
  const { clock, settings = defaultNotifySettings } = context
  const schedule = await readReportSchedule(db.pool, scheduleId)
  const requireRoom = async (q: SqlExecutor) => {
    const now = clock.now()
    requireBelowManualLimit(
      { 'report.all': await readManualReportTimes(q, now - settings['report.all.window']) },
      now,
      settings,
    )
  }
  // The limit is checked before the data are read, so that a refused request causes no load.
  await requireRoom(db.pool)
  const { period } = findDueReport(schedule.body, clock.now())
  const id = `${schedule.id}:${period}:${randomBytes(6).toString('base64url')}`
  const run = await newRun(db.pool, schedule, { id, period, byHand: true }, context)
  await db.transaction(async (client) => {
    // The lock makes concurrent requests wait, so that the limit counts each of them.
    await lockDocuments(client, 'report_schedule')
    await requireRoom(client)
    await addReportRun(client, run)
  })
  await attemptOne(db, id, context)
  const sent = (await readNewestReportRuns(db.pool, 1_000)).find((one) => one.id === id)
  if (!sent) throw new UnknownChannelError(`no report ${scheduleId}: see /api/v1/report-schedules`)
  return sent
}

/**
 * Returns the newest report of a schedule as it would be sent now. `mail` is null if there are no data for its period.
 * @throws UnknownChannelError if the schedule does not exist
 */
export async function previewReport(
  db: Database,
  scheduleId: string,
  { read, clock, publicUrl }: Pick<ReportMailContext, 'read' | 'clock' | 'publicUrl'>,
): Promise<{ period: string; mail: ReportMail | null }> {
  const { body } = await readReportSchedule(db.pool, scheduleId)
  const { period } = findDueReport(body, clock.now())
  const data = await read({ ...body, period }, clock.now())
  return { period, mail: data && buildReportMail(data, body.scopes, publicUrl) }
}

/**
 * Returns a schedule by its ID.
 * @throws UnknownChannelError if the schedule does not exist
 */
export async function readReportSchedule(db: SqlExecutor, id: string): Promise<StoredSchedule> {
  const found = (await readReportSchedules(db)).find((one) => one.id === id)
  if (!found) throw new UnknownChannelError(`no report ${id}: see /api/v1/report-schedules`)
  return found
}

/**
 * Creates a delivery of a report with its mail and recipients, without storing it. `fault` is set if the delivery
 * cannot be sent.
 */
async function newRun(
  db: SqlExecutor,
  { id: scheduleId, body }: StoredSchedule,
  run: Pick<StoredRun, 'id' | 'period' | 'byHand'>,
  { read, clock, publicUrl }: ReportMailContext,
): Promise<NewReportRun> {
  const now = clock.now()
  const recipients = await recipientsOf(db, body)
  const data = recipients.length === 0 ? null : await read({ ...body, period: run.period }, now)
  const fault = recipients.length === 0 ? NO_RECIPIENT : data === null ? NOTHING_KNOWN : null
  const mail = data && buildReportMail(data, body.scopes, publicUrl)
  const { name: scheduleName, report, scopes } = body
  return { ...run, scheduleId, scheduleName, report, recipients, scopes, mail, fault, createdAt: now }
}

/**
 * Returns the addresses of a schedule and of its enabled e-mail channels, without duplicates. A channel is left out if
 * it may not receive all data of the report.
 */
async function recipientsOf(
  db: SqlExecutor,
  { addresses, channels, scopes }: Pick<StoredSchedule['body'], 'addresses' | 'channels' | 'scopes'>,
): Promise<string[]> {
  const own = (await readChannels(db)).filter(
    (one) =>
      one.kind === 'email' &&
      one.enabled &&
      channels.includes(one.id) &&
      isAccessScopeWithin(parseAccessScope(scopes), parseAccessScope(one.scopes)),
  )
  const ofChannels = own.flatMap(({ target }) => (Array.isArray(target.to) ? target.to.map(String) : []))
  return [...new Set([...addresses, ...ofChannels])]
}

/**
 * Tries to send one delivery that is due.
 * @returns false if no delivery is due
 */
async function attemptOne(db: Database, id: string | null, context: ReportMailContext): Promise<boolean> {
  const { send, clock, settings = defaultNotifySettings } = context
  const now = clock.now()
  const run = await claimDueReportRun(db.pool, { now, until: now + settings['report.lease'], id })
  if (!run) return false
  const delivery = await send({ id: run.id, to: run.recipients, mail: run.mail })
  const at = clock.now()
  if (delivery.delivered) await saveReportRunResult(db.pool, run.id, { sentAt: at, error: null, retryAt: null })
  else
    await saveReportRunResult(db.pool, run.id, {
      sentAt: null,
      error: maskSecretsInLine(delivery.error),
      retryAt: retryAt(run, at, settings),
      ...(delivery.refused && { waiting: delivery.refused }),
    })
  return true
}

/** Returns the time of the next attempt to send; null = no further attempt. */
function retryAt(
  { attempt, createdAt }: { attempt: number; createdAt: EpochMs },
  now: EpochMs,
  settings: NotifySettings,
): EpochMs | null {
  const wait = Math.min(settings['retry.longest'], settings['report.retry'] * 2 ** Math.min(attempt - 1, 10))
  return now + wait > createdAt + settings['retry.giveUp'] ? null : now + wait
}

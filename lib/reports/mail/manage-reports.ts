import { type AccessScope, listAccessScopeTexts, isAccessScopeWithin, parseAccessScope } from '#lib/contract/index.ts'
import type { ReportSchedulesBody, ReportsEndpointResponse } from '../api/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { type SqlExecutor, getSqlExecutor } from '#lib/platform/queryable.ts'
import {
  readChannels,
  lockDocuments,
  saveDocuments,
  ChannelFaultError,
  ChannelsConflictError,
  canSeeChannel,
  createStoredItem,
  computeItemsVersion,
} from '#lib/notify/index.ts'
import { findNextReport } from './report-due.ts'

import {
  readNewestReportRuns,
  type ScopedReportRun,
  type StoredSchedule,
  readReportSchedules,
} from '../store/report-store.ts'

const SHOWN_RUNS = 100

/**
 * The access of a caller, which decides which reports are listed. `scope` contains the subscriptions and customers that
 * the caller may see.
 */
interface ReportReader {
  scope: AccessScope
  /** whether the caller may see reports with costs */
  seesCost: boolean
}

type Shown = Pick<ScopedReportRun, 'report' | 'scopes'>

/** Reports whether a caller may see the content of a scheduled report or of a report that was sent. */
const seesShown = ({ scope, seesCost }: ReportReader, { report, scopes }: Shown): boolean =>
  isAccessScopeWithin(parseAccessScope(scopes), scope) && (seesCost || report !== 'cost_weekly')

/** Reports whether a caller may see a schedule and its report. */
export const canSeeReportSchedule = (reader: ReportReader, { body }: Pick<StoredSchedule, 'body'>): boolean =>
  seesShown(reader, body)

/**
 * Returns the schedules, the newest deliveries of reports, and the e-mail channels that a caller may see. Whether the
 * caller may see a delivery depends on the scope that the report had when the delivery was created, even if its
 * schedule was changed or deleted later.
 */
export async function listReports(
  db: Database | SqlExecutor,
  reader: ReportReader,
  { now, hasMail }: { now: number; hasMail: boolean },
): Promise<ReportsEndpointResponse<'reportSchedules'>['data']> {
  const q = getSqlExecutor(db)
  const all = await readReportSchedules(q)
  const seen = all.filter((schedule) => canSeeReportSchedule(reader, schedule))
  const runs = (await readNewestReportRuns(q, SHOWN_RUNS)).filter((run) => seesShown(reader, run))
  const channels = (await readChannels(q)).filter(
    (channel) => channel.kind === 'email' && canSeeChannel(reader.scope, channel),
  )
  return {
    schedules: seen.map(({ id, body }) => ({
      id,
      ...body,
      next: body.enabled ? findNextReport(body, now).dueAt : null,
    })),
    runs,
    channels: channels.map(({ id, name }) => ({ id, name })),
    mail: hasMail,
    version: computeItemsVersion(all),
  }
}

/**
 * Replaces all schedules of reports. A schedule may name a channel that was deleted only if a stored schedule already
 * named it.
 * @throws ChannelsConflictError if another user changed the schedules in the meantime
 * @throws ChannelFaultError if a channel is unknown, does not send mail, or may not receive all data of the report;
 *   also if two schedules have the same ID
 */
export async function replaceReports(
  db: Database,
  { schedules, version }: ReportSchedulesBody,
  { clock }: { clock: Clock },
): Promise<void> {
  await db.transaction(async (client) => {
    await lockDocuments(client, 'report_schedule')
    const before = await readReportSchedules(client)
    if (version !== undefined && version !== computeItemsVersion(before))
      throw new ChannelsConflictError('The reports changed in the meantime: read them again and repeat your change.')
    const usedBefore = new Set(before.flatMap(({ body }) => body.channels))
    const channels = new Map((await readChannels(client)).map((channel) => [channel.id, channel]))
    const next = schedules.map((one, index) => {
      const scopes = listAccessScopeTexts(parseAccessScope(one.scopes))
      for (const [at, id] of one.channels.entries()) {
        const channel = channels.get(id)
        if (!channel && usedBefore.has(id)) continue
        const path = `schedules.${index}.channels.${at}`
        if (channel?.kind !== 'email') throw new ChannelFaultError(`${path}: no e-mail channel ${id}`)
        if (!isAccessScopeWithin(parseAccessScope(scopes), parseAccessScope(channel.scopes)))
          throw new ChannelFaultError(`${path}: the channel ${channel.name} sees less than the report shows`)
      }
      return createStoredItem({ ...one, scopes }, before, {
        path: `schedules.${index}`,
        prefix: 'rp',
        now: clock.now(),
      })
    })
    if (new Set(next.map(({ id }) => id)).size < next.length)
      throw new ChannelFaultError('schedules: two of them have the same id')
    await saveDocuments(client, 'report_schedule', next)
  })
}

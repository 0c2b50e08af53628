import type { ReportKind } from '../api/index.ts'
import type { ScheduledReportData } from '../mail/report-data.ts'
import { type EpochMs, parseAccessScope } from '#lib/contract/index.ts'
import { getAvailabilityReport } from './availability-report.ts'
import { type ReadableDatabase, getReadingDatabase, NotFoundError, createScopedReaders } from '#lib/questions/index.ts'
import { getCostWeekly } from '#lib/cost/answers/index.ts'

/** Reads the data of a report like {@link readReportData}, with the read-only database connection. */
export const fetchReportData = (
  asked: Parameters<typeof readReportData>[1],
  now: EpochMs,
): Promise<ScheduledReportData | null> => readReportData(getReadingDatabase(), asked, now)

/**
 * Reads the data of a report. The data are limited to the subscriptions and customers of the report (`scopes`).
 * @param asked period: an ISO week such as `2026-W47`, or a month such as `2026-11`
 * @returns null if there are no data for that week
 */
export async function readReportData(
  db: ReadableDatabase,
  { report, scopes, period }: { report: ReportKind; scopes: readonly string[]; period: string },
  now: EpochMs,
): Promise<ScheduledReportData | null> {
  const { readerOf, withoutOthers } = createScopedReaders(db)
  const reader = await readerOf(parseAccessScope(scopes))
  if (report === 'cost_weekly') {
    try {
      const { data } = await getCostWeekly(reader, { week: period }, now)
      return withoutOthers(reader, { report, review: data })
    } catch (error) {
      if (error instanceof NotFoundError) return null
      throw error
    }
  }
  const [byCustomer, byCircuit] = [
    await getAvailabilityReport(reader, { month: period, by: 'customer' }, now),
    await getAvailabilityReport(reader, { month: period, by: 'circuit' }, now),
  ]
  return withoutOthers(reader, { report, byCustomer: byCustomer.data, byCircuit: byCircuit.data })
}

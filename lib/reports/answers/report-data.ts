import type { ReportKind } from '../api/index.ts'
import type { ReportData } from '../mail/report-data.ts'
import { type EpochMs, parseScope } from '#lib/contract/index.ts'
import { getAvailabilityReport } from './availability-report.ts'
import { type Db, readingDatabase, NotFoundError, scopedReading } from '#lib/questions/index.ts'
import { getCostWeekly } from '#lib/cost/answers/index.ts'

/** Reads a report as {@link readReport} does, through the database connection for requests. */
export const fetchReport = (asked: Parameters<typeof readReport>[1], now: EpochMs): Promise<ReportData | null> =>
  readReport(readingDatabase(), asked, now)

/**
 * Reads the data of a report for a week or a month, limited to the scopes of the report.
 * @param asked period: an ISO week or a month
 * @returns null if that period has no data
 */
export async function readReport(
  db: Db,
  { report, scopes, period }: { report: ReportKind; scopes: readonly string[]; period: string },
  now: EpochMs,
): Promise<ReportData | null> {
  const { readerOf, withoutOthers } = scopedReading(db)
  const reader = await readerOf(parseScope(scopes))
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

import type { StoredAvailabilityReport } from '../api/index.ts'
import type { CostReviewWithSummary } from '#lib/cost/api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'

/** The data of a report. Pages show the same data for the same subscriptions and customers. */
export type ScheduledReportData =
  | { report: 'cost_weekly'; review: CostReviewWithSummary }
  | { report: 'availability_monthly'; byCustomer: StoredAvailabilityReport; byCircuit: StoredAvailabilityReport }

/**
 * Reads the data of a report.
 * @param asked scopes: the subscriptions and customers of the report, for example `customer:Contoso`; empty =
 *   everything
 * @returns null if there are no data for that period
 */
export type ReportDataReader = (
  asked: { report: ScheduledReportData['report']; scopes: readonly string[]; period: string },
  now: EpochMs,
) => Promise<ScheduledReportData | null>

import type { StoredReport } from '../api/index.ts'
import type { CostReview } from '#lib/cost/api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'

/** Data of a report. They are the same data that the pages show for the report's scope. */
export type ReportData =
  | { report: 'cost_weekly'; review: CostReview }
  | { report: 'availability_monthly'; byCustomer: StoredReport; byCircuit: StoredReport }

/**
 * Reads the data of a report, limited to its scopes.
 * @param asked scopes: in text form; empty = everything
 * @returns null if that period has no data
 */
export type ReadReport = (
  asked: { report: ReportData['report']; scopes: readonly string[]; period: string },
  now: EpochMs,
) => Promise<ReportData | null>

import type { StoredReport } from '../api/index.ts'
import type { CostReview } from '#lib/cost/api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'

/** Data of a report, the same as the pages show for its scope. */
export type ReportData =
  | { report: 'cost_weekly'; review: CostReview }
  | { report: 'availability_monthly'; byCustomer: StoredReport; byCircuit: StoredReport }

/**
 * Reads the data of a report, as far as its scopes may see it.
 * @param asked scopes: text form; empty = everything
 * @returns null if that period has no data
 */
export type ReadReport = (
  asked: { report: ReportData['report']; scopes: readonly string[]; period: string },
  now: EpochMs,
) => Promise<ReportData | null>

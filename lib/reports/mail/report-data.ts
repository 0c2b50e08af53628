import type { StoredReport } from '../api/index.ts'
import type { CostReview } from '#lib/cost/api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'

/** Data of a report, as the pages of its scope would show them. */
export type ReportData =
  | { report: 'cost_weekly'; review: CostReview }
  | { report: 'availability_monthly'; byCustomer: StoredReport; byCircuit: StoredReport }

/**
 * Reads it. Whose everything is, is known above.
 * @param asked scopes: text form; empty = everything
 * @returns null = nothing is known of that period
 */
export type ReadReport = (
  asked: { report: ReportData['report']; scopes: readonly string[]; period: string },
  now: EpochMs,
) => Promise<ReportData | null>

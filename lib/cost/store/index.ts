export {
  type CostCheckMemory,
  type StoredCostHeadline,
  readCostCheckMemory,
  saveCostCheckMemory,
} from './check-memory.ts'
export { readCostBasisRevision } from './cost-basis-revision.ts'
export { addCostDecision, readCostDecisions, recordDecisionOutcome } from './cost-decisions.ts'
export { readCostReview, readPublishedReviewWeeks, findNewestReviewedWeek, publishCostReview } from './cost-reviews.ts'
export {
  StatementConflictError,
  saveStatementChanges,
  readCostStatements,
  getCostStatementsVersion,
  type CostStatement,
  type CostStatementTable,
  type CostStatementsChange,
} from './cost-statements.ts'
export {
  readCostTraffic,
  readCostTrafficRevision,
  deleteCostTraffic,
  saveCostTraffic,
  type StoredTraffic,
} from './cost-traffic.ts'
export { readUsageStarts } from './usage-starts.ts'
export {
  type BillReadAttempt,
  type StoredBilledRow,
  readBillReadAttempts,
  readBilledRows,
  saveBill,
  saveGbSize,
  readLastGbSize,
  readNewestBilledDay,
  recordBillReadAttempt,
} from './cost-bills.ts'
export {
  type PriceCheck,
  savePriceSheet,
  readLastPriceCheck,
  readPriceSheetWithMeters,
  readPriceSheetWithoutMeters,
  recordPriceFailure,
  readPriceMeters,
  readPriceVersions,
} from './price-sheets.ts'

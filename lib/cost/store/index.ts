export { costCheckMemory, saveCostCheckMemory } from './check-memory.ts'
export { readCostBasisRevision } from './cost-basis-revision.ts'
export { addDecision, costDecisions, recordDecisionOutcome } from './cost-decisions.ts'
export { costReview, readPublishedReviewWeeks, newestCostReview, publishCostReview } from './cost-reviews.ts'
export {
  StatementConflict,
  saveStatementChanges,
  costStatements,
  statementsVersion,
  type CostStatement,
  type CostStatementTable,
  type StatementsChange,
} from './cost-statements.ts'
export {
  costTraffic,
  costTrafficRevision,
  deleteCostTraffic,
  saveCostTraffic,
  type StoredTraffic,
} from './cost-traffic.ts'
export { readUsageStarts } from './usage-begins.ts'
export {
  type BillRead,
  type StoredBilledRow,
  readBillReadAttempts,
  billedRows,
  saveBill,
  saveGbSize,
  readLastGbSize,
  newestBilledDay,
  recordBillRead,
} from './cost-bills.ts'
export {
  type PriceCheck,
  savePriceSheet,
  lastPriceCheck,
  readPriceSheetWithMeters,
  readPriceSheetWithoutMeters,
  recordPriceFailure,
  priceMeters,
  priceVersions,
} from './price-sheets.ts'

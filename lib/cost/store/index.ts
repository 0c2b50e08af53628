export { costCheckMemory, saveCostCheckMemory } from './check-memory.ts'
export { readCostBasisRevision } from './cost-basis-revision.ts'
export { addDecision, costDecisions, recordOutcome } from './cost-decisions.ts'
export { costReview, readPublishedReviewWeeks, newestCostReview, publishReview } from './cost-reviews.ts'
export {
  StatementConflict,
  changeStatements,
  costStatements,
  statementsVersion,
  type CostStatement,
  type CostStatementTable,
  type StatementsChange,
} from './cost-statements.ts'
export {
  costTraffic,
  costTrafficRevision,
  forgetCostTraffic,
  saveCostTraffic,
  type StoredTraffic,
} from './cost-traffic.ts'
export { readUsageStarts } from './usage-begins.ts'
export {
  type BillRead,
  type StoredBilledRow,
  billReads,
  billedRows,
  saveBill,
  saveCalibration,
  lastCalibration,
  newestBilledDay,
  recordBillRead,
} from './cost-bills.ts'
export {
  type PriceCheck,
  savePriceSheet,
  lastPriceCheck,
  latestPriceSheet,
  newestPriceSheet,
  recordPriceFailure,
  priceMeters,
  priceVersions,
} from './price-sheets.ts'

export { putCostBudgets } from './budgets.ts'
export { inferGbSizeFromBills } from './infer-gb-size.ts'
export { recordCostDecision, recordCostOutcome } from './decisions.ts'
export { evaluateCostFindings } from './evaluate-findings.ts'
export { getCostFindings, readOpenFindings } from './findings.ts'
export { readCostHeadline } from './headline.ts'
export {
  getCostBudgets,
  getCostDiscount,
  getCostFocus,
  getCostGlobalReach,
  getCostProjections,
  getCostReconcile,
  getCostTco,
  getCostWeekly,
  getCostWeeklyCsv,
  getCostWhatIf,
} from './queued-answers.ts'
export { readOfferedBandwidths } from './circuits/circuit-inputs.ts'
export { computeWhatIfCost } from './circuits/what-if-cost.ts'
export { applyProvenDiscount } from './discount.ts'
export { getCostOverrides, putCostOverrides } from './overrides.ts'
export { checkPriceSources, getCostPrices } from './prices.ts'
export { refreshCostTraffic } from './circuits/refresh-traffic.ts'
export { publishDueCostReview } from './weekly.ts'

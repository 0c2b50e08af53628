export { findAzureFailoverTests, isSameTestStart, joinAzureFailoverTests } from './azure-tests.ts'
export { listCircuitsOfPaths, type DrilledSession, predictDrillEffects } from './drill-effects.ts'
export {
  type CircuitsOfPrefixesAt,
  type DrillEvent,
  drillEventKinds,
  type DrillFacts,
  measureDrillEffects,
  findCertainLossMoment,
  judgeDrill,
} from './measure-drill.ts'

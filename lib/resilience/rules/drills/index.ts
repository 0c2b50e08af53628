export { findAzureFailoverTests, isSameTestStart, joinAzureFailoverTests } from './azure-tests.ts'
export { listCircuitsOfPaths, type DrilledSession, predictDrillEffects } from './drill-effects.ts'
export {
  type CircuitsOfPrefixesAt,
  type DrillEvent,
  drillEventKinds,
  type DrillMeasurementInput,
  measureDrillEffects,
  findCertainLossMoment,
  judgeDrill,
} from './measure-drill.ts'

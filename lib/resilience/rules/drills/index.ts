export { findAzureFailoverTests, isSameTestStart, joinAzureFailoverTests } from './azure-tests.ts'
export { listCircuitsOfPaths, type SessionUpBeforeDrill, predictDrillEffects } from './drill-effects.ts'
export {
  type CircuitsOfPrefixesAtMoment,
  type DrillEventFields,
  drillEventKinds,
  type DrillMeasurementInput,
  measureDrillEffects,
  findCertainLossMoment,
  determineFailoverDrillVerdict,
} from './measure-drill.ts'

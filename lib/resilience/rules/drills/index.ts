export { findAzureFailoverTests, joinAzureFailoverTests } from './azure-tests.ts'
export { listCircuitsOfPaths, type DrilledSession, predictDrillEffects } from './marks.ts'
export {
  type CarryingCircuitsAt,
  type DrillEvent,
  drillEventKinds,
  type DrillFacts,
  measureDrillEffects,
  findCertainLossMoment,
  judgeDrill,
} from './record.ts'

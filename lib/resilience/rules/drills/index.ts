export { azureTestsIn } from './azure-tests.ts'
export { carriersOfPaths, type DrilledSession, expectedMarks } from './marks.ts'
export {
  type CarriedThen,
  type DrillEvent,
  drillEventKinds,
  type DrillFacts,
  recordOf,
  lossMoment,
  type Measured,
  verdictOf,
} from './record.ts'

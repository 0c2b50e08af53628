export { azureTestsIn } from './azure-tests.ts'
export { carriersOfPaths, type DrilledSession, expectedMarks } from './marks.ts'
export {
  type CarriedThen,
  type DrillEvent,
  drillEventKinds,
  type DrillFacts,
  recordOf,
  lossMoment,
  verdictOf,
} from './record.ts'

export { probeResults, testReach, type ProbeSeries } from './probe-results.ts'

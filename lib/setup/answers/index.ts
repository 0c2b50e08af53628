export { getHealth } from './health.ts'
export { getProcesses } from './processes.ts'
export { readScrapeMetrics, readWholeEstateMetrics, registerConnectionMetrics } from './prometheus.ts'
export { getReadiness } from './readiness.ts'
export {
  placeBackTestOrder,
  cancelRequestedBackTest,
  getBackTest,
  getBackTests,
  getThresholds,
  putThresholds,
} from './settings.ts'
export { getSetup } from './setup.ts'
export { readPollCoverageIntervals, readPolledSourcePage, buildApiSource } from './sources.ts'
export { classifyPoll, getSourcesSummary } from './sources-summary.ts'

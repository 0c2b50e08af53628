export { CHANGES } from './commit.ts'
export { GATEWAYS, CIRCUITS, CONNECTIONS, type PlannedPoll, type PollIntervals, planPolls } from './plan.ts'
export { refine } from './refine.ts'
export { startWorker, type Worker, type WorkerOptions } from './worker.ts'

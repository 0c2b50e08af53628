/**
 * The demo's past through the nights of `npm run bench soak --months=3`, in a separate thread, because the limits for
 * queries are read from the environment only once.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { type MonthsOptions, runSoakTestForMonths } from '../soak/months.ts'
import { startPastGenerator } from './make-past.ts'

const options = workerData as Omit<MonthsOptions, 'beginPast' | 'onNight'>
await runSoakTestForMonths({
  ...options,
  beginPast: startPastGenerator,
  onNight: (night) => parentPort?.postMessage(night),
})

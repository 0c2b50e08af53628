/** The demo's past through the nights of `npm run bench soak --months=3`, in a thread: what a question may ask for is read from the environment once. */
import { parentPort, workerData } from 'node:worker_threads'
import { type MonthsOptions, soakMonths } from '../soak/months.ts'
import { beginPast } from './make-past.ts'

const options = workerData as Omit<MonthsOptions, 'beginPast' | 'onNight'>
await soakMonths({ ...options, beginPast, onNight: (night) => parentPort?.postMessage(night) })

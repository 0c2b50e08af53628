import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { ChildStatus } from '#lib/platform/bootstrap/supervisor.ts'

/**
 * Returns the processes of `npm start` as last recorded: in start order, times in epoch milliseconds. Empty if none was
 * started from this data folder (processes run by hand or by another supervisor).
 * @param dataDir absolute
 */
export function readProcesses(dataDir: string): ChildStatus[] {
  try {
    return JSON.parse(readFileSync(path.join(dataDir, 'run', 'processes.json'), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

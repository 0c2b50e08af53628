import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { ChildStatus } from '#lib/platform/bootstrap/supervisor.ts'

/**
 * Returns the processes that `npm start` last recorded, in the order of their start. Empty if `npm start` never ran on
 * this data folder, for example because another program starts the processes.
 * @param dataDir absolute path
 */
export function readProcesses(dataDir: string): ChildStatus[] {
  try {
    return JSON.parse(readFileSync(path.join(dataDir, 'run', 'processes.json'), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

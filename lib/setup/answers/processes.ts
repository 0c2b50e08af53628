import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { SetupEndpointResponse } from '../api/index.ts'
import { readProcesses } from '../processes.ts'
import { buildAgeWithoutPolls } from '#lib/questions/index.ts'

/** Returns Peerwatch's own processes as `npm start` recorded them. Empty if another program starts the processes. */
export function getProcesses(dataDir: string, now: EpochMs = getDatabaseNow()): SetupEndpointResponse<'processes'> {
  return {
    // Records of earlier releases have no `version`.
    data: readProcesses(dataDir).map(({ startedAt, nextStartAt, version = null, lastExit, ...status }) => ({
      ...status,
      startedAt,
      nextStartAt,
      version,
      lastExit,
    })),
    ...buildAgeWithoutPolls(now),
  }
}

import { databaseNow } from '#lib/platform/database-clock.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { ProcessStatusView, ResponseOf } from '../api/index.ts'
import { type ChildStatus, readProcesses } from '../processes.ts'
import { iso, isoOrNull } from '#lib/questions/index.ts'

/** Peerwatch's own processes, as the one that started them wrote it down. Empty when something else runs them. */
export function getProcesses(dataDir: string, now: EpochMs = databaseNow()): ResponseOf<'processes'> {
  return {
    data: readProcesses(dataDir).map(processView),
    asOf: iso(now),
    freshness: { state: 'fresh', oldestPollAt: null, latePollAt: null },
  }
}

function processView({ startedAt, nextStartAt, lastExit, ...status }: ChildStatus): ProcessStatusView {
  return {
    name: status.name,
    state: status.state,
    pid: status.pid,
    restarts: status.restarts,
    startedAt: isoOrNull(startedAt),
    nextStartAt: isoOrNull(nextStartAt),
    // an earlier version did not write it down
    version: status.version ?? null,
    lastExit: lastExit && { at: iso(lastExit.at), code: lastExit.code, signal: lastExit.signal },
  }
}

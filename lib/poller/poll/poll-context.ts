import type { AzureAccess } from '#lib/azure/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { ProcessFreezeWatch } from './process-freeze-watch.ts'
import type { Logger } from '#lib/platform/log.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'
import type { HandleChangedIncidents } from '../detection/track-changed-incidents.ts'
import type { PendingOperationStore } from './pending-operation-store.ts'
import type { PollCommits } from '../commit/poll-commits.ts'
import type { RequestPace } from '../throttle/request-pace.ts'
import type { SourceCache } from './source-cache.ts'

/** Objects that all polls of a worker use. */
export interface PollContext {
  azure: AzureAccess
  db: Database
  /** Clock for decisions and plans. It follows the database's clock. */
  clock: Clock
  /**
   * Clock that gives polls their times. At the end of a poll it is compared with the database's clock; absent = no
   * comparison, because the clock is simulated.
   */
  datedBy?: Pick<Clock, 'now'> | undefined
  freezes: Pick<ProcessFreezeWatch, 'frozenSince'>
  log: Logger
  book: SourceCache
  operations: Pick<PendingOperationStore, 'store'>
  commits: Pick<PollCommits, 'commit' | 'seriesBefore'>
  estate: TopologyCache
  /** Decides when a request to Azure may be sent; absent = immediately. */
  pace?: Pick<RequestPace, 'take' | 'heed' | 'isRefused'>
  incidentsChanged?: HandleChangedIncidents | undefined
  /** Maximum duration of a poll in milliseconds, in place of the duration that follows from its interval. */
  deadlineMs?: number
}

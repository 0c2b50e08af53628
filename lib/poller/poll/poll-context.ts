import type { Azure } from '#lib/azure/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { FreezeWatch } from './freeze-watch.ts'
import type { Logger } from '#lib/platform/log.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'
import type { IncidentsChanged } from '../detection/incidents-changed.ts'
import type { OperationNotes } from './operation-notes.ts'
import type { PollCommits } from '../commit/poll-commits.ts'
import type { RequestPace } from '../throttle/request-pace.ts'
import type { SourceCache } from './source-cache.ts'

/** Dependencies of a worker's polls. */
export interface PollContext {
  azure: Azure
  db: Database
  /** clock for decisions and plans, bounded by the database's clock */
  clock: Clock
  /**
   * clock that dates polls, which is compared with the database's clock when a poll ends; absent = a separate clock
   * without comparison
   */
  datedBy?: Pick<Clock, 'now'> | undefined
  freezes: Pick<FreezeWatch, 'frozenSince'>
  log: Logger
  book: SourceCache
  operations: Pick<OperationNotes, 'store'>
  commits: Pick<PollCommits, 'commit' | 'seriesBefore'>
  estate: TopologyCache
  /** limits when requests may be sent; absent = no limit */
  pace?: Pick<RequestPace, 'take' | 'heed' | 'isRefused'>
  incidentsChanged?: IncidentsChanged | undefined
  /** overrides the deadline that is derived from the interval, in milliseconds */
  deadlineMs?: number
}

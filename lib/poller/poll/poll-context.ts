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

/** What a worker polls with. */
export interface PollContext {
  azure: Azure
  db: Database
  /** what judges and plans: bounded by the database's */
  clock: Clock
  /** what dates polls, compared with the database's clock when they end; absent = a clock of its own, which is not */
  datedBy?: Pick<Clock, 'now'> | undefined
  freezes: Pick<FreezeWatch, 'frozenSince'>
  log: Logger
  book: SourceCache
  operations: Pick<OperationNotes, 'store'>
  commits: Pick<PollCommits, 'commit' | 'seriesBefore'>
  estate: TopologyCache
  /** when requests may leave; absent = at once */
  pace?: Pick<RequestPace, 'take' | 'heed' | 'isRefused'>
  incidentsChanged?: IncidentsChanged | undefined
  /** overrides the deadline that follows from the interval, in milliseconds */
  deadlineMs?: number
}

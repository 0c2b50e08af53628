import type { EpochMs, UserActionNeed } from '#lib/contract/index.ts'
import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import type { SourceStatus, StoredEvent, StoredIncident } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { AccessScopedReaders } from './jobs/alerts/channel-audience.ts'
import type { NotifySettings } from './settings.ts'

/**
 * Functions about incidents that messages need. They are passed in by the caller that starts the notifier, because
 * lib/incidents imports lib/notify and not the other way round (ADR 0323).
 */
export interface IncidentMessageReaders {
  /**
   * Returns the observed effects of an incident as text (null if there are none), and whether the incident needs a
   * person. `sources` are the polls whose intervals determine how late the root event could be detected.
   */
  effects: (
    q: SqlExecutor,
    found: { incident: StoredIncident; events: readonly StoredEvent[]; sources: readonly SourceStatus[] },
    now: EpochMs,
  ) => Promise<{ impact: string | null; needsYou: UserActionNeed }>
  /**
   * Returns the most serious obstacle to the failover of the traffic that a root event affects, as a sentence; null =
   * no obstacle is known. It reads whole route tables, so it is called outside transactions. Absent = messages contain
   * no such sentence.
   */
  hindrance?: (q: SqlExecutor, root: StoredEvent, now: EpochMs) => Promise<string | null>
  /** Returns a function from an event to the time spans in which no poll could have noticed its end. */
  unseenDuring: (
    q: SqlExecutor,
    events: readonly StoredEvent[],
    sources: readonly SourceStatus[],
    now: EpochMs,
  ) => Promise<(event: StoredEvent) => readonly TimeInterval[]>
}

/** Dependencies of the notifier. */
export interface NotifyContext {
  db: Database
  clock: Clock
  settings: NotifySettings
  scoped: AccessScopedReaders
  incidents: IncidentMessageReaders
}

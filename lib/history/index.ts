import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type * as T from './types.ts'

export type * from './types.ts'

export { ensurePartitions } from './record/partitions.ts'
export { recordObservation } from './record/record-observation.ts'
export { loadDetectionState, saveDetectionState } from './store/detection-state.ts'
export { eventIdOf, upsertEvents } from './store/events.ts'
export { syncSchedule, type WantedPoll } from './store/schedule.ts'
export { shortIdOf } from './store/short-id.ts'
export { ensureSource, ensureSources } from './store/sources.ts'

// read
export { emptyArpTables } from './read/empty-arp-tables.ts'
export { pollTotals } from './read/poll-totals.ts'
export { type RoutesTold, routesTold } from './read/routes-told.ts'
export declare function sourceById(db: Queryable, sourceId: number): Promise<T.SourceRef | null>
export declare function resourceByIdOrArmId(
  db: Queryable,
  idOrArmId: string,
  at?: EpochMs,
): Promise<T.ResourceView | null>
export declare function listResources(
  db: Queryable,
  query: { types?: readonly string[]; at?: EpochMs; includeRemoved?: boolean },
): Promise<T.ResourceView[]>
export declare function sessionsAt(
  db: Queryable,
  query: { scope?: string; at?: EpochMs; now: EpochMs },
): Promise<T.SessionAt[]>
export declare function sessionHistory(
  db: Queryable,
  query: { scope?: string; from: EpochMs; to: EpochMs; limit: number; cursor?: string },
): Promise<T.Page<T.SessionStretchRow>>
export declare function routesAt(
  db: Queryable,
  query: {
    scope?: string
    /** null = now, as the last good poll read it */
    at: EpochMs | null
    kinds?: readonly ('learned' | 'advertised' | 'tables')[]
    prefix?: string
    origin?: string
    asn?: number
    limit: number
    cursor?: string
  },
): Promise<T.Page<T.RouteAt>>
export declare function arpAt(db: Queryable, query: { scope?: string; at?: EpochMs }): Promise<T.ArpAt[]>
export declare function latestCounters(db: Queryable, query: { scope?: string }): Promise<T.CounterNow[]>
export declare function connectionsAt(db: Queryable, query: { scope?: string; at?: EpochMs }): Promise<T.ConnectionAt[]>
export declare function latestMetrics(
  db: Queryable,
  query: { scope?: string; metrics?: readonly string[] },
): Promise<T.MetricNow[]>
export declare function listEvents(
  db: Queryable,
  query: { kind?: string; scope?: string; from?: EpochMs; to?: EpochMs; limit: number; cursor?: string },
): Promise<T.Page<T.StoredEvent>>
export declare function listSources(db: Queryable, query: { scope?: string }): Promise<T.SourceStatus[]>
export declare function coverageStretches(
  db: Queryable,
  query: { scope?: string; kind?: PollKind; from: EpochMs; to: EpochMs; limit: number; cursor?: string },
): Promise<T.Page<T.CoverageRow>>
/** Coverage of one moment for each (source, kind) in scope; keys are `sourceId/kind`. */
export declare function coverageAt(
  db: Queryable,
  query: { scope?: string; kinds: readonly PollKind[]; at: EpochMs },
): Promise<Map<string, T.MomentCoverage & T.SourceRef & { kind: PollKind }>>
export declare function newestPollAt(db: Queryable): Promise<EpochMs | null>

/** A cursor that was not made by this query with these parameters; the API answers 400. */
export declare class CursorError extends Error {}

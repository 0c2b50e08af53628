import { type SessionState } from '#lib/bgp/index.ts'
import { INSTANT_BEFORE_MONITORING, type TimestampBounds, type EpochMs } from '#lib/contract/index.ts'
import { queryWithPreparedStatement, type SqlExecutor } from '#lib/platform/queryable.ts'
import {
  formatIsoTime,
  createSourceListCondition,
  type ResourceIdFilter,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  type SourceRefRow,
  readSourcesOfResources,
} from '#lib/history/statements.ts'
import type { SessionIntervalRow, SourceRef } from '#lib/history/index.ts'

/** A session with all of its state intervals that may overlap a period, oldest first. */
export interface SampledSessionRow extends SourceRef, Pick<SessionIntervalRow, 'kind' | 'localAddress' | 'neighbor'> {
  intervals: Pick<SessionIntervalRow, 'state' | 'since' | 'until' | 'establishedAt'>[]
}

type Moment = number | null
type Span = [
  state: SessionState,
  lastAbsent: Moment,
  firstPresent: number,
  lastPresent: number,
  firstAbsent: Moment,
  establishedEarliest: Moment,
  establishedLatest: Moment,
]

const epochMs = (column: string) => `extract(epoch FROM x.${column}) * 1000`

/**
 * Returns the sessions with state intervals that may overlap [from, to], in one row for each session. The result is not
 * divided into pages, because reports need months of all sessions at the same time.
 * @param query.scope one or more short IDs or ARM IDs of resources; absent = all
 */
export async function readSessionsWithIntervals(
  db: SqlExecutor,
  query: { scope?: ResourceIdFilter; from: EpochMs; to: EpochMs },
): Promise<SampledSessionRow[]> {
  const rows = await queryWithPreparedStatement<
    SourceRefRow & Pick<SampledSessionRow, 'kind'> & { local_address: string; neighbor: string; spans: Span[] }
  >(
    db,
    'sampledSessions',
    `WITH span AS (
       SELECT x.source_id, x.session_id, json_agg(json_build_array(x.state, ${epochMs('last_absent')}, ${epochMs('first_present')},
                ${epochMs('last_present')}, ${epochMs('first_absent')}, ${epochMs('established_earliest')},
                ${epochMs('established_latest')}) ORDER BY x.first_present) AS spans
       FROM session_span x
       WHERE coalesce(x.last_absent, '-infinity') <= $3 AND coalesce(x.first_absent, 'infinity') >= $2 AND ${createSourceListCondition('x.source_id', 1)}
       GROUP BY x.source_id, x.session_id)
     SELECT ${SOURCE_COLUMNS}, se.kind, se.local_address, se.neighbor, span.spans
     FROM span
     JOIN session se ON (se.source_id, se.id) = (span.source_id, span.session_id)
     JOIN source s ON s.id = se.source_id
     JOIN resource r ON r.id = s.resource_id
     WHERE ${createSourceListCondition('se.source_id', 1)}
     ORDER BY se.source_id, se.id`,
    [await readSourcesOfResources(db, query.scope), formatIsoTime(query.from), formatIsoTime(query.to)],
  )
  return rows.map(({ kind, local_address: localAddress, neighbor, spans, ...row }) => ({
    ...convertSourceRefRow(row),
    kind,
    localAddress,
    neighbor,
    intervals: spans.map(intervalOf),
  }))
}

function intervalOf(span: Span): SampledSessionRow['intervals'][number] {
  const [state, lastAbsent, firstPresent, lastPresent, firstAbsent, establishedEarliest, establishedLatest] = span
  return {
    state,
    since: between(lastAbsent, firstPresent),
    until: firstAbsent === null ? null : between(lastPresent, firstAbsent),
    establishedAt:
      state !== 'established' || establishedLatest === null ? null : between(establishedEarliest, establishedLatest),
  }
}

const between = (earliest: Moment, latest: EpochMs): TimestampBounds => ({
  earliest: earliest ?? INSTANT_BEFORE_MONITORING,
  latest,
})

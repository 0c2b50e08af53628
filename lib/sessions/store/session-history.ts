import type { SessionState } from '#lib/bgp/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  boundsOf,
  turnBounds,
  mapPage,
  type SessionSpanColumns,
  type SessionSpanQuery,
  type SessionSpanRow,
  sessionSpans,
  sourceRef,
  sinceAndUntil,
} from '#lib/history/statements.ts'
import type { Page, SessionIntervalRow } from '#lib/history/index.ts'

interface Row extends SessionSpanRow, Omit<SessionSpanColumns, 'azure_state' | 'down_reason' | 'transitions'> {
  state: SessionState
  azure_state: string
}

const spans = {
  name: 'sessionHistory',
  table: 'session_span',
  columns: ['state', 'azure_state', 'asn', 'established_earliest', 'established_latest'],
} as const

/** Intervals of session states that may have touched [from, to], newest first; those that last are among them. */
export const sessionHistory = async (db: Queryable, query: SessionSpanQuery): Promise<Page<SessionIntervalRow>> =>
  mapPage(await sessionSpans<Row>(db, spans, query), intervalOf)

function intervalOf(row: Row): SessionIntervalRow {
  return {
    ...sourceRef(row),
    kind: row.kind,
    localAddress: row.local_address,
    neighbor: row.neighbor,
    state: row.state,
    azureState: row.azure_state,
    asn: row.asn === null ? null : Number(row.asn),
    establishedAt: turnBounds(row.state, boundsOf(row.established_earliest, row.established_latest)).establishedAt,
    ...sinceAndUntil(row),
  }
}

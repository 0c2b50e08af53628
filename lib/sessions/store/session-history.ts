import type { SessionState } from '#lib/bgp/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  createTimeBoundsFromColumns,
  createStateChangeFields,
  mapPageRows,
  type SessionSpanColumns,
  type SessionSpanQuery,
  type SessionSpanRow,
  readSessionSpans,
  convertSourceRefRow,
  convertToSinceAndUntilBounds,
} from '#lib/history/statements.ts'
import type { CursorPage, PrefixCountRow, SessionIntervalRow } from '#lib/history/index.ts'

interface Row extends SessionSpanRow, Omit<SessionSpanColumns, 'azure_state' | 'down_reason' | 'transitions'> {
  state: SessionState
  azure_state: string
}

const spans = {
  name: 'sessionHistory',
  table: 'session_span',
  columns: ['state', 'azure_state', 'asn', 'established_earliest', 'established_latest'],
} as const

const prefixSpans = { name: 'prefixCounts', table: 'session_prefixes_span', columns: ['prefixes_received'] } as const

/**
 * Returns a page of intervals that may overlap [from, to], newest first. During an interval, the state of a session did
 * not change. Intervals that have not ended are included.
 */
export const readSessionHistory = async (
  db: SqlExecutor,
  query: SessionSpanQuery,
): Promise<CursorPage<SessionIntervalRow>> => mapPageRows(await readSessionSpans<Row>(db, spans, query), intervalOf)

/**
 * Returns a page of intervals that may overlap [from, to], newest first. During an interval, the number of prefixes of
 * a session did not change.
 */
export const readPrefixCounts = async (db: SqlExecutor, query: SessionSpanQuery): Promise<CursorPage<PrefixCountRow>> =>
  mapPageRows(
    await readSessionSpans<SessionSpanRow & { prefixes_received: number }>(db, prefixSpans, query),
    (row) => ({
      ...commonOf(row),
      prefixesReceived: row.prefixes_received,
    }),
  )

const commonOf = (row: SessionSpanRow) => ({
  ...convertSourceRefRow(row),
  kind: row.kind,
  localAddress: row.local_address,
  neighbor: row.neighbor,
  ...convertToSinceAndUntilBounds(row),
})

function intervalOf(row: Row): SessionIntervalRow {
  return {
    ...commonOf(row),
    state: row.state,
    azureState: row.azure_state,
    asn: row.asn === null ? null : Number(row.asn),
    establishedAt: createStateChangeFields(
      row.state,
      createTimeBoundsFromColumns(row.established_earliest, row.established_latest),
    ).establishedAt,
  }
}

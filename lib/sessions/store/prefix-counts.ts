import type { Queryable } from '#lib/platform/queryable.ts'
import type { Page, PrefixCountRow } from '#lib/history/index.ts'
import {
  mapPage,
  type SessionSpanQuery,
  type SessionSpanRow,
  sessionSpans,
  sourceRef,
  sinceAndUntil,
} from '#lib/history/statements.ts'

interface Row extends SessionSpanRow {
  prefixes_received: number
}

const spans = { name: 'prefixCounts', table: 'session_prefixes_span', columns: ['prefixes_received'] } as const

/** Intervals in which sessions had one number of prefixes, those that may have touched [from, to], newest first. */
export const prefixCounts = async (db: Queryable, query: SessionSpanQuery): Promise<Page<PrefixCountRow>> =>
  mapPage(await sessionSpans<Row>(db, spans, query), countOf)

function countOf(row: Row): PrefixCountRow {
  return {
    ...sourceRef(row),
    kind: row.kind,
    localAddress: row.local_address,
    neighbor: row.neighbor,
    prefixesReceived: row.prefixes_received,
    ...sinceAndUntil(row),
  }
}

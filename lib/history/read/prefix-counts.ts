import type { Queryable } from '#lib/platform/queryable.ts'
import { boundsOf } from '../times.ts'
import type { Page, PrefixCountRow } from '../types.ts'
import { type SessionSpanQuery, type SessionSpanRow, sessionSpans } from './session-spans.ts'
import { sourceRef } from './source-ref.ts'

interface Row extends SessionSpanRow {
  prefixes_received: number
}

const spans = { name: 'prefixCounts', table: 'session_prefixes_span', columns: ['prefixes_received'] } as const

/** Stretches in which sessions had one number of prefixes, those that may have touched [from, to], newest first. */
export const prefixCounts = (db: Queryable, query: SessionSpanQuery): Promise<Page<PrefixCountRow>> =>
  sessionSpans(db, spans, query, countOf)

function countOf(row: Row): PrefixCountRow {
  return {
    ...sourceRef(row),
    kind: row.kind,
    localAddress: row.local_address,
    neighbor: row.neighbor,
    prefixesReceived: row.prefixes_received,
    since: boundsOf(row.last_absent, row.first_present),
    until: row.first_absent && boundsOf(row.last_present, row.first_absent),
  }
}

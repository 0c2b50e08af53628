import type { SessionState } from '#lib/bgp/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { boundsOf } from '../times.ts'
import type { Page, SessionStretchRow } from '../types.ts'
import { type SessionSpanQuery, type SessionSpanRow, sessionSpans } from './session-spans.ts'
import { sourceRef } from './source-ref.ts'

interface Row extends SessionSpanRow {
  state: SessionState
  azure_state: string
  asn: string | null
  established_lo: Date | null
  established_hi: Date | null
}

const spans = {
  name: 'sessionHistory',
  table: 'session_span',
  columns: ['state', 'azure_state', 'asn', 'established_lo', 'established_hi'],
} as const

/** Stretches of session states that may have touched [from, to], newest first; those that last are among them. */
export const sessionHistory = (db: Queryable, query: SessionSpanQuery): Promise<Page<SessionStretchRow>> =>
  sessionSpans(db, spans, query, stretchOf)

function stretchOf(row: Row): SessionStretchRow {
  return {
    ...sourceRef(row),
    kind: row.kind,
    localAddress: row.local_address,
    neighbor: row.neighbor,
    state: row.state,
    azureState: row.azure_state,
    asn: row.asn === null ? null : Number(row.asn),
    establishedAt: boundsOf(row.established_lo, row.established_hi),
    since: boundsOf(row.last_absent, row.first_present),
    until: row.first_absent && boundsOf(row.last_present, row.first_absent),
  }
}

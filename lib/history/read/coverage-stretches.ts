import type { EpochMs, Outcome, PollKind } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'
import type { CoverageRow, Page } from '../types.ts'
import { cursorsOf, pageOf } from './cursor.ts'
import { inScope, SOURCE_COLUMNS, sourceRef, type SourceRefRow } from './source-ref.ts'

interface Row extends SourceRefRow {
  kind: PollKind
  outcome: Outcome
  silent_instances: string[]
  from_at: Date
  to_at: Date
  polls: number
  interval_seconds: number
  detail: string | null
}

/** Stretches of polls with one outcome that touch [from, to], newest first. */
export async function coverageStretches(
  db: Queryable,
  query: {
    scope?: string | undefined
    kind?: PollKind | undefined
    from: EpochMs
    to: EpochMs
    limit: number
    cursor?: string | undefined
  },
): Promise<Page<CoverageRow>> {
  const { scope, kind, from, to, limit, cursor } = query
  const cursors = cursorsOf('coverageStretches', { scope, kind, from, to })
  const [beganAt, sourceId, afterKind] = cursors.read(cursor, 3) ?? [null, null, null]
  const { rows } = await db.query<Row>(
    `SELECT ${SOURCE_COLUMNS}, c.kind, c.outcome, c.silent_instances, c.from_at, c.to_at, c.polls, c.interval_seconds, c.detail
     FROM coverage c JOIN source s ON s.id = c.source_id JOIN resource r ON r.id = s.resource_id
     WHERE ${inScope(1)} AND ($2::text IS NULL OR c.kind = $2) AND c.from_at <= $4 AND c.to_at >= $3
       AND ($5::timestamptz IS NULL OR (c.from_at, c.source_id, c.kind) < ($5, $6::int, $7::text))
     ORDER BY c.from_at DESC, c.source_id DESC, c.kind DESC LIMIT $8`,
    [
      scope ?? null,
      kind ?? null,
      iso(from),
      iso(to),
      typeof beganAt === 'number' ? iso(beganAt) : null,
      sourceId,
      afterKind,
      limit + 1,
    ],
  )
  const page = pageOf(rows, limit, (last) => cursors.write([ms(last.from_at), last.source_id, last.kind]))
  return {
    rows: page.rows.map((row) => ({
      ...sourceRef(row),
      kind: row.kind,
      outcome: row.outcome,
      silentInstances: row.silent_instances,
      from: ms(row.from_at),
      to: ms(row.to_at),
      polls: row.polls,
      intervalSeconds: row.interval_seconds,
      detail: row.detail,
    })),
    nextCursor: page.nextCursor,
  }
}

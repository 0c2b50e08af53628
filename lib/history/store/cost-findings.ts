import type { TimestampBounds, CostFindingKind, EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { formatIsoTime, type BeginEndColumns, replaceBoundColumns } from '../times.ts'
import type { CursorPage } from '../types.ts'
import { createQueryCursors, createCursorPage } from '../read/cursor.ts'
import { computeShortHash } from './short-id.ts'

// This file uses SQL and not Prisma, because scopes are compared with an array column, and one statement writes all
// changes of a check.

/** A stored finding of a cost check. */
export interface StoredFinding {
  id: string
  kind: CostFindingKind
  scope: string
  /** month that the finding is about; '' = none */
  detail: string
  /** short IDs of all resources that the finding is about */
  resources: string[]
  started: TimestampBounds
  ended: TimestampBounds | null
  checkedAt: EpochMs
  /** the finding as plain JSON in the form of the API, without times */
  body: unknown
}

type Row = BeginEndColumns & Omit<StoredFinding, 'started' | 'ended'>

const COLUMNS =
  'id, kind, scope, detail, resources, started_earliest, started_latest, ended_earliest, ended_latest, checked_at, body'

/** Returns findings, newest first by the latest possible begin, then by ID. */
export async function readCostFindings(
  db: SqlExecutor,
  query: {
    kind?: CostFindingKind | undefined
    /** true = only ongoing findings, false = only ended ones; absent = both */
    open?: boolean | undefined
    /** only findings that are ongoing or may have ended after this time */
    since?: EpochMs | undefined
    limit: number
    cursor?: string | undefined
  },
): Promise<CursorPage<StoredFinding>> {
  const { limit, cursor, ...filter } = query
  const cursors = createQueryCursors('costFindings', filter)
  const [startedLatest, id] = cursors.read(cursor, 'moment', 'text') ?? [null, null]
  const rows = await queryRowsInCamelCase<Row>(
    db,
    `SELECT ${COLUMNS} FROM cost_finding
     WHERE ($1::text IS NULL OR kind = $1)
       AND ($2::boolean IS NULL OR (ended_latest IS NULL) = $2)
       AND ($3::timestamptz IS NULL OR ended_latest IS NULL OR ended_latest >= $3)
       AND ($4::timestamptz IS NULL OR (started_latest, id) < ($4, $5::text))
     ORDER BY started_latest DESC, id DESC LIMIT $6`,
    [
      filter.kind ?? null,
      filter.open ?? null,
      formatIsoTime(filter.since ?? null),
      formatIsoTime(startedLatest),
      id,
      limit + 1,
    ],
  )
  const page = createCursorPage(rows, limit, (last) => cursors.write([last.startedLatest, last.id]))
  return { rows: page.rows.map(replaceBoundColumns), nextCursor: page.nextCursor }
}

const ID_LENGTH = 16

/**
 * Returns the ID of a finding. At most one finding per kind, scope and detail exists at any time. Therefore these three
 * and the start of the finding make the ID unique.
 */
const idOf = ({ kind, scope, detail, started }: Omit<StoredFinding, 'id'>): string =>
  computeShortHash([kind, scope, detail, started.latest].join('\n'), ID_LENGTH)

/** Writes findings; a later version replaces an earlier one. Findings that already have an ID keep it. */
export async function saveCostFindings(
  db: SqlExecutor,
  findings: readonly (Omit<StoredFinding, 'id'> & { id?: string })[],
): Promise<void> {
  if (findings.length === 0) return
  const rows = findings.map((one) => ({
    id: one.id ?? idOf(one),
    kind: one.kind,
    scope: one.scope,
    detail: one.detail,
    resources: one.resources,
    started_earliest: formatIsoTime(one.started.earliest),
    started_latest: formatIsoTime(one.started.latest),
    ended_earliest: formatIsoTime(one.ended?.earliest ?? null),
    ended_latest: formatIsoTime(one.ended?.latest ?? null),
    checked_at: formatIsoTime(one.checkedAt),
    body: one.body,
  }))
  await db.query(
    `INSERT INTO cost_finding (${COLUMNS})
     SELECT id, kind, scope, detail, ARRAY(SELECT jsonb_array_elements_text(resources)), started_earliest, started_latest, ended_earliest,
            ended_latest, checked_at, body
     FROM jsonb_to_recordset($1) AS n (id text, kind text, scope text, detail text, resources jsonb, started_earliest timestamptz,
            started_latest timestamptz, ended_earliest timestamptz, ended_latest timestamptz, checked_at timestamptz, body jsonb)
     ON CONFLICT (id) DO UPDATE
     SET resources = excluded.resources, ended_earliest = excluded.ended_earliest, ended_latest = excluded.ended_latest,
         checked_at = excluded.checked_at, body = excluded.body`,
    [JSON.stringify(rows)],
  )
}

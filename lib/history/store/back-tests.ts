import { randomBytes } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'

export type BackTestState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

export interface StoredBackTest {
  id: string
  requestedAt: EpochMs
  requestedBy: string
  from: EpochMs
  to: EpochMs
  /** the settings that it is held against */
  version: number
  /** values that differ from the shipped ones */
  changed: Record<string, number>
  state: BackTestState
  pollsDone: number
  /** null = not counted yet */
  pollsAll: number | null
  startedAt: EpochMs | null
  finishedAt: EpochMs | null
  error: string | null
  /** plain JSON; null until it is done */
  result: unknown
}

interface Row {
  id: string
  requested_at: Date
  requested_by: string
  from_at: Date
  to_at: Date
  version: number
  changed: Record<string, number>
  state: BackTestState
  polls_done: string
  polls_all: string | null
  started_at: Date | null
  finished_at: Date | null
  error: string | null
  result: unknown
}

const backTestOf = (row: Row): StoredBackTest => ({
  id: row.id,
  requestedAt: ms(row.requested_at),
  requestedBy: row.requested_by,
  from: ms(row.from_at),
  to: ms(row.to_at),
  version: row.version,
  changed: row.changed,
  state: row.state,
  pollsDone: Number(row.polls_done),
  pollsAll: row.polls_all === null ? null : Number(row.polls_all),
  startedAt: ms(row.started_at),
  finishedAt: ms(row.finished_at),
  error: row.error,
  result: row.result,
})

/** Each folds days of history, one after the other. */
const MOST_WAITING = 10

/** As many back-tests wait or run as there may be. */
export class BackTestsFull extends Error {
  override name = 'BackTestsFull'
}

/**
 * Puts a back-test in the queue.
 * @throws BackTestsFull
 */
export async function askBackTest(
  db: Queryable,
  test: Pick<StoredBackTest, 'requestedBy' | 'from' | 'to' | 'version' | 'changed'>,
): Promise<StoredBackTest> {
  const { rows } = await db.query<Row>(
    `INSERT INTO back_test (id, requested_by, from_at, to_at, version, changed)
     SELECT $1, $2, $3::timestamptz, $4::timestamptz, $5::int, $6::jsonb WHERE (SELECT count(*) FROM back_test WHERE state IN ('queued', 'running')) < $7
     RETURNING *`,
    [
      randomBytes(8).toString('hex'),
      test.requestedBy,
      iso(test.from),
      iso(test.to),
      test.version,
      test.changed,
      MOST_WAITING,
    ],
  )
  const [row] = rows
  if (!row) throw new BackTestsFull(`${MOST_WAITING} back-tests wait or run`)
  return backTestOf(row)
}

/** One back-test; null when there is none of that id. */
export async function backTestById(db: Queryable, id: string): Promise<StoredBackTest | null> {
  const { rows } = await db.query<Row>('SELECT * FROM back_test WHERE id = $1', [id])
  return rows[0] ? backTestOf(rows[0]) : null
}

/** The last ones that were asked for, newest first. */
export async function recentBackTests(db: Queryable, limit: number): Promise<StoredBackTest[]> {
  const { rows } = await db.query<Row>('SELECT * FROM back_test ORDER BY requested_at DESC, id LIMIT $1', [limit])
  return rows.map(backTestOf)
}

/** The oldest one that is to be run: queued, or left behind by a worker that ended. */
export async function takeBackTest(db: Queryable): Promise<StoredBackTest | null> {
  const { rows } = await db.query<Row>(
    `UPDATE back_test SET state = 'running', started_at = clock_timestamp(), polls_done = 0
     WHERE id = (SELECT id FROM back_test WHERE state IN ('queued', 'running') ORDER BY requested_at, id LIMIT 1)
     RETURNING *`,
  )
  return rows[0] ? backTestOf(rows[0]) : null
}

/** @returns false when nobody wants it any more */
export async function updateProgress(
  db: Queryable,
  id: string,
  { done, all }: { done: number; all: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE back_test SET polls_done = $2, polls_all = $3 WHERE id = $1 AND state = 'running'`,
    [id, done, all],
  )
  return rowCount === 1
}

/** Notes how a back-test came out; one that was called off meanwhile stays called off. */
export async function endBackTest(
  db: Queryable,
  id: string,
  end: { result: unknown } | { error: string },
): Promise<void> {
  const [state, result, error] =
    'result' in end ? ['done', JSON.stringify(end.result), null] : ['failed', null, end.error]
  await db.query(
    `UPDATE back_test SET state = $2, result = $3, error = $4, finished_at = clock_timestamp() WHERE id = $1 AND state = 'running'`,
    [id, state, result, error],
  )
}

/** @returns false when it had ended already, or there is none of that id */
export async function cancelBackTest(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE back_test SET state = 'cancelled', finished_at = clock_timestamp() WHERE id = $1 AND state IN ('queued', 'running')`,
    [id],
  )
  return rowCount === 1
}

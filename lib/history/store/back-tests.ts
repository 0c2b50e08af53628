import { randomBytes } from 'node:crypto'
import type { ThresholdBackTest as Shown, EpochMs } from '#lib/contract/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { BackTest } from '#lib/platform/generated/prisma/client.ts'
import { toJsonColumn } from '#lib/platform/prisma/json.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '../times.ts'

type BackTestState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

export interface StoredBackTest extends Pick<Shown, 'id' | 'version' | 'changed' | 'state' | 'error'> {
  requestedAt: EpochMs
  requestedBy: string
  from: EpochMs
  to: EpochMs
  pollsDone: number
  /** number of polls that the back-test replays (reconstructs from history); null = not counted yet */
  pollsAll: number | null
  startedAt: EpochMs | null
  finishedAt: EpochMs | null
  /** result as plain JSON; null until the back-test is done */
  result: unknown
}

const backTestOf = ({ fromAt, toAt, ...row }: BackTest): StoredBackTest => ({
  ...row,
  requestedAt: toEpochMs(row.requestedAt),
  from: toEpochMs(fromAt),
  to: toEpochMs(toAt),
  changed: row.changed as Record<string, number>,
  state: row.state as BackTestState,
  pollsDone: Number(row.pollsDone),
  pollsAll: row.pollsAll === null ? null : Number(row.pollsAll),
  startedAt: toEpochMs(row.startedAt),
  finishedAt: toEpochMs(row.finishedAt),
})

/**
 * Maximum number of back-tests that wait or run. Each one runs detection over days of recorded history, one after the
 * other.
 */
const MAX_WAITING = 10

/** Thrown if the maximum number of back-tests already waits or runs. */
export class BackTestQueueFullError extends Error {
  override name = 'BackTestQueueFullError'
}

const NOT_ENDED = { in: ['queued', 'running'] }

/**
 * Queues a back-test.
 * @throws BackTestQueueFullError if {@link MAX_WAITING} back-tests wait or run
 */
export async function requestBackTest(
  db: SqlExecutor,
  {
    requestedBy,
    from,
    to,
    version,
    changed,
  }: Pick<StoredBackTest, 'requestedBy' | 'from' | 'to' | 'version' | 'changed'>,
): Promise<StoredBackTest> {
  const id = randomBytes(8).toString('hex')
  const asked = { id, requestedBy, fromAt: new Date(from), toAt: new Date(to), version, changed }
  return runWithPrisma(db, async ({ backTest }) => {
    const waiting = await backTest.count({ where: { state: NOT_ENDED } })
    if (waiting >= MAX_WAITING) throw new BackTestQueueFullError(`${MAX_WAITING} back-tests wait or run`)
    return backTestOf(await backTest.create({ data: asked }))
  })
}

/** Returns a back-test by its ID; null = unknown ID. */
export async function readBackTestById(db: SqlExecutor, id: string): Promise<StoredBackTest | null> {
  const row = await runWithPrisma(db, ({ backTest }) => backTest.findUnique({ where: { id } }))
  return row && backTestOf(row)
}

/** Returns the most recently requested back-tests, newest first. */
export async function readRecentBackTests(db: SqlExecutor, limit: number): Promise<StoredBackTest[]> {
  const orderBy = [{ requestedAt: 'desc' as const }, { id: 'asc' as const }]
  return (await runWithPrisma(db, ({ backTest }) => backTest.findMany({ orderBy, take: limit }))).map(backTestOf)
}

/**
 * Takes the oldest back-test that has not ended, either from the queue or left running by a worker that ended; null if
 * there is none.
 */
export async function takeNextBackTest(db: SqlExecutor): Promise<StoredBackTest | null> {
  return runWithPrisma(db, async ({ backTest }) => {
    const oldest = await backTest.findFirst({
      where: { state: NOT_ENDED },
      orderBy: [{ requestedAt: 'asc' }, { id: 'asc' }],
      select: { id: true },
    })
    if (!oldest) return null
    const [taken] = await backTest.updateManyAndReturn({
      where: { id: oldest.id, state: NOT_ENDED },
      data: { state: 'running', startedAt: new Date(getDatabaseNow()), pollsDone: 0 },
    })
    return taken ? backTestOf(taken) : null
  })
}

/**
 * Saves the progress of a back-test.
 * @returns false if it is not running any more, for example because it was cancelled
 */
export async function updateBackTestProgress(
  db: SqlExecutor,
  id: string,
  { done, all }: { done: number; all: number },
): Promise<boolean> {
  const { count } = await runWithPrisma(db, ({ backTest }) =>
    backTest.updateMany({ where: { id, state: 'running' }, data: { pollsDone: done, pollsAll: all } }),
  )
  return count === 1
}

/** Saves the result or the error of a back-test. A back-test that was cancelled meanwhile is not changed. */
export async function endBackTest(
  db: SqlExecutor,
  id: string,
  end: { result: unknown } | { error: string },
): Promise<void> {
  const ended =
    'result' in end ? { state: 'done', result: toJsonColumn(end.result) } : { state: 'failed', error: end.error }
  await runWithPrisma(db, ({ backTest }) =>
    backTest.updateMany({
      where: { id, state: 'running' },
      data: { ...ended, finishedAt: new Date(getDatabaseNow()) },
    }),
  )
}

/**
 * Cancels a back-test.
 * @returns false if it had already ended, or the ID is unknown
 */
export async function cancelBackTest(db: SqlExecutor, id: string): Promise<boolean> {
  const { count } = await runWithPrisma(db, ({ backTest }) =>
    backTest.updateMany({
      where: { id, state: NOT_ENDED },
      data: { state: 'cancelled', finishedAt: new Date(getDatabaseNow()) },
    }),
  )
  return count === 1
}

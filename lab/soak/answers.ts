import { armTypes, type EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { computeBucketStart, readUsage } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { InvalidRequestError } from '#lib/questions/index.ts'
import { listRoutes } from '#lib/routes/answers/index.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'

const LIMIT = 1_000

/**
 * Returns answers about retained periods: sessions and routes as of an hour after history begins and of its middle, and
 * the bytes of each circuit by month and by day since the month or day in which history begins. Jobs must not change
 * these answers.
 */
export async function answersWithin(db: Database, historyMs: number, now: EpochMs): Promise<Map<string, string>> {
  const answers = new Map<string, string>()
  for (const at of [now - historyMs + MS_PER_HOUR, now - historyMs / 2]) {
    const name = new Date(at).toISOString()
    const { data: sessions } = await listSessions(db, { at, limit: LIMIT }, now)
    answers.set(`sessions at ${name}`, JSON.stringify(sessions))
    const { data: routes } = await listRoutes(db, { at, limit: LIMIT }, now)
    answers.set(`routes at ${name}`, JSON.stringify(routes))
  }
  const { rows } = await db.pool.query<{ short_id: string }>('SELECT short_id FROM resource WHERE type = $1', [
    armTypes.circuit,
  ])
  for (const { short_id: scope } of rows) {
    for (const step of ['month', 'day'] as const) {
      const from = computeBucketStart(step, now - historyMs)
      const { points } = await readUsage(db.pool, { scope, from, to: now, step })
      answers.set(
        `bytes of ${scope} by ${step}`,
        points.map(({ start, in: a, out: b }) => `${start} ${a.bytes} ${b.bytes}`).join('\n'),
      )
    }
  }
  return answers
}

/**
 * Queries a time before history begins. The data of that time is incomplete, so that the API must refuse the query or
 * report the time as not covered.
 * @returns messages about answers that wrongly report the time as covered
 */
export async function findFaultyAnswersBeforeHistory(db: Database, historyMs: number, now: EpochMs): Promise<string[]> {
  const at = now - historyMs - 2 * MS_PER_DAY
  const questions = {
    sessions: () => listSessions(db, { at, limit: LIMIT }, now),
    routes: () => listRoutes(db, { at, limit: LIMIT }, now),
  }
  const wrong: string[] = []
  for (const [name, ask] of Object.entries(questions)) {
    try {
      const { covered } = await ask()
      if (covered !== false) wrong.push(`${name} as of a time before history are answered as covered`)
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error
    }
  }
  return wrong
}

import { createDatabase, type Database } from '#lib/platform/database.ts'
import { listSources } from '#lib/history/index.ts'
import { findInconsistenciesInHistory } from '#lib/poller/testing/audit.ts'
import type { TortureRunFacts, GoodPoll, RecordedNetworkEvent, LocalClockTimeRange } from './audit.ts'
import { findLossEventsWithoutEnd } from './open-losses.ts'
import type { ReceivedPollLogEntry } from './target.ts'

/** Maximum interval of the sources that must be polled in time after a round. */
const QUICK_MS = 10_000
const BACK_WITHIN_MS = 10_000
/**
 * Maximum difference between the end of a poll and the reading of its log line. A larger difference means that this
 * machine is busy or a clock is wrong.
 */
const TOGETHER_MS = 2_000

type FromDatabase = Pick<TortureRunFacts, 'events' | 'stored' | 'historyFaults' | 'goodPolls'>

/**
 * Reads the facts that the database contains.
 * @param adminUrl URL with a role that may read everything
 * @param wrong periods with a wrong clock, whose polls are left out
 */
export async function readTortureTestFacts(
  adminUrl: string,
  polls: readonly ReceivedPollLogEntry[],
  wrong: readonly LocalClockTimeRange[],
) {
  return withDatabase(adminUrl, async (db): Promise<FromDatabase> => {
    const names = await namesOfScopes(db)
    const { rows: marks } = await db.pool.query<{ why: string; n: number }>(
      'SELECT why, count(*)::int AS n FROM service_key_request GROUP BY why',
    )
    return {
      events: await readEvents(db, names),
      stored: new Map(marks.map(({ why, n }) => [why, n])),
      historyFaults: await findInconsistenciesInHistory(db),
      goodPolls: goodPolls(polls, names, wrong),
    }
  })
}

/** Returns the losses without a recorded end. */
export async function readOpenLosses(adminUrl: string): Promise<string[]> {
  return withDatabase(adminUrl, async (db) => findLossEventsWithoutEnd(await readEvents(db, await namesOfScopes(db))))
}

/** Returns every source with a short interval, with the key of its polls in a worker's log. */
export async function quickSources(adminUrl: string): Promise<{ key: string; name: string; allowedMs: number }[]> {
  return withDatabase(adminUrl, async (db) => {
    const { rows } = await db.pool.query<{ source_id: number; kind: string; every: number }>(
      'SELECT source_id, kind, every_seconds AS every FROM poll_schedule',
    )
    const everyMs = new Map(rows.map(({ source_id, kind, every }) => [`${source_id}/${kind}`, every * 1_000]))
    return (await listSources(db.pool)).flatMap(({ sourceId, scope, scopeName, subresource, poll: { kind } }) => {
      const every = everyMs.get(`${sourceId}/${kind}`)
      if (every === undefined || every > QUICK_MS) return []
      const name = [kind, scopeName, subresource].filter(Boolean).join(' ')
      return [{ key: `${scope}/${subresource}/${kind}`, name, allowedMs: Math.max(BACK_WITHIN_MS, 2 * every) }]
    })
  })
}

/**
 * Returns, for each source, the milliseconds from a time to its first successful recorded poll; absent = no such poll.
 */
export function firstGoodAfter(polls: readonly ReceivedPollLogEntry[], at: number): Map<string, number> {
  const first = new Map<string, number>()
  for (const { scope, subresource, kind, outcome, status, arrivedAt } of polls) {
    const key = `${scope}/${subresource}/${kind}`
    if (arrivedAt > at && outcome === 'ok' && status === 'recorded' && !first.has(key)) first.set(key, arrivedAt - at)
  }
  return first
}

async function namesOfScopes(db: Database): Promise<Map<string, string>> {
  const { rows } = await db.pool.query<{ short_id: string; name: string }>('SELECT short_id, name FROM resource')
  return new Map(rows.map(({ short_id, name }) => [short_id, name]))
}

interface EventRow {
  kind: string
  scope: string
  subject: string
  started_earliest: Date | number
  started_latest: Date
  ended_earliest: Date | null
  ended_latest: Date | null
}

async function readEvents(db: Database, names: ReadonlyMap<string, string>): Promise<RecordedNetworkEvent[]> {
  const { rows } = await db.pool.query<EventRow>(
    'SELECT kind, scope, subject, started_earliest, started_latest, ended_earliest, ended_latest FROM event',
  )
  return rows.map((row) => ({
    kind: row.kind,
    scopeName: names.get(row.scope) ?? row.scope,
    subject: row.subject,
    // pg returns '-infinity' as a number
    started: { earliest: Number(row.started_earliest), latest: row.started_latest.getTime() },
    ended:
      row.ended_earliest && row.ended_latest
        ? { earliest: row.ended_earliest.getTime(), latest: row.ended_latest.getTime() }
        : null,
  }))
}

function goodPolls(
  polls: readonly ReceivedPollLogEntry[],
  names: ReadonlyMap<string, string>,
  wrong: readonly LocalClockTimeRange[],
): GoodPoll[] {
  return polls
    .filter(({ outcome, status }) => outcome === 'ok' && status === 'recorded')
    .filter(({ arrivedAt, finishedAt }) => Math.abs(arrivedAt - finishedAt) < TOGETHER_MS)
    .filter(({ arrivedAt }) => !wrong.some(({ from, to }) => from <= arrivedAt && arrivedAt <= (to ?? Infinity)))
    .map(({ scope, subresource, kind, startedAt, finishedAt }) => ({
      scopeName: names.get(scope) ?? scope,
      path: subresource.split('/')[1] ?? '',
      kind,
      from: startedAt,
      to: finishedAt,
    }))
}

async function withDatabase<T>(url: string, read: (db: Database) => Promise<T>): Promise<T> {
  const db = createDatabase(url, { max: 1, applicationName: 'peerwatch-torture' })
  try {
    return await read(db)
  } finally {
    await db.close()
  }
}

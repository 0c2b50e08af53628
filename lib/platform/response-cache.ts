import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as immediate } from 'node:timers/promises'
import type { QueryResultRow } from 'pg'
import { memoizePerProcess } from '#lib/bgp/memoize.ts'
import { MemoryCache, formatValuesKey } from './cache.ts'
import { attachPrismaPastWrapper } from './prisma/with-prisma.ts'
import { queryWithPreparedStatement, type PreparedStatement, type SqlExecutor } from './queryable.ts'

type Gathering = { moments: string[]; rows: Promise<QueryResultRow[][]> }

/**
 * State of one response while it is built: the query results that it has read so far, by database connection. After the
 * response is complete, these results are no longer used, even by work that continues.
 */
interface Answer {
  asked: MemoryCache<Promise<unknown>>
  /**
   * statements of {@link queryAtMoment} that wait to be sent; the same statement for several times is sent only once,
   * with all times
   */
  gathering: WeakMap<object, Map<string, Gathering>>
  isOver: boolean
}

/** Maximum number of results per database connection that are cached across responses. */
const MAX_KEPT = 100

const kept = memoizePerProcess('one-answer', () => ({
  answers: new AsyncLocalStorage<Answer>(),
  /**
   * Mark that is set while {@link cacheResultsUntilChange} runs. The results of all statements are then cached as
   * {@link cacheUntilChange} does.
   */
  marked: new AsyncLocalStorage<true>(),
  /**
   * Number of active database listeners by which this process learns of every change. If it is 0, results are not
   * cached across responses.
   */
  listening: 0,
  /**
   * Results that are valid until the next announced change. The maximum age limits the delay if a process changes data
   * without an announcement.
   */
  announced: new MemoryCache<Promise<unknown>>('announced', { maxAgeMs: 5_000, maxSize: MAX_KEPT }),
  /**
   * Results that are valid until a process announces its next poll. The maximum age is short, because processes do not
   * announce every poll.
   */
  polled: new MemoryCache<Promise<unknown>>('polled', { maxAgeMs: 1_000, maxSize: MAX_KEPT }),
}))

/**
 * Runs work that builds one response, or several responses that start together. Equal queries to the same database
 * connection are executed only once, so that all parts of the response are based on the same rows. Work that takes long
 * (for example a stream), or that must read its own changes, must not run in this function (ADR 0050).
 */
export async function shareQueriesInResponse<T>(work: () => Promise<T>): Promise<T> {
  const answer: Answer = { asked: new MemoryCache('answer'), gathering: new WeakMap(), isOver: false }
  try {
    return await kept().answers.run(answer, work)
  } finally {
    answer.isOver = true
    // a connection that was opened while the response was built keeps a reference to its state, so the results are
    // released here
    answer.asked.clear()
  }
}

/**
 * Returns the result of `ask`. While a response is built, `ask` is called only once for the same reader and key, and
 * all callers share its result. Callers must not change the result. If no response is being built, `ask` is called each
 * time.
 * @param reader database connection that `ask` reads
 * @param key identifies the query and its parameters
 * @throws the error of `ask`, to all callers
 */
export function queryOncePerResponse<T>(reader: object, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = kept().answers.getStore()
  if (!answer || answer.isOver) return ask()
  const first = answer.asked.find(reader, key) as Promise<T> | undefined
  return first ?? answer.asked.store(reader, key, ask())
}

/**
 * Enables caching across responses. It is called when this process begins to receive every change.
 * @returns function that disables it again
 */
export function enableCaching(): () => void {
  kept().listening += 1
  clearCaches()
  return () => {
    kept().listening -= 1
    clearCaches()
  }
}

/**
 * Removes the results that are cached across responses, because data changed or may have changed. A query that is still
 * running may return old data, so later callers do not share its result.
 * @param countersOnly true = only counters changed, so only results of {@link cacheUntilPoll} are removed
 */
export function clearCaches({ countersOnly = false }: { countersOnly?: boolean | undefined } = {}): void {
  kept().polled.clear()
  if (!countersOnly) kept().announced.clear()
}

/**
 * Returns the result of `ask` as {@link queryOncePerResponse} does, and also caches it for other responses. The cached
 * result is valid until the next announced change, but at most 5 s; announced changes of only counters do not end it.
 * It must be used only for data whose changes are announced, so not for times of polls or counters (ADR 0254). Results
 * are cached across responses only while this process receives the announcements.
 */
export const cacheUntilChange = <T>(reader: object, key: string, ask: () => Promise<T>): Promise<T> =>
  queryOncePerResponse(reader, key, () => keptIn('announced', reader, key, ask))

/**
 * Returns the result of `ask` as {@link cacheUntilChange} does, but for data that depends on times of polls or on
 * counters. The cached result is valid until any announcement, but at most one second (ADR 0254).
 */
export const cacheUntilPoll = <T>(reader: object, key: string, ask: () => Promise<T>): Promise<T> =>
  queryOncePerResponse(reader, key, () => keptIn('polled', reader, key, ask))

function keptIn<T>(tier: 'announced' | 'polled', reader: object, key: string, ask: () => Promise<T>): Promise<T> {
  const { listening, answers, [tier]: cache } = kept()
  return listening === 0 || !answers.getStore() ? ask() : cache.share(reader, key, ask)
}

/**
 * Runs `ask`, and caches the results of its statements as {@link cacheUntilChange} does. All of these statements must
 * read only data whose changes are announced.
 */
export const cacheResultsUntilChange = <T>(ask: () => Promise<T>): Promise<T> => kept().marked.run(true, ask)

/**
 * Returns the rows of a statement about one moment. If a response needs the same statement for several moments, one
 * statement returns the rows for all of them, because sending a statement costs as much as executing several. The rows
 * are shared, so callers must not change them.
 * @param asked text: contains `$AT` in place of the moment, and must order its rows; values: the other parameters
 * @param at ISO 8601 time
 */
export async function queryAtMoment<Row extends QueryResultRow>(
  db: SqlExecutor,
  asked: Required<PreparedStatement>,
  at: string,
): Promise<Row[]> {
  const key = `${formatValuesKey(asked.values)} ${asked.text}`
  const share = kept().marked.getStore() ? cacheUntilChange : queryOncePerResponse
  return [...(await share(db, `${at} ${key}`, () => gathered(db, asked, { at, key })))] as Row[]
}

async function gathered(db: SqlExecutor, asked: Required<PreparedStatement>, { at, key }: { at: string; key: string }) {
  const answer = kept().answers.getStore()
  if (!answer || answer.isOver) return (await queryMoments(db, asked, [at]))[0] ?? []
  const own: Map<string, Gathering> = answer.gathering.get(db) ?? new Map()
  answer.gathering.set(db, own)
  const batch: Gathering = own.get(key) ?? { moments: [], rows: immediate().then(send) }
  own.set(key, batch)
  const place = batch.moments.push(at) - 1
  return (await batch.rows)[place] ?? []

  function send() {
    own.delete(key)
    return queryMoments(db, asked, batch.moments)
  }
}

/**
 * Executes a statement for several moments at once.
 * @returns a list of rows for each moment
 */
async function queryMoments(db: SqlExecutor, { name, text, values }: Required<PreparedStatement>, moments: string[]) {
  const given = `$${values.length + 1}::timestamptz`
  if (moments.length === 1)
    return [await queryWithPreparedStatement(db, name, text.replaceAll('$AT', given), [...values, moments[0]])]
  const each = `SELECT asked.place::int AS asked_place, own.* FROM unnest(${given}[]) WITH ORDINALITY asked (at, place)
    CROSS JOIN LATERAL (${text.replaceAll('$AT', 'asked.at')}) own`
  const byPlace = Map.groupBy(
    await queryWithPreparedStatement(db, `${name} of moments`, each, [...values, moments]),
    ({ asked_place }) => asked_place as number,
  )
  return moments.map((_, n) => byPlace.get(n + 1) ?? [])
}

/**
 * Returns a connection that sends statements to a pool, but executes equal statements of one response only once. The
 * rows are shared, so callers must not change them. Each caller gets its own list of the rows.
 */
export function createSharedReader(pool: SqlExecutor): SqlExecutor {
  const reader: SqlExecutor = {
    async query<Row extends QueryResultRow>(asked: string | PreparedStatement, values?: unknown[]) {
      const run = () => pool.query<Row>(asked, values)
      const key = keyOf(asked, values)
      if (key === null) return run()
      const share = kept().marked.getStore() ? cacheUntilChange : queryOncePerResponse
      const result = await share(pool, key, run)
      return { ...result, rows: [...result.rows] }
    },
  }
  attachPrismaPastWrapper(reader, pool)
  return reader
}

/**
 * Returns the key under which the result of a statement is shared. Null = the result must not be shared, because the
 * statement is a {@link PreparedStatement} without a name or with other options.
 */
function keyOf(asked: string | PreparedStatement, values?: unknown[]): string | null {
  if (typeof asked === 'string') return `${formatValuesKey(values)} ${asked}`
  const { name, text, values: own, ...options } = asked
  return name === undefined || Object.keys(options).length > 0 ? null : `${formatValuesKey(own)} ${text}`
}

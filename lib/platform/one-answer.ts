import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as immediate } from 'node:timers/promises'
import type { QueryResultRow } from 'pg'
import { oncePerProcess } from '#lib/bgp/once.ts'
import { Cache, keyOfValues } from './cache.ts'
import { letPrismaBypass } from './prisma/with-prisma.ts'
import { queryPrepared, type PreparedStatement, type Queryable } from './queryable.ts'

type Gathering = { moments: string[]; rows: Promise<QueryResultRow[][]> }

/**
 * Cache of the query results that one response has read so far, by database connection. Work that continues after the
 * response is complete does not use it.
 */
interface Answer {
  asked: Cache<Promise<unknown>>
  /** statements of {@link queryAt} that are about to be sent, each combined for several times */
  gathering: WeakMap<object, Map<string, Gathering>>
  isOver: boolean
}

/** Maximum number of results that are cached across responses for one database connection. */
const MAX_KEPT = 100

const kept = oncePerProcess('one-answer', () => ({
  answers: new AsyncLocalStorage<Answer>(),
  /** Set while statements read only data that {@link untilChange} may cache. */
  marked: new AsyncLocalStorage<true>(),
  /**
   * Number of database listeners through which this process receives every change; with 0, results are not cached
   * across responses.
   */
  listening: 0,
  /**
   * Results that are valid until a change is announced. The maximum age covers a process that changes data without an
   * announcement.
   */
  announced: new Cache<Promise<unknown>>('announced', { maxAgeMs: 5_000, maxSize: MAX_KEPT }),
  /** Results that are valid until the next poll. The maximum age is short, because not every poll is announced. */
  polled: new Cache<Promise<unknown>>('polled', { maxAgeMs: 1_000, maxSize: MAX_KEPT }),
}))

/**
 * Runs work that builds one response, or several responses that start together. Equal queries to the same database
 * connection are executed only once, so that all parts of the response are based on the same rows. Work that runs
 * longer, such as a stream, or that reads its own changes, must not run in this function (ADR 0050).
 */
export async function inOneAnswer<T>(work: () => Promise<T>): Promise<T> {
  const answer: Answer = { asked: new Cache('answer'), gathering: new WeakMap(), isOver: false }
  try {
    return await kept().answers.run(answer, work)
  } finally {
    answer.isOver = true
    // a connection that was opened during the response keeps a reference to the response as long as it is open
    answer.asked.clear()
  }
}

/**
 * Returns the result of `ask`, which is called only once per response for the same reader and key. Outside a response
 * it is called each time. Callers must not change the result, because it is shared.
 * @param reader database connection that is read
 * @param key identifies the query and its parameters
 * @throws the error of `ask`, to all callers
 */
export function onceInAnswer<T>(reader: object, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = kept().answers.getStore()
  if (!answer || answer.isOver) return ask()
  const first = answer.asked.find(reader, key) as Promise<T> | undefined
  return first ?? answer.asked.store(reader, key, ask())
}

/**
 * Enables caching across responses; called when this process receives every change.
 * @returns function that disables it
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
 * Clears the results that are cached across responses, because data changed or may have changed. A query in progress
 * may read old data, so later callers do not share its result.
 * @param countersOnly true = only counters changed, so that only the results of {@link untilPoll} are cleared
 */
export function clearCaches({ countersOnly = false }: { countersOnly?: boolean | undefined } = {}): void {
  kept().polled.clear()
  if (!countersOnly) kept().announced.clear()
}

/**
 * Returns the result of `ask` like {@link onceInAnswer}, and also caches it for other responses until the next
 * announced change (except changes of counters only), at most 5 s. It is cached only while this process receives all
 * changes. Only for data that change with an announcement, and not for times of polls or counters (ADR 0254).
 */
export const cacheUntilChange = <T>(reader: object, key: string, ask: () => Promise<T>): Promise<T> =>
  onceInAnswer(reader, key, () => keptIn('announced', reader, key, ask))

/**
 * Returns the result of `ask` like {@link untilChange}, but for data that depend on times of polls or on counters. The
 * result is cached until any announcement, at most one second (ADR 0254).
 */
export const cacheUntilPoll = <T>(reader: object, key: string, ask: () => Promise<T>): Promise<T> =>
  onceInAnswer(reader, key, () => keptIn('polled', reader, key, ask))

function keptIn<T>(tier: 'announced' | 'polled', reader: object, key: string, ask: () => Promise<T>): Promise<T> {
  const { listening, answers, [tier]: cache } = kept()
  return listening === 0 || !answers.getStore() ? ask() : cache.share(reader, key, ask)
}

/**
 * Runs `ask` and caches the results of its statements like {@link untilChange}. All of them must read only data whose
 * changes are announced.
 */
export const withAnnouncedData = <T>(ask: () => Promise<T>): Promise<T> => kept().marked.run(true, ask)

/**
 * Runs a statement about one point in time. Equal statements of a response for several times are combined into one
 * statement, because sending a statement costs as much as executing several. The rows are shared, so callers must not
 * change them.
 * @param asked text: contains `$AT` for the time, and must order its rows; values: the other parameters
 * @param at ISO 8601 time
 */
export async function queryAt<Row extends QueryResultRow>(
  db: Queryable,
  asked: Required<PreparedStatement>,
  at: string,
): Promise<Row[]> {
  const key = `${keyOfValues(asked.values)} ${asked.text}`
  const share = kept().marked.getStore() ? cacheUntilChange : onceInAnswer
  return [...(await share(db, `${at} ${key}`, () => gathered(db, asked, { at, key })))] as Row[]
}

async function gathered(db: Queryable, asked: Required<PreparedStatement>, { at, key }: { at: string; key: string }) {
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
 * Executes one statement for several times.
 * @returns the rows for each time
 */
async function queryMoments(db: Queryable, { name, text, values }: Required<PreparedStatement>, moments: string[]) {
  const given = `$${values.length + 1}::timestamptz`
  if (moments.length === 1)
    return [await queryPrepared(db, name, text.replaceAll('$AT', given), [...values, moments[0]])]
  const each = `SELECT asked.place::int AS asked_place, own.* FROM unnest(${given}[]) WITH ORDINALITY asked (at, place)
    CROSS JOIN LATERAL (${text.replaceAll('$AT', 'asked.at')}) own`
  const byPlace = Map.groupBy(
    await queryPrepared(db, `${name} of moments`, each, [...values, moments]),
    ({ asked_place }) => asked_place as number,
  )
  return moments.map((_, n) => byPlace.get(n + 1) ?? [])
}

/**
 * Returns a connection in front of a pool that executes equal statements of one response only once. The rows are
 * shared, so callers must not change them; each caller gets its own list.
 */
export function sharedReader(pool: Queryable): Queryable {
  const reader: Queryable = {
    async query<Row extends QueryResultRow>(asked: string | PreparedStatement, values?: unknown[]) {
      const run = () => pool.query<Row>(asked, values)
      const key = keyOf(asked, values)
      if (key === null) return run()
      const share = kept().marked.getStore() ? cacheUntilChange : onceInAnswer
      const result = await share(pool, key, run)
      return { ...result, rows: [...result.rows] }
    },
  }
  letPrismaBypass(reader, pool)
  return reader
}

/**
 * Returns the cache key of a statement; null if the statement is not cached, because it requests rows in another form
 * or has no name.
 */
function keyOf(asked: string | PreparedStatement, values?: unknown[]): string | null {
  if (typeof asked === 'string') return `${keyOfValues(values)} ${asked}`
  const { name, text, values: own, ...options } = asked
  return name === undefined || Object.keys(options).length > 0 ? null : `${keyOfValues(own)} ${text}`
}

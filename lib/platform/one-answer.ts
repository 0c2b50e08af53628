import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as immediate } from 'node:timers/promises'
import type { QueryResultRow } from 'pg'
import { oncePerProcess } from '#lib/bgp/once.ts'
import { Cache, keyOfValues } from './cache.ts'
import { letPrismaPass } from './prisma/with-prisma.ts'
import { queryPrepared, type PreparedStatement, type Queryable } from './queryable.ts'

type Gathering = { moments: string[]; rows: Promise<QueryResultRow[][]> }

/** What was asked so far in one answer, by what it was read from. What the answer began and left running asks for itself. */
interface Answer {
  asked: Cache<Promise<unknown>>
  /** statements that are about to be sent, each of several moments */
  gathering: WeakMap<object, Map<string, Gathering>>
  isOver: boolean
}

/** Questions kept of one reader. */
const MAX_KEPT = 100

const kept = oncePerProcess('one-answer', () => ({
  answers: new AsyncLocalStorage<Answer>(),
  /** Present while statements read data that {@link untilChange} may keep. */
  marked: new AsyncLocalStorage<true>(),
  /** Number of listeners that receive every change; 0 = values are not kept. */
  listening: 0,
  /** The age limits the effect of a writer that does not announce its change. */
  announced: new Cache<Promise<unknown>>('announced', { maxAgeMs: 5_000, maxSize: MAX_KEPT }),
  /** The age is short because polls are not announced. */
  polled: new Cache<Promise<unknown>>('polled', { maxAgeMs: 1_000, maxSize: MAX_KEPT }),
}))

/**
 * Runs work that makes one answer, or answers that begin together: what is asked twice in it, of the same reader, is read once, so that its parts rest on
 * the same rows. What goes on for longer, such as a stream, or reads what it changed, must not run in it (ADR 0050).
 */
export async function inOneAnswer<T>(work: () => Promise<T>): Promise<T> {
  const answer: Answer = { asked: new Cache('answer'), gathering: new WeakMap(), isOver: false }
  try {
    return await kept().answers.run(answer, work)
  } finally {
    answer.isOver = true
    // a connection that was opened in the answer remembers it for as long as it is open
    answer.asked.clear()
  }
}

/**
 * What `ask` gives, asked once in an answer; each time outside of one. Whoever gets it must not change it.
 * @param reader what is read from
 * @param key of the question and its parameters
 * @throws what `ask` throws, to all who asked
 */
export function onceInAnswer<T>(reader: object, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = kept().answers.getStore()
  if (!answer || answer.isOver) return ask()
  const first = answer.asked.find(reader, key) as Promise<T> | undefined
  return first ?? answer.asked.store(reader, key, ask())
}

/** From now on this process gets every change. @returns from now on it does not */
export function beginKeeping(): () => void {
  kept().listening += 1
  forgetKept()
  return () => {
    kept().listening -= 1
    forgetKept()
  }
}

/** Something changed, or may have. What is being read may be of before: who asks from now on does not share it. */
export function forgetKept({ countersOnly = false }: { countersOnly?: boolean | undefined } = {}): void {
  kept().polled.clear()
  if (!countersOnly) kept().announced.clear()
}

/**
 * As {@link onceInAnswer}, and an answer's is kept for others until the next announced change beyond counters, 5 s at most, as long as this
 * process gets them: for what none but announced writers change, so not for times of polls, nor for counters (ADR 0254).
 */
export const untilChange = <T>(reader: object, key: string, ask: () => Promise<T>): Promise<T> =>
  onceInAnswer(reader, key, () => keptIn('announced', reader, key, ask))

/** The same for what rests on times of polls and on counters, too: until anything is announced, a second at most (ADR 0254). */
export const untilPoll = <T>(reader: object, key: string, ask: () => Promise<T>): Promise<T> =>
  onceInAnswer(reader, key, () => keptIn('polled', reader, key, ask))

function keptIn<T>(tier: 'announced' | 'polled', reader: object, key: string, ask: () => Promise<T>): Promise<T> {
  const { listening, answers, [tier]: cache } = kept()
  return listening === 0 || !answers.getStore() ? ask() : cache.share(reader, key, ask)
}

/** Asks by plain statements, all of which read what {@link untilChange} may keep. */
export const ofAnnounced = <T>(ask: () => Promise<T>): Promise<T> => kept().marked.run(true, ask)

/**
 * A statement about one moment. What an answer asks at the same time of other moments is one statement with it: each costs as much to send
 * as many of these take to run. Rows are shared, as those of {@link sharedReader} are.
 * @param asked.text names the moment `$AT`, and has an order of its own; the values are the others
 * @param at ISO 8601
 */
export async function queryAt<Row extends QueryResultRow>(
  db: Queryable,
  asked: Required<PreparedStatement>,
  at: string,
): Promise<Row[]> {
  const key = `${keyOfValues(asked.values)} ${asked.text}`
  const share = kept().marked.getStore() ? untilChange : onceInAnswer
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

/** @returns the rows of each moment */
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
 * Returns a reader in front of a pool that runs equal statements of one answer once. Rows are shared, so that callers must not change them; each
 * caller has a list of its own.
 */
export function sharedReader(pool: Queryable): Queryable {
  const reader: Queryable = {
    async query<Row extends QueryResultRow>(asked: string | PreparedStatement, values?: unknown[]) {
      const run = () => pool.query<Row>(asked, values)
      const key = keyOf(asked, values)
      if (key === null) return run()
      const share = kept().marked.getStore() ? untilChange : onceInAnswer
      const result = await share(pool, key, run)
      return { ...result, rows: [...result.rows] }
    },
  }
  letPrismaPass(reader, pool)
  return reader
}

/** Returns null for a statement that asks for rows of another form. */
function keyOf(asked: string | PreparedStatement, values?: unknown[]): string | null {
  if (typeof asked === 'string') return `${keyOfValues(values)} ${asked}`
  const { name, text, values: own, ...options } = asked
  return name === undefined || Object.keys(options).length > 0 ? null : `${keyOfValues(own)} ${text}`
}

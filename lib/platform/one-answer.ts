import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as immediate } from 'node:timers/promises'
import type { QueryResult, QueryResultRow } from 'pg'
import { askPrepared, type PreparedStatement, type Queryable } from './queryable.ts'

type Gathering = { moments: string[]; rows: Promise<QueryResultRow[][]> }

/** What was asked so far in one answer, by what it was read from. What the answer began and left running asks for itself. */
interface Answer {
  asked: WeakMap<object, Map<string, Promise<unknown>>>
  /** statements that are about to be sent, each of several moments */
  gathering: WeakMap<object, Map<string, Gathering>>
  isOver: boolean
}

const KEY = Symbol.for('peerwatch.one-answer')
type Holder = { [KEY]?: AsyncLocalStorage<Answer> }

/** It hangs on globalThis because a web bundler may instantiate this module more than once. */
function answers(): AsyncLocalStorage<Answer> {
  const holder = globalThis as Holder
  holder[KEY] ??= new AsyncLocalStorage()
  return holder[KEY]
}

/**
 * Runs work that makes one answer, or answers that begin together: what is asked twice in it, of the same reader, is read once, so that its parts rest on
 * the same rows. What goes on for longer, such as a stream, or reads what it changed, must not run in it (ADR 0050).
 */
export async function inOneAnswer<T>(work: () => Promise<T>): Promise<T> {
  const answer: Answer = { asked: new WeakMap(), gathering: new WeakMap(), isOver: false }
  try {
    return await answers().run(answer, work)
  } finally {
    answer.isOver = true
    // a connection that was opened in the answer remembers it for as long as it is open
    answer.asked = new WeakMap()
  }
}

/**
 * What `ask` gives, asked once in an answer; each time outside of one. Whoever gets it must not change it.
 * @param reader what is read from
 * @param key of the question and its parameters
 * @throws what `ask` throws, to all who asked
 */
export function onceInAnswer<T>(reader: object, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = answers().getStore()
  if (!answer || answer.isOver) return ask()
  const known = answer.asked.get(reader) ?? new Map<string, Promise<unknown>>()
  answer.asked.set(reader, known)
  const first = known.get(key) as Promise<T> | undefined
  if (first) return first
  const asked = ask()
  known.set(key, asked)
  return asked
}

/** How long something is kept at most, in ms: for a writer that forgot to announce it; for polls, which are not announced. */
const LONGEST_MS = { announced: 5_000, polled: 1_000 }
type Tier = keyof typeof LONGEST_MS
/** Questions kept of one reader. */
const MOST_KEPT = 100

type OfReader = WeakMap<object, Map<string, { askedAt: number; answer: Promise<unknown> }>>

interface Kept {
  /** who gets every change; nobody = nothing is kept */
  listening: number
  tiers: Record<Tier, OfReader>
  marked: AsyncLocalStorage<true>
}

const KEPT = Symbol.for('peerwatch.kept-answers')

function kept(): Kept {
  const holder = globalThis as { [KEPT]?: Kept }
  const tiers = { announced: new WeakMap(), polled: new WeakMap() }
  holder[KEPT] ??= { listening: 0, tiers, marked: new AsyncLocalStorage() }
  return holder[KEPT]
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
  const { tiers } = kept()
  tiers.polled = new WeakMap()
  if (!countersOnly) tiers.announced = new WeakMap()
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

function keptIn<T>(tier: Tier, reader: object, key: string, ask: () => Promise<T>): Promise<T> {
  const { listening, tiers } = kept()
  if (listening === 0 || !answers().getStore()) return ask()
  const own: NonNullable<ReturnType<OfReader['get']>> = tiers[tier].get(reader) ?? new Map()
  const known = own.get(key)
  const askedAt = performance.now()
  if (known && askedAt - known.askedAt < LONGEST_MS[tier]) return known.answer as Promise<T>
  if (own.size >= MOST_KEPT) own.clear()
  const answer = ask()
  own.set(key, { askedAt, answer })
  tiers[tier].set(reader, own)
  answer.catch(() => own.get(key)?.answer === answer && own.delete(key))
  return answer
}

/** Asks by plain statements, all of which read what {@link untilChange} may keep. */
export const ofAnnounced = <T>(ask: () => Promise<T>): Promise<T> => kept().marked.run(true, ask)

/**
 * A statement about one moment. What an answer asks at the same time of other moments is one statement with it: each costs as much to send
 * as many of these take to run. Rows are shared, as those of {@link shareStatements} are.
 * @param asked.text names the moment `$AT`, and has an order of its own; the values are the others
 * @param at ISO 8601
 */
export async function askAt<Row extends QueryResultRow>(
  db: Queryable,
  asked: Required<PreparedStatement>,
  at: string,
): Promise<Row[]> {
  const key = `${textOf(asked.values)} ${asked.text}`
  const share = kept().marked.getStore() ? untilChange : onceInAnswer
  return [...(await share(db, `${at} ${key}`, () => gathered(db, asked, { at, key })))] as Row[]
}

async function gathered(db: Queryable, asked: Required<PreparedStatement>, { at, key }: { at: string; key: string }) {
  const answer = answers().getStore()
  if (!answer || answer.isOver) return (await askMoments(db, asked, [at]))[0] ?? []
  const own: Map<string, Gathering> = answer.gathering.get(db) ?? new Map()
  answer.gathering.set(db, own)
  const batch: Gathering = own.get(key) ?? { moments: [], rows: immediate().then(send) }
  own.set(key, batch)
  const place = batch.moments.push(at) - 1
  return (await batch.rows)[place] ?? []

  function send() {
    own.delete(key)
    return askMoments(db, asked, batch.moments)
  }
}

/** @returns the rows of each moment */
async function askMoments(db: Queryable, { name, text, values }: Required<PreparedStatement>, moments: string[]) {
  const given = `$${values.length + 1}::timestamptz`
  if (moments.length === 1) return [await askPrepared(db, name, text.replaceAll('$AT', given), [...values, moments[0]])]
  const each = `SELECT asked.place::int AS asked_place, own.* FROM unnest(${given}[]) WITH ORDINALITY asked (at, place)
    CROSS JOIN LATERAL (${text.replaceAll('$AT', 'asked.at')}) own`
  const byPlace = Map.groupBy(
    await askPrepared(db, `${name} of moments`, each, [...values, moments]),
    ({ asked_place }) => asked_place as number,
  )
  return moments.map((_, n) => byPlace.get(n + 1) ?? [])
}

/** Lets a pool that only reads run equal statements of one answer once. Rows are shared, so nobody may change them; the list of them is each one's own. */
export function shareStatements(pool: Queryable): void {
  const run = pool.query.bind(pool) as (...asked: unknown[]) => Promise<QueryResult>
  const shared = async (...asked: unknown[]): Promise<QueryResult> => {
    const key = keyOf(asked)
    if (key === null) return run(...asked)
    const share = kept().marked.getStore() ? untilChange : onceInAnswer
    const result = await share(pool, key, () => run(...asked))
    return { ...result, rows: [...result.rows] }
  }
  pool.query = shared as <Row extends QueryResultRow>() => Promise<QueryResult<Row>>
}

/** Null for what is no plain statement: callbacks, row modes and cursors. */
function keyOf([statement, values, ...more]: unknown[]): string | null {
  if (more.length > 0 || typeof values === 'function') return null
  if (typeof statement === 'string') return `${textOf(values)} ${statement}`
  const { name, text, values: own, ...options } = statement as Record<string, unknown>
  if (typeof name !== 'string' || typeof text !== 'string' || Object.keys(options).length > 0) return null
  return `${textOf(own)} ${text}`
}

const textOf = (values: unknown): string =>
  JSON.stringify(values ?? [], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

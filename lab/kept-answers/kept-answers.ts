import { armTypes, type EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { type CallApiInProcess, InvalidRequestError, NotFoundError } from '#lib/questions/index.ts'
import { drawPastQuery } from './draw.ts'
import {
  isFullyObserved,
  PAST_KIND_NAMES,
  type PastKind,
  pastKinds,
  type PastQuestion,
  toComparableRows,
} from './kinds.ts'

export interface PastQueryContext {
  db: SqlExecutor
  ask: CallApiInProcess
  now: EpochMs
  /** retention of history, in milliseconds (RETAIN_HISTORY) */
  historyMs: number
}

/** A stored answer about a closed period. */
export interface StoredAnswer extends PastQuestion {
  /** version of the kind when the answer was stored */
  version: number
  /** one line for each row */
  said: readonly string[]
}

interface ChangedAnswer {
  question: string
  /** lines of the stored answer that are missing from the current one */
  gone: string[]
  /** lines of the current answer that are missing from the stored one */
  came: string[]
}

interface VerifiedAnswers {
  same: number
  changed: ChangedAnswer[]
  /** number of answers about a period whose retention has expired */
  expired: number
  /** number of answers of a kind whose version has changed */
  outdated: number
}

/**
 * Stores answers about closed periods. Draws the queries with a seed: the kinds in turn, and half of the queries about
 * the last two weeks. Leaves out answers about periods that were not completely observed or are still partly open
 * (ADR 0325).
 */
export async function saveSampledPastAnswers(
  { db, ask, now, historyMs }: PastQueryContext,
  { draws, kinds = PAST_KIND_NAMES }: { draws: number; kinds?: readonly PastKind[] },
): Promise<StoredAnswer[]> {
  const subjects = await pastSubjects(db)
  if (subjects.since === null) return []
  const oldest = Math.max(subjects.since, now - historyMs)
  const kept = new Map<string, StoredAnswer>()
  for (let n = 0; n < draws; n++) {
    const kind = kinds[n % kinds.length] as PastKind
    const drawn = await drawPastQuery({ db, ask }, { kind, seed: `${now} ${n}`, oldest, now, ...subjects })
    const said = drawn && (await answerTo({ db, ask }, drawn, isFullyObserved))
    if (drawn && said && !('refused' in said))
      kept.set(drawn.question, { ...drawn, version: pastKinds[kind].version, said })
  }
  return [...kept.values()]
}

/** Repeats the query of each stored answer and compares the results. */
export async function verifySampledAnswers(
  past: PastQueryContext,
  kept: readonly StoredAnswer[],
): Promise<VerifiedAnswers> {
  const found: VerifiedAnswers = { same: 0, changed: [], expired: 0, outdated: 0 }
  for (const one of kept) {
    if (pastKinds[one.kind]?.version !== one.version) {
      found.outdated += 1
      continue
    }
    const again = await answerTo(past, one)
    // if the retention of a period has expired, the API refuses the query
    const isRefused = again !== null && 'refused' in again
    if (one.from < past.now - past.historyMs && (isRefused || pastKinds[one.kind].begins)) found.expired += 1
    else if (!isRefused && again?.join('\n') === one.said.join('\n')) found.same += 1
    else
      found.changed.push({
        question: one.question,
        ...differenceOf(one.said, isRefused ? [again.refused] : (again ?? ['not seen, or still open'])),
      })
  }
  return found
}

/**
 * Queries the API and returns comparable rows, or the message of a refusal.
 * @returns null if the answer should not be stored
 */
async function answerTo(
  { db, ask }: Pick<PastQueryContext, 'db' | 'ask'>,
  asked: PastQuestion,
  isKept = (_: unknown) => true,
) {
  try {
    const answer = await ask(db, asked.question)
    return isKept(answer) ? toComparableRows(answer, asked) : null
  } catch (error) {
    if (!(error instanceof InvalidRequestError || error instanceof NotFoundError)) throw error
    return { refused: error.message }
  }
}

function differenceOf(before: readonly string[], after: readonly string[]) {
  const without = (list: readonly string[], other: readonly string[]) => {
    const lines = new Set(other)
    return list.filter((line) => !lines.has(line))
  }
  return { gone: without(before, after), came: without(after, before) }
}

/** Returns the time of the first known resource, and the short IDs of circuits and gateways. */
async function pastSubjects(db: SqlExecutor) {
  const rows = await queryRowsInCamelCase<{ shortId: string; type: string; firstSeen: EpochMs }>(
    db,
    'SELECT short_id, type, first_seen FROM resource WHERE type = ANY ($1) AND first_seen IS NOT NULL ORDER BY short_id',
    [[armTypes.circuit, armTypes.virtualNetworkGateway]],
  )
  const of = (isCircuit: boolean) =>
    rows.filter(({ type }) => (type === armTypes.circuit) === isCircuit).map(({ shortId }) => shortId)
  const since = rows.reduce<EpochMs | null>((first, { firstSeen: at }) => Math.min(first ?? at, at), null)
  return { since, circuits: of(true), gateways: of(false) }
}

import { createHash } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { shareOfText } from '#lib/poller/index.ts'
import { type AskOwn, InvalidRequestError, NotFoundError } from '#lib/questions/index.ts'
import {
  countKept,
  forgetAnswer,
  forgetOne,
  keepAnswer,
  type KeptAnswer,
  nextKept,
  noteChanged,
  pastSubjects,
  replaceKept,
} from '../store/index.ts'
import { draw } from './draw.ts'
import { isSeen, PAST_KIND_NAMES, type PastKind, pastKinds, type PastQuestion, saidBy } from './kinds.ts'

const MOST_KEPT = 10_000
/** New ones are taken once in this time, so many at most. */
const DRAWN_EVERY_MS = 15 * MINUTE
const DRAWN_AT_ONCE = 8
/** A question is asked again no sooner. */
const AGAIN_AFTER_MS = 10 * MINUTE
/** Lines of a difference that are kept. */
const MOST_LINES = 20

interface Past {
  db: Queryable
  ask: AskOwn
  now: EpochMs
  /** how long history is kept, milliseconds (RETAIN_HISTORY) */
  historyMs: number
}

const digestOf = (said: readonly string[]) => createHash('sha256').update(said.join('\n')).digest()

/**
 * Takes answers about times that are over (ADR 0283), drawn by a seed, unless some were taken a moment ago: one of each kind, half of them about the last
 * two weeks. An answer that was not seen in full, or that is still open in part, is not kept.
 * @returns how many were taken
 */
export async function keepSome({ db, ask, now, historyMs }: Past, atOnce = DRAWN_AT_ONCE): Promise<number> {
  const before = await countKept(db)
  if (before.newestAt !== null && now - before.newestAt < DRAWN_EVERY_MS && atOnce === DRAWN_AT_ONCE) return 0
  const subjects = await pastSubjects(db)
  if (subjects.since === null) return 0
  const oldest = Math.max(subjects.since, now - historyMs)
  for (let n = 0; n < atOnce; n++) {
    const seed = `${now} ${n}`
    const kind = PAST_KIND_NAMES[n % PAST_KIND_NAMES.length] as PastKind
    const drawn = await draw({ db, ask }, { kind, seed, oldest, now, ...subjects })
    const said = drawn && (await answerTo({ db, ask }, drawn, isSeen))
    if (!drawn || !said || 'refused' in said) continue
    await keepAnswer(db, drawn, said, now)
  }
  const { kept } = await countKept(db)
  for (let n = MOST_KEPT; n < kept; n++) await forgetOne(db, shareOfText(`${now} ${n}`))
  return kept - before.kept
}

/** @returns what is to be kept of the answer; null = nothing, it is not one to keep */
async function answerTo({ db, ask }: Pick<Past, 'db' | 'ask'>, asked: PastQuestion, isKept = (_: unknown) => true) {
  try {
    const answer = await ask(db, asked.question)
    const said = isKept(answer) ? saidBy(answer, asked) : null
    return said && { version: pastKinds[asked.kind].version, digest: digestOf(said), said }
  } catch (error) {
    if (!(error instanceof InvalidRequestError || error instanceof NotFoundError)) throw error
    return { refused: error.message }
  }
}

interface AskedAgain {
  same: number
  changed: number
  /** no longer kept, as the answer says */
  expired: number
  /** of a kind whose answers were given another shape */
  retaken: number
}

/**
 * Asks kept questions again, those that wait longest first, for so long at most (the answer that is being given then is awaited).
 * @param forMs milliseconds @param againAfterMs those asked since are left out
 */
export async function askAgain(
  past: Past,
  forMs: number,
  signal?: AbortSignal,
  againAfterMs: number = AGAIN_AFTER_MS,
): Promise<AskedAgain> {
  const found: AskedAgain = { same: 0, changed: 0, expired: 0, retaken: 0 }
  const until = performance.now() + forMs
  while (performance.now() < until && !signal?.aborted) {
    const kept = await nextKept(past.db, past.now - againAfterMs + 1, past.now)
    if (!kept) break
    found[await compare(past, kept)] += 1
  }
  return found
}

async function compare({ db, ask, now, historyMs }: Past, kept: KeptAnswer): Promise<keyof AskedAgain> {
  const { id, question, fromAt: from, toAt: to } = kept
  const kind = kept.kind as PastKind
  const isKind = kind in pastKinds
  const again = isKind ? await answerTo({ db, ask }, { kind, question, from, to }) : { refused: 'no such kind' }
  // whoever takes a kind away, or changes what it says, has said so by that; an answer past its retention says so itself
  const isRefused = again !== null && 'refused' in again
  if (!isKind || (from < now - historyMs && (isRefused || pastKinds[kind].begins))) {
    await forgetAnswer(db, id)
    return isKind ? 'expired' : 'retaken'
  }
  if (again && !('refused' in again) && pastKinds[kind].version !== kept.version) {
    await replaceKept(db, id, again)
    return 'retaken'
  }
  const isSame = again !== null && !('refused' in again) && again.digest.equals(kept.digest)
  await noteChanged(db, id, isSame ? null : differenceOf(kept.said, again), now)
  return isSame ? 'same' : 'changed'
}

function differenceOf(before: readonly string[], again: { said: readonly string[] } | { refused: string } | null) {
  const after = again === null ? ['not seen, or still open'] : 'refused' in again ? [again.refused] : again.said
  const without = (list: readonly string[], other: readonly string[]) => {
    const lines = new Set(other)
    return list.filter((line) => !lines.has(line)).slice(0, MOST_LINES)
  }
  return { gone: without(before, after), came: without(after, before) }
}

const whenFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

/** `An answer about 12 Nov 03:12 UTC changed` */
export const changedWords = ({ toAt }: { toAt: EpochMs }): string =>
  `An answer about ${whenFormat.format(toAt).replace(',', '')} UTC changed`

import type { Freshness } from '#lib/contract/index.ts'
import { missingPollsWords } from '#lib/contract/words/index.ts'
import { lateWords } from './late-words.ts'

/** What an answer says of its own age: every answer of the API has it. */
export interface Answered {
  asOf: string
  freshness: Freshness
}

/** What is written of an answer's age; null = not written. */
export interface AgeWords {
  /** `LATE 2 min 05 s`: a poll under it is older than its interval allows */
  late: string | null
  /** the moment that it is as of, ISO 8601 */
  asOf: string | null
  /** its oldest poll, ISO 8601 */
  oldestPollAt: string | null
  /** `2 of 48 never answered` */
  missing: string | null
}

/** Panels ask again each minute at the latest; an answer older than this is of the past, or is not refreshed any more. */
const REFRESHED_MS = 150_000

/** Whether it is of a moment in the past: asked as of one, or not refreshed since. */
const isOfThePast = ({ asOf }: Answered, now: number) => now - Date.parse(asOf) > REFRESHED_MS

/**
 * The age of a page, said once in its head: when it is as of, and the oldest of its polls. The oldest is not always the late one: a table
 * that is polled every 5 minutes may be older and fresh. A late one that is the oldest is not said twice.
 * @param pinned it can't change any more: how old the polls are now means nothing
 */
export function pageAge(answer: Answered, now: number, pinned = false): AgeWords {
  const { oldestPollAt, latePollAt } = answer.freshness
  const isSaid = latePollAt !== null && latePollAt === oldestPollAt
  return {
    ...panelAge(answer, now),
    asOf: answer.asOf,
    oldestPollAt: pinned || isSaid || isOfThePast(answer, now) ? null : oldestPollAt,
  }
}

/** The age of one panel: nothing while it is as current as its page, which says when that was. */
export function panelAge(answer: Answered, now: number): AgeWords {
  return {
    // how late polls are now says nothing of the past
    late: isOfThePast(answer, now) ? null : lateWords(answer.freshness, now),
    asOf: isOfThePast(answer, now) ? answer.asOf : null,
    oldestPollAt: null,
    missing: missingPollsWords(answer.freshness),
  }
}

import type { Freshness } from '#lib/contract/index.ts'
import { formatMissingPolls } from '#lib/contract/words/index.ts'
import { formatLate } from './late-text.ts'

/** What an answer says of its own age: every answer of the API has it. */
export interface Answered {
  asOf: string
  freshness: Freshness
  /** of a past time: false = a poll that is still to come may change it */
  settled?: boolean | undefined
}

/** What is written of an answer's age; null = not written. */
interface AgeText {
  /** `LATE 2 min 05 s`: a poll under it is older than its interval allows */
  late: string | null
  /** the moment that it is as of, ISO 8601 */
  asOf: string | null
  /** `2 of 48 never answered` */
  missing: string | null
}

/** Panels ask again each minute at the latest; an answer older than this is of the past, or is not refreshed any more. */
const REFRESHED_MS = 150_000

/** Whether it is of a moment in the past: asked as of one, or not refreshed since. */
const isOfThePast = ({ asOf }: Answered, now: number) => now - Date.parse(asOf) > REFRESHED_MS

/** The age of a page or a panel: nothing while it is as current as the estate. */
export function panelAge(answer: Answered, now: number): AgeText {
  return {
    // how late polls are now says nothing of the past
    late: isOfThePast(answer, now) ? null : formatLate(answer.freshness, now),
    asOf: isOfThePast(answer, now) ? answer.asOf : null,
    missing: formatMissingPolls(answer.freshness),
  }
}

import type { Freshness } from '#lib/contract/index.ts'
import { formatMissingPolls } from '#lib/contract/words/index.ts'
import { formatLate } from './late-text.ts'

/** Fields about the age of the data, which every API response contains. */
export interface Answered {
  asOf: string
  freshness: Freshness
  /** false = a later poll may still change a response about a past time */
  settled?: boolean | undefined
}

/** Parts of the text about a response's age; null = not shown. */
interface AgeText {
  /** `LATE 2 min 05 s`: a poll that the response uses is older than its interval allows */
  late: string | null
  /** time that the response shows, ISO 8601 */
  asOf: string | null
  /** `2 of 48 never answered` */
  missing: string | null
}

/**
 * Maximum age of a current response. Panels refresh at least once a minute, so an older response shows the past or is
 * no longer refreshed.
 */
const REFRESHED_MS = 150_000

/** Reports whether a response shows a past time: requested as of that time, or not refreshed since. */
const isOfThePast = ({ asOf }: Answered, now: number) => now - Date.parse(asOf) > REFRESHED_MS

/** Returns the age of a page or panel; all parts are null while it is current. */
export function panelAge(answer: Answered, now: number): AgeText {
  return {
    // the current delay of polls is irrelevant for the past
    late: isOfThePast(answer, now) ? null : formatLate(answer.freshness, now),
    asOf: isOfThePast(answer, now) ? answer.asOf : null,
    missing: formatMissingPolls(answer.freshness),
  }
}

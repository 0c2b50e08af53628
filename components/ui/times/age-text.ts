import type { DataFreshness } from '#lib/contract/index.ts'
import { formatMissingPolls } from '#lib/contract/words/index.ts'
import { formatLatePoll } from './late-text.ts'

/** Fields of every API response that describe how current its data is. */
export interface ResponseAge {
  asOf: string
  freshness: DataFreshness
  /** For a response about a past time: false = a later poll may still change it. */
  settled?: boolean | undefined
}

/** Texts about how current a response is. A null text is not shown. */
interface AgeText {
  /** `LATE 2 min 05 s`: a poll on which the response is based is overdue */
  late: string | null
  /** ISO 8601 time of the response, if the response is not current; otherwise null */
  asOf: string | null
  /** `2 of 48 never answered`: number of polls that never succeeded */
  missing: string | null
}

/**
 * Maximum age in ms of a response that counts as current. Panels refresh at least once a minute, so an older response
 * shows the past or is no longer refreshed.
 */
const REFRESHED_MS = 150_000

/** Reports whether a response is not current, because it was requested for a past time or is not refreshed any more. */
const isOfThePast = ({ asOf }: ResponseAge, now: number) => now - Date.parse(asOf) > REFRESHED_MS

/**
 * Returns the texts about the age of a page's or panel's data. All parts are null while the data is current and
 * complete.
 */
export function formatPanelAge(answer: ResponseAge, now: number): AgeText {
  return {
    // For an old response, it is irrelevant how late the polls are at present.
    late: isOfThePast(answer, now) ? null : formatLatePoll(answer.freshness, now),
    asOf: isOfThePast(answer, now) ? answer.asOf : null,
    missing: formatMissingPolls(answer.freshness),
  }
}

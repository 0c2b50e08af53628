import { formatUtcDay, formatUtcMinute, formatUtcTime } from '#lib/contract/time/dates.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { computeProvenMinDuration, type ProvenUntilFields } from '#lib/contract/events/proof-end.ts'
import { formatBriefDuration } from '#lib/contract/words/durations.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import type { EstateHeadline } from './overview.ts'

/** Part of `more` of a headline that does not name its problems: `2 further problems`. */
export const FURTHER_PROBLEMS = /(\d{1,9} further problems)/

/** Formats a time as `18:37 UTC` if it is on the same day as `now`, and otherwise with its date. */
const formatTimeOrDate = (at: string, now: EpochMs) =>
  formatUtcDay(at) === formatUtcDay(now) ? `${formatUtcTime(at)} UTC` : formatUtcMinute(at)

/**
 * Formats the duration of a state for the headline, for example ` for 3 h 12 min`. If the formatted minimum and maximum
 * differ, the result contains the minimum, for example ` for at least 12 min`. Empty if the certain duration is less
 * than one second.
 * @param now epoch milliseconds
 */
function formatLength([earliest, latest]: [string, string], proven: ProvenUntilFields, now: EpochMs): string {
  const certain = computeProvenMinDuration(Date.parse(latest), proven, now)
  const [least, most] = [formatBriefDuration(certain), formatBriefDuration(now - Date.parse(earliest))]
  return certain < 1_000 ? '' : ` for ${least === most ? '' : 'at least '}${least}`
}

/**
 * Returns the headline as one sentence, with its duration or, if it is about one circuit, the latest possible start of
 * the state. If the state began before monitoring, the sentence has the minimum duration. If no recent poll confirms the
 * state, the sentence also has the time of the last poll that did. It is the same on every screen, in mails and on the
 * command line.
 * @param now epoch milliseconds
 * @param timeOf formats a time, with its date if it is on another day than `now`
 */
export function formatHeadline(
  { text, since, unconfirmedSince, more, hasStartTime, ...proven }: EstateHeadline,
  now: EpochMs,
  timeOf: (at: string) => string = (at) => formatTimeOrDate(at, now),
): string {
  const begun = since
    ? hasStartTime && Date.parse(since[0]) > 0
      ? ` since ${timeOf(since[1])}`
      : formatLength(since, { ...proven, unconfirmedSince }, now)
    : ''
  const when = unconfirmedSince ? `${begun}, ${formatLastKnown(timeOf(unconfirmedSince))}` : begun
  // The duration is added to the first clause. The second clause contains the parts that still work.
  const [lead, ...others] = text.split('; ')
  return `${[`${lead}${when}`, ...others].join('; ')}${more ? `, ${more}` : ''}`
}

import type { EpochMs } from '#lib/contract/index.ts'
import { computeMinDuration, type Proven } from '#lib/contract/events/proven.ts'
import { briefDuration } from '#lib/contract/words/durations.ts'
import type { EstateHeadline } from './overview.ts'

/** Formats the time of day, for example `18:37 UTC`. */
const utcTime = (at: string) => `${at.slice(11, 16)} UTC`

/**
 * Formats a duration, for example ` for 3 h 12 min`, or ` for at least 12 min` if the texts of the minimum and maximum
 * differ. Returns an empty text if less than one second is certain.
 * @param now epoch milliseconds
 */
function formatLength([earliest, latest]: [string, string], proven: Proven, now: EpochMs): string {
  const certain = computeMinDuration(Date.parse(latest), proven, now)
  const [least, most] = [briefDuration(certain), briefDuration(now - Date.parse(earliest))]
  return certain < 1_000 ? '' : ` for ${least === most ? '' : 'at least '}${least}`
}

/**
 * Formats the state of the estate and its duration as one sentence. The sentence is the same on every screen, in mails
 * and on the command line.
 * @param now epoch milliseconds
 * @param timeOf formats a time of day
 */
export function headlineSentence(
  { text, since, unconfirmedSince, more, ...proven }: EstateHeadline,
  now: EpochMs,
  timeOf: (at: string) => string = utcTime,
): string {
  const when = unconfirmedSince
    ? `${text.endsWith('not confirmed') ? '' : ', not confirmed'} since ${timeOf(unconfirmedSince)}`
    : since
      ? formatLength(since, proven, now)
      : ''
  // the duration is added to the first clause; the second clause lists the resources that still work
  const [lead, ...others] = text.split('; ')
  return `${[`${lead}${when}`, ...others].join('; ')}${more ? `, ${more}` : ''}`
}

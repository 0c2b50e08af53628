import type { SessionAvailability } from '#lib/sessions/api/index.ts'
import { type DividedTime, upShare } from '#lib/contract/up-share.ts'
import { formatDuration, formatDurationBounds } from '#lib/contract/words/index.ts'
import { formatShareBounds } from '../format/quantity.ts'

type Availability = Pick<SessionAvailability, 'from' | 'to' | 'up' | 'down' | 'notListedSeconds' | 'unknownSeconds'>

/** As every share of uptime divides a time. */
export const dividedTime = ({ from, to, up, unknownSeconds }: Availability): DividedTime => ({
  seconds: (Date.parse(to) - Date.parse(from)) / 1_000,
  upSeconds: { atLeast: up.atLeastSeconds, atMost: up.atMostSeconds },
  unknownSeconds,
})

/** Whether polls saw all of the time, and the session up in all of it. */
export const isUpThroughout = (one: Availability): boolean =>
  dividedTime(one).seconds > 0 && one.down.atMostSeconds + one.notListedSeconds + one.unknownSeconds === 0

/** The share of the time observed: `99.93 to 99.97 % up`. */
export function upWords(one: Availability): string {
  const share = upShare(dividedTime(one))
  if (share === null) return 'unknown'
  return one.up.atMostSeconds === 0 ? 'never up' : `${formatShareBounds(share.atLeast, share.atMost)} up`
}

/**
 * The rest of the time by state. What was not polled is no part of how long it was down: an outage that goes on may have lasted through it,
 * as the head of the page says of the present one.
 */
export function restWords({ up, down, notListedSeconds, unknownSeconds }: Availability): string {
  const isSeen = up.atMostSeconds + down.atMostSeconds + notListedSeconds > 0
  if (isSeen && up.atMostSeconds + notListedSeconds + unknownSeconds === 0) return 'down all the time'
  const whilePolled = unknownSeconds > 0 ? ' while polled' : ''
  const parts = [
    ...(isSeen ? [`${downWords(down)}${whilePolled}`] : []),
    ...(notListedSeconds > 0 ? [`not listed ${formatDuration(notListedSeconds * 1_000, 'round')}`] : []),
    ...(unknownSeconds > 0 ? [`not polled ${formatDuration(unknownSeconds * 1_000, 'round')}`] : []),
  ]
  return parts.join(', ')
}

const downWords = ({ atLeastSeconds, atMostSeconds }: Availability['down']): string =>
  atMostSeconds > 0 ? `down ${formatDurationBounds(atLeastSeconds * 1_000, atMostSeconds * 1_000)}` : 'never down'

import type { DelayBound } from '#lib/contract/index.ts'
import type { IsoBounds } from '../content.ts'

/** `2026-11-20 03:12:04` */
const moment = (iso: string) => iso.slice(0, 19).replace('T', ' ')
const BEGINNING = '1970-01-01T00:00:00.000Z'

/** Bounds in words: what is known of a moment, never more. */
export function boundsWords([from, to]: IsoBounds): string {
  if (from === BEGINNING) return `before ${moment(to)} UTC, when Peerwatch first looked`
  if (moment(from) === moment(to)) return `at ${moment(to)} UTC`
  const sameDay = from.slice(0, 10) === to.slice(0, 10)
  return `between ${moment(from)} and ${sameDay ? moment(to).slice(11) : moment(to)} UTC`
}

export const momentWords = (iso: string) => `${moment(iso)} UTC`

/** `2 min 02 s`, `3 h 05 min`, `2 d 04 h`: two units at most, rounded down. */
export function durationWords(seconds: number): string {
  const whole = Math.floor(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`
  if (whole < 86_400) return `${Math.floor(whole / 3_600)} h ${two(Math.floor((whole % 3_600) / 60))} min`
  return `${Math.floor(whole / 86_400)} d ${two(Math.floor((whole % 86_400) / 3_600))} h`
}

export function outageWords({ atLeastSeconds, atMostSeconds }: { atLeastSeconds: number; atMostSeconds: number }) {
  const [least, most] = [durationWords(atLeastSeconds), durationWords(atMostSeconds)]
  return least === most ? least : `at least ${least}, at most ${most}`
}

/** `at most 1 min 02 s after it happened, this notice at most 20 s later`: rounded up, since it is a bound. */
export function delayWords({ detectedWithinSeconds, notifiedWithinSeconds }: DelayBound): string {
  const [told, notice] = [detectedWithinSeconds, notifiedWithinSeconds].map((seconds) =>
    durationWords(Math.ceil(seconds)),
  )
  return `at most ${told} after it happened, this notice at most ${notice} later`
}

import type { CircuitHistory } from '#lib/contract/index.ts'
import { upShare } from '#lib/contract/up-share.ts'
import { formatDurationBounds } from '#lib/contract/words/index.ts'
import type { Tone } from '../ui/glyph.tsx'

type Day = CircuitHistory['days'][number]

/** The worst that is certain of a day; `unknown` where nothing of it was seen. */
export function toneOf(day: Day): Tone {
  if (day.downSeconds.atLeast > 0) return 'down'
  if (day.pathDownSeconds.atLeast > 0 || day.downSeconds.atMost > 0) return 'degraded'
  if (day.unknownSeconds >= day.seconds) return 'unknown'
  return day.plannedSeconds > 0 ? 'off' : 'up'
}

/** The share of a day in which nothing was seen, 0 to 1. */
export const unknownShare = ({ unknownSeconds, seconds }: Day): number => (seconds > 0 ? unknownSeconds / seconds : 0)

const words = ({ atLeast, atMost }: Day['downSeconds']) => formatDurationBounds(atLeast * 1_000, atMost * 1_000)

/** A day in one line: `2026-11-20: down at least 19 min, at most 22 min; not observed 2 h`. */
export function dayWords(day: Day): string {
  const { downSeconds, pathDownSeconds, unknownSeconds, plannedSeconds } = day
  const facts = [
    downSeconds.atMost > 0 && `down ${words(downSeconds)}`,
    pathDownSeconds.atMost > 0 && `a path down ${words(pathDownSeconds)}`,
    plannedSeconds > 0 && `planned work ${formatDurationBounds(plannedSeconds * 1_000, plannedSeconds * 1_000)}`,
    unknownSeconds > 0 && `not observed ${formatDurationBounds(unknownSeconds * 1_000, unknownSeconds * 1_000)}`,
  ].filter(Boolean)
  return `${day.day}: ${facts.length > 0 ? facts.join('; ') : 'up'}`
}

/**
 * The availability of what was observed, planned work left out: the share that was certainly up, 0 to 1; null = nothing was observed.
 */
export function availabilityOf(days: readonly Day[]): number | null {
  const sum = (of: (day: Day) => number) => days.reduce((all, day) => all + of(day), 0)
  const share = upShare({
    seconds: sum(({ seconds }) => seconds),
    upSeconds: { atLeast: sum(({ upSeconds }) => upSeconds.atLeast), atMost: sum(({ upSeconds }) => upSeconds.atMost) },
    unknownSeconds: sum(({ unknownSeconds }) => unknownSeconds),
    plannedSeconds: sum(({ plannedSeconds }) => plannedSeconds),
  })
  return share && share.atLeast
}

/** `99.95 %`: rounded down, so that only what was always up is 100 %. */
export function availabilityWords(share: number | null): string {
  if (share === null) return 'not observed'
  return share === 1 ? '100 %' : `${(Math.floor(share * 100_000) / 1_000).toFixed(3)} %`
}

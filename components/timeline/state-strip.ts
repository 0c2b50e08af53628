import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import { isSessionStateDown } from '#lib/bgp/index.ts'
import type { SessionInterval } from '#lib/sessions/api/index.ts'
import type { StateTone } from '../ui/drawing/glyph.tsx'

/**
 * Part of a bar that shows the states of a session over time, epoch milliseconds. The parts follow each other without a
 * gap.
 */
export interface StripSegment {
  from: number
  to: number
  tone: Extract<StateTone, 'up' | 'degraded' | 'down' | 'unknown'>
}

/**
 * Returns the states of one session in a time window. Only states that polls prove are included. The time between the
 * two polls around a change counts as unknown, and time without polls too.
 * @param intervals intervals of this session
 * @param gaps times in which the session was not polled
 */
export function buildSessionStrip(
  intervals: readonly Pick<SessionInterval, 'state' | 'known' | 'from' | 'to'>[],
  gaps: readonly TimeInterval[],
  window: TimeInterval,
): StripSegment[] {
  const known = intervals
    .filter((interval) => interval.known !== 'unknown')
    .map(({ state, from, to }) => ({
      from: Date.parse(from[1]),
      to: to === null ? Number.POSITIVE_INFINITY : Date.parse(to[0]),
      tone: toneOf(state),
    }))
  return partsOf(
    window,
    [...known, ...gaps].flatMap(({ from, to }) => [from, to]),
    (at) => {
      if (gaps.some(({ from, to }) => at >= from && at < to)) return 'unknown'
      return known.find(({ from, to }) => at >= from && at < to)?.tone ?? 'unknown'
    },
  )
}

function toneOf(state: SessionInterval['state']): StripSegment['tone'] {
  if (state === 'established') return 'up'
  return isSessionStateDown(state) ? 'down' : 'unknown'
}

/** Merges the states of several sessions: `degraded` while some of them are down, `down` while all are down. */
export function mergeSessionStrips(strips: readonly (readonly StripSegment[])[], window: TimeInterval): StripSegment[] {
  const edges = strips.flatMap((strip) => strip.map(({ from }) => from))
  return partsOf(window, edges, (at) => {
    const tones = strips.map((strip) => strip.find(({ from, to }) => at >= from && at < to)?.tone ?? 'unknown')
    if (tones.length === 0) return 'unknown'
    if (tones.every((tone) => tone === 'down')) return 'down'
    if (tones.includes('down')) return 'degraded'
    return tones.includes('unknown') ? 'unknown' : 'up'
  })
}

/** Divides a time window at the given times. Adjacent parts with the same tone become one part. */
function partsOf(
  window: TimeInterval,
  edges: readonly number[],
  toneAt: (at: number) => StripSegment['tone'],
): StripSegment[] {
  const inside = edges.filter((at) => at > window.from && at < window.to)
  const cuts = [window.from, ...new Set(inside.toSorted((a, b) => a - b)), window.to]
  const parts: StripSegment[] = []
  for (const [index, from] of cuts.slice(0, -1).entries()) {
    const to = cuts[index + 1] ?? window.to
    const tone = toneAt(from)
    const last = parts.at(-1)
    if (last?.tone === tone) last.to = to
    else parts.push({ from, to, tone })
  }
  return parts
}

/** Describes the states of a session as shares of the time: `up 99.2 %, down 2 times, unknown 0.8 %`. */
export function formatSessionStateStrip(parts: readonly StripSegment[]): string {
  const length = (parts.at(-1)?.to ?? 0) - (parts[0]?.from ?? 0)
  if (length <= 0) return 'no data'
  const share = (tone: StripSegment['tone']) =>
    parts.reduce((sum, part) => sum + (part.tone === tone ? part.to - part.from : 0), 0) / length
  const percent = (value: number) =>
    `${value > 0.999 && value < 1 ? '> 99.9' : (value * 100).toFixed(value === 1 || value === 0 ? 0 : 1)} %`
  const losses = parts.filter(({ tone }) => tone === 'down' || tone === 'degraded').length
  return [
    `up ${percent(share('up'))}`,
    losses > 0 && `down ${losses === 1 ? 'once' : `${losses} times`}`,
    share('unknown') > 0 && `unknown ${percent(share('unknown'))}`,
  ]
    .filter(Boolean)
    .join(', ')
}

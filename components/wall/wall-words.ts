import type { Wall, WallState, WallTile } from '#lib/overview/api/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { outcomeWords } from '#lib/contract/words/outcomes.ts'
import { ownerLabel } from '#lib/contract/words/owners.ts'
import { formatMoment } from '../format/instant.ts'
import { lateWords } from '../ui/times/late-words.ts'

const stateWords: Record<WallState, string> = {
  down: 'DOWN',
  degraded: 'DEGRADED',
  unknown: 'UNKNOWN',
  maintenance: 'MAINTENANCE',
  up: 'UP',
}

/** The tile of the collector itself, whose polls are late. */
const COLLECTOR_TILE = 'source/collector/Collector'

const sizes = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const

/** A lower bound in its largest unit, rounded down. Null under a second. */
export function atLeast(ms: number): string | null {
  const size = sizes.find(([length]) => ms >= length)
  return size ? `≥ ${Math.floor(ms / size[0])} ${size[1]}` : null
}

/** The texts of a tile. */
export interface TileWords {
  state: WallState
  word: string
  /** the certain duration: `≥ 4 min` */
  lasted: string | null
  /** why it is unknown, or how late it is */
  doubt: string | null
  meaning: string
  owner: string | null
}

/** @param now the server's time, epoch milliseconds */
export function tileWords(tile: WallTile, now: number, zone: string): TileWords {
  const { state, since, unconfirmedSince } = tile
  // what nobody confirms any more lasted for certain until then
  const until = unconfirmedSince === null ? now : Date.parse(unconfirmedSince)
  return {
    state,
    word: tile.id === COLLECTOR_TILE ? 'LATE' : stateWords[state],
    // the duration of an unknown state carries no information
    lasted: state === 'up' || state === 'unknown' || since === null ? null : atLeast(until - Date.parse(since[1])),
    doubt: doubtOf(tile, now, zone),
    meaning: [recoveredWords(tile), tile.meaning, plannedWords(tile, now, zone)].filter(Boolean).join(' · '),
    owner: ownerOf(tile),
  }
}

/** For an outdated tile: the last known state and its time. */
export function lostWords(tile: WallTile, readAt: number, zone: string): TileWords {
  const last = `was ${stateWords[tile.state]} at ${formatMoment(readAt, zone, readAt)}`
  return { state: 'unknown', word: stateWords.unknown, lasted: null, doubt: null, meaning: last, owner: null }
}

function doubtOf({ type, state, outcome, freshness, unconfirmedSince }: WallTile, now: number, zone: string) {
  if (unconfirmedSince !== null)
    return `as of ${formatMoment(Date.parse(unconfirmedSince), zone, now).replace(/:\d\d$/, '')}`
  if (type === 'collector' && outcome === null) return null
  if (state === 'unknown') return outcome === null ? 'no data' : outcomeWords(outcome)
  return lateWords(freshness, now) ?? (outcome && `by metrics: ${outcomeWords(outcome)}`)
}

function recoveredWords({ recovered }: WallTile): string | null {
  if (!recovered) return null
  const was = recovered.was === 'down' ? 'was down' : 'was degraded'
  const now = recovered.monitoring ? 'recovered, monitoring' : 'recovered'
  if (!recovered.duration) return recovered.monitoring ? now : was
  return `${now} (${was} ≤ ${formatDuration(recovered.duration.atMostSeconds * 1_000, 'ceil')})`
}

/** Without seconds: windows are announced by the minute. */
const plannedWords = ({ plannedUntil }: WallTile, now: number, zone: string) =>
  plannedUntil && `planned until ${formatMoment(Date.parse(plannedUntil), zone, now).replace(/:\d\d$/, '')}`

function ownerOf({ owner, diagnosing, acknowledged }: WallTile): string | null {
  if (!owner) return null
  const named = owner.name ?? (owner.owner === 'unknown' ? 'Owner unknown' : ownerLabel(owner.owner))
  const label = diagnosing && owner.owner === 'unknown' ? 'Diagnosing' : named
  return acknowledged ? `${label}, acknowledged by ${acknowledged.by}` : label
}

/** `all 12 up for ≥ 3 h 12 min`; null unless all are. */
export function wellWords({ counts, allWellSince }: Pick<Wall, 'counts' | 'allWellSince'>, now: number): string | null {
  if (allWellSince === null) return null
  const lasted = now - Date.parse(allWellSince[1])
  return `all ${counts.up} up${lasted < 60_000 ? '' : ` for ≥ ${formatDuration(lasted)}`}`
}

/** How old what is shown is: the oldest of its polls, not the answer that carries it; of an answer that is not renewed, the answer. */
export function ageWords(
  { readAt, oldestPollAt }: { readAt: number | null; oldestPollAt: string | null },
  now: number,
): string {
  if (readAt === null) return 'no data yet'
  return oldestPollAt === null
    ? `data ${formatDuration(now - readAt)} old`
    : `oldest poll ${formatDuration(Math.max(0, now - Date.parse(oldestPollAt)))} ago`
}

/** Counts by state in one sentence, for screen readers. */
export const summaryWords = (counts: Record<WallState, number>): string =>
  partsOf(counts).join(', ') || 'no resources yet'

/** The same of all that is not up; null = all is. */
export const problemWords = (counts: Record<WallState, number>): string | null =>
  partsOf({ ...counts, up: 0 }).join(', ') || null

/** The last 24 hours in one sentence, for screen readers: `Last 24 hours, in half hours: 2 down, 1 degraded`. */
export const wallDayWords = (states: readonly WallState[]): string =>
  pastWords('Last 24 hours', 'in half hours', states)

/** The last days in one sentence, for screen readers: `Last 30 days, in days: 1 down`. */
export const monthWords = (states: readonly WallState[]): string =>
  pastWords(`Last ${states.length} days`, 'in days', states)

function pastWords(past: string, pieces: string, states: readonly WallState[]): string {
  const counts: Record<WallState, number> = { down: 0, degraded: 0, unknown: 0, maintenance: 0, up: 0 }
  for (const state of states) counts[state]++
  const [first, ...more] = partsOf({ ...counts, up: 0 })
  return first ? `${past}, ${pieces}: ${[first, ...more].join(', ')}` : `${past}: up`
}

const partsOf = (counts: Record<WallState, number>): string[] =>
  (Object.keys(stateWords) as WallState[]).flatMap((state) =>
    counts[state] > 0 ? `${counts[state]} ${stateWords[state].toLowerCase()}` : [],
  )

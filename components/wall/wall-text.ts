import { wordTable } from '#lib/bgp/word-table.ts'
import type { Freshness } from '#lib/contract/index.ts'
import type { PieceState, Wall, WallEstate, WallState, WallTile, TileStatus } from '#lib/overview/api/index.ts'
import { isWell } from '#lib/overview/api/wall-states.ts'
import { leastSince } from '#lib/contract/events/proven.ts'
import { briefDuration, formatDuration } from '#lib/contract/words/durations.ts'
import { formatOutcome } from '#lib/contract/words/outcomes.ts'
import { ownerShare } from '#lib/contract/words/owners.ts'
import { formatMinute, formatMoment } from '../format/instant.ts'
import { formatLate } from '../ui/times/late-text.ts'

/** In its largest unit, rounded down; null under a second. */
const roughly = (ms: number): string | null => (ms < 1_000 ? null : formatDuration(ms).split(' ').slice(0, 2).join(' '))

/** A lower bound as every screen writes it. Null under a second. */
export const atLeast = (ms: number): string | null => (ms < 1_000 ? null : `≥ ${briefDuration(ms)}`)

/** The texts of a tile. */
export interface TileText {
  state: WallState
  word: TileStatus
  /** in the largest letters */
  title: string
  /** when it is proved to have begun: `18:37:12` */
  since: string | null
  /** the certain duration: `≥ 4 min` */
  lasted: string | null
  /** why it is unknown, or how late it is */
  doubt: string | null
  meaning: string
  /** what a row says of what came back, or of its age: `recovered 10:26, ≤ 42 s down` */
  note: string | null
  /** whose it likely is: `Equinix`; where there is room, how sure that is */
  owner: string | null
  ownerShare: string | null
}

/** @param now the server's time, epoch milliseconds */
export function formatTile(tile: WallTile, now: number, zone: string): TileText {
  const { state, since } = tile
  // the duration of an unknown state carries no information
  const begun = isWell(state) || state === 'unknown' || since === null ? null : Date.parse(since[1])
  return {
    state,
    word: tile.word,
    title: titleOf(tile),
    since: begun === null ? null : formatMoment(begun, zone, now),
    lasted: begun === null ? null : atLeast(leastSince(begun, tile, now)),
    doubt: doubtOf(tile, now, zone),
    meaning: [tile.meaning, formatPlanned(tile, now, zone)].filter(Boolean).join(', '),
    note: formatRecovered(tile, now, zone),
    owner: ownerOf(tile, null),
    ownerShare: ownerOf(tile, tile.owner?.confidence ?? null),
  }
}

const titleOf = ({ word, name, called }: WallTile): string =>
  (word === 'late' ? `${name} late` : word === 'recovered' ? word : called).toUpperCase()

const BRIEF: Readonly<Record<string, string>> = wordTable({ 'ONE PATH LEFT': 'ONE PATH', MAINTENANCE: 'PLANNED' })

/** A title in one line of the narrowest tile. */
export const briefTitle = (title: string): string => BRIEF[title] ?? title

/** For an outdated tile: the last known state and its time. */
export function formatLoss(tile: WallTile, readAt: number, zone: string): TileText {
  const last = `was ${tile.called.toUpperCase()} at ${formatMoment(readAt, zone, readAt)}`
  const nothing = { since: null, lasted: null, doubt: null, owner: null, ownerShare: null }
  return { ...nothing, state: 'unknown', word: 'unknown', title: 'UNKNOWN', meaning: last, note: last }
}

/** A time to the minute, with its date where that is another day than now's. */
export const minuteOf = (at: string, zone: string, now: number) => formatMinute(Date.parse(at), zone, now)

function doubtOf({ word, state, outcome, freshness, unconfirmedSince }: WallTile, now: number, zone: string) {
  if (unconfirmedSince !== null) return `not confirmed since ${minuteOf(unconfirmedSince, zone, now)}`
  if (word === 'late') return null
  if (state === 'unknown') return outcome === null ? 'no data' : formatOutcome(outcome)
  return formatLate(freshness, now) ?? (outcome && `by metrics: ${formatOutcome(outcome)}`)
}

function formatRecovered({ recovered }: WallTile, now: number, zone: string): string | null {
  if (!recovered) return null
  const { at, was, duration } = recovered
  const lasted = duration ? ` ≤ ${formatDuration(duration.atMostSeconds * 1_000, 'ceil')}` : ''
  return `recovered ${minuteOf(at, zone, now)},${lasted || ' was'} ${was}`
}

/** `LATE 2 min`: in as few letters as a row has room for. */
export function formatShortLate({ state, latePollAt }: Freshness, now: number): string | null {
  if (state !== 'late' && state !== 'stale') return null
  return `${state.toUpperCase()} ${(latePollAt && roughly(now - Date.parse(latePollAt))) ?? ''}`.trimEnd()
}

/** Without seconds: windows are announced by the minute. */
const formatPlanned = ({ state, plannedUntil }: WallTile, now: number, zone: string) =>
  plannedUntil ? `work until ${minuteOf(plannedUntil, zone, now)}` : state === 'maintenance' && 'planned work'

function ownerOf({ owner, acknowledged }: WallTile, confidence: number | null): string | null {
  if (!owner) return null
  const name = owner.name ?? (owner.owner === 'unknown' ? 'Diagnosing' : null)
  const label = ownerShare(owner.owner, name, confidence)
  return acknowledged ? `${label}, acknowledged by ${acknowledged.by}` : label
}

/** What came back is well. */
const countNames: Record<Exclude<TileStatus, 'recovered' | 'late' | 'not_reported' | 'no_peers'>, string> = {
  up: 'ok',
  down: 'down',
  one_path: 'on one path',
  degraded: 'degraded',
  unknown: 'unknown',
  maintenance: 'in maintenance',
}
/** Nothing is known to work there, and nothing is wrong: each row says why. */
const withoutSessions = (count: number) => (count > 0 ? `${count} without sessions` : [])
const kinds = ['circuits', 'gateways'] as const

const plural = (count: number, kind: (typeof kinds)[number]) => `${count} ${count === 1 ? kind.slice(0, -1) : kind}`

/** `5 circuits: 4 ok, 1 on one path`, `7 gateways: 4 ok, 3 without sessions`. */
export function formatEstate(estate: WallEstate): string[] {
  return kinds.flatMap((kind) => {
    const counts: WallEstate['gateways'] = estate[kind]
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
    if (all === 0) return []
    const ok = (counts.up ?? 0) + (counts.recovered ?? 0)
    if (ok === all) return `${plural(all, kind)} ok`
    const parts = Object.entries(countNames).flatMap(([word, name]) => {
      const count = word === 'up' ? ok : (counts[word as keyof typeof countNames] ?? 0)
      return count > 0 ? `${count} ${name}` : []
    })
    return `${plural(all, kind)}: ${[...parts, withoutSessions((counts.not_reported ?? 0) + (counts.no_peers ?? 0))].flat().join(', ')}`
  })
}

/** How long all is well, at least; null = not known, or less than a minute. */
export function formatAllUp({ headline: { severity, since } }: Pick<Wall, 'headline'>, now: number): string | null {
  const lasted = severity !== 'up' || since === null ? 0 : now - Date.parse(since[1])
  return lasted < 60_000 ? null : `≥ ${formatDuration(lasted)}`
}

/** An impact that a tile's meaning does not say already: how many prefixes are lost stands once. */
export const impactBeside = ({ impact, meaning }: Pick<WallTile, 'impact' | 'meaning'>): string | null =>
  meaning.includes('prefix') && impact?.split(';')[0]?.includes('prefix') ? null : impact

/** How old what is shown is: the oldest of its polls, not the answer that carries it; of an answer that is not renewed, the answer. */
export function formatAge(
  { readAt, freshness }: { readAt: number | null; freshness: Freshness | null },
  now: number,
): string {
  if (readAt === null) return 'No data yet'
  const { state = 'never', oldestPollAt = null } = freshness ?? {}
  if (oldestPollAt === null) return `Last update ${formatDuration(now - readAt)} ago`
  const word = state === 'fresh' ? 'Data fresh' : `DATA ${state.toUpperCase()}`
  return `${word}, oldest poll ${formatDuration(Math.max(0, now - Date.parse(oldestPollAt)))} ago`
}

/** Counts by state in one sentence, for screen readers. */
export const formatSummary = (counts: Record<WallState, number>): string =>
  partsOf(counts).join(', ') || 'no resources yet'

/** How a time before the wall's moment is called: `Last 24 hours`, of the past `24 hours to 19:28`. @param until null = now */
export const formatBefore = (length: string, until: string | null): string =>
  until === null ? `Last ${length}` : `${length} to ${until}`

/** The last 24 hours in one sentence, for screen readers: `Last 24 hours, in half hours: 2 down, 1 degraded`. */
export const formatWallDay = (states: readonly PieceState[], until: string | null = null): string =>
  pastWords(formatBefore('24 hours', until), 'in half hours', states)

/** The last days in one sentence, for screen readers: `Last 30 days, in days: 1 down`. */
export const formatMonth = (states: readonly PieceState[], until: string | null = null): string =>
  pastWords(formatBefore(`${states.length} days`, until), 'in days', states)

function pastWords(past: string, pieces: string, states: readonly PieceState[]): string {
  const counts: Record<PieceState, number> = { down: 0, degraded: 0, unknown: 0, maintenance: 0, up: 0 }
  for (const state of states) counts[state]++
  const [first, ...more] = partsOf({ ...counts, up: 0 })
  return first ? `${past}, ${pieces}: ${[first, ...more].join(', ')}` : `${past}: up`
}

const partsOf = (counts: Partial<Record<WallState, number>>): string[] =>
  [
    (['down', 'degraded', 'unknown', 'maintenance', 'up'] as const).map((state) =>
      counts[state] ? `${counts[state]} ${state}` : [],
    ),
    withoutSessions(counts.silent ?? 0),
  ].flat(2)

/** A rate in Mbit/s with as many digits as can be compared: `0.4`, `12`, `306`, `1,204`. */
export const megabits = (rate: number): string =>
  (rate / 1e6).toLocaleString('en-US', { maximumFractionDigits: rate < 1e7 ? 1 : 0 })

/** A text of clauses or sentences in ever shorter forms: whole ones are left out from the end, none is cut. */
export function shorterTexts(text: string, between: RegExp): string[] {
  const parts = text.split(between)
  return parts.map((_, left) =>
    parts
      .slice(0, parts.length - left)
      .join(' ')
      .replace(/[;,·]$/, ''),
  )
}

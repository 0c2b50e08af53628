import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { DataFreshness } from '#lib/contract/index.ts'
import type {
  IntervalState,
  WallDisplay,
  WallEstate,
  WallState,
  WallTile,
  WallTileStatusWord,
} from '#lib/overview/api/index.ts'
import { isUpOrSilent } from '#lib/overview/api/wall-states.ts'
import { NO_CONTACT_TEXT } from '#lib/contract/events/called-owner.ts'
import { computeProvenMinDuration } from '#lib/contract/events/proof-end.ts'
import { formatBriefDuration, formatDuration } from '#lib/contract/words/durations.ts'
import { freshnessStateLabels } from '#lib/contract/words/freshness.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import { formatDegradedDays } from '#lib/contract/words/degraded-days.ts'
import { formatCauseOwnerWithConfidence } from '#lib/contract/words/owners.ts'
import { formatMinute, formatMoment } from '../format/instant.ts'
import { formatLatePoll } from '../ui/times/late-text.ts'

/** Formats a duration with its largest unit only, rounded down, for example `4 min`; null if it is below a second. */
const roughly = (ms: number): string | null => (ms < 1_000 ? null : formatDuration(ms).split(' ').slice(0, 2).join(' '))

/** Formats a minimum duration: `≥ 4 min`, rounded like on every other page; null if it is below a second. */
export const formatMinimumDuration = (ms: number): string | null => (ms < 1_000 ? null : `≥ ${formatBriefDuration(ms)}`)

/** Texts of a resource's tile on the wall display. */
export interface WallTileText {
  state: WallState
  word: WallTileStatusWord
  /** name of the state in the largest letters: `ONE PATH LEFT` */
  title: string
  /** latest possible start of the state, as text: `18:37:12` */
  since: string | null
  /** minimum duration of the state: `≥ 4 min` */
  lasted: string | null
  /**
   * reason why the state is not certain, or text about how late the data is; null = the state is certain and the data
   * is current
   */
  doubt: string | null
  meaning: string
  /**
   * Text of a one-line row: the recent recovery (`recovered 10:26, ≤ 42 s down`), or the last known state
   * with its time (`UP, last known 10:26:12`) if its polls or the data are outdated; null = no such text. For a resource
   * without sessions, the time is left out, because the line has no space for it.
   */
  note: string | null
  /**
   * party that must probably act, for example `Equinix`; `ownerShare` is the same text with the confidence, if it is
   * known
   */
  owner: string | null
  ownerShare: string | null
}

/**
 * Returns the texts of a tile.
 * @param now the server's time, epoch milliseconds
 */
export function formatWallTile(tile: WallTile, now: number, zone: string): WallTileText {
  const { state, since } = tile
  // Start and duration are shown only for a problem or planned work. For an unknown state, they would carry no
  // information. A late collector has the time of the last poll if all polls stopped; its tile has no duration, because
  // the footer has the age of the data.
  const isLate = tile.word === 'late'
  const begun = isUpOrSilent(state) || (state === 'unknown' && !isLate) || since === null ? null : Date.parse(since[1])
  return {
    state,
    word: tile.word,
    title: titleOf(tile),
    since: begun === null ? null : formatMoment(begun, zone, now),
    lasted: begun === null || isLate ? null : formatMinimumDuration(computeProvenMinDuration(begun, tile, now)),
    doubt: doubtOf(tile, now, zone),
    meaning: [tile.meaning, formatPlanned(tile, now, zone)].filter(Boolean).join(', '),
    note: tile.lastKnown
      ? state === 'silent'
        ? `${tile.called.toUpperCase()}, ${formatLastKnown(null)}`
        : formatLastKnownTile(state === 'up' ? 'up' : tile.called, Date.parse(tile.lastKnown.at), zone, now)
      : formatRecovered(tile, now, zone),
    owner: ownerOf(tile, null),
    ownerShare: ownerOf(tile, tile.owner?.confidence ?? null),
  }
}

const titleOf = ({ word, name, called }: WallTile): string =>
  (word === 'late' ? `${name} late` : word === 'recovered' ? word : called).toUpperCase()

const BRIEF: Readonly<Record<string, string>> = createSafeLookupTable({
  'ONE PATH LEFT': 'ONE PATH',
  'BOTH PATHS UP': 'BOTH UP',
  MAINTENANCE: 'PLANNED',
})

/** Returns a shorter form of a tile's title that fits on one line of the narrowest tile. */
export const shortenTileTitle = (title: string): string => BRIEF[title] ?? title

/**
 * Returns the texts of a tile when the data of the whole wall is outdated: the state UNKNOWN, with the last known state
 * and its time.
 * @param readAt time of the last data, epoch milliseconds
 */
export function formatOutdatedTile(tile: WallTile, readAt: number, zone: string): WallTileText {
  const last = formatLastKnownTile(tile.state === 'up' ? 'up' : tile.called, readAt, zone, readAt)
  const nothing = { since: null, lasted: null, doubt: null, owner: null, ownerShare: null }
  return { ...nothing, state: 'unknown', word: 'unknown', title: 'UNKNOWN', meaning: last, note: last }
}

/**
 * Formats the last known state of a tile: `PARTIAL, last known 10:26:12`. It has no "at", because rows have little space.
 * @param called name of the state
 */
const formatLastKnownTile = (called: string, at: number, zone: string, now: number) =>
  `${called.toUpperCase()}, ${formatLastKnown(null)} ${formatMoment(at, zone, now)}`

/** Formats a time to the minute, with its date if it is not today. */
export const formatWallMinute = (at: string, zone: string, now: number) => formatMinute(Date.parse(at), zone, now)

function doubtOf({ word, state, doubt, freshness, unconfirmedSince, lastKnown }: WallTile, now: number, zone: string) {
  if (unconfirmedSince !== null) return formatLastKnown(formatMoment(Date.parse(unconfirmedSince), zone, now))
  return word === 'late' || state === 'unknown' || lastKnown ? doubt : (formatLatePoll(freshness, now) ?? doubt)
}

function formatRecovered({ recovered }: WallTile, now: number, zone: string): string | null {
  if (!recovered) return null
  const { at, was, duration } = recovered
  const lasted = duration ? ` ≤ ${formatDuration(duration.atMostSeconds * 1_000, 'ceil')}` : ''
  return `recovered ${formatWallMinute(at, zone, now)},${lasted || ' was'} ${was}`
}

/** Formats how late the data is, briefly enough for a row: `LATE 2 min`. */
export function formatShortLatePoll({ state, latePollAt }: DataFreshness, now: number): string | null {
  if (state !== 'late' && state !== 'stale') return null
  return `${freshnessStateLabels[state].toUpperCase()} ${(latePollAt && roughly(now - Date.parse(latePollAt))) ?? ''}`.trimEnd()
}

/** Describes planned work. Its end is formatted without seconds, because maintenance is announced to the minute. */
const formatPlanned = ({ state, plannedUntil }: WallTile, now: number, zone: string) =>
  plannedUntil ? `work until ${formatWallMinute(plannedUntil, zone, now)}` : state === 'maintenance' && 'planned work'

function ownerOf({ owner, acknowledged }: WallTile, confidence: number | null): string | null {
  if (!owner) return null
  const name = owner.name ?? (owner.owner === 'unknown' ? 'Diagnosing' : null)
  const label = [
    formatCauseOwnerWithConfidence(owner.owner, name, confidence),
    ...(confidence !== null && owner.lacksContact ? [NO_CONTACT_TEXT] : []),
  ].join(', ')
  return acknowledged ? `${label}, acknowledged by ${acknowledged.by}` : label
}

/** Texts for counts of resources, by status. A recovered resource counts as `ok`. */
const countNames: Record<Exclude<WallTileStatusWord, 'recovered' | 'late' | 'not_reported' | 'no_peers'>, string> = {
  up: 'ok',
  down: 'down',
  one_path: 'on one path',
  degraded: 'degraded',
  unknown: 'unknown',
  maintenance: 'in maintenance',
}
/**
 * Formats the number of gateways or circuits without BGP sessions. They have no known problem; their rows give the
 * reason.
 */
const withoutSessions = (count: number) => (count > 0 ? `${count} without sessions` : [])
const kinds = ['circuits', 'gateways'] as const

const plural = (count: number, kind: (typeof kinds)[number]) => `${count} ${count === 1 ? kind.slice(0, -1) : kind}`

/**
 * Formats the number of resources by status: `5 circuits: 4 ok, 1 on one path`, `7 gateways: 4 ok, 3 without sessions`.
 * @param left groups that are left out if there are others: `ok` = resources without a problem, `silent` = also
 *   resources without sessions: `5 circuits: 1 on one path`
 */
export function formatEstateCounts(estate: WallEstate, left?: 'ok' | 'silent'): string[] {
  return kinds.flatMap((kind) => {
    const counts: WallEstate['gateways'] = estate[kind]
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
    if (all === 0) return []
    const ok = (counts.up ?? 0) + (counts.recovered ?? 0)
    if (ok === all) return `${plural(all, kind)} ok`
    const parts = Object.entries(countNames).flatMap(([word, name]) => {
      const count = word === 'up' ? (left ? 0 : ok) : (counts[word as keyof typeof countNames] ?? 0)
      return count > 0 ? `${count} ${name}` : []
    })
    const silent = withoutSessions((counts.not_reported ?? 0) + (counts.no_peers ?? 0))
    const named = left === 'silent' && parts.length > 0 ? parts : [...parts, silent].flat()
    return `${plural(all, kind)}: ${named.join(', ')}`
  })
}

/**
 * Formats the minimum time since which all listed resources are up: `≥ 3 h`. It is the time since the last incident,
 * because the headline's `since` counts only circuits. Returns null if at least one resource is not up, or if the time
 * is unknown or less than a minute.
 */
export function formatAllUpDuration(
  { headline, allWellSince }: Pick<WallDisplay, 'headline' | 'allWellSince'>,
  now: number,
): string | null {
  const lasted = headline.severity !== 'up' || allWellSince === null ? 0 : now - Date.parse(allWellSince[1])
  return lasted < 60_000 ? null : `≥ ${formatDuration(lasted)}`
}

/**
 * Returns the impact text that a tile shows. It returns null if the tile's meaning already contains the main part of
 * the impact, which is the number of affected prefixes.
 */
export const findTileImpact = ({ impact, meaning }: Pick<WallTile, 'impact' | 'meaning'>): string | null =>
  meaning.includes('prefix') && impact?.split(';')[0]?.includes('prefix') ? null : impact

/**
 * Formats the age of the displayed data: the age of the oldest poll on which it is based or, if that is unknown, the
 * time since the last response.
 */
export function formatWallDataAge(
  { readAt, freshness }: { readAt: number | null; freshness: DataFreshness | null },
  now: number,
): string {
  if (readAt === null) return 'No data yet'
  const { state = 'never', oldestPollAt = null } = freshness ?? {}
  if (oldestPollAt === null) return `Last update ${formatDuration(now - readAt)} ago`
  const word = state === 'fresh' ? 'Data fresh' : `DATA ${freshnessStateLabels[state].toUpperCase()}`
  return `${word}, oldest poll ${formatDuration(Math.max(0, now - Date.parse(oldestPollAt)))} ago`
}

/** Formats the counts by state in one sentence, for screen readers. */
export const formatStateCounts = (counts: Record<WallState, number>): string =>
  partsOf(counts).join(', ') || 'no resources yet'

/**
 * Formats the time span of a history: `Last 24 hours`, or for a wall that shows the past `24 hours to 19:28`.
 * @param until past moment as text; null = now
 */
export const formatHistorySpan = (length: string, until: string | null): string =>
  until === null ? `Last ${length}` : `${length} to ${until}`

/**
 * Describes the last 24 hours in one sentence, for screen readers: `Last 24 hours, in half hours: 2 down, 1 degraded`.
 */
export const formatWallDay = (states: readonly IntervalState[], until: string | null = null): string =>
  pastWords(formatHistorySpan('24 hours', until), 'in half hours', states)

/** Describes the last days in one sentence, for screen readers: `Last 30 days, in days: 1 down`. */
export const formatLastDaysStates = (states: readonly IntervalState[], until: string | null = null): string =>
  pastWords(formatHistorySpan(`${states.length} days`, until), 'in days', states)

function pastWords(past: string, pieces: string, states: readonly IntervalState[]): string {
  const counts: Record<IntervalState, number> = { down: 0, degraded: 0, unknown: 0, maintenance: 0, up: 0 }
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

/**
 * Formats an availability: `99.950 %`. It is rounded down, so that only a resource that was always up has 100 %. If days
 * next to it are degraded, the text contains their number, because a lost path is not an outage: `100 %, 3 d degraded`.
 * @param share 0 to 1; null = not observed
 */
export function formatAvailability(share: number | null, days: readonly IntervalState[] = []): string {
  if (share === null) return 'not observed'
  if (share < 1) return `${(Math.floor(share * 100_000) / 1_000).toFixed(3)} %`
  return `100 %${formatDegradedDays(days.filter((state) => state === 'degraded').length)}`
}

/** Formats a rate in Mbit/s with as many digits as are useful for comparison: `0.4`, `12`, `306`, `1,204`. */
export const formatMegabits = (rate: number): string =>
  (rate / 1e6).toLocaleString('en-US', { maximumFractionDigits: rate < 1e7 ? 1 : 0 })

/**
 * Returns shorter forms of a text, from the longest to the shortest. Each form has one clause (or sentence) less at its
 * end than the form before.
 * @param between separator of the clauses
 */
export function listShorterFormsOfText(text: string, between: RegExp): string[] {
  const parts = text.split(between)
  return parts.map((_, left) =>
    parts
      .slice(0, parts.length - left)
      .join(' ')
      .replace(/[;,·]$/, ''),
  )
}

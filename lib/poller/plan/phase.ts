/** At which moment of its interval a poll is due. */
import { createHash } from 'node:crypto'
import { kinds } from '#lib/azure/kinds/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { mayComeEarly } from '#lib/platform/leases/index.ts'
import type { PlannedPoll } from './plan.ts'

/** Shorter intervals spread by themselves: their polls end one after the other. */
const WORTH_SPREADING_SECONDS = 10

/** Kinds that go before others on a resource that runs one operation at a time. */
export const FIRST_KINDS: readonly PollKind[] = (Object.keys(kinds) as PollKind[]).filter(
  (kind) => kinds[kind].operation?.reads === 'sessions',
)

/** Of the time between two sessions, after how much of it a table is due: by then most sessions have been read. */
const AFTER_SESSION = 0.38
/** The same of tables of a longer interval where a resource has more than two sessions: each is followed by a table of the shortest interval, too. */
const AFTER_TABLE = 0.6
/**
 * Where a resource has two sessions, which are most circuits, its tables follow the first one. There the second one is due, and a table that follows
 * the first one, after this share of their interval: room for two operations, and for one after the second session.
 */
const OF_TWO = { second: 2 / 3, table: 0.3, nextTable: 0.2 }
/** A poll that was asked for early is due again after this share of its interval at least. */
const LEAST = 0.25

/** Where a poll stands among those of its resource. */
export interface PhasePlace {
  /** what runs one operation at a time */
  resource: string
  /** of a kind that goes first: a session rather than a table */
  isFirst: boolean
  /** from 0, of how many: the sessions of the resource, or its tables of one interval */
  n: number
  of: number
  /** of a table: from 0, how many shorter intervals the tables of the resource have */
  group: number
  /** how many sessions there are */
  sessions: number
}

type PlacedPoll = Pick<PlannedPoll, 'resourceId' | 'subresource' | 'kind' | 'resource' | 'everySeconds'>

/** Of all operations of a plan, by {@link placeKey}. */
export function placesOf(polls: readonly PlacedPoll[]): Map<string, PhasePlace> {
  const places = new Map<string, PhasePlace>()
  const operations = polls.filter(({ kind, resource }) => resource !== null && kinds[kind].operation)
  for (const [resource, own] of Map.groupBy(operations, (poll) => poll.resource ?? '')) {
    const isFirst = ({ kind }: PlacedPoll) => FIRST_KINDS.includes(kind)
    const [first, tables] = [own.filter(isFirst), own.filter((poll) => !isFirst(poll))]
    const sessions = first.length
    for (const [n, poll] of first.entries())
      places.set(placeKey(poll), { resource, isFirst: true, n, of: sessions, group: 0, sessions })
    const groups = [...Map.groupBy(tables, ({ everySeconds }) => everySeconds)].toSorted(([a], [b]) => a - b)
    for (const [group, [, alike]] of groups.entries())
      for (const [n, poll] of alike.entries())
        places.set(placeKey(poll), { resource, isFirst: false, n, of: alike.length, group, sessions })
  }
  return places
}

export const placeKey = ({ resourceId, subresource, kind }: Pick<PlacedPoll, 'resourceId' | 'subresource' | 'kind'>) =>
  `${resourceId.toLowerCase()}/${subresource}/${kind}`

/** What a lease says of its resource's timetable. */
interface PlacedLease {
  /** when the poll that ends was due */
  nextAt: EpochMs
  everySeconds: number
  /** the interval of the resource's sessions; null = it has none */
  firstSeconds: number | null
  /** the shortest interval of its tables; null = it has none */
  tableSeconds: number | null
}

/**
 * Keeps the operations of one resource apart: its sessions are due at even distances, but for two, its tables between them, one after
 * the other, and each at the same moment of its interval however late it began. Where intervals are multiples of each other that
 * stays so. A table that may be read early after the only session of its resource is due about an interval after it was due, at the same moment between two sessions. Resources are
 * spread over the whole of their intervals.
 * @param isFirst it is this worker's first poll of the source: the second one may follow at once
 * @returns seconds from then to when it is due again: from a quarter of its interval to one and a quarter
 */
export function placedInterval(place: PhasePlace, lease: PlacedLease, isFirst: boolean): number {
  const { nextAt, everySeconds } = lease
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  const room = isFirst ? null : roundOfOnlySession(place, lease)
  if (room === null) return untilPhase(phaseOf(place, lease), nextAt, everySeconds, isFirst ? 1 : LEAST * everySeconds)
  const least = everySeconds - room / 2
  return least + untilPhase(phaseOf(place, lease), nextAt + least * 1_000, room, 0)
}

/** Seconds between two readings of a resource's only session, whichever of which a table follows that may be read early; null = it is none. */
function roundOfOnlySession(
  { isFirst, sessions }: PhasePlace,
  { everySeconds, firstSeconds }: PlacedLease,
): number | null {
  return !isFirst && sessions === 1 && firstSeconds !== null && mayComeEarly(everySeconds, firstSeconds)
    ? firstSeconds
    : null
}

/** Seconds into the interval. */
function phaseOf(place: PhasePlace, { everySeconds, firstSeconds, tableSeconds }: PlacedLease): number {
  const { resource, isFirst, n, of, group, sessions } = place
  const spread = shareOfText(resource)
  if (isFirst) return (spread + (of === 2 ? n * OF_TWO.second : n / of)) * everySeconds
  if (firstSeconds === null || sessions === 0) return (spread + n / of) * everySeconds
  const rounds = roundsOf(everySeconds, firstSeconds)
  const turn = turnOf(resource, rounds)
  if (sessions === 2) {
    const { round, before } = roundOf(place, rounds, roundsOf(tableSeconds ?? everySeconds, firstSeconds))
    return (spread + turn + round + OF_TWO.table + before * OF_TWO.nextTable) * firstSeconds
  }
  // tables of one interval at even distances, those of the next one a gap later: they meet where there are fewer gaps than tables
  const gap = turn * sessions + Math.floor((n * rounds * sessions) / of) + group
  const after = sessions > 2 && group > 0 ? AFTER_TABLE : AFTER_SESSION
  return (spread + (gap + after) / sessions) * firstSeconds
}

const roundsOf = (everySeconds: number, firstSeconds: number): number =>
  Math.max(1, Math.floor(everySeconds / firstSeconds))

/**
 * After which of the first sessions of its interval a table follows, and how many tables of that interval follow it before. Tables of one interval are spread
 * evenly; those of a longer one take the last round of each shorter interval, which is free where that has more rounds than tables.
 * @param rounds of its interval
 * @param shortest rounds of the shortest interval of tables
 */
function roundOf({ n, of, group }: PhasePlace, rounds: number, shortest: number): { round: number; before: number } {
  const even = Math.floor((n * rounds) / of)
  const before = n - Math.ceil((even * of) / rounds)
  const isLonger = group > 0 && shortest < rounds
  return { round: isLonger ? Math.floor(even / shortest) * shortest + shortest - 1 : even, before }
}

/** In which turn of its sessions a resource's first table is due: of intervals that are multiples of each other in the same one. */
const turnOf = (resource: string, rounds: number): number =>
  Math.floor(shareOfText(`${resource}/tables`) * 2 ** 32) % rounds

/**
 * A whole timetable becomes due at once when it is made, and would stay in step for ever: thousands of calls in one
 * second of each minute. So the interval after a worker's first poll of a source is cut short, by another share for each.
 * It only ever adds a poll.
 * @returns seconds until the second poll
 */
export function firstInterval(sourceId: number, kind: string, everySeconds: number): number {
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  return everySeconds * shareOfText(`${sourceId}/${kind}`)
}

/**
 * Polls of one phase are due together, whoever polls them and whenever they began; each phase at another moment of the interval.
 * @param nextAt when the poll that ends was due
 * @returns seconds from then to the next moment of the phase: more than one, and hardly more than an interval
 */
export function phasedInterval(phase: string, nextAt: EpochMs, everySeconds: number): number {
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  return untilPhase(shareOfText(phase) * everySeconds, nextAt, everySeconds, 1)
}

/** Seconds from a moment to the next one of a phase that is more than so many seconds later. */
function untilPhase(phaseSeconds: number, from: EpochMs, everySeconds: number, least: number): number {
  const left = (((phaseSeconds - from / 1000) % everySeconds) + everySeconds) % everySeconds
  return left > least ? left : left + everySeconds
}

/** A number from 0 up to 1 that depends on the text alone. */
export const shareOfText = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32

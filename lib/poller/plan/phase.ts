/** Determines at which moment of its interval a poll is due. */
import { createHash } from 'node:crypto'
import { kinds } from '#lib/azure/kinds/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { canBringForward } from '#lib/platform/leases/index.ts'
import type { PlannedPoll } from './plan.ts'

/**
 * Minimum interval in seconds that is spread. Polls with shorter intervals spread without it, because they end one
 * after the other.
 */
const WORTH_SPREADING_SECONDS = 10

/** Kinds that are polled before others on a resource that runs one operation at a time. */
export const FIRST_KINDS: readonly PollKind[] = (Object.keys(kinds) as PollKind[]).filter(
  (kind) => kinds[kind].operation?.reads === 'sessions',
)

/** Share of the time between two session polls after which a table is due. Most session polls have ended by then. */
const AFTER_SESSION = 0.38
/**
 * Share of the time between two session polls after which a table with a longer interval is due, on a resource with
 * more than two sessions. There, a table with the shortest interval also follows each session.
 */
const AFTER_TABLE = 0.6
/**
 * Phases of a resource with two sessions, as most circuits have, as shares of the sessions' interval. `second`: phase
 * of the second session. `table`: phase of the first table, which follows the first session. `nextTable`: distance to
 * another table after the same session. The first session is thereby followed by room for two operations, and the
 * second by room for one.
 */
const OF_TWO = { second: 2 / 3, table: 0.3, nextTable: 0.2 }
/** Minimum share of its interval after which a poll that ran early on request is due again. */
const LEAST = 0.25

/** The position of a poll among the polls of its resource. */
export interface SchedulePosition {
  /** resource that runs one operation at a time */
  resource: string
  /** whether the kind is polled first (a session and not a table) */
  isFirst: boolean
  /** index from 0 within the resource's sessions, or within its tables with the same interval; `of` is their number */
  n: number
  of: number
  /** for a table: number of shorter intervals that tables of the resource have */
  group: number
  /** number of sessions */
  sessions: number
}

type PlacedPoll = Pick<PlannedPoll, 'resourceId' | 'subresource' | 'kind' | 'resource' | 'everySeconds'>

/** Returns the positions of all operations of a plan, by {@link placeKey}. */
export function schedulePositions(polls: readonly PlacedPoll[]): Map<string, SchedulePosition> {
  const places = new Map<string, SchedulePosition>()
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

/** The part of a lease that describes its resource's schedule. */
interface PlacedLease {
  /** time at which the ending poll was due */
  nextAt: EpochMs
  everySeconds: number
  /** interval in seconds at which the sessions of the same resource are polled; null = its sessions are not polled */
  firstSeconds: number | null
  /** shortest interval of its tables in seconds; null = no tables */
  tableSeconds: number | null
}

/**
 * Returns when an operation is due again, so that the operations of a resource do not coincide. Sessions are due at
 * equal distances (except for two sessions), and tables between them one after the other, always at the same moment of
 * their interval however late they began. This is stable if intervals are multiples of each other. A table that may be
 * polled early after the only session of its resource is due about one interval later, at the same moment between two
 * sessions. Resources are spread over the whole interval.
 * @param isFirst whether this is this worker's first poll of the source; the second poll may then follow immediately
 * @returns seconds between the two due times: from a quarter of the interval to one and a quarter
 */
export function placedInterval(place: SchedulePosition, lease: PlacedLease, isFirst: boolean): number {
  const { nextAt, everySeconds } = lease
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  const room = isFirst ? null : roundOfOnlySession(place, lease)
  if (room === null) return untilPhase(phaseOf(place, lease), nextAt, everySeconds, isFirst ? 1 : LEAST * everySeconds)
  const least = everySeconds - room / 2
  return least + untilPhase(phaseOf(place, lease), nextAt + least * 1_000, room, 0)
}

/**
 * Returns the interval of a resource's only session in seconds, if the table may be polled early after any session
 * poll; otherwise null.
 */
function roundOfOnlySession(
  { isFirst, sessions }: SchedulePosition,
  { everySeconds, firstSeconds }: PlacedLease,
): number | null {
  return !isFirst && sessions === 1 && firstSeconds !== null && canBringForward(everySeconds, firstSeconds)
    ? firstSeconds
    : null
}

/** Returns the phase of a poll: seconds into its interval. */
function phaseOf(place: SchedulePosition, { everySeconds, firstSeconds, tableSeconds }: PlacedLease): number {
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
  // tables with the same interval are at equal distances, and tables with the next interval one gap later; they
  // coincide if there are fewer gaps than tables
  const gap = turn * sessions + Math.floor((n * rounds * sessions) / of) + group
  const after = sessions > 2 && group > 0 ? AFTER_TABLE : AFTER_SESSION
  return (spread + (gap + after) / sessions) * firstSeconds
}

const roundsOf = (everySeconds: number, firstSeconds: number): number =>
  Math.max(1, Math.floor(everySeconds / firstSeconds))

/**
 * Returns the slot of a table poll in its interval: the round of session polls that it follows, and how many tables
 * come before it in that round. Tables with the same interval are spread evenly. Tables with a longer interval use the
 * last round of each shorter interval, which is free if there are more rounds than tables.
 * @param rounds number of rounds in its interval
 * @param shortest number of rounds in the shortest interval of tables
 */
function roundOf(
  { n, of, group }: SchedulePosition,
  rounds: number,
  shortest: number,
): { round: number; before: number } {
  const even = Math.floor((n * rounds) / of)
  const before = n - Math.ceil((even * of) / rounds)
  const isLonger = group > 0 && shortest < rounds
  return { round: isLonger ? Math.floor(even / shortest) * shortest + shortest - 1 : even, before }
}

/**
 * Returns the round in which a resource's first table is due. It is the same for intervals that are multiples of each
 * other.
 */
const turnOf = (resource: string, rounds: number): number =>
  Math.floor(shareOfText(`${resource}/tables`) * 2 ** 32) % rounds

/**
 * Returns a shortened interval after a worker's first poll of a source, different for each source. When a schedule is
 * created, all polls become due at once and would remain synchronized, with thousands of calls in one second of each
 * minute. The shortened interval only adds a poll.
 * @returns seconds until the second poll
 */
export function firstInterval(sourceId: number, kind: string, everySeconds: number): number {
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  return everySeconds * shareOfText(`${sourceId}/${kind}`)
}

/**
 * Returns the time until the next moment of a phase. Polls of the same phase are due together, whichever worker runs
 * them and whenever they began; each phase is at another moment of the interval.
 * @param nextAt time at which the ending poll was due
 * @returns seconds from then: more than one, and hardly more than an interval
 */
export function phasedInterval(phase: string, nextAt: EpochMs, everySeconds: number): number {
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  return untilPhase(shareOfText(phase) * everySeconds, nextAt, everySeconds, 1)
}

/**
 * Returns the seconds from `from` to the next time that is `phaseSeconds` after a multiple of `everySeconds` and more
 * than `least` seconds after `from`.
 */
function untilPhase(phaseSeconds: number, from: EpochMs, everySeconds: number, least: number): number {
  const left = (((phaseSeconds - from / 1000) % everySeconds) + everySeconds) % everySeconds
  return left > least ? left : left + everySeconds
}

/** Returns a number from 0 (inclusive) to 1 (exclusive) that depends only on the text. */
export const shareOfText = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32

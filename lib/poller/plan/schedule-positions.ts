/** Determines when exactly within its interval a poll is due, so that polls are distributed evenly. */
import { createHash } from 'node:crypto'
import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { canBringForward } from '#lib/platform/leases/index.ts'
import type { PlannedPoll } from './plan-polls.ts'

/**
 * Minimum interval in seconds of polls whose due times are distributed. With a shorter interval this is not necessary,
 * because each poll begins after the end of the previous one, and the ends differ.
 */
const WORTH_SPREADING_SECONDS = 10

/**
 * Kinds of polls that read BGP sessions. They come before route tables on a resource that runs one operation at a time.
 */
export const SESSION_POLL_KINDS: readonly PollKind[] = (Object.keys(pollKindDefinitions) as PollKind[]).filter(
  (kind) => pollKindDefinitions[kind].operation?.reads === 'sessions',
)

/**
 * Time from a session poll until a route table is due, as a share of the time between two session polls. Most session
 * polls have ended by then.
 */
const AFTER_SESSION = 0.38
/**
 * Replaces {@link AFTER_SESSION} for a table that does not have the shortest interval, on a resource with more than two
 * sessions. The value is larger than `AFTER_SESSION`, because after each session poll, a table with the shortest
 * interval is polled first.
 */
const AFTER_TABLE = 0.6
/**
 * Due times on a resource with two sessions, as most circuits have. All values are shares of the interval of session
 * polls, counted from the poll of the first session. `second` is the due time of the second session, and `table` is the
 * due time of the first table. `nextTable` is the distance from one table to the next table after the same session. Two
 * operations therefore fit after the first session, and one after the second.
 */
const OF_TWO = { second: 2 / 3, table: 0.3, nextTable: 0.2 }
/**
 * Minimum time until a poll is due again, as a share of its interval. It applies to a poll that ran early because
 * another poll requested it.
 */
const MIN_SHARE_UNTIL_NEXT_POLL = 0.25

/** The position of a poll among all polls of its resource. */
export interface PollPositionInResource {
  /** Resource on which Azure runs one operation at a time. */
  resource: string
  /** True for a session poll, which comes before tables. */
  isFirst: boolean
  /** Index `n`, from 0, among the `of` session polls of the resource, or among its tables with the same interval. */
  n: number
  of: number
  /** For a table: number of different shorter intervals among the other tables of the resource. */
  group: number
  /** Number of session polls of the resource. */
  sessions: number
}

type PlacedPoll = Pick<PlannedPoll, 'resourceId' | 'subresource' | 'kind' | 'resource' | 'everySeconds'>

/** Returns the position of each poll that is an operation, by {@link formatPlaceKey}. */
export function computeSchedulePositions(polls: readonly PlacedPoll[]): Map<string, PollPositionInResource> {
  const places = new Map<string, PollPositionInResource>()
  const operations = polls.filter(({ kind, resource }) => resource !== null && pollKindDefinitions[kind].operation)
  for (const [resource, own] of Map.groupBy(operations, (poll) => poll.resource ?? '')) {
    const isFirst = ({ kind }: PlacedPoll) => SESSION_POLL_KINDS.includes(kind)
    const [first, tables] = [own.filter(isFirst), own.filter((poll) => !isFirst(poll))]
    const sessions = first.length
    for (const [n, poll] of first.entries())
      places.set(formatPlaceKey(poll), { resource, isFirst: true, n, of: sessions, group: 0, sessions })
    const groups = [...Map.groupBy(tables, ({ everySeconds }) => everySeconds)].toSorted(([a], [b]) => a - b)
    for (const [group, [, alike]] of groups.entries())
      for (const [n, poll] of alike.entries())
        places.set(formatPlaceKey(poll), { resource, isFirst: false, n, of: alike.length, group, sessions })
  }
  return places
}

export const formatPlaceKey = ({
  resourceId,
  subresource,
  kind,
}: Pick<PlacedPoll, 'resourceId' | 'subresource' | 'kind'>) => `${resourceId.toLowerCase()}/${subresource}/${kind}`

/** The fields of a lease that describe the schedule of its resource. */
interface PlacedLease {
  /** Time at which the poll that is ending was due. */
  nextAt: EpochMs
  everySeconds: number
  /** Interval of the session polls of the same resource in seconds; null = its sessions are not polled. */
  firstSeconds: number | null
  /** Shortest interval of the route tables of the same resource in seconds; null = it has no tables. */
  tableSeconds: number | null
}

/**
 * Returns when an operation is due again. The times are chosen so that the operations of a resource do not begin
 * together:
 * - Sessions have equal distances (except if there are two sessions).
 * - Tables are due between the session polls, always at the same moment of their interval, even if the last poll of the
 *   table began late. This works if intervals are multiples of each other.
 * - If the resource has only one session, a table may be polled early, after any poll of this session. Its next poll is
 *   then due about one interval later, at the same distance from a session poll.
 * - Different resources are spread over the whole interval.
 * @param isFirst true = this is the first poll of this source by this worker; the next poll may then follow immediately
 * @returns seconds from the due time of the ending poll, at most one and a quarter of the interval; at least a quarter
 *   of it, except after the first poll
 */
export function computeOperationInterval(place: PollPositionInResource, lease: PlacedLease, isFirst: boolean): number {
  const { nextAt, everySeconds } = lease
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  const room = isFirst ? null : roundOfOnlySession(place, lease)
  if (room === null)
    return untilPhase(
      phaseOf(place, lease),
      nextAt,
      everySeconds,
      isFirst ? 1 : MIN_SHARE_UNTIL_NEXT_POLL * everySeconds,
    )
  const least = everySeconds - room / 2
  return least + untilPhase(phaseOf(place, lease), nextAt + least * 1_000, room, 0)
}

/**
 * Returns the interval in seconds of the only session of a table's resource, if the table may be polled early after any
 * poll of that session; otherwise null.
 */
function roundOfOnlySession(
  { isFirst, sessions }: PollPositionInResource,
  { everySeconds, firstSeconds }: PlacedLease,
): number | null {
  return !isFirst && sessions === 1 && firstSeconds !== null && canBringForward(everySeconds, firstSeconds)
    ? firstSeconds
    : null
}

/** Returns the time within its interval at which a poll is due, in seconds. */
function phaseOf(place: PollPositionInResource, { everySeconds, firstSeconds, tableSeconds }: PlacedLease): number {
  const { resource, isFirst, n, of, group, sessions } = place
  const spread = hashTextToShare(resource)
  if (isFirst) return (spread + (of === 2 ? n * OF_TWO.second : n / of)) * everySeconds
  if (firstSeconds === null || sessions === 0) return (spread + n / of) * everySeconds
  const rounds = roundsOf(everySeconds, firstSeconds)
  const turn = turnOf(resource, rounds)
  if (sessions === 2) {
    const { round, before } = roundOf(place, rounds, roundsOf(tableSeconds ?? everySeconds, firstSeconds))
    return (spread + turn + round + OF_TWO.table + before * OF_TWO.nextTable) * firstSeconds
  }
  // Tables with the same interval have equal distances. Tables with the next longer interval are due after the
  // following session poll. If there are more tables than session polls, some tables are due at the same time.
  const gap = turn * sessions + Math.floor((n * rounds * sessions) / of) + group
  const after = sessions > 2 && group > 0 ? AFTER_TABLE : AFTER_SESSION
  return (spread + (gap + after) / sessions) * firstSeconds
}

const roundsOf = (everySeconds: number, firstSeconds: number): number =>
  Math.max(1, Math.floor(everySeconds / firstSeconds))

/**
 * Determines when within its interval the poll of a table is due. The interval consists of rounds; in each round, all
 * sessions are polled once. `round` is the number of the round after which the table is polled, and `before` is the
 * number of tables before it in that round. Tables with the same interval are spread evenly. Tables with a longer
 * interval use the last round of each shorter interval. No other table uses this round if there are more rounds than
 * tables.
 * @param rounds number of rounds in the interval of the table
 * @param shortest number of rounds in the shortest interval of the resource's tables
 */
function roundOf(
  { n, of, group }: PollPositionInResource,
  rounds: number,
  shortest: number,
): { round: number; before: number } {
  const even = Math.floor((n * rounds) / of)
  const before = n - Math.ceil((even * of) / rounds)
  const isLonger = group > 0 && shortest < rounds
  return { round: isLonger ? Math.floor(even / shortest) * shortest + shortest - 1 : even, before }
}

/**
 * Returns the number of the round of session polls after which the first table of a resource is polled. It is derived
 * from a hash of the resource's name, so that it differs between resources. It is consistent for intervals that are
 * multiples of each other.
 */
const turnOf = (resource: string, rounds: number): number =>
  Math.floor(hashTextToShare(`${resource}/tables`) * 2 ** 32) % rounds

/**
 * Returns the time until a worker's second poll of a source, which is shorter than the interval and differs between
 * sources. When a schedule is created, all polls are due at the same time. Without this, thousands of requests would be
 * sent in the same second of each minute.
 * @returns seconds
 */
export function computeFirstIntervalSeconds(sourceId: number, kind: string, everySeconds: number): number {
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  return everySeconds * hashTextToShare(`${sourceId}/${kind}`)
}

/**
 * Returns the time until a poll is due again, so that its due times always have the same distance (phase) from a
 * multiple of its interval. The distance is derived from a hash of the text `phase`. Polls with the same phase are due
 * at the same moment, whichever worker runs them. Polls with different phases are due at different moments of the
 * interval.
 * @param phase any text
 * @param nextAt time at which the ending poll was due
 * @returns seconds from `nextAt`, more than one and at most little more than an interval
 */
export function computePhasedIntervalSeconds(phase: string, nextAt: EpochMs, everySeconds: number): number {
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  return untilPhase(hashTextToShare(phase) * everySeconds, nextAt, everySeconds, 1)
}

/**
 * Returns the seconds from `from` to the next moment that is `phaseSeconds` after a multiple of `everySeconds`. The
 * result is larger than `least`.
 */
function untilPhase(phaseSeconds: number, from: EpochMs, everySeconds: number, least: number): number {
  const left = (((phaseSeconds - from / 1000) % everySeconds) + everySeconds) % everySeconds
  return left > least ? left : left + everySeconds
}

/** Returns a number from 0 (inclusive) to 1 (exclusive) that depends only on the text. */
export const hashTextToShare = (text: string): number =>
  createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32

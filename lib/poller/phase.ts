/** At which moment of its interval a poll is due. */
import { createHash } from 'node:crypto'
import { kinds } from '#lib/azure/kinds/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import type { PlannedPoll } from './plan.ts'

/** Shorter intervals spread by themselves: their polls end one after the other. */
const WORTH_SPREADING_SECONDS = 10

/** Kinds that go before others on a resource that runs one operation at a time. */
export const FIRST_KINDS: readonly PollKind[] = (Object.keys(kinds) as PollKind[]).filter(
  (kind) => kinds[kind].operation?.reads === 'sessions',
)

/** Of the time between two sessions, after how much of it a table is due: by then most sessions have been read. */
const AFTER_SESSION = 0.2
/** A poll that was asked for early is due again after this share of its interval at least. */
const LEAST = 0.25

/** Where a poll stands among those of its resource. */
export interface Place {
  /** what runs one operation at a time */
  resource: string
  /** of a kind that goes first: a session rather than a table */
  isFirst: boolean
  /** from 0, among the sessions of the resource or among its tables */
  n: number
  /** how many sessions there are */
  sessions: number
}

type PlacedPoll = Pick<PlannedPoll, 'resourceId' | 'subresource' | 'kind' | 'resource'>

/** Of all operations of a plan, by {@link placeKey}. */
export function placesOf(polls: readonly PlacedPoll[]): Map<string, Place> {
  const places = new Map<string, Place>()
  const operations = polls.filter(({ kind, resource }) => resource !== null && kinds[kind].operation)
  for (const [resource, own] of Map.groupBy(operations, (poll) => poll.resource ?? '')) {
    const isFirst = ({ kind }: PlacedPoll) => FIRST_KINDS.includes(kind)
    const [first, others] = [own.filter(isFirst), own.filter((poll) => !isFirst(poll))]
    for (const group of [first, others])
      for (const [n, poll] of group.entries())
        places.set(placeKey(poll), { resource, isFirst: group === first, n, sessions: first.length })
  }
  return places
}

export const placeKey = ({ resourceId, subresource, kind }: Omit<PlacedPoll, 'resource'>) =>
  `${resourceId.toLowerCase()}/${subresource}/${kind}`

/**
 * Keeps the operations of one resource apart: its sessions are due at even distances, its tables between them, one after
 * the other, and each at the same moment of its interval however late it began. Where intervals are multiples of each other that
 * stays so. Resources are spread over the whole of their intervals.
 * @param lease `nextAt`: when the poll that ends was due; `firstSeconds`: the interval of the resource's sessions, null = it has none
 * @param isFirst it is this worker's first poll of the source: the second one may follow at once
 * @returns seconds from then to when it is due again: from a quarter of its interval to one and a quarter
 */
export function placedInterval(
  place: Place,
  lease: { nextAt: EpochMs; everySeconds: number; firstSeconds: number | null },
  isFirst: boolean,
): number {
  const { everySeconds } = lease
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  const phase = phaseOf(place, everySeconds, lease.firstSeconds)
  return untilPhase(phase, lease.nextAt, everySeconds, isFirst ? 1 : LEAST * everySeconds)
}

/** Seconds into the interval. */
function phaseOf({ resource, isFirst, n, sessions }: Place, everySeconds: number, firstSeconds: number | null): number {
  const spread = share(resource)
  if (isFirst) return (spread + n / sessions) * everySeconds
  const round = firstSeconds ?? everySeconds
  const rounds = Math.max(1, Math.floor(everySeconds / round))
  // in the same turn of sessions wherever intervals are multiples, in another one of the interval for each resource
  const turn = Math.floor(share(`${resource}/tables`) * rounds)
  return (spread + turn + (n + AFTER_SESSION) / Math.max(1, sessions)) * round
}

/**
 * A whole timetable becomes due at once when it is made, and would stay in step for ever: thousands of calls in one
 * second of each minute. So the interval after a worker's first poll of a source is cut short, by another share for each.
 * It only ever adds a poll.
 * @returns seconds until the second poll
 */
export function firstInterval(sourceId: number, kind: string, everySeconds: number): number {
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  return everySeconds * share(`${sourceId}/${kind}`)
}

/**
 * Polls of one phase are due together, whoever polls them and whenever they began; each phase at another moment of the interval.
 * @param nextAt when the poll that ends was due
 * @returns seconds from then to the next moment of the phase: more than one, and hardly more than an interval
 */
export function phasedInterval(phase: string, nextAt: EpochMs, everySeconds: number): number {
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  return untilPhase(share(phase) * everySeconds, nextAt, everySeconds, 1)
}

/** Seconds from a moment to the next one of a phase that is more than so many seconds later. */
function untilPhase(phaseSeconds: number, from: EpochMs, everySeconds: number, least: number): number {
  const left = (((phaseSeconds - from / 1000) % everySeconds) + everySeconds) % everySeconds
  return left > least ? left : left + everySeconds
}

/** A number from 0 up to 1 that depends on the text alone. */
const share = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32

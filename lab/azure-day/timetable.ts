/**
 * In-memory model of the timetable in `poll_schedule` and `resource_lease`, for runs at virtual time. Each function
 * does to a row what the statement of the same name in `lib/platform/leases` does, with an explicit clock. The
 * product's own `nextTurn` decides which poll may start. `timetable.property.db.test.ts` compares all functions with
 * the statements. Times are epoch milliseconds.
 */
import {
  isTablePolledEarlyAfterSession,
  computeEarlyTableDueTimeMs,
} from '#lib/platform/leases/testing/comes-forward.ts'
import {
  type DuePollOfResource,
  summarizeSessionPolls,
  nextTurn,
  computeTimePollBecomesUrgent,
} from '#lib/platform/leases/testing/turn.ts'

/** A row of the timetable. */
export interface PollTimetableEntry {
  kind: string
  configuredSeconds: number
  /** interval in force */
  everySeconds: number
  /** due time; -Infinity = the poll was requested again while it was running, so that it is due immediately after it */
  nextAt: number
  /** time at which the poll was requested before its due time; null = not requested */
  askedAt: number | null
  isLeased: boolean
  burstUntil: number | null
  burstSeconds: number | null
  /** moving average of the duration of its operations in seconds; null = unknown */
  runSeconds: number | null
  resource: ResourcePollTimetable | null
}

/** A resource that runs one operation at a time. */
export interface ResourcePollTimetable {
  entries: PollTimetableEntry[]
  /** kind of the last operation on it; null = no operation yet */
  lastKind: string | null
}

/**
 * Maximum lateness of a start, as a share of the interval. If the poll starts later, its next due time is computed from
 * the actual start and not from the planned one. For a poll without a resource, the maximum is the whole interval.
 */
const WAITED = 0.05
const RECENT = 0.3

const isBurst = ({ burstUntil }: PollTimetableEntry, now: number): boolean => burstUntil !== null && burstUntil > now

/** Returns the current interval in seconds, including a burst. */
export function currentIntervalSeconds(entry: PollTimetableEntry, now: number): number {
  return isBurst(entry, now) && entry.burstSeconds !== null
    ? Math.min(entry.burstSeconds, entry.everySeconds)
    : entry.everySeconds
}

/**
 * Returns the shortest intervals in force of a resource's polls of the first kinds and of its other polls, without
 * bursts; null = it has no such polls.
 */
export function findShortestPollIntervals(
  { entries }: ResourcePollTimetable,
  firstKinds: readonly string[],
): { firstSeconds: number | null; tableSeconds: number | null } {
  const shortest = (own: readonly PollTimetableEntry[]) =>
    own.length > 0 ? Math.min(...own.map(({ everySeconds }) => everySeconds)) : null
  const isFirst = ({ kind }: PollTimetableEntry) => firstKinds.includes(kind)
  return {
    firstSeconds: shortest(entries.filter(isFirst)),
    tableSeconds: shortest(entries.filter((entry) => !isFirst(entry))),
  }
}

const isDue = (entry: PollTimetableEntry, now: number): boolean => !entry.isLeased && entry.nextAt <= now

function candidateOf(
  entry: PollTimetableEntry,
  firstKinds: readonly string[],
  now: number,
): DuePollOfResource & { entry: PollTimetableEntry } {
  return {
    entry,
    isFirst: firstKinds.includes(entry.kind),
    nextAt: entry.nextAt,
    everyMs: currentIntervalSeconds(entry, now) * 1_000,
    configuredMs: entry.configuredSeconds * 1_000,
    askedAt: entry.askedAt,
    isBurst: isBurst(entry, now),
    runMs: entry.runSeconds === null ? null : entry.runSeconds * 1_000,
  }
}

/** Returns the poll that may start on a resource; null if no poll is due or one is running. */
export function findTurn(
  resource: ResourcePollTimetable,
  firstKinds: readonly string[],
  now: number,
): PollTimetableEntry | null {
  if (resource.entries.some(({ isLeased }) => isLeased)) return null
  const due = resource.entries.filter((entry) => isDue(entry, now))
  if (due.length === 0) return null
  const first = resource.entries.filter(({ kind }) => firstKinds.includes(kind))
  const state = {
    followsTable: resource.lastKind === null || !firstKinds.includes(resource.lastKind),
    first: summarizeSessionPolls(first.map(({ nextAt, everySeconds }) => ({ nextAt, everyMs: everySeconds * 1_000 }))),
  }
  const candidates = due.map((entry) => candidateOf(entry, firstKinds, now))
  const chosen = nextTurn(candidates, state, now)
  return candidates.find((candidate) => candidate === chosen)?.entry ?? null
}

/**
 * Returns the earliest time at which a poll of a resource may start, if none may start now: when a poll becomes due, or
 * when a due poll becomes urgent.
 */
export function computeNextResourceCheckTime(resource: ResourcePollTimetable, now: number): number {
  return Math.min(
    ...resource.entries.map((entry) => {
      if (entry.nextAt > now) return entry.nextAt
      const everyMs = currentIntervalSeconds(entry, now) * 1_000
      const at = computeTimePollBecomesUrgent({
        nextAt: entry.nextAt,
        everyMs,
        configuredMs: entry.configuredSeconds * 1_000,
      })
      return at > now ? at : Number.POSITIVE_INFINITY
    }),
  )
}

/**
 * Sorts polls in the order in which they are claimed: requested or accelerated polls first, then the longest overdue.
 */
export function sortByClaimOrder<T extends { entry: PollTimetableEntry }>(polls: readonly T[], now: number): T[] {
  const isWanted = ({ entry }: T) => (entry.askedAt !== null || isBurst(entry, now) ? 0 : 1)
  return polls.toSorted((a, b) => isWanted(a) - isWanted(b) || a.entry.nextAt - b.entry.nextAt)
}

export function markPollAsClaimed(entry: PollTimetableEntry, now: number): void {
  const late = (entry.resource ? WAITED : 1) * entry.everySeconds * 1_000
  entry.isLeased = true
  if (entry.nextAt < now - late) entry.nextAt = now
  if (entry.resource) entry.resource.lastKind = entry.kind
}

export interface TimetablePollCompletion {
  everySeconds: number
  notBefore: number | null
  ranSeconds: number | null
  endsBurst: boolean
}

export function markPollAsCompleted(
  entry: PollTimetableEntry,
  { everySeconds, notBefore, ranSeconds, endsBurst }: TimetablePollCompletion,
  now: number,
): void {
  const every = isBurst(entry, now) ? Math.min(entry.burstSeconds ?? everySeconds, everySeconds) : everySeconds
  const isAsked = entry.nextAt === Number.NEGATIVE_INFINITY
  entry.isLeased = false
  entry.nextAt = Math.max(entry.nextAt + every * 1_000, now, notBefore ?? 0)
  if (endsBurst && isBurst(entry, now)) entry.burstUntil = now
  if (!isAsked) entry.askedAt = null
  const ran = entry.resource ? ranSeconds : null
  if (ran !== null) {
    entry.runSeconds = entry.runSeconds === null ? ran : (1 - RECENT) * entry.runSeconds + RECENT * ran
  }
}

/**
 * Moves a poll of a route table to a time right after a session poll, if there is enough time before the next session
 * poll.
 * @returns the moved poll; null = no poll was moved
 */
export function bringForward(
  { entries }: ResourcePollTimetable,
  firstKinds: readonly string[],
  now: number,
): PollTimetableEntry | null {
  const isFirst = ({ kind }: PollTimetableEntry) => firstKinds.includes(kind)
  const [session, ...others] = entries.filter(isFirst)
  const tables = entries.filter((entry) => !isFirst(entry))
  if (session === undefined || others.length > 0) return null
  const read = { nextAt: session.nextAt, everyMs: session.everySeconds * 1_000 }
  const at = computeEarlyTableDueTimeMs(read, now)
  if (tables.some(({ isLeased, nextAt, askedAt }) => isLeased || nextAt <= at || askedAt !== null)) return null
  const [next = null] = tables
    .filter(({ nextAt, everySeconds, runSeconds }) =>
      isTablePolledEarlyAfterSession(
        { nextAt, everyMs: everySeconds * 1_000, runMs: runSeconds === null ? null : runSeconds * 1_000 },
        read,
        now,
      ),
    )
    .toSorted((a, b) => a.nextAt - b.nextAt)
  if (next) next.nextAt = at
  return next
}

export function makePollDueSoon(entry: PollTimetableEntry, now: number): void {
  entry.nextAt = entry.isLeased ? Number.NEGATIVE_INFINITY : Math.min(entry.nextAt, now)
  entry.askedAt ??= now
}

/**
 * Postpones a poll until a time.
 * @param share additional delay as a share of its interval, from 0 up to 1
 */
export function postponePollUntil(entry: PollTimetableEntry, until: number, share: number): void {
  entry.nextAt = Math.max(entry.nextAt, until + share * entry.everySeconds * 1_000)
}

/**
 * Changes the interval of a poll.
 * @param share random position in the new interval, from 0 up to 1
 */
export function changeInterval(entry: PollTimetableEntry, everySeconds: number, share: number, now: number): void {
  const { nextAt } = entry
  if (everySeconds > entry.everySeconds && nextAt > now) {
    entry.nextAt = now + share * (nextAt - now + (everySeconds - entry.everySeconds) * 1_000)
  } else if (everySeconds < entry.everySeconds && nextAt > now + everySeconds * 1_000) {
    entry.nextAt = now + share * everySeconds * 1_000
  }
  entry.everySeconds = everySeconds
}

export function startTimetablePollBurst(
  entry: PollTimetableEntry,
  everySeconds: number,
  forSeconds: number,
  now: number,
): boolean {
  if (entry.everySeconds <= everySeconds) return false
  entry.burstSeconds = isBurst(entry, now) ? Math.min(entry.burstSeconds ?? everySeconds, everySeconds) : everySeconds
  entry.burstUntil = Math.max(entry.burstUntil ?? 0, now + forSeconds * 1_000)
  entry.nextAt = Math.min(entry.nextAt, now + everySeconds * 1_000)
  return true
}

export const isPollInBurst = isBurst

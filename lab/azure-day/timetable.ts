/**
 * The timetable of `poll_schedule` and `resource_lease` in memory, for runs at virtual time. Each function does to a row what the
 * statement of the same name in `lib/platform/leases` does, by a clock that is given; whose turn it is decides the product's own
 * `nextTurn`. `timetable.property.db.test.ts` holds all of them against the statements. Times are epoch milliseconds.
 */
import { comesForward, forwardAt } from '#lib/platform/leases/testing/comes-forward.ts'
import { type TurnCandidate, firstPollsOf, nextTurn, urgentAt } from '#lib/platform/leases/testing/turn.ts'

/** A row of the timetable. */
export interface Entry {
  kind: string
  configuredSeconds: number
  /** in force */
  everySeconds: number
  /** -Infinity = asked for while it is polled */
  nextAt: number
  /** when something asked for it beyond its interval; null = nothing did */
  askedAt: number | null
  isLeased: boolean
  burstUntil: number | null
  burstSeconds: number | null
  /** how long its operations took lately; null = not known */
  runSeconds: number | null
  resource: ResourceLease | null
}

/** What runs one operation at a time. */
export interface ResourceLease {
  entries: Entry[]
  /** of the last operation on it; null = there was none */
  lastKind: string | null
}

/** A poll that waited for its resource by more than this share of its interval counts from when it began; one of no resource by all of it. */
const WAITED = 0.05
const RECENT = 0.3

const isBurst = ({ burstUntil }: Entry, now: number): boolean => burstUntil !== null && burstUntil > now

/** The interval for now, seconds. */
export function secondsNow(entry: Entry, now: number): number {
  return isBurst(entry, now) && entry.burstSeconds !== null
    ? Math.min(entry.burstSeconds, entry.everySeconds)
    : entry.everySeconds
}

/** The shortest interval in force of a resource's polls of the first kinds, and of its others, bursts aside; null = it has none. */
export function secondsOf(
  { entries }: ResourceLease,
  firstKinds: readonly string[],
): { firstSeconds: number | null; tableSeconds: number | null } {
  const shortest = (own: readonly Entry[]) =>
    own.length > 0 ? Math.min(...own.map(({ everySeconds }) => everySeconds)) : null
  const isFirst = ({ kind }: Entry) => firstKinds.includes(kind)
  return {
    firstSeconds: shortest(entries.filter(isFirst)),
    tableSeconds: shortest(entries.filter((entry) => !isFirst(entry))),
  }
}

const isDue = (entry: Entry, now: number): boolean => !entry.isLeased && entry.nextAt <= now

function candidateOf(entry: Entry, firstKinds: readonly string[], now: number): TurnCandidate & { entry: Entry } {
  return {
    entry,
    isFirst: firstKinds.includes(entry.kind),
    nextAt: entry.nextAt,
    everyMs: secondsNow(entry, now) * 1_000,
    configuredMs: entry.configuredSeconds * 1_000,
    askedAt: entry.askedAt,
    isBurst: isBurst(entry, now),
    runMs: entry.runSeconds === null ? null : entry.runSeconds * 1_000,
  }
}

/** Which poll of a resource may begin; null = none, or one is held. */
export function turnOf(resource: ResourceLease, firstKinds: readonly string[], now: number): Entry | null {
  if (resource.entries.some(({ isLeased }) => isLeased)) return null
  const due = resource.entries.filter((entry) => isDue(entry, now))
  if (due.length === 0) return null
  const first = resource.entries.filter(({ kind }) => firstKinds.includes(kind))
  const state = {
    followsTable: resource.lastKind === null || !firstKinds.includes(resource.lastKind),
    first: firstPollsOf(first.map(({ nextAt, everySeconds }) => ({ nextAt, everyMs: everySeconds * 1_000 }))),
  }
  const candidates = due.map((entry) => candidateOf(entry, firstKinds, now))
  const chosen = nextTurn(candidates, state, now)
  return candidates.find((candidate) => candidate === chosen)?.entry ?? null
}

/** When a resource on which nothing may begin now is asked for again. */
export function nextTurnAt(resource: ResourceLease, now: number): number {
  return Math.min(
    ...resource.entries.map((entry) => {
      if (entry.nextAt > now) return entry.nextAt
      const everyMs = secondsNow(entry, now) * 1_000
      const at = urgentAt({ nextAt: entry.nextAt, everyMs, configuredMs: entry.configuredSeconds * 1_000 })
      return at > now ? at : Number.POSITIVE_INFINITY
    }),
  )
}

/** Which of those that may begin are taken: what is asked for and longest overdue first. */
export function inOrderOfClaim<T extends { entry: Entry }>(polls: readonly T[], now: number): T[] {
  const isWanted = ({ entry }: T) => (entry.askedAt !== null || isBurst(entry, now) ? 0 : 1)
  return polls.toSorted((a, b) => isWanted(a) - isWanted(b) || a.entry.nextAt - b.entry.nextAt)
}

export function claim(entry: Entry, now: number): void {
  const late = (entry.resource ? WAITED : 1) * entry.everySeconds * 1_000
  entry.isLeased = true
  if (entry.nextAt < now - late) entry.nextAt = now
  if (entry.resource) entry.resource.lastKind = entry.kind
}

export interface Completion {
  everySeconds: number
  notBefore: number | null
  ranSeconds: number | null
  endsBurst: boolean
}

export function complete(
  entry: Entry,
  { everySeconds, notBefore, ranSeconds, endsBurst }: Completion,
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

/** @returns the table that is read before it was due; null = none */
export function bringForward({ entries }: ResourceLease, firstKinds: readonly string[], now: number): Entry | null {
  const isFirst = ({ kind }: Entry) => firstKinds.includes(kind)
  const [session, ...others] = entries.filter(isFirst)
  const tables = entries.filter((entry) => !isFirst(entry))
  if (session === undefined || others.length > 0) return null
  const read = { nextAt: session.nextAt, everyMs: session.everySeconds * 1_000 }
  const at = forwardAt(read, now)
  if (tables.some(({ isLeased, nextAt, askedAt }) => isLeased || nextAt <= at || askedAt !== null)) return null
  const [next = null] = tables
    .filter(({ nextAt, everySeconds, runSeconds }) =>
      comesForward(
        { nextAt, everyMs: everySeconds * 1_000, runMs: runSeconds === null ? null : runSeconds * 1_000 },
        read,
        now,
      ),
    )
    .toSorted((a, b) => a.nextAt - b.nextAt)
  if (next) next.nextAt = at
  return next
}

export function expedite(entry: Entry, now: number): void {
  entry.nextAt = entry.isLeased ? Number.NEGATIVE_INFINITY : Math.min(entry.nextAt, now)
  entry.askedAt ??= now
}

/** @param share from 0 up to 1, of its interval by which it is put off further; 0 = not at all */
export function postpone(entry: Entry, until: number, share: number): void {
  entry.nextAt = Math.max(entry.nextAt, until + share * entry.everySeconds * 1_000)
}

/** @param share from 0 up to 1: where in its new interval it is put */
export function changeInterval(entry: Entry, everySeconds: number, share: number, now: number): void {
  const { nextAt } = entry
  if (everySeconds > entry.everySeconds && nextAt > now) {
    entry.nextAt = now + share * (nextAt - now + (everySeconds - entry.everySeconds) * 1_000)
  } else if (everySeconds < entry.everySeconds && nextAt > now + everySeconds * 1_000) {
    entry.nextAt = now + share * everySeconds * 1_000
  }
  entry.everySeconds = everySeconds
}

export function burst(entry: Entry, everySeconds: number, forSeconds: number, now: number): boolean {
  if (entry.everySeconds <= everySeconds) return false
  entry.burstSeconds = isBurst(entry, now) ? Math.min(entry.burstSeconds ?? everySeconds, everySeconds) : everySeconds
  entry.burstUntil = Math.max(entry.burstUntil ?? 0, now + forSeconds * 1_000)
  entry.nextAt = Math.min(entry.nextAt, now + everySeconds * 1_000)
  return true
}

export const isFaster = isBurst

import {
  type DatingClock,
  type EpochMs,
  type InventoryRows,
  type Observation,
  UNREAD_ROWS,
} from '#lib/contract/index.ts'

/** What one poll reads of presence and absence, and what the polls before it had read. */
export interface Reading {
  sourceId: number
  startedAt: EpochMs
  finishedAt: EpochMs
  /** null = not reported */
  clock: DatingClock | null
  /** whether a row that this poll lacks is gone; `instance` '' = the row belongs to none */
  readsAbsence(instance: string): boolean
  /** start of the last poll before this one that read all rows of the instance; null = none did */
  lastRead(instance: string): EpochMs | null
  /** ARM ids in lower case that the lists of an inventory lack although their own address does not prove that they are gone */
  unproved?: ReadonlySet<string>
}

/** What `poll_state` remembers of earlier readings. */
export interface ReadMemory {
  /** start of the last poll that read everything but the silent instances */
  readAt: EpochMs | null
  /** for each instance that has been silent since, the start of the last poll that read it; null = none ever did */
  silentReadAt: Record<string, EpochMs | null>
}

interface PollFacts extends Pick<Observation, 'startedAt' | 'finishedAt' | 'clock' | 'outcome'> {
  silentInstances: readonly string[]
}

/**
 * Only `ok` reads absence throughout. `incomplete` reads it for the instances that reported, and only when it names the
 * silent ones: a table that is short for another reason lacks rows of which nothing is known, and so does one of which rows could
 * not be read.
 */
export function readingOf(sourceId: number, poll: PollFacts, memory: ReadMemory): Reading {
  const silent = new Set(poll.silentInstances)
  const partly = poll.outcome === 'incomplete' && silent.size > 0 && !silent.has(UNREAD_ROWS)
  return {
    sourceId,
    startedAt: poll.startedAt,
    finishedAt: poll.finishedAt,
    clock: poll.clock ?? null,
    readsAbsence: (instance) => poll.outcome === 'ok' || (partly && instance !== '' && !silent.has(instance)),
    lastRead: (instance) => lastRead(memory, instance),
  }
}

function lastRead({ readAt, silentReadAt }: ReadMemory, instance: string): EpochMs | null {
  const own = silentReadAt[instance] === undefined ? readAt : silentReadAt[instance]
  const whole = silentReadAt[UNREAD_ROWS]
  if (whole === undefined) return own
  return own === null || whole === null ? null : Math.min(own, whole)
}

/** The memory after a poll. */
export function remember(memory: ReadMemory, poll: PollFacts): ReadMemory {
  if (poll.outcome === 'ok') return { readAt: poll.startedAt, silentReadAt: {} }
  if (poll.outcome !== 'incomplete' || poll.silentInstances.length === 0) return memory
  // which instances the unread rows are of is not known: those that were silent are not read by this poll
  const before = poll.silentInstances.includes(UNREAD_ROWS) ? Object.keys(memory.silentReadAt) : []
  const instances = [...new Set([...before, ...poll.silentInstances])].toSorted()
  return {
    readAt: poll.startedAt,
    // rows of no instance are not read by a partial poll, so that they stay with the last complete one
    silentReadAt: Object.fromEntries(['', ...instances].map((name) => [name, lastRead(memory, name)])),
  }
}

/** Types of an inventory are its instances: only a list that was read to its end can lose a resource. */
export function inventoryReading(
  sourceId: number,
  poll: PollFacts,
  memory: ReadMemory,
  { listedTypes, unproved = [] }: Pick<InventoryRows, 'listedTypes' | 'unproved'>,
): Reading {
  const listed = new Set(listedTypes)
  return {
    unproved: new Set(unproved.map((id) => id.toLowerCase())),
    sourceId,
    startedAt: poll.startedAt,
    finishedAt: poll.finishedAt,
    clock: poll.clock ?? null,
    readsAbsence: (type) => listed.has(type),
    lastRead: (type) => memory.silentReadAt[type] ?? null,
  }
}

/** What an inventory read: each type whose list came to its end, and all of them when every list did. */
export function rememberInventory(memory: ReadMemory, poll: PollFacts, listedTypes: readonly string[]): ReadMemory {
  return {
    readAt: poll.outcome === 'ok' ? poll.startedAt : memory.readAt,
    silentReadAt: { ...memory.silentReadAt, ...Object.fromEntries(listedTypes.map((type) => [type, poll.startedAt])) },
  }
}

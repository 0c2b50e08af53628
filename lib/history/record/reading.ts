import {
  type DatingClock,
  type EpochMs,
  type InventoryRows,
  type Observation,
  UNREAD_ROWS,
} from '#lib/contract/index.ts'

/** Rows that a poll proves to be gone, and the times at which earlier polls read the rows. */
export interface Reading {
  sourceId: number
  startedAt: EpochMs
  finishedAt: EpochMs
  /** clock that dated the poll; null = not reported */
  clock: DatingClock | null
  /** whether a row that this poll lacks is gone; `instance` '' = the row belongs to no instance */
  readsAbsence(instance: string): boolean
  /** start of the last poll before this one that read all rows of the instance; null = no poll did */
  lastRead(instance: string): EpochMs | null
  /**
   * lower-case ARM IDs that the lists of an inventory lack although a request for their own address does not prove that
   * they are gone
   */
  unproved?: ReadonlySet<string>
}

/** Times at which earlier polls read rows, stored in `poll_state`. */
export interface ReadMemory {
  /** start of the last poll that read everything except the silent instances */
  readAt: EpochMs | null
  /**
   * start of the last poll that read the instance, for each instance that has been silent since then; null = none did
   */
  silentReadAt: Record<string, EpochMs | null>
}

interface PollFacts extends Pick<Observation, 'startedAt' | 'finishedAt' | 'clock' | 'outcome'> {
  silentInstances: readonly string[]
}

/**
 * Returns the reading of a poll, which tells which missing rows are gone. Only `ok` proves absence for all rows.
 * `incomplete` proves absence for the instances that reported, and only if it names the silent instances. A table that
 * is incomplete for another reason, or has unreadable rows, proves no absence.
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

/** Returns the times of the last readings after a poll. */
export function rememberReading(memory: ReadMemory, poll: PollFacts): ReadMemory {
  if (poll.outcome === 'ok') return { readAt: poll.startedAt, silentReadAt: {} }
  if (poll.outcome !== 'incomplete' || poll.silentInstances.length === 0) return memory
  // the unreadable rows may belong to any instance, so instances that were silent before count as not read by this poll
  const before = poll.silentInstances.includes(UNREAD_ROWS) ? Object.keys(memory.silentReadAt) : []
  const instances = [...new Set([...before, ...poll.silentInstances])].toSorted()
  return {
    readAt: poll.startedAt,
    // a partial poll does not read rows without an instance, so they were last read by the last complete poll
    silentReadAt: Object.fromEntries(['', ...instances].map((name) => [name, lastRead(memory, name)])),
  }
}

/**
 * Returns the reading of an inventory poll. Resource types take the place of instances, because only a complete list of
 * a type can prove a removal.
 */
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

/**
 * Returns the times of the last readings after an inventory poll: each type with a complete list was read, and the
 * whole inventory if every list was complete.
 */
export function rememberInventory(memory: ReadMemory, poll: PollFacts, listedTypes: readonly string[]): ReadMemory {
  return {
    readAt: poll.outcome === 'ok' ? poll.startedAt : memory.readAt,
    silentReadAt: { ...memory.silentReadAt, ...Object.fromEntries(listedTypes.map((type) => [type, poll.startedAt])) },
  }
}

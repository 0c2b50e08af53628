import {
  type PollMachineClock,
  type EpochMs,
  type InventoryRows,
  type PollObservation,
  UNREAD_ROWS_INSTANCE,
} from '#lib/contract/index.ts'

/** Describes which missing rows a poll proves to be gone, and when earlier polls read the rows. */
export interface ProvenAbsenceOfPoll {
  sourceId: number
  startedAt: EpochMs
  finishedAt: EpochMs
  /** clock by which the times of the poll were measured; null = not reported */
  clock: PollMachineClock | null
  /**
   * Reports whether a row of this instance is gone if the poll does not contain it. `instance` '' = the row belongs to
   * no instance.
   */
  readsAbsence(instance: string): boolean
  /** Returns the start of the last earlier poll that read all rows of the instance; null = no poll did. */
  lastRead(instance: string): EpochMs | null
  /**
   * lower-case ARM IDs that are missing in the lists of an inventory, although a request for the resource itself did
   * not prove that it is gone
   */
  unproved?: ReadonlySet<string>
}

/** Times at which earlier polls read rows, stored in `poll_state`. */
export interface LastReadTimes {
  /** start of the last poll that read everything, or everything except the silent instances */
  readAt: EpochMs | null
  /** for each instance that is silent at present: start of the last poll that read it; null = none did */
  silentReadAt: Record<string, EpochMs | null>
}

interface PollFacts extends Pick<PollObservation, 'startedAt' | 'finishedAt' | 'clock' | 'outcome'> {
  silentInstances: readonly string[]
}

/**
 * Returns which missing rows of a poll are proved to be gone, and when its rows were read before.
 * A complete poll (`ok`) proves this for all rows. A poll with the outcome `incomplete` proves it only for the
 * instances that reported, and only if it names the silent instances and all its rows could be read.
 */
export function createProvenAbsence(sourceId: number, poll: PollFacts, memory: LastReadTimes): ProvenAbsenceOfPoll {
  const silent = new Set(poll.silentInstances)
  const partly = poll.outcome === 'incomplete' && silent.size > 0 && !silent.has(UNREAD_ROWS_INSTANCE)
  return {
    sourceId,
    startedAt: poll.startedAt,
    finishedAt: poll.finishedAt,
    clock: poll.clock ?? null,
    readsAbsence: (instance) => poll.outcome === 'ok' || (partly && instance !== '' && !silent.has(instance)),
    lastRead: (instance) => lastRead(memory, instance),
  }
}

function lastRead({ readAt, silentReadAt }: LastReadTimes, instance: string): EpochMs | null {
  const own = silentReadAt[instance] === undefined ? readAt : silentReadAt[instance]
  const whole = silentReadAt[UNREAD_ROWS_INSTANCE]
  if (whole === undefined) return own
  return own === null || whole === null ? null : Math.min(own, whole)
}

/** Returns the times of the last readings after a poll, to be stored for the next poll. */
export function updateLastReadTimes(memory: LastReadTimes, poll: PollFacts): LastReadTimes {
  if (poll.outcome === 'ok') return { readAt: poll.startedAt, silentReadAt: {} }
  if (poll.outcome !== 'incomplete' || poll.silentInstances.length === 0) return memory
  // The unreadable rows may belong to any instance. Therefore an instance that was silent before counts as not read by
  // this poll.
  const before = poll.silentInstances.includes(UNREAD_ROWS_INSTANCE) ? Object.keys(memory.silentReadAt) : []
  const instances = [...new Set([...before, ...poll.silentInstances])].toSorted()
  return {
    readAt: poll.startedAt,
    // A partial poll never counts as a reading of rows without an instance. For these rows, the last complete poll is
    // the last reading.
    silentReadAt: Object.fromEntries(['', ...instances].map((name) => [name, lastRead(memory, name)])),
  }
}

/**
 * Returns which missing resources of an inventory poll are proved to be gone. A resource type has the role that a
 * gateway instance has in other polls, because only a complete list of a type can prove that a resource was removed.
 */
export function createProvenAbsenceOfInventory(
  sourceId: number,
  poll: PollFacts,
  memory: LastReadTimes,
  { listedTypes, unproved = [] }: Pick<InventoryRows, 'listedTypes' | 'unproved'>,
): ProvenAbsenceOfPoll {
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
 * Returns the times of the last readings after an inventory poll. Each type with a complete list was read. The whole
 * inventory was read if every list was complete.
 */
export function updateInventoryLastReadTimes(
  memory: LastReadTimes,
  poll: PollFacts,
  listedTypes: readonly string[],
): LastReadTimes {
  return {
    readAt: poll.outcome === 'ok' ? poll.startedAt : memory.readAt,
    silentReadAt: { ...memory.silentReadAt, ...Object.fromEntries(listedTypes.map((type) => [type, poll.startedAt])) },
  }
}

import {
  type TimestampBounds,
  type EpochMs,
  isAutoscaling,
  type PollObservation,
  type PeersObservation,
  type ResourceConfig,
  type SummaryObservation,
} from '#lib/contract/index.ts'

/** A BGP session as it was last read by any worker. */
export interface KnownSession {
  /** Address of the gateway instance. It is '' in a summary of a circuit path, which has no instances. */
  localAddress: string
  neighbor: string
  asn: number | null
  established: boolean
  azureState: string
  prefixesReceived: number | null
  messagesReceived: bigint | null
  /** Time of the last poll that read the session; null = unknown. */
  readAt: EpochMs | null
  /** Time of the last received message, as exactly as polls show it; null = unknown. */
  lastMessage: MessageTime | null
}

/**
 * Bounds of the time of a message. It is later than `after`, the time of the last poll that did not count the message
 * (null = there was no such poll), and not later than `by`, the time of the first poll that counted it.
 */
interface MessageTime {
  after: EpochMs | null
  by: EpochMs
}

/** Facts about a gateway or circuit path from earlier polls and the inventory. */
export interface KnownSourceFacts {
  /** Configured instances of a gateway. Each is a list of the addresses that the instance may report. */
  configured: readonly (readonly string[])[]
  /** Number of instances that the gateway should have; null = unknown. */
  instanceCount: number | null
  /** Bounds of the time at which Azure last completed a change of the gateway; absent or null = unknown. */
  changed?: TimestampBounds | null
  /** True if Azure adds and removes instances automatically; absent = false. */
  scales?: boolean
  /** Sessions by `localAddress~neighbor`. */
  sessions: ReadonlyMap<string, KnownSession>
}

export const EMPTY_SOURCE_KNOWLEDGE: KnownSourceFacts = { configured: [], instanceCount: null, sessions: new Map() }

/** Returns the instances of a gateway from its configuration; empty if the resource is not a gateway. */
export function getConfiguredInstances(
  config: ResourceConfig | null,
): Pick<KnownSourceFacts, 'configured' | 'instanceCount' | 'scales'> {
  // a Route Server reports one common state for its two instances
  if (config?.resource !== 'gateway' || config.kind === 'routeServer') return { configured: [], instanceCount: null }
  return { configured: config.instances, instanceCount: config.instanceCount, scales: isAutoscaling(config) }
}

export function formatSessionKey(session: { localAddress: string; neighbor: string }): string {
  return `${session.localAddress}~${session.neighbor}`
}

/** Returns the sessions that a poll read; null if the poll failed or does not read sessions. */
export function getObservedSessions(observation: PollObservation): KnownSession[] | null {
  if (observation.kind !== 'peers' && observation.kind !== 'summary') return null
  return observation.outcome === 'ok' || observation.outcome === 'incomplete'
    ? convertRowsToSessions(observation)
    : null
}

/** Converts the rows of a good poll to sessions. */
export function convertRowsToSessions(observation: PeersObservation | SummaryObservation): KnownSession[] {
  const readAt = observation.finishedAt
  if (observation.kind === 'peers') {
    return observation.rows.map((row) => ({
      localAddress: row.localAddress,
      neighbor: row.neighbor,
      asn: row.asn,
      established: row.state === 'established',
      azureState: row.azureState,
      prefixesReceived: row.routesReceived,
      messagesReceived: row.messagesReceived,
      readAt,
      lastMessage: null,
    }))
  }
  return observation.rows.map((row) => ({
    localAddress: '',
    neighbor: row.neighbor,
    asn: row.asn,
    established: row.state === 'established',
    // the summary shows a number of prefixes if the session is established, and the name of the state otherwise
    azureState: row.state === 'established' ? 'established' : row.azureState,
    prefixesReceived: row.prefixesReceived,
    messagesReceived: null,
    readAt,
    lastMessage: null,
  }))
}

/** State of a session that the last good poll did not report. */
export const MISSING_ROW_STATE = 'missing'

/**
 * Updates the facts with the rows of a good poll. If a known session has no row in the poll although its gateway
 * instance has other rows, the session counts as not established. If an instance has no rows at all, its sessions keep
 * their state.
 * @param isWhole true = the response is complete, so that all sessions without a row count as not established
 */
export function updateSourceKnowledge(
  knowledge: KnownSourceFacts,
  rows: readonly KnownSession[],
  isWhole = false,
): KnownSourceFacts {
  const reporting = new Set(rows.map(({ localAddress }) => localAddress))
  const sessions = new Map(knowledge.sessions)
  for (const [key, session] of sessions) {
    if (isWhole || reporting.has(session.localAddress)) {
      sessions.set(key, { ...session, established: false, prefixesReceived: null, azureState: MISSING_ROW_STATE })
    }
  }
  for (const row of rows) {
    const before = knowledge.sessions.get(formatSessionKey(row))
    const still = before !== undefined && before.messagesReceived === row.messagesReceived
    sessions.set(formatSessionKey(row), {
      ...row,
      lastMessage: still ? before.lastMessage : messageBetween(before, row),
    })
  }
  return { ...knowledge, sessions }
}

function messageBetween(before: KnownSession | undefined, row: KnownSession): MessageTime | null {
  return row.readAt === null ? null : { after: before?.readAt ?? null, by: row.readAt }
}

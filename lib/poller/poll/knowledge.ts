import {
  type Bounds,
  type EpochMs,
  isAutoscaling,
  type Observation,
  type PeersObservation,
  type ResourceConfig,
  type SummaryObservation,
} from '#lib/contract/index.ts'

/** A session as last read by any worker. */
export interface KnownSession {
  /** address of the gateway instance; '' for a neighbor in the summary of a path, which has no instance */
  localAddress: string
  neighbor: string
  asn: number | null
  established: boolean
  azureState: string
  prefixesReceived: number | null
  messagesReceived: bigint | null
  /** time of the last read; null = not reported */
  readAt: EpochMs | null
  /** time of the last message in `messagesReceived`, as far as reads show; null = unknown */
  lastMessage: MessageTime | null
}

/**
 * Bounds of the time of a message: after the read that did not count it yet (null = no earlier read), and by the time
 * of the read that counted it.
 */
interface MessageTime {
  after: EpochMs | null
  by: EpochMs
}

/** Knowledge from earlier polls and the inventory about a gateway or a circuit path. */
export interface Knowledge {
  /** configured instances of a gateway, each with the addresses that it may report */
  configured: readonly (readonly string[])[]
  /** expected number of instances; null = unknown */
  instanceCount: number | null
  /** time of Azure's last completed change of the gateway; absent = unknown */
  changed?: Bounds | null
  /** whether Azure adds and removes instances by load; absent = no */
  scales?: boolean
  /** known sessions, by `localAddress~neighbor` */
  sessions: ReadonlyMap<string, KnownSession>
}

export const NOTHING_KNOWN: Knowledge = { configured: [], instanceCount: null, sessions: new Map() }

/** Returns the knowledge from a resource's configuration; empty if it is not a gateway. */
export function configuredInstances(
  config: ResourceConfig | null,
): Pick<Knowledge, 'configured' | 'instanceCount' | 'scales'> {
  // a Route Server reports one state for both of its instances
  if (config?.resource !== 'gateway' || config.kind === 'routeServer') return { configured: [], instanceCount: null }
  return { configured: config.instances, instanceCount: config.instanceCount, scales: isAutoscaling(config) }
}

export function sessionKey(session: { localAddress: string; neighbor: string }): string {
  return `${session.localAddress}~${session.neighbor}`
}

/** Returns the sessions that a poll reports; null if it reports none. */
export function sessionsIn(observation: Observation): KnownSession[] | null {
  if (observation.kind !== 'peers' && observation.kind !== 'summary') return null
  return observation.outcome === 'ok' || observation.outcome === 'incomplete' ? sessionsOf(observation) : null
}

/** Converts the rows of a good poll to known sessions. */
export function sessionsOf(observation: PeersObservation | SummaryObservation): KnownSession[] {
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
    // a number in statePfxRcd is a prefix count and not another state
    azureState: row.state === 'established' ? 'established' : row.azureState,
    prefixesReceived: row.prefixesReceived,
    messagesReceived: null,
    readAt,
    lastMessage: null,
  }))
}

/** State of a session whose row is missing from the last good poll. */
export const MISSING_ROW = 'missing'

/**
 * Returns the knowledge after a good poll. Its rows replace the earlier ones. If a session's row is missing although
 * its instance reported, the session counts as not established. The sessions of instances without rows are kept, unless
 * the poll is complete; then these sessions count as not established too.
 */
export function updateKnowledge(knowledge: Knowledge, rows: readonly KnownSession[], isWhole = false): Knowledge {
  const reporting = new Set(rows.map(({ localAddress }) => localAddress))
  const sessions = new Map(knowledge.sessions)
  for (const [key, session] of sessions) {
    if (isWhole || reporting.has(session.localAddress)) {
      sessions.set(key, { ...session, established: false, prefixesReceived: null, azureState: MISSING_ROW })
    }
  }
  for (const row of rows) {
    const before = knowledge.sessions.get(sessionKey(row))
    const still = before !== undefined && before.messagesReceived === row.messagesReceived
    sessions.set(sessionKey(row), { ...row, lastMessage: still ? before.lastMessage : messageBetween(before, row) })
  }
  return { ...knowledge, sessions }
}

function messageBetween(before: KnownSession | undefined, row: KnownSession): MessageTime | null {
  return row.readAt === null ? null : { after: before?.readAt ?? null, by: row.readAt }
}

import {
  type Bounds,
  type EpochMs,
  isAutoscaling,
  type Observation,
  type PeersObservation,
  type ResourceConfig,
  type SummaryObservation,
} from '#lib/contract/index.ts'

/** A session as it was last read, whoever read it. */
export interface KnownSession {
  /** the gateway instance; '' for a neighbor in a path's summary, which belongs to none */
  localAddress: string
  neighbor: string
  asn: number | null
  established: boolean
  azureState: string
  prefixesReceived: number | null
  messagesReceived: bigint | null
  /** when that was read; null = not reported */
  readAt: EpochMs | null
  /** when the last of `messagesReceived` came, as far as reads show; null = not known */
  lastMessage: MessageTime | null
}

/** A message came after one read, if there was one, and was counted by the next. */
interface MessageTime {
  after: EpochMs | null
  by: EpochMs
}

/** What earlier polls and the inventory know about a gateway or a circuit path. */
export interface Knowledge {
  /** a gateway's instances by configuration: each with the addresses that it may report under */
  configured: readonly (readonly string[])[]
  /** how many instances there should be; null = unknown */
  instanceCount: number | null
  /** when Azure last changed the gateway, as far as that is over; absent = not known */
  changed?: Bounds | null
  /** Azure adds and takes instances by load; absent = it does not */
  scales?: boolean
  /** by `localAddress~neighbor` */
  sessions: ReadonlyMap<string, KnownSession>
}

export const NOTHING_KNOWN: Knowledge = { configured: [], instanceCount: null, sessions: new Map() }

/** What a resource's configuration adds to the knowledge of its polls; nothing where it is no gateway. */
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

/** The sessions that a poll reports; null when it reports none. */
export function sessionsIn(observation: Observation): KnownSession[] | null {
  if (observation.kind !== 'peers' && observation.kind !== 'summary') return null
  return observation.outcome === 'ok' || observation.outcome === 'incomplete' ? sessionsOf(observation) : null
}

/** The rows of a good poll as known sessions. */
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
    // a numeric statePfxRcd is a count, not another state
    azureState: row.state === 'established' ? 'established' : row.azureState,
    prefixesReceived: row.prefixesReceived,
    messagesReceived: null,
    readAt,
    lastMessage: null,
  }))
}

/** Stands for Azure's word where the last good poll, which should have it, lacks the row. */
export const MISSING_ROW = 'missing'

/**
 * Knowledge after a good poll: its rows replace the earlier ones. A session whose row is missing although its instance
 * reported carries nothing any more; those of instances that did not report stay as they were, unless the poll is whole: then they left.
 */
export function learn(knowledge: Knowledge, rows: readonly KnownSession[], isWhole = false): Knowledge {
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

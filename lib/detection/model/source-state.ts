import type {
  TimestampBounds,
  DetectedEvent,
  EpochMs,
  PollOutcome,
  PollError,
  PollKind,
  SessionSample,
  TunnelState,
} from '#lib/contract/index.ts'
import type { LastArpState, ProbeState } from './signal.ts'
import type { CircuitTrafficDetectionState } from './traffic-memory.ts'

/**
 * The state of a session in the last sample that reported one; `never` = the session was listed, but never established.
 */
export type LastReportedLevel = 'up' | 'down' | 'never'

/**
 * Data about a session that is stored from poll to poll. Most sessions need no such data, because a recorded change of
 * a session's row also contains the row before the change.
 */
export interface SessionDetectionState {
  /** state in the last sample that reported one; null = no sample has reported a state yet */
  shown: LastReportedLevel | null
  /**
   * last poll's state of the session, used as evidence when the session changes; null if the session counts as down
   * because its row was missing
   */
  sample: SessionSample | null
  /** start of the last poll in which Azure reported a state, if later polls report `unknown`; otherwise null */
  shownAt: EpochMs | null
  /**
   * set while the row of an established session is missing although its gateway instance reports, until enough polls
   * prove the loss; otherwise null
   */
  missing: { between: TimestampBounds; samples: number; lastAt: EpochMs } | null
  /** session_down event that is still open */
  open: DetectedEvent | null
}

/** Recent restarts of a session: outages that polls saw, or restarts that only the session's age proves. */
export interface SessionRestartDetectionState {
  /** bounds of the times when the session was up again after a restart, oldest first */
  ups: TimestampBounds[]
  /** flap penalty (figure of merit, RFC 2439) at the time of the last restart, `ups.at(-1).latest` */
  penalty: number
  /** number of restarts since the current flapping began */
  count: number
  flapping: DetectedEvent | null
}

/** State of a connectivity probe (a test of a connection monitor), and the begin of that state. */
export interface ProbeDetectionState {
  state: ProbeState
  since: TimestampBounds
}

/**
 * The state that the evaluation of one source keeps from poll to poll. It is plain JSON, so that it can be stored in a
 * column.
 */
export interface SourceDetectionState {
  version: 1
  /** start of the newest evaluated poll, by poll kind; that poll and older polls are not evaluated again */
  foldedAt: Partial<Record<PollKind, EpochMs>>
  /** sessions by subject, `localAddress~neighbor` */
  sessions: Record<string, SessionDetectionState>
  /** start of the last good sample in which a silent gateway instance reported, by instance */
  silentSince: Record<string, EpochMs>
  /**
   * for each silent instance: bounds of the begin of the silence, number of good samples since then, and start of the
   * last of them
   */
  silence: Record<string, { since: TimestampBounds; samples: number; lastAt: EpochMs }>
  restarts: Record<string, SessionRestartDetectionState>
  /** open keepalive_stall events, by subject */
  stalls: Readonly<Record<string, DetectedEvent>>
  /** connectivity probes (tests of connection monitors), by name */
  probes: Readonly<Record<string, ProbeDetectionState>>
  /** poll kinds whose polls currently fail */
  failing: FailingPollKinds
  /** open duration_inconsistent events, by subject */
  doubts: Readonly<Record<string, DetectedEvent>>
  /** sessions whose state Azure reports as unknown, by subject */
  unknowns: Readonly<Record<string, UnknownSessionStateMemory>>
  prefixes: Record<string, { count: number | null; at: EpochMs }>
  arp: LastArpState | null
  /** last state of a VPN connection and of each of its tunnels; '' = the connection */
  tunnels: Readonly<Record<string, TunnelDetectionState>>
  /** optical light levels of an ExpressRoute Direct port, by link and direction, for example `link1 Rx` */
  light: Readonly<Record<string, LightLevelMemory>>
  /** Global Reach connections of a circuit, by name and IP version */
  reach: Readonly<Record<string, GlobalReachMemory>>
  /** byte counters of a circuit */
  traffic: CircuitTrafficDetectionState | null
  /** Activity Log entries that were already reported, by id */
  activity: Record<string, EpochMs>
  /** poll kinds whose first rows were already reported to the group */
  introduced: PollKind[]
}

export function createSourceDetectionState(): SourceDetectionState {
  return {
    version: 1,
    foldedAt: {},
    sessions: {},
    silentSince: {},
    silence: {},
    restarts: {},
    stalls: {},
    probes: {},
    failing: {},
    doubts: {},
    unknowns: {},
    prefixes: {},
    arp: null,
    tunnels: {},
    light: {},
    reach: {},
    traffic: null,
    activity: {},
    introduced: [],
  }
}

/**
 * Parses a stored state. A state of an unknown version is discarded, and detection starts again from the recorded rows.
 * The end of an open event may then be missed, but no false event is raised.
 */
export function parseSourceDetectionState(stored: unknown): SourceDetectionState {
  if (typeof stored !== 'object' || stored === null || !('version' in stored) || stored.version !== 1) {
    return createSourceDetectionState()
  }
  return { ...createSourceDetectionState(), ...(stored as Partial<SourceDetectionState>) }
}

/** The state of a Global Reach connection for one IP version. */
export interface GlobalReachMemory {
  state: 'up' | 'down'
  /** global_reach_disconnected event that is still open */
  event: DetectedEvent | null
}

/** A poll kind of a source whose polls fail at present. Plain JSON. */
export interface FailingPollKind {
  /** start of the last poll that read data; null = no such poll */
  lastGoodAt: EpochMs | null
  first: TimestampBounds
  outcome: PollOutcome
  event: DetectedEvent | null
}

export type FailingPollKinds = Readonly<Partial<Record<PollKind, FailingPollKind>>>

/** Data about how a poll was made that its poll mark does not contain. */
export interface PollIntervalAndError {
  /** current poll interval in ms, without bursts; it may be longer than the configured interval */
  everyMs: number
  error: PollError | null
}

/** Optical light level of one direction of a link of an ExpressRoute Direct port. */
export interface LightLevelMemory {
  /** begin of the newest minute that was read */
  at: EpochMs
  /**
   * last minute with a level above the limit, with its level in dBm; null = no such minute was seen, or the level is
   * low at present
   */
  well: { at: EpochMs; dbm: number } | null
  /** `low` = number of consecutive minutes below the limit, `firstLow` = the first of them */
  low: number
  firstLow: { at: EpochMs; until: EpochMs } | null
  /** port_light_low event that is still open */
  event: DetectedEvent | null
}

/**
 * The last known state of a tunnel and its begin. If Azure reports no state (`unknown`), the previous state is kept.
 */
export interface TunnelDetectionState {
  state: TunnelState
  since: TimestampBounds
}

/** A session whose state Azure reports as unknown: the begin, the number of samples, and the event about it. */
export interface UnknownSessionStateMemory {
  since: TimestampBounds
  /**
   * number of good samples in which this session was unknown while another session reported its state; counted until
   * the event is raised
   */
  samples: number
  notice: DetectedEvent | null
}

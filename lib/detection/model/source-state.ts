import type {
  Bounds,
  DetectedEvent,
  EpochMs,
  Outcome,
  PollError,
  PollKind,
  SessionSample,
  TunnelState,
} from '#lib/contract/index.ts'
import type { ArpFact, ProbeState } from './signal.ts'
import type { TrafficMemory } from './traffic-memory.ts'

/** The state of a session in its last reporting sample; `never` = it was seen, but never established. */
export type Shown = 'up' | 'down' | 'never'

/**
 * The state of a session that detection stores in addition to its last row. A session has no entry if the `before` of
 * its next change contains everything that is needed.
 */
export interface SessionMemory {
  /** state in the last reporting sample; null = no sample has reported a state yet */
  shown: Shown | null
  /** last reporting sample, used as evidence of later changes; null if the session was reported by a missing row */
  sample: SessionSample | null
  /** startedAt of the last reporting sample while later samples showed no state; null while every sample reports */
  shownAt: EpochMs | null
  /** set while an established session's row is missing although its instance reports, until that is proven */
  missing: { between: Bounds; samples: number; lastAt: EpochMs } | null
  /** session_down event that is still open */
  open: DetectedEvent | null
}

/** Recent restarts of a session, seen as down and up or proven by the session's age. */
export interface RestartMemory {
  /** times when the session was up again after a restart, the oldest first */
  ups: Bounds[]
  /** figure of merit after the last restart (RFC 2439), at `ups.at(-1).latest` */
  penalty: number
  /** number of restarts since flapping began */
  count: number
  flapping: DetectedEvent | null
}

/** State of a test of a connection monitor, and the begin of that state. */
export interface ProbeMemory {
  state: ProbeState
  since: Bounds
}

/**
 * The state that the evaluation of one source carries from poll to poll. It is plain JSON, so that it can be stored in
 * a column.
 */
export interface DetectionState {
  version: 1
  /**
   * startedAt of the newest poll of each kind that changed this state; this poll and older polls have been evaluated
   */
  foldedAt: Partial<Record<PollKind, EpochMs>>
  /** sessions by subject, `localAddress~neighbor` */
  sessions: Record<string, SessionMemory>
  /** silent gateway instances, with startedAt of the last good sample in which they reported */
  silentSince: Record<string, EpochMs>
  /** begin of the silence of these instances, the number of good samples in it, and the last of these samples */
  silence: Record<string, { since: Bounds; samples: number; lastAt: EpochMs }>
  restarts: Record<string, RestartMemory>
  /** open keepalive_stall events, by subject */
  stalls: Readonly<Record<string, DetectedEvent>>
  /** tests of connection monitors, by name */
  probes: Readonly<Record<string, ProbeMemory>>
  /** poll kinds whose polls currently fail */
  failing: FailingKinds
  /** open duration_inconsistent events, by subject */
  doubts: Readonly<Record<string, DetectedEvent>>
  /** sessions that Azure reports as unknown, by subject */
  unknowns: Readonly<Record<string, UnknownMemory>>
  prefixes: Record<string, { count: number | null; at: EpochMs }>
  arp: ArpFact | null
  /** last state of a VPN connection and of each of its tunnels; '' = the connection */
  tunnels: Readonly<Record<string, TunnelMemory>>
  /** light of an ExpressRoute Direct port, by `link1 Rx` */
  light: Readonly<Record<string, LightMemory>>
  /** Global Reach connections of a circuit, by name and IP version */
  reach: Readonly<Record<string, ReachMemory>>
  /** byte counters of a circuit */
  traffic: TrafficMemory | null
  /** Activity Log entries that were already reported, by id */
  activity: Record<string, EpochMs>
  /** kinds whose initial rows have been reported to the group */
  introduced: PollKind[]
}

export function initialState(): DetectionState {
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
 * Reads a stored state. A state of an unknown version is discarded: detection then starts with the `before` of the next
 * change, which loses the end of an open event but never invents an event.
 */
export function readState(stored: unknown): DetectionState {
  if (typeof stored !== 'object' || stored === null || !('version' in stored) || stored.version !== 1) {
    return initialState()
  }
  return { ...initialState(), ...(stored as Partial<DetectionState>) }
}

/** A Global Reach connection in one IP version. */
export interface ReachMemory {
  state: 'up' | 'down'
  /** global_reach_disconnected event that is still open */
  event: DetectedEvent | null
}

/** A kind of a source whose polls fail. Plain JSON. */
export interface FailingKind {
  /** startedAt of the last poll that reported data; null = no such poll */
  lastGoodAt: EpochMs | null
  first: Bounds
  outcome: Outcome
  event: DetectedEvent | null
}

export type FailingKinds = Readonly<Partial<Record<PollKind, FailingKind>>>

/** Data of a poll that its mark does not contain. */
export interface PolledHow {
  /** configured poll interval in ms */
  everyMs: number
  error: PollError | null
}

/** Light of one direction of a port's link. */
export interface LightMemory {
  /** begin of the newest minute that was read */
  at: EpochMs
  /** last minute above the limit, in dBm; null = no such minute was seen, or the light is low now */
  well: { at: EpochMs; dbm: number } | null
  /** number of consecutive minutes below the limit, and the first of them */
  low: number
  firstLow: { at: EpochMs; until: EpochMs } | null
  /** port_light_low event that is still open */
  event: DetectedEvent | null
}

/**
 * The last state of a tunnel and its begin. `unknown` means that Azure reports no state, so that the previous state is
 * kept.
 */
export interface TunnelMemory {
  state: TunnelState
  since: Bounds
}

/** A session that Azure reports as unknown: since when, in how many good samples, and the event about it. */
export interface UnknownMemory {
  since: Bounds
  /** number of samples in which another session reported its state; counting stops when the event is raised */
  samples: number
  notice: DetectedEvent | null
}

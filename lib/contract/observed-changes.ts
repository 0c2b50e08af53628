import type { MseeDownReason, RouteRow, SessionReport } from './observation.ts'
import type { PollOutcome, PollKind } from './poll.ts'
import type { TimestampBounds, EpochMs } from './time/time.ts'

/**
 * Polled data that detection still needs for a resource: its byte counters, or a gateway's learned routes. After the
 * next poll of this data, detection evaluates the resource again, even if the data did not change.
 */
export type AwaitedPollData = 'bytes' | 'routes'

/**
 * Recorded poll, as detection uses it. `sourceId` is the database key of the polled resource, or of the polled part of
 * it. `previousOkAt` is the start of the last good poll before this one, of the same source and kind; null = there was
 * none. Every change that this poll shows happened between `previousOkAt` and `finishedAt`.
 */
export interface PollRecord {
  sourceId: number
  /** Peerwatch's short id of the resource (gateway, circuit, ...) */
  scope: string
  /** polled part of the resource, for example one path of a circuit; '' = the whole resource */
  subresource: string
  kind: PollKind
  startedAt: EpochMs
  finishedAt: EpochMs
  outcome: PollOutcome
  previousOkAt: EpochMs | null
  /** start of the last poll of the same source and kind before this one, with any outcome */
  previousAttemptAt: EpochMs | null
  silentInstances: string[]
}

/** State of one BGP session as one poll reported it. */
export interface SessionSample extends SessionReport {
  downReason: MseeDownReason
  prefixesReceived: number | null
  messagesSent: string | null
  messagesReceived: string | null
  /**
   * time when the session was last established, derived from the age that Azure reports for the session; null = not
   * reported
   */
  establishedAt: TimestampBounds | null
  /**
   * only for a session that is down and was up before: the time when it went down, derived from the age that the router
   * prints; absent = not reported, or the session may never have been up
   */
  fellAt?: TimestampBounds
}

/**
 * Difference in one session between two polls. `before` belongs to the earlier poll, `after` to the later one. Each is
 * null if its poll has no row of the session or does not report the value.
 */
export interface SessionDifference<Sampled> {
  localAddress: string
  neighbor: string
  before: Sampled | null
  after: Sampled | null
  /** bounds of the change: from the start of the last good poll to the end of this poll */
  between: TimestampBounds
}

/**
 * Change in a session's state or in its establishment time since the last good poll. `after: null` = the poll has no
 * row of the session any more.
 */
export interface SessionChange extends SessionDifference<SessionSample> {
  type: 'session'
  /** true if no earlier poll ever had a row of the session */
  first: boolean
  /**
   * amount in milliseconds by which the clock of the polls was set since the last poll that reported the session;
   * positive = set forward, absent = not set
   */
  steppedMs?: number
}

/**
 * Change in whether detection trusts the establishment time that Azure reports for an established session
 * (docs/rules/detection.md 1.3). `before` is the trusted time, `after` is the time according to this poll.
 * `inconsistent`: the poll contradicts the trusted time. A single contradiction proves nothing, because the response
 * may come from a cache or another source. `rebaselined`: several polls contradicted the trusted time and agreed with
 * each other for long enough, so their time is trusted from now on. `settled`: the poll agrees with the trusted time
 * again.
 */
export interface EstablishedTimeTrustChange extends SessionDifference<TimestampBounds> {
  type: 'doubt'
  verdict: 'inconsistent' | 'rebaselined' | 'settled'
  asn: number | null
}

/**
 * Session that is up, although its count of received messages has not grown since an earlier poll. Cached responses
 * that Azure repeats are not counted.
 */
export interface SessionWithoutMessages {
  localAddress: string
  neighbor: string
  messagesReceived: string
  /** bounds of the arrival of the session's last message; `earliest` is null if it arrived before the first poll */
  moved: { earliest: EpochMs | null; latest: EpochMs }
  /** `firstAt` = start of the first poll with this message count, `lastAt` = start of the last poll with it */
  firstAt: EpochMs
  lastAt: EpochMs
}

export type RouteAttributes = Omit<RouteRow, 'instance' | 'peer' | 'prefix'>

/** Route that appeared, disappeared or changed its attributes between two good polls of the same gateway instance. */
export interface RouteChange {
  type: 'route'
  op: 'announce' | 'withdraw' | 'change'
  instance: string | null
  peer: string | null
  prefix: string
  before: RouteAttributes[]
  after: RouteAttributes[]
  between: TimestampBounds
}

export interface ArpChange {
  type: 'arp'
  interface: string
  ipAddress: string
  before: string | null
  after: string | null
  between: TimestampBounds
}

/** Reset of a cumulative byte counter, which is detected because its value decreased. */
export interface CounterResetChange {
  type: 'counterReset'
  path: string | null
  counter: 'bytesIn' | 'bytesOut'
  before: string
  after: string
  between: TimestampBounds
}

/** Resource that appeared in the inventory, disappeared from it, or has a different configuration. */
export interface ConfigChange {
  type: 'config'
  op: 'added' | 'removed' | 'changed'
  resourceId: string
  resourceType: string
  /**
   * the fields that differ: the path of each as a JSON pointer, with its value before and after. Empty if the resource
   * was added or removed
   */
  fields: { path: string; before: unknown; after: unknown }[]
  /** true if only tags differ; absent = other fields differ too, or unknown */
  tagsOnly?: boolean
  /** previous ARM id of a resource that was moved or recreated under another name; absent = not moved */
  movedFrom?: string
  /** ARM id of the resource whose history this resource had until an operator separated them; absent = not separated */
  partedFrom?: string
  between: TimestampBounds
}

/** Change of a poll's outcome compared with the previous poll of the same source and kind. */
export interface PollOutcomeChange {
  type: 'outcome'
  before: PollOutcome | null
  after: PollOutcome
}

export type ObservedChange =
  | SessionChange
  | EstablishedTimeTrustChange
  | RouteChange
  | ArpChange
  | CounterResetChange
  | ConfigChange
  | PollOutcomeChange

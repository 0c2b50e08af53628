import type { ArmId } from './arm-id.ts'
import type { RouteFacts, SessionState } from '#lib/bgp/index.ts'
import type { BudgetName } from './budget.ts'
import type { CircuitPath, KindsOf, Outcome, PollKind, pollKindRecords, RouteKind, RowShape } from './poll.ts'
import type { DatingClock, EpochMs } from './time/time.ts'

/**
 * What is polled: an ARM resource and, where one resource is polled in several places, which part of it.
 * `subresource` is '' for a whole resource; `AzurePrivatePeering/primary` for one path of a circuit's peering;
 * the neighbor's address for the routes advertised to one gateway peer.
 */
export interface PollTarget {
  resourceId: string
  subresource: string
}

/** Why a poll did not end in `ok`. `detail` is safe to show: it holds no secret, token or header. */
export interface PollError {
  /** ARM's error code, or ours (`TIMEOUT`, `ECONNREFUSED`, `MALFORMED_FIELD`, ...) */
  code: string
  /** one plain sentence; for `malformed` it names the field, for `forbidden` the missing action */
  detail: string
  httpStatus: number | null
  retryAfterSeconds: number | null
  /** the ARM action that the credential lacks, where ARM names it */
  missingAction: string | null
  /** `UNREAD_ROWS`: how many rows of how many could not be read, and the text of the first, cut and without secrets */
  unread?: { count: number; of: number; sample: string }
  /** `throttled`: which of Azure's budgets is used up; null = none of ARM's or the network provider's, so that nothing else draws from it */
  budget?: BudgetName | null
}

/**
 * Stands among the silent instances of a poll that left out rows which it could not read: they may be anybody's, so that no row that lacks
 * is gone. What the poll has is read.
 */
export const UNREAD_ROWS = '*'

/** What Azure answers one identity with where another one may be answered otherwise. */
export interface IdentityRefusal {
  /** its name */
  identity: string
  outcome: Outcome
  code: string
  missingAction: string | null
}

/** Requests left in Azure's budgets, from x-ms-ratelimit-* headers; null where the server sends none. */
export interface ArmBudget {
  remainingReads: number | null
  remainingWrites: number | null
  /** whose they are; absent where one identity asks for everything */
  identity?: string
  /** identities that ask for the same and were refused at last; absent = none */
  refused?: IdentityRefusal[]
  /** of the network provider in the region of what was polled */
  remainingNetworkReads?: number
  remainingNetworkWrites?: number
}

interface ObservationOf<Kind extends PollKind, Rows> {
  target: PollTarget
  kind: Kind
  /** the request was sent (collector's wall clock) */
  startedAt: EpochMs
  /** the last byte of the final answer was read; the true sample lies in [startedAt, finishedAt] */
  finishedAt: EpochMs
  /** whose wall clock that is; absent = unknown, as in generated or replayed history */
  clock?: DatingClock
  outcome: Outcome
  error: PollError | null
  /** instances (localAddress) that are known but did not report, or {@link UNREAD_ROWS}; with `incomplete` only */
  silentInstances: string[]
  budget: ArmBudget | null
  correlationId: string
  /** of a kind that is requested for a period and may end early: up to when it is read */
  readUpTo?: EpochMs
  /** empty unless the outcome is `ok` or `incomplete` */
  rows: Rows
}

/** Why a session is held down on the MSEE's side: `Idle (Admin)`, `Idle (PfxCt)`; null = it is not. */
export type DownReason = 'admin' | 'prefixLimit' | null

/** What every report about a BGP session says of it. */
export interface SessionReport {
  asn: number | null
  state: SessionState
  /** Azure's or the router's own word, kept even when it is not in the enum */
  azureState: string
}

/** One BGP peer as a gateway instance reports it. */
export interface PeerRow extends SessionReport {
  localAddress: string
  neighbor: string
  /** time in the Connected state at the sample; null = not reported (never zero by default) */
  connectedDurationMs: number | null
  /** what the printed duration was cut to, where that is more than a millisecond */
  durationUnitMs?: number
  routesReceived: number | null
  messagesSent: bigint | null
  messagesReceived: bigint | null
}

/** One BGP neighbor of an MSEE, as the route table summary of one path reports it. */
export interface SummaryRow extends SessionReport {
  neighbor: string
  downReason: DownReason
  prefixesReceived: number | null
  /**
   * time since it came up or went down; the printed value is truncated to `unitMs`. `never` = it has never been up; null = not reported,
   * or in a form that nobody knows
   */
  upDown: { ms: number; unitMs: number } | 'never' | null
  /** what the router printed there, where that is in no known form; absent = it is, or nothing is printed */
  upDownText?: string
}

export interface ArpRow {
  ageMinutes: number | null
  /** `On-Prem` or `Microsoft`, as ARM prints it */
  interface: string
  ipAddress: string
  /** null = ARM printed `Incomplete` or nothing */
  macAddress: string | null
}

/** One route of a learned, advertised or path table. Addresses and prefixes in canonical text; of the path see `AsPath`. */
export interface RouteRow extends RouteFacts {
  asPath: number[]
  /** of a network interface's effective routes: ARM's word, `Active` or `Invalid`; absent in every other table */
  state?: string
}

/** Cumulative bytes of one path of a circuit, or of a connection. In = into Azure. Null = ARM reported none. */
export interface CounterRow {
  path: CircuitPath | null
  bytesIn: bigint | null
  bytesOut: bigint | null
}

export interface ConnectionRow {
  connectionStatus: string | null
  routingWeight: number | null
  fastPath: boolean | null
  counters: CounterRow
  tunnels: {
    name: string
    status: string | null
    bytesIn: bigint | null
    bytesOut: bigint | null
    /** when it last came up, by Azure's own clock; absent = not stated */
    establishedAt?: EpochMs
  }[]
}

/** One ARM resource, scrubbed of secrets. `config` holds plain JSON in ARM's own field names. */
export interface ResourceRow extends Pick<ArmId, 'type' | 'name' | 'subscriptionId' | 'resourceGroup'> {
  resourceId: string
  location: string | null
  config: Record<string, unknown>
  /** what it is recognized by under another ARM id, such as the digest of a service key; absent = by nothing */
  identities?: string[]
}

/** Which lists of an inventory poll were read to their end: only their types can lose a resource. */
export interface InventoryRows {
  resources: ResourceRow[]
  listedTypes: string[]
  failedTypes: { type: string; outcome: Outcome; error: PollError }[]
  /** ARM ids of known resources that the lists lack and whose own address does not prove that they are gone */
  unproved?: string[]
}

/**
 * Ages of a metric's bucket, after its end, from which it is evaluated: at least, and at most. The maximum bounds how much of a metric is read
 * again with each poll.
 */
export const MIN_METRIC_AGE_MS = 3 * 60_000
export const MAX_METRIC_AGE_MS = 15 * 60_000

/** One Azure Monitor bucket. A bucket without the aggregation is not a row. */
export interface MetricRow {
  metric: string
  unit: string
  /** lower-cased names, values as Azure prints them */
  dimensions: Record<string, string>
  at: EpochMs
  grainSeconds: number
  average: number | null
  maximum: number | null
  minimum: number | null
  total: number | null
}

/** One Activity Log entry; personal claims are dropped, caller kept. */
export interface ActivityRow {
  eventDataId: string
  correlationId: string | null
  at: EpochMs
  submittedAt: EpochMs | null
  operation: string
  status: string
  resourceId: string
  caller: string | null
  category: string
  /** with category ServiceHealth */
  health?: ServiceHealthNotice
}

/** A notice by Microsoft about its own maintenance or faults. */
export interface ServiceHealthNotice {
  trackingId: string
  type: 'maintenance' | 'incident' | 'other'
  title: string
  /** e.g. `ExpressRoute`, `VPN Gateway` */
  service: string
  /** e.g. `UK South`, `Global` */
  region: string
  /** e.g. `Planned`, `InProgress`, `Active`, `Resolved` */
  stage: string
  /** the impact's bounds; null = not reported */
  from: EpochMs | null
  to: EpochMs | null
  /** plain text, cut */
  text: string
}

/** Rows by their shape, which the record of a kind names. Buckets of a connection monitor are its tests: ChecksFailedPercent, RoundTripTimeMs, TestResult. */
interface RowShapes {
  peers: PeerRow[]
  neighbors: SummaryRow[]
  arp: ArpRow[]
  counters: CounterRow[]
  routes: RouteRow[]
  connection: ConnectionRow[]
  inventory: InventoryRows
  buckets: MetricRow[]
  entries: ActivityRow[]
}

export interface RoutesObservation extends ObservationOf<RouteKind, RouteRow[]> {
  /** absent = nothing is known beside its rows */
  answer?: TableAnswer
}

/** What is known of a whole route table without its rows, which are decoded when somebody asks for them. */
export interface TableAnswer {
  /** of one table, equal digests are equal rows */
  digest: string
  /** how many rows */
  size: number
  /** the gateway instances that have rows */
  instances: readonly string[]
  /** the table that this one differs from in these routes alone ('' = none), which now have these rows */
  since?: {
    digest: string
    keys: readonly { instance: string; peer: string; prefix: string }[]
    rows: readonly RouteRow[]
  }
}

/** One poll, typed and validated: the only type that `azure` returns and `history` records. */
export type Observation = {
  [Kind in PollKind]: Kind extends RouteKind
    ? RoutesObservation
    : ObservationOf<Kind, RowShapes[(typeof pollKindRecords)[Kind]['rows']]>
}[PollKind]
export type ObservationOfShape<Shape extends RowShape> = Extract<Observation, { kind: KindsOf<Shape> }>
export type PeersObservation = Extract<Observation, { kind: 'peers' }>
export type SummaryObservation = Extract<Observation, { kind: 'summary' }>
export type MetricsObservation = Extract<Observation, { kind: 'metrics' }>
export type InventoryObservation = Extract<Observation, { kind: 'inventory' }>

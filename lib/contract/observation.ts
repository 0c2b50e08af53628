import type { ArmId } from './arm-id.ts'
import type { RouteFacts, SessionState } from '#lib/bgp/index.ts'
import type { BudgetName } from './budget.ts'
import type { CircuitPath, KindsOf, Outcome, PollKind, pollKindRecords, RouteKind, RowShape } from './poll.ts'
import type { DatingClock, EpochMs } from './time/time.ts'

/**
 * Target of a poll: an ARM resource and, if it is polled in several parts, the part. `subresource` is '' for a whole
 * resource, `AzurePrivatePeering/primary` for one path of a circuit's peering, and the neighbor's address for the
 * routes advertised to one gateway peer.
 */
export interface PollTarget {
  resourceId: string
  subresource: string
}

/**
 * Error of a poll that did not end with `ok`. `detail` is safe to show, because it contains no secret, token or header.
 */
export interface PollError {
  /** ARM's error code, or a code of Peerwatch (`TIMEOUT`, `ECONNREFUSED`, `MALFORMED_FIELD`, ...) */
  code: string
  /** one sentence; for `malformed` it names the field, for `forbidden` the missing action */
  detail: string
  httpStatus: number | null
  retryAfterSeconds: number | null
  /** ARM action that the credential lacks, if ARM names it */
  missingAction: string | null
  /**
   * for `UNREAD_ROWS`: the number of unreadable rows, the number of all rows, and the text of the first unreadable row,
   * shortened and without secrets
   */
  unread?: { count: number; of: number; sample: string }
  /**
   * for `throttled`: the exhausted Azure budget; null = a limit that is not one of ARM's or the network provider's
   * budgets, so no other poll uses it
   */
  budget?: BudgetName | null
}

/**
 * Value in `silentInstances` of a poll that left out rows which could not be read. Such rows may belong to any
 * instance, so a missing row does not mean that it is gone. The remaining rows are used.
 */
export const UNREAD_ROWS = '*'

/** Refusal of one identity's request that another identity may be allowed to make. */
export interface IdentityRefusal {
  /** name of the identity */
  identity: string
  outcome: Outcome
  code: string
  missingAction: string | null
}

/** Requests left in Azure's budgets, from x-ms-ratelimit-* headers; null if the header is missing. */
export interface ArmBudget {
  remainingReads: number | null
  remainingWrites: number | null
  /** identity that owns the budget; absent if only one identity is used */
  identity?: string
  /** refusals of other identities that may send the same requests; absent = none */
  refused?: IdentityRefusal[]
  /** requests left in the budgets of the network provider in the region of the polled resource */
  remainingNetworkReads?: number
  remainingNetworkWrites?: number
}

interface ObservationOf<Kind extends PollKind, Rows> {
  target: PollTarget
  kind: Kind
  /** time of sending the request (wall clock of the collector) */
  startedAt: EpochMs
  /** time of reading the last byte of the final response; the true sample lies in [startedAt, finishedAt] */
  finishedAt: EpochMs
  /** the clock that measured these times; absent = unknown, as in generated or replayed history */
  clock?: DatingClock
  outcome: Outcome
  error: PollError | null
  /** known instances (localAddress) that did not report, or {@link UNREAD_ROWS}; only with `incomplete` */
  silentInstances: string[]
  budget: ArmBudget | null
  correlationId: string
  /** only for a kind that requests a period and may be cut short: time up to which it was read */
  readUpTo?: EpochMs
  /** rows that the poll read; empty unless the outcome is `ok` or `incomplete` */
  rows: Rows
}

/** Reason that the MSEE holds a session down: `Idle (Admin)`, `Idle (PfxCt)`; null = it does not. */
export type DownReason = 'admin' | 'prefixLimit' | null

/** Fields that every report about a BGP session has. */
export interface SessionReport {
  asn: number | null
  state: SessionState
  /** state name of Azure or the router, stored even if it is not in the enum */
  azureState: string
}

/** BGP peer as reported by a gateway instance. */
export interface PeerRow extends SessionReport {
  localAddress: string
  neighbor: string
  /** time in the Connected state at the sample; null = not reported (never 0 as a default) */
  connectedDurationMs: number | null
  /** unit to which the printed duration was truncated, if it is more than a millisecond */
  durationUnitMs?: number
  routesReceived: number | null
  messagesSent: bigint | null
  messagesReceived: bigint | null
}

/** BGP neighbor of an MSEE, as reported by the route table summary of one path. */
export interface SummaryRow extends SessionReport {
  neighbor: string
  downReason: DownReason
  prefixesReceived: number | null
  /**
   * time since the session came up or went down; the printed value is truncated to `unitMs`. `never` = the session was
   * never up; null = not reported, or in an unknown format
   */
  upDown: { ms: number; unitMs: number } | 'never' | null
  /** value as printed by the router, if its format is unknown; otherwise absent */
  upDownText?: string
}

export interface ArpRow {
  ageMinutes: number | null
  /** side of the ARP entry: `On-Prem` or `Microsoft`, as printed by ARM */
  interface: string
  ipAddress: string
  /** MAC address; null = ARM printed `Incomplete` or nothing */
  macAddress: string | null
}

/**
 * Route of a learned, advertised or path table. Addresses and prefixes are canonical text; for the path see `AsPath`.
 */
export interface RouteRow extends RouteFacts {
  asPath: number[]
  /** only for effective routes of a network interface: ARM's `Active` or `Invalid` */
  state?: string
}

/** Cumulative bytes of one path of a circuit, or of a connection. In = into Azure. Null = not reported by ARM. */
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
    /** time at which the tunnel last came up, by Azure's clock; absent = not reported */
    establishedAt?: EpochMs
  }[]
}

/** ARM resource without its secrets. `config` is plain JSON with ARM's field names. */
export interface ResourceRow extends Pick<ArmId, 'type' | 'name' | 'subscriptionId' | 'resourceGroup'> {
  resourceId: string
  location: string | null
  config: Record<string, unknown>
  /**
   * marks by which the resource is recognized under another ARM id, for example the digest of a service key; absent =
   * none
   */
  identities?: string[]
}

/**
 * Resources of an inventory poll, with the types whose lists were read completely. Only resources of these types can
 * count as removed.
 */
export interface InventoryRows {
  resources: ResourceRow[]
  listedTypes: string[]
  failedTypes: { type: string; outcome: Outcome; error: PollError }[]
  /**
   * ARM ids of known resources that are missing in the lists, although a request for the resource itself does not prove
   * that it is gone
   */
  unproved?: string[]
}

/**
 * Minimum and maximum age after its end at which a metric bucket is evaluated. The maximum limits how much of a metric
 * each poll reads again.
 */
export const MIN_METRIC_AGE_MS = 3 * 60_000
export const MAX_METRIC_AGE_MS = 15 * 60_000

/**
 * Azure Monitor bucket; a value is null if Azure does not report that aggregation. A bucket without any value is not a
 * row.
 */
export interface MetricRow {
  metric: string
  unit: string
  /** dimension names in lower case, with the values as printed by Azure */
  dimensions: Record<string, string>
  at: EpochMs
  grainSeconds: number
  average: number | null
  maximum: number | null
  minimum: number | null
  total: number | null
}

/** Activity Log entry without personal claims; the caller is kept. */
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
  /** notice of Azure Service Health, only with category ServiceHealth */
  health?: ServiceHealthNotice
}

/** Microsoft's notice about its own maintenance or faults. */
export interface ServiceHealthNotice {
  trackingId: string
  type: 'maintenance' | 'incident' | 'other'
  title: string
  /** affected service in Azure's terms, e.g. `ExpressRoute`, `VPN Gateway` */
  service: string
  /** affected region in Azure's terms, e.g. `UK South`, `Global` */
  region: string
  /** stage of the notice, e.g. `Planned`, `InProgress`, `Active`, `Resolved` */
  stage: string
  /** bounds of the impact; null = not reported */
  from: EpochMs | null
  to: EpochMs | null
  /** text of the notice, without markup and shortened */
  text: string
}

/**
 * Row types by the shape that the record of a poll kind names. Buckets of a connection monitor contain its tests:
 * ChecksFailedPercent, RoundTripTimeMs, TestResult.
 */
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
  /** summary of the table; absent = only the rows are known */
  answer?: TableAnswer
}

/** Summary of a whole route table without its rows, which are decoded only on demand. */
export interface TableAnswer {
  /** equal digests of one table mean equal rows */
  digest: string
  /** number of rows of the table */
  size: number
  /** gateway instances that have rows */
  instances: readonly string[]
  /**
   * changes since an earlier table: its digest ('' = no earlier table), the keys of the changed routes, and the new
   * rows of these routes
   */
  since?: {
    digest: string
    keys: readonly { instance: string; peer: string; prefix: string }[]
    rows: readonly RouteRow[]
  }
}

/** Result of one poll, typed and validated: the only type that `azure` returns and `history` records. */
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

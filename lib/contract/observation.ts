import type { ArmId } from './arm-id.ts'
import type { RouteFacts, SessionState } from '#lib/bgp/index.ts'
import type { RemainingArmRequests, BudgetName } from './budget.ts'
import type {
  CircuitPath,
  PollKindsOfShape,
  PollOutcome,
  PollKind,
  pollKindRecords,
  RoutePollKind,
  PollRowShape,
} from './poll.ts'
import type { PollMachineClock, EpochMs } from './time/time.ts'

/**
 * Target of a poll: an ARM resource, or a part of it. `subresource` names the part, for example
 * `AzurePrivatePeering/primary` for one path of a circuit's peering, or the neighbor's address for the routes that a
 * gateway advertises to one peer. '' = the whole resource.
 */
export interface PollTarget {
  resourceId: string
  subresource: string
}

/** Error of a poll whose outcome is not `ok`. It contains no secret, token or header, so it can be shown to users. */
export interface PollError {
  /** ARM's error code, or a code of Peerwatch (`TIMEOUT`, `ECONNREFUSED`, `MALFORMED_FIELD`, ...) */
  code: string
  /** description in one sentence. For the outcome `malformed` it names the field, for `forbidden` the missing action */
  detail: string
  httpStatus: number | null
  retryAfterSeconds: number | null
  /** ARM action that the credential lacks, if ARM names it */
  missingAction: string | null
  /**
   * only for the code `UNREAD_ROWS` (some rows could not be parsed): the number of rows and members of rows that could
   * not be parsed (`count`), the number of all rows and members of this kind (`of`), and the text of the first one that
   * failed, shortened and without secrets
   */
  unread?: { count: number; of: number; sample: string }
  /**
   * only for the outcome `throttled`: the exhausted Azure budget. Null = the limit is not one of these budgets, so it
   * does not affect other polls
   */
  budget?: BudgetName | null
}

/**
 * Value in `silentInstances` of a poll in which some rows or members of rows could not be parsed. The other rows are
 * used. A row that is missing in this poll does not prove that it is gone, because it may be one of the rows that could
 * not be parsed.
 */
export const UNREAD_ROWS_INSTANCE = '*'

interface ObservationOf<Kind extends PollKind, Rows> {
  target: PollTarget
  kind: Kind
  /** time at which the first request was sent, by the clock of the polling machine */
  startedAt: EpochMs
  /**
   * time at which the last byte of the last response was read. The polled state existed at some moment between
   * `startedAt` and `finishedAt`
   */
  finishedAt: EpochMs
  /** clock that measured these times; absent = unknown, for example in generated or replayed history */
  clock?: PollMachineClock
  outcome: PollOutcome
  error: PollError | null
  /**
   * addresses (`localAddress`) of known gateway instances that reported no rows, or {@link UNREAD_ROWS_INSTANCE}; only with the
   * outcome `incomplete`
   */
  silentInstances: string[]
  budget: RemainingArmRequests | null
  correlationId: string
  /** time up to which the requested period was read; only for poll kinds that request a period and may stop early */
  readUpTo?: EpochMs
  /**
   * rows that the poll read; empty for outcomes other than `ok` and `incomplete`. An exception is the inventory, which
   * contains the rows of its successful lists with any outcome
   */
  rows: Rows
}

/**
 * Reason why an MSEE (Microsoft's edge router) keeps a session down: `admin` for the state `Idle (Admin)`,
 * `prefixLimit` for `Idle (PfxCt)`; null = it does not.
 */
export type MseeDownReason = 'admin' | 'prefixLimit' | null

/** State of a BGP session, as gateways and MSEEs (Microsoft's edge routers) report it. */
export interface SessionReport {
  asn: number | null
  state: SessionState
  /** state as Azure or the router spells it, also if `state` has no value for it */
  azureState: string
}

/** BGP peer as reported by a gateway instance. */
export interface PeerRow extends SessionReport {
  localAddress: string
  neighbor: string
  /** time since the session was established; null = not reported (a missing value is never stored as 0) */
  connectedDurationMs: number | null
  /** unit in milliseconds to which Azure truncated the duration; absent = one millisecond */
  durationUnitMs?: number
  routesReceived: number | null
  messagesSent: bigint | null
  messagesReceived: bigint | null
}

/** BGP neighbor of an MSEE (Microsoft's edge router), from the route table summary of one path of a circuit. */
export interface SummaryRow extends SessionReport {
  neighbor: string
  downReason: MseeDownReason
  prefixesReceived: number | null
  /**
   * time since the session came up or went down, truncated to `unitMs`. `never` = the session was never up. Null = not
   * reported, or in a format that Peerwatch does not know
   */
  upDown: { ms: number; unitMs: number } | 'never' | null
  /** text that the router printed for this time; only if its format is unknown */
  upDownText?: string
}

export interface ArpRow {
  ageMinutes: number | null
  /** network on which the MSEE resolved the address, as ARM prints it: `On-Prem` or `Microsoft` */
  interface: string
  ipAddress: string
  /** MAC address; null = ARM printed `Incomplete` or nothing */
  macAddress: string | null
}

/**
 * Route from a table of learned, advertised or effective routes, or of a circuit's path. Addresses and prefixes are in
 * canonical text form. The type `AsPath` describes the AS path.
 */
export interface RouteRow extends RouteFacts {
  asPath: number[]
  /** only for effective routes of a network interface: ARM's `Active` or `Invalid` */
  state?: string
}

/**
 * Cumulative byte counters of one path of a circuit, or of a connection. `bytesIn` = bytes into Azure. Null = not
 * reported by ARM.
 */
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
  /** users of a user VPN gateway; absent = the resource is a connection */
  clients?: UserVpnClients
}

/**
 * Users who are connected to a user VPN gateway of a hub. The addresses themselves are not stored, because each belongs
 * to the device of a person (ADR 0371).
 */
export interface UserVpnClients {
  /** number of connected devices; null = not reported by ARM */
  count: number | null
  /** number of addresses that the gateway gave to devices; null = not reported by ARM */
  addresses: number | null
}

/** ARM resource as the inventory lists it, without secrets. `config` is plain JSON with ARM's field names. */
export interface ResourceRow extends Pick<ArmId, 'type' | 'name' | 'subscriptionId' | 'resourceGroup'> {
  resourceId: string
  location: string | null
  config: Record<string, unknown>
  /**
   * values by which the resource is recognized if it appears under another ARM id, for example the digest of a
   * circuit's service key; absent = none
   */
  identities?: string[]
}

/**
 * Result of an inventory poll: the resources, and the resource types whose lists were read completely. Only a resource
 * of such a type can count as removed.
 */
export interface InventoryRows {
  resources: ResourceRow[]
  listedTypes: string[]
  failedTypes: { type: string; outcome: PollOutcome; error: PollError }[]
  /**
   * ARM ids of known resources that the lists no longer contain, and for which no direct request confirmed that they
   * are gone
   */
  unproved?: string[]
}

/**
 * Minimum and maximum age of a metric bucket that a poll reads; the age is the time since the end of the bucket. The
 * maximum limits how many buckets each poll reads again.
 */
export const MIN_METRIC_AGE_MS = 3 * 60_000
export const MAX_METRIC_AGE_MS = 15 * 60_000

/**
 * Bucket of an Azure Monitor metric. A value is null if Azure does not report this aggregation. Buckets without any
 * value are left out.
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

/** Entry of the Activity Log, or a change from Resource Graph. Personal claims are removed, except the caller. */
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
  /** notice of Azure Service Health; only if `category` is ServiceHealth */
  health?: ServiceHealthNotice
}

/** Notice of Azure Service Health about Microsoft's maintenance or faults. */
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
 * Type of the rows of each row shape. A poll kind names its row shape in its record. The buckets of a connection
 * monitor contain the results of its tests: ChecksFailedPercent, RoundTripTimeMs, TestResult.
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

export interface RoutesObservation extends ObservationOf<RoutePollKind, RouteRow[]> {
  /** digest and size of the table; absent = only the rows are known */
  answer?: RouteTableDigest
}

/** Description of a complete route table, by which it can be compared without decoding its rows. */
export interface RouteTableDigest {
  /** digest of the rows; two tables with equal digests have equal rows */
  digest: string
  /** number of rows of the table */
  size: number
  /** addresses of the gateway instances that have rows in the table */
  instances: readonly string[]
  /**
   * difference from an earlier table: the digest of the earlier table ('' = there is none), the keys of the changed
   * routes, and the new rows of these routes
   */
  since?: {
    digest: string
    keys: readonly { instance: string; peer: string; prefix: string }[]
    rows: readonly RouteRow[]
  }
}

/**
 * Result of one poll, validated and typed. It is the only form in which lib/azure returns poll results and lib/history
 * records them.
 */
export type PollObservation = {
  [Kind in PollKind]: Kind extends RoutePollKind
    ? RoutesObservation
    : ObservationOf<Kind, RowShapes[(typeof pollKindRecords)[Kind]['rows']]>
}[PollKind]
export type ObservationOfShape<Shape extends PollRowShape> = Extract<PollObservation, { kind: PollKindsOfShape<Shape> }>
export type PeersObservation = Extract<PollObservation, { kind: 'peers' }>
export type SummaryObservation = Extract<PollObservation, { kind: 'summary' }>
export type MetricsObservation = Extract<PollObservation, { kind: 'metrics' }>
export type InventoryObservation = Extract<PollObservation, { kind: 'inventory' }>

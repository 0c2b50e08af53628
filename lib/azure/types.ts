import type { TokenCredential } from '@azure/identity'
import type {
  AzureReportAnswer,
  AzureReportName,
  BillAnswer,
  EpochMs,
  Observation,
  Outcome,
  PollError,
  PollTarget,
  ReportQuestion,
} from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { EnvironmentSettings } from '#lib/platform/environment.ts'

/** An entry of AZURE_IDENTITIES_FILE. */
export type IdentitySettings = EnvironmentSettings['azure']['identities'][number]

/** The period and subscription of a bill query, in whole days. */
export interface BillQuestion {
  subscriptionId: string
  /** begin of the period, midnight UTC */
  from: EpochMs
  /** end of the period, midnight UTC, exclusive */
  to: EpochMs
}

/** Poll kinds of this client. */
export type ObservableKind = Observation['kind']

export interface AzureSettings {
  /** ARM's endpoint, for example `https://management.azure.com`; plain http for loopback only */
  resourceManagerUrl: string
  /**
   * Address for metrics, if it differs from the cloud's own: a base address for the data plane (`metrics:getBatch`) and
   * the control plane, or an address with `{region}` in its host for the data plane only.
   */
  metricsUrl?: string | null
  /**
   * Called if the data plane refuses a subscription's metrics, which are then read with separate requests until the
   * data plane is tried again.
   */
  onMetricsRefused?: (refusal: BatchRefusal) => void
  /** Whether Resource Graph is queried. Default true. */
  resourceGraph?: boolean
  /**
   * Called if Resource Graph refuses an identity. The Activity Log is read in its place until Resource Graph is tried
   * again.
   */
  onChangesRefused?: (refusal: ChangesRefusal) => void
  /**
   * Subscriptions of the identity `default`, which is the environment's own credential; `*` = all that it can see;
   * empty = no such identity, if other identities are configured.
   */
  subscriptionIds: readonly string[] | '*'
  /** Additional identities, each for its own subscriptions. */
  identities?: readonly IdentitySettings[]
  /**
   * Creates the credential of the identity `default`. Called again after repeated 401s. By default a managed identity
   * or DefaultAzureCredential, depending on the environment.
   */
  createCredential?: () => TokenCredential
  /** Maximum duration of one poll from its first request, in milliseconds. Default 120,000; inventory 300,000. */
  deadlineMs?: number
  /** Maximum duration of one HTTP request in milliseconds. Default 30,000. */
  requestTimeoutMs?: number
  /** Maximum time for getting a token in milliseconds. Default 15,000. */
  tokenTimeoutMs?: number
  /**
   * Version of Microsoft.Network's API, for example `2025-05-01`. Default: the SDK's version, or the newest version
   * that Azure lists when it refuses the SDK's version.
   */
  networkApiVersion?: string | null
  /** Called with a version of Microsoft.Network's API to which the client had to fall back. */
  onApiVersion?: (version: string) => void
  /** Called with each sent request and its result, including retries, before anything is decoded. It must not throw. */
  onExchange?: (exchange: Exchange) => void
  /**
   * Rate in requests per second at which a subscription with many resource groups is discovered. Default 8, a third of
   * ARM's limit.
   */
  discoveryReadsPerSecond?: number
  clock?: Clock
  /**
   * Replaces the network, for simulations in virtual time. The SDK, its paging and the decoders are unchanged; only the
   * socket is a function. Requests are not retried in this case, because no time passes between two attempts.
   */
  transport?: Transport
}

/** One request and its result as transferred. Neither contains the token. */
export interface Exchange {
  /** time of the client's wall clock */
  sentAt: EpochMs
  receivedAt: EpochMs
  method: string
  url: string
  /** identity that sent the request; absent if there is only one identity */
  identity?: string
  requestBody: string | null
  /** null = no response was received */
  answer: WireAnswer | null
  /** reason why there was no response, for example `ECONNRESET`; null = a response was received */
  fault: string | null
}

export interface WireRequest {
  method: string
  url: string
  headers: Record<string, string>
  body: string | null
}

export interface WireAnswer {
  status: number
  /** header names in lower case */
  headers: Record<string, string>
  body: string
}

export type Transport = (request: WireRequest) => WireAnswer

/** The reason why an identity cannot read changes from Resource Graph. */
export interface ChangesRefusal {
  /** identity that was refused; absent if there is only one identity */
  identity?: string
  /** one of the subscriptions in the query */
  subscriptionId: string
  outcome: Outcome
  error: PollError
  /** time of the next attempt */
  until: EpochMs
}

/** The reason why a subscription's metrics in a region cannot be read in batches. */
export interface BatchRefusal extends ChangesRefusal {
  region: string
}

/** Properties of a resource on which its metrics depend. */
export interface MeteredResource {
  /** region of the resource in ARM's spelling */
  region: string
  /** gatewayType and SKU name of a virtual network gateway; null for other resources */
  gateway: { gatewayType: string | null; sku: string | null } | null
  /** whether a circuit has a Global Reach connection, and therefore additional metrics */
  hasReach?: boolean
}

/** A resource in the inventory of its subscription. */
export interface ListedResource {
  resourceId: string
  /** ARM resource type in lower case */
  type: string
  /** the resource's configuration as stored in history; null = not needed for this type */
  config: unknown
}

export interface PollParams {
  /** Window of `metrics`, `probe` and `activity`, epoch milliseconds; default the last 15 minutes. */
  from?: EpochMs
  to?: EpochMs
  /** `activity`: earlier periods that are read again for late entries. */
  again?: readonly { from: EpochMs; to: EpochMs }[]
  /** ISO 8601 grain of `metrics`, for example `PT1H`; default the finest grain of the resource type. */
  interval?: string
  /** Names of `metrics`. Other metrics of the same request are read too. Default: all metrics of the resource type. */
  metrics?: readonly string[]
  /**
   * `inventory`: ARM IDs of the network interfaces that operators chose, in any subscription; absent = unknown, so that
   * no interface is read.
   */
  interfaces?: readonly string[]
  /**
   * `inventory`: resources in earlier lists. If a resource is missing from the lists, it is requested by its ID. Absent
   * = unknown.
   */
  listed?: readonly ListedResource[]
  /**
   * `metrics`: known properties of the resource. With them, the metrics are read in a batch with other resources that
   * are polled at the same moment.
   */
  resource?: MeteredResource
}

export interface PollOptions {
  /** If this signal is aborted, `poll` throws an AbortError, which is its only error. */
  signal?: AbortSignal
  /** Overrides the deadline in the settings for this poll, in milliseconds. */
  deadlineMs?: number
  params?: PollParams
  /**
   * Called right before each request is sent, to check a lease that may be lost. If it throws after `signal` was
   * aborted, the request is not sent.
   */
  beforeRequest?: () => void
  /** Called by `poll` with the progress of a poll in slices. */
  onProgress?: (progress: Slice['progress']) => void
}

/** The intermediate state of a poll in slices, as plain JSON. */
export interface Slice {
  progress: { done: number; total: number }
  checkpoint: object
}

/**
 * The address at which an operation that ARM accepted is followed, or the state of a poll in slices, which has no
 * operation in Azure.
 */
export interface AcceptedOperation {
  url: string
  /**
   * `status`: `url` returns the state of the operation (`Azure-AsyncOperation`). `result`: `url` returns 202 until the
   * result is ready (`Location`).
   */
  says: 'status' | 'result'
  /**
   * address of the result after the operation has succeeded; null = the status response contains the result, or `url`
   * is the address of the result
   */
  resultUrl: string | null
  /** number of checks that found the operation still running; initially 0 */
  checks: number
  /** set for a poll in slices, whose `url` is only a name of the slice */
  slice?: Slice
}

/** The start of a poll that continues in this process or in another process. */
export interface Beginning extends Pick<Observation, 'startedAt' | 'clock' | 'correlationId' | 'budget'> {
  /** milliseconds since the start */
  ageMs: number
}

/** A pending diagnostic operation of Azure. It is plain JSON, so that any process can continue it. */
export type PendingOperation = AcceptedOperation &
  Omit<Beginning, 'ageMs'> & {
    /** identity that began the operation and must continue it; absent if there is only one identity */
    identity?: string
  }

/**
 * One step of a poll: its observation, or the operation that it waits for, with the wait before the next check and the
 * time since its first request, both in milliseconds.
 */
export type PollStep = { observation: Observation } | { pending: PendingOperation; waitMs: number; ageMs: number }

export interface Subscription {
  subscriptionId: string
  displayName: string | null
  tenantId: string | null
  /** tags; absent if the cloud's API version does not list them */
  tags?: Record<string, string> | undefined
  /**
   * state as returned by ARM: Enabled, Warned, PastDue, Disabled; null = configured by ID, but missing from the
   * credential's list
   */
  state: string | null
}

/** The result of listing the subscriptions of one identity. */
export interface IdentityListing {
  identity: string
  /** tenant of the identity; null = the environment's own identity */
  tenantId: string | null
  clientId: string | null
  outcome: Outcome
  error: PollError | null
  /** IDs in lower case of the subscriptions that the identity polls and can see */
  subscriptionIds: string[]
}

export interface SubscriptionsAnswer {
  /** outcome of the identity with the best result */
  outcome: Outcome
  error: PollError | null
  correlationId: string
  /** false = an identity for all subscriptions could not list them, so that subscriptions may be missing */
  isComplete: boolean
  /** one entry per identity */
  identities: IdentityListing[]
  /** configured IDs are included even if ARM refused the list; with `*` the list is then empty */
  subscriptions: Subscription[]
}

export interface Azure {
  /**
   * Runs a poll of one source to its end, or to the first wait for an operation of Azure. An ordinary failure is an
   * outcome of the observation and not an exception. An empty table has the outcome `ok` and no rows. An `inventory`
   * with failed lists has the rows of the other lists, whatever its outcome. The caller must ensure that a resource
   * runs only one diagnostic operation at a time.
   * @throws AbortError only if `options.signal` was aborted or the client closed
   */
  begin(target: PollTarget, kind: ObservableKind, options?: PollOptions): Promise<PollStep>
  /**
   * Continues a poll that waits for an operation, whichever process began it.
   * @param ageMs milliseconds since the first request was sent; after the deadline no request is sent and the outcome
   *   is `timeout`
   * @throws AbortError like {@link begin}
   */
  resume(
    target: PollTarget,
    kind: ObservableKind,
    pending: PendingOperation,
    ageMs: number,
    options?: PollOptions,
  ): Promise<PollStep>
  /** Runs one poll with all its waits. */
  poll(target: PollTarget, kind: ObservableKind, options?: PollOptions): Promise<Observation>
  /**
   * Reports whether metrics of a subscription's resources in a region are currently read in batches, so that their
   * polls should be due at the same time.
   */
  readsTogether(subscriptionId: string, region: string): boolean
  listSubscriptions(options?: Omit<PollOptions, 'params'>): Promise<SubscriptionsAnswer>
  /**
   * Reports whether a subscription that is missing from the list exists, with a request for the subscription itself;
   * null = Azure's response proves neither.
   */
  hasSubscription(subscriptionId: string, options?: Omit<PollOptions, 'params'>): Promise<boolean | null>
  /** Returns the billed cost of a subscription by day and meter. A failure is an outcome, as for polls. */
  bill(question: BillQuestion, options?: Omit<PollOptions, 'params'>): Promise<BillAnswer>
  /**
   * Returns a report that Azure computed or stores for a gateway, with one diagnostic operation. The resource can run
   * no other operation meanwhile. A failure is an outcome.
   */
  report<Name extends AzureReportName>(
    question: ReportQuestion<Name>,
    options?: Omit<PollOptions, 'params'>,
  ): Promise<AzureReportAnswer<Name>>
  /** Returns the names of the identities that poll a subscription; absent = there is only one identity. */
  identitiesOf?(subscriptionId: string): readonly string[]
  /** Aborts polls in progress. Later calls throw. */
  close(): void
}

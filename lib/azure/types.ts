import type { TokenCredential } from '@azure/identity'
import type {
  AzureReportResult,
  AzureReportName,
  BillResponse,
  EpochMs,
  PollObservation,
  PollOutcome,
  PollError,
  PollTarget,
  AzureReportRequest,
} from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { EnvironmentSettings } from '#lib/platform/environment.ts'

/** An entry of AZURE_IDENTITIES_FILE. */
export type IdentitySettings = EnvironmentSettings['azure']['identities'][number]

/** The subscription and the period of a bill query. The period consists of whole days. */
export interface BillQuery {
  subscriptionId: string
  /** begin of the period, midnight UTC */
  from: EpochMs
  /** end of the period, midnight UTC, exclusive */
  to: EpochMs
}

/** The poll kinds that this client can run. */
export type ObservableKind = PollObservation['kind']

export interface AzureSettings {
  /** ARM's endpoint, for example `https://management.azure.com`; plain http for loopback only */
  resourceManagerUrl: string
  /**
   * Address for metrics, if it is not the default address of the cloud. It is an address for the data plane
   * (`metrics:getBatch`) and the control plane, or, if its host contains `{region}`, only for the data plane.
   */
  metricsUrl?: string | null
  /**
   * Called when the data plane refuses the metrics of a subscription. They are then read with separate requests, until
   * the data plane is tried again.
   */
  onMetricsRefused?: (refusal: MetricsBatchRefusal) => void
  /** Whether Resource Graph is queried. Default true. */
  resourceGraph?: boolean
  /**
   * Called when Resource Graph refuses an identity. Changes are then read only from the Activity Log, until Resource
   * Graph is tried again.
   */
  onChangesRefused?: (refusal: ResourceChangesRefusal) => void
  /**
   * Subscriptions of the identity `default`, which is the environment's own credential. `*` = all subscriptions that it
   * can see. If the list is empty and other identities are configured, there is no identity `default`.
   */
  subscriptionIds: readonly string[] | '*'
  /** Additional identities. Each polls its own subscriptions. */
  identities?: readonly IdentitySettings[]
  /**
   * Creates the credential of the identity `default`. It is called again after repeated responses with 401. Default: a
   * managed identity or DefaultAzureCredential, depending on the environment.
   */
  createCredential?: () => TokenCredential
  /**
   * Maximum duration of one poll in milliseconds, from its first request. Default: the duration that the poll kind
   * defines, for example one hour for an inventory, otherwise 120,000.
   */
  deadlineMs?: number
  /** Maximum duration of one HTTP request in milliseconds. Default 30,000. */
  requestTimeoutMs?: number
  /** Maximum time in milliseconds for getting an access token. Default 15,000. */
  tokenTimeoutMs?: number
  /**
   * API version for Microsoft.Network, for example `2025-05-01`. Default: the version of the SDK. If Azure refuses it,
   * one of the versions that the refusal lists.
   */
  networkApiVersion?: string | null
  /**
   * Called with the API version for Microsoft.Network that the client uses from now on, because Azure refused the
   * previous version.
   */
  onApiVersion?: (version: string) => void
  /**
   * Called after each request, also after each retry, with the request and its result, before anything is decoded. It
   * is not called for a request that was aborted. It must not throw.
   */
  onExchange?: (exchange: HttpExchange) => void
  /**
   * Maximum number of requests per second for discovering a subscription with many resource groups. Default 8, a third
   * of ARM's limit.
   */
  discoveryReadsPerSecond?: number
  clock?: Clock
  /**
   * Replaces the network in simulations. The SDK, its paging and the decoders still run; only the connection to Azure
   * is replaced by this function. Requests are then not retried, because in a simulation no time passes between two
   * attempts.
   */
  transport?: ArmHttpTransportFunction
}

/** One request with its result, as they were transferred. The access token is not included. */
export interface HttpExchange {
  /** time of the client's wall clock when the request was sent */
  sentAt: EpochMs
  receivedAt: EpochMs
  method: string
  url: string
  /** identity that sent the request; absent if the only identity is `default` */
  identity?: string
  requestBody: string | null
  /** the response; null = no response was received */
  answer: RawHttpResponse | null
  /** reason why no response was received, for example `ECONNRESET`; null = a response was received */
  fault: string | null
}

export interface RawHttpRequest {
  method: string
  url: string
  headers: Record<string, string>
  body: string | null
}

export interface RawHttpResponse {
  status: number
  /** header names in lower case */
  headers: Record<string, string>
  body: string
}

export type ArmHttpTransportFunction = (request: RawHttpRequest) => RawHttpResponse

/** A refusal because of which changes are not read from Resource Graph for an identity. */
export interface ResourceChangesRefusal {
  /** identity that was refused; absent if the only identity is `default` */
  identity?: string
  /** one of the subscriptions in the refused query */
  subscriptionId: string
  outcome: PollOutcome
  error: PollError
  /** time at which Resource Graph is queried again */
  until: EpochMs
}

/** A refusal because of which the metrics of a subscription in a region are not read with shared requests. */
export interface MetricsBatchRefusal extends ResourceChangesRefusal {
  region: string
}

/** The properties of a resource that determine which metrics it has and how they are read. */
export interface MetricsOptionsOfResource {
  /** region of the resource in ARM's spelling */
  region: string
  /**
   * gatewayType and SKU name of a virtual network gateway, and whether it is a VPN gateway with user VPN
   * (point-to-site); null for other resources
   */
  gateway: { gatewayType: string | null; sku: string | null; hasUserVpn?: boolean } | null
  /** whether the resource is a circuit with a Global Reach connection, which has additional metrics */
  hasReach?: boolean
}

/** A resource that an earlier inventory found. */
export interface ListedResource {
  resourceId: string
  /** ARM resource type in lower case */
  type: string
  /** the configuration of the resource as stored in history; null = the poll does not need it for this type */
  config: unknown
}

export interface PollParams {
  /** Begin of the period that `metrics`, `probe` and `activity` read. Default: 15 minutes before its end. */
  from?: EpochMs
  to?: EpochMs
  /** For `activity`: earlier periods that are read again, because entries may arrive late. */
  again?: readonly { from: EpochMs; to: EpochMs }[]
  /**
   * For `metrics`: the wanted interval between values as an ISO 8601 duration, for example `PT1H`. Default: the
   * shortest interval that Azure offers for each metric.
   */
  interval?: string
  /**
   * For `metrics`: the names of the wanted metrics. Other metrics in the same requests are returned too. Default: all
   * metrics of the resource type.
   */
  metrics?: readonly string[]
  /**
   * For `inventory`: ARM IDs of the network interfaces that operators chose, in any subscription. If absent, no network
   * interface is read.
   */
  interfaces?: readonly string[]
  /**
   * For `inventory`: the resources that earlier inventories found. If one of them is missing from a list, it is
   * requested by its ID.
   */
  listed?: readonly ListedResource[]
  /**
   * For `metrics`: properties of the resource. If they are given, the metrics can be read with a request that is shared
   * with other resources polled at the same moment.
   */
  resource?: MetricsOptionsOfResource
}

export interface PollOptions {
  /** If this signal is aborted, `poll` throws an AbortError. It throws no other errors. */
  signal?: AbortSignal
  /** Maximum duration of this poll in milliseconds, instead of the duration in the settings. */
  deadlineMs?: number
  params?: PollParams
  /**
   * Called directly before each request is sent, for example to check that a lease is still held. If it throws after
   * `signal` was aborted, the request is not sent.
   */
  beforeRequest?: () => void
  /** `poll` calls this with the progress of a poll that is read in slices. */
  onProgress?: (progress: SlicedPollProgress['progress']) => void
}

/** The state of a poll that is read in slices and not yet complete. It is plain JSON. */
export interface SlicedPollProgress {
  progress: { done: number; total: number }
  checkpoint: object
}

/**
 * An operation that ARM accepted, with the address at which its state is requested. Also used for a poll that is read
 * in slices, which has no operation in Azure.
 */
export interface AcceptedArmOperation {
  url: string
  /**
   * Type of the response at `url`. `status`: the state of the operation (from the header `Azure-AsyncOperation`).
   * `result`: 202 until the operation has ended, then its result (from the header `Location`).
   */
  says: 'status' | 'result'
  /**
   * address from which the result is read after the operation succeeded; null = the response with the state contains
   * the result, or `url` itself returns it
   */
  resultUrl: string | null
  /** number of checks so far after which the operation was still running */
  checks: number
  /** usual duration of such an operation in milliseconds; absent = not known */
  usualMs?: number
  /** only for a poll that is read in slices. Its `url` is not an address but only a name. */
  slice?: SlicedPollProgress
}

/** The data about the start of a poll that is needed to continue it, in this process or in another process. */
export interface PollStart extends Pick<PollObservation, 'startedAt' | 'clock' | 'correlationId' | 'budget'> {
  /** milliseconds since the start */
  ageMs: number
}

/**
 * A diagnostic operation that is still running in Azure. It is plain JSON, so that any process can continue the poll.
 */
export type PendingOperation = AcceptedArmOperation &
  Omit<PollStart, 'ageMs'> & {
    /** the identity that started the operation and must also check it; absent if the only identity is `default` */
    identity?: string
  }

/**
 * The result of one step of a poll: its observation, or the operation for which it waits. `waitMs` is the wait until
 * the next check, and `ageMs` the time since the first request, both in milliseconds.
 */
export type PollStep = { observation: PollObservation } | { pending: PendingOperation; waitMs: number; ageMs: number }

export interface AzureSubscription {
  subscriptionId: string
  displayName: string | null
  tenantId: string | null
  /** absent if the API version of the cloud does not return tags */
  tags?: Record<string, string> | undefined
  /**
   * the state that ARM returns: Enabled, Warned, PastDue or Disabled; null = the subscription is configured, but the
   * identity cannot see it
   */
  state: string | null
}

/** The result of listing the subscriptions of one identity. */
export interface IdentityListing {
  identity: string
  /** tenant of the identity; null = it is the environment's own identity */
  tenantId: string | null
  clientId: string | null
  outcome: PollOutcome
  error: PollError | null
  /** IDs, in lower case, of the subscriptions that the identity polls and can see */
  subscriptionIds: string[]
}

export interface SubscriptionsPollResult {
  /** the best outcome of all identities */
  outcome: PollOutcome
  error: PollError | null
  correlationId: string
  /** false = subscriptions may be missing, because an identity that polls all subscriptions could not list them */
  isComplete: boolean
  /** the result of each identity */
  identities: IdentityListing[]
  /**
   * The subscriptions that ARM listed. If ARM refused the list, only the configured subscriptions; none if `*` is
   * configured.
   */
  subscriptions: AzureSubscription[]
}

export interface AzureAccess {
  /**
   * Starts a poll of one source. The result is its observation, or, if the poll must wait for an operation of Azure,
   * the data for continuing it.
   * A failure of the poll is not thrown, but becomes the outcome of the observation. An empty table has the outcome
   * `ok` and no rows. If some lists of an `inventory` failed, it still has the rows of the other lists. The caller must
   * ensure that a resource never runs two diagnostic operations at the same time.
   * @throws AbortError only if `options.signal` was aborted or the client closed
   */
  begin(target: PollTarget, kind: ObservableKind, options?: PollOptions): Promise<PollStep>
  /**
   * Continues a poll that waits for an operation. The poll may have been started by another process.
   * @param ageMs milliseconds since the poll's first request. If this is longer than the deadline, no request is sent,
   *   and the outcome is `timeout`.
   * @throws AbortError like {@link begin}
   */
  resume(
    target: PollTarget,
    kind: ObservableKind,
    pending: PendingOperation,
    ageMs: number,
    options?: PollOptions,
  ): Promise<PollStep>
  /** Runs one poll to its end, including the waits for an operation. */
  poll(target: PollTarget, kind: ObservableKind, options?: PollOptions): Promise<PollObservation>
  /**
   * Reports whether the metrics of a subscription's resources in a region are at present read with shared requests. If
   * so, their polls should be due at the same time.
   */
  readsTogether(subscriptionId: string, region: string): boolean
  listSubscriptions(options?: Omit<PollOptions, 'params'>): Promise<SubscriptionsPollResult>
  /**
   * Reports whether a subscription that is missing from the list exists, with a request for this subscription. Null =
   * Azure's response did not show whether it exists. If every identity has a configured list of subscriptions, returns
   * false without a request, because a subscription outside these lists must no longer be polled.
   */
  hasSubscription(subscriptionId: string, options?: Omit<PollOptions, 'params'>): Promise<boolean | null>
  /**
   * Returns the billed cost of a subscription by day and meter. A failure is not thrown, but becomes the outcome of the
   * result.
   */
  bill(question: BillQuery, options?: Omit<PollOptions, 'params'>): Promise<BillResponse>
  /**
   * Returns one of Azure's reports about a gateway. The report is read with a diagnostic operation, and meanwhile the
   * gateway can run no other operation. A failure is not thrown, but becomes the outcome of the result.
   */
  report<Name extends AzureReportName>(
    question: AzureReportRequest<Name>,
    options?: Omit<PollOptions, 'params'>,
  ): Promise<AzureReportResult<Name>>
  /** Returns the names of the identities that poll a subscription. Absent = only the identity `default` exists. */
  identitiesOf?(subscriptionId: string): readonly string[]
  /** Aborts all running polls. Every later call throws. */
  close(): void
}

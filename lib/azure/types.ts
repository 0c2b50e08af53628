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

/** One entry of AZURE_IDENTITIES_FILE. */
export type IdentitySettings = EnvironmentSettings['azure']['identities'][number]

/** What a bill is read for: one subscription, whole days. */
export interface BillQuestion {
  subscriptionId: string
  /** midnight UTC */
  from: EpochMs
  /** midnight UTC, not included */
  to: EpochMs
}

/** The kinds that this client can observe. */
export type ObservableKind = Observation['kind']

export interface AzureSettings {
  /** ARM's endpoint, e.g. `https://management.azure.com`; plain http for loopback only */
  resourceManagerUrl: string
  /**
   * Where metrics are read, if not at the cloud's own places: a base for the data plane (`metrics:getBatch`) and the control plane,
   * or one with `{region}` in its host for the data plane alone.
   */
  metricsUrl?: string | null
  /** Called when the data plane does not serve a subscription's metrics, which are then read one by one until it is asked again. */
  onMetricsRefused?: (refusal: BatchRefusal) => void
  /** false = Resource Graph is never asked. Default true. */
  resourceGraph?: boolean
  /** Called when Resource Graph does not answer an identity, for which the Activity Log is read instead until it is asked again. */
  onChangesRefused?: (refusal: ChangesRefusal) => void
  /**
   * What the environment's own credential asks for, the identity `default`; `*` = all that it sees; none = there is no such identity,
   * if others are given.
   */
  subscriptionIds: readonly string[] | '*'
  /** Who asks beside it, each for its own subscriptions. */
  identities?: readonly IdentitySettings[]
  /** Of the identity `default`. Called again after repeated 401s. Default: managed identity or DefaultAzureCredential, by the environment. */
  createCredential?: () => TokenCredential
  /** Most that one poll may take, from its first request; milliseconds. Default 120,000; inventory 300,000. */
  deadlineMs?: number
  /** Most that one HTTP request may take; milliseconds. Default 30,000. */
  requestTimeoutMs?: number
  /** Most that getting a token may take; milliseconds. Default 15,000. */
  tokenTimeoutMs?: number
  /** Version of Microsoft.Network's API, such as `2025-05-01`. Default: the SDK's, or the newest that Azure names when it refuses that. */
  networkApiVersion?: string | null
  /** Called with a version of Microsoft.Network's API that Azure made the client fall back to. */
  onApiVersion?: (version: string) => void
  /** Called with each request that left and what came of it, retries included, before anything is decoded. It must not throw. */
  onExchange?: (exchange: Exchange) => void
  /** Requests a second by which a subscription of many resource groups is discovered. Default 8, a third of what ARM allows. */
  discoveryReadsPerSecond?: number
  clock?: Clock
  /**
   * Takes the place of the network, for runs at virtual time: the SDK, its paging and our decoder stay what they are, only the
   * socket is a function. Nothing is requested twice then, because no time passes between two attempts.
   */
  transport?: Transport
}

/** One request and what came of it, as it went over the wire. The token is in neither. */
export interface Exchange {
  /** by the client's wall clock */
  sentAt: EpochMs
  receivedAt: EpochMs
  method: string
  url: string
  /** who asked; absent where one identity asks for everything */
  identity?: string
  requestBody: string | null
  /** null = no answer came */
  answer: WireAnswer | null
  /** why no answer came, such as `ECONNRESET`; null = one did */
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
  /** names in lower case */
  headers: Record<string, string>
  body: string
}

export type Transport = (request: WireRequest) => WireAnswer

/** What kept an identity from reading changes in Resource Graph. */
export interface ChangesRefusal {
  /** who was refused; absent where one identity asks for everything */
  identity?: string
  /** one of those that were asked about */
  subscriptionId: string
  outcome: Outcome
  error: PollError
  /** asked again then */
  until: EpochMs
}

/** What kept a subscription's metrics in a region from being read together. */
export interface BatchRefusal extends ChangesRefusal {
  region: string
}

/** What metrics of a resource depend on. */
export interface MeteredResource {
  /** as ARM names it */
  region: string
  /** of a virtual network gateway: gatewayType and sku name; null of anything else */
  gateway: { gatewayType: string | null; sku: string | null } | null
  /** a circuit has a Global Reach connection, and with it further metrics */
  hasReach?: boolean
}

/** A resource that the inventory of its subscription lists. */
export interface ListedResource {
  resourceId: string
  /** lower case */
  type: string
  /** the configuration in history's form; null = not needed for the type */
  config: unknown
}

export interface PollParams {
  /** Window of `metrics`, `probe` and `activity`, epoch milliseconds; default the last 15 minutes. */
  from?: EpochMs
  to?: EpochMs
  /** `activity`: earlier periods to read once more, for what arrived late. */
  again?: readonly { from: EpochMs; to: EpochMs }[]
  /** ISO 8601 grain of `metrics`, e.g. `PT1H`; default the finest that the resource type has. */
  interval?: string
  /** Names of `metrics`; metrics of the same request are read with them. Default: all of the resource type. */
  metrics?: readonly string[]
  /** `inventory`: ARM ids of the network interfaces that operators chose, of any subscription; absent = not known, and none is read. */
  interfaces?: readonly string[]
  /** `inventory`: resources that its earlier lists had; each that the lists lack is requested by its id. Absent = not known */
  listed?: readonly ListedResource[]
  /** `metrics`: what is known of the resource; with it they are read together with those of others that are polled at the same moment. */
  resource?: MeteredResource
}

export interface PollOptions {
  /** Aborting it makes `poll` throw an AbortError: its only error. */
  signal?: AbortSignal
  /** Overrides the settings' deadline for this poll. */
  deadlineMs?: number
  params?: PollParams
  /** Called right before each request leaves, for a lease that may be lost by then: throwing after an abort of `signal` stops it. */
  beforeRequest?: () => void
  /** Called by `poll` with how far a poll is that is made in slices. */
  onProgress?: (progress: Slice['progress']) => void
}

/** What a poll that is made in slices has so far. Plain JSON. */
export interface Slice {
  progress: { done: number; total: number }
  checkpoint: object
}

/** Where an operation that ARM accepted is followed; or a poll in slices, which Azure knows nothing of. */
export interface AcceptedOperation {
  url: string
  /** `status`: that place says how it is going (`Azure-AsyncOperation`). `result`: it answers 202 until the result is there (`Location`). */
  says: 'status' | 'result'
  /** where the result is once the status says so; null = the status itself is the result, or `url` is */
  resultUrl: string | null
  /** requests that found it running, or was not checked yet: 0 */
  checks: number
  /** of a poll in slices, whose `url` is a name for each of them and no address */
  slice?: Slice
}

/** How a poll began that goes on: in this process, or in another one that is gone. */
export interface Beginning extends Pick<Observation, 'startedAt' | 'clock' | 'correlationId' | 'budget'> {
  /** since then, milliseconds */
  ageMs: number
}

/** A diagnostic operation that Azure works on. Plain JSON: whoever has it can go on with it. */
export type PendingOperation = AcceptedOperation &
  Omit<Beginning, 'ageMs'> & {
    /** who began it, and alone goes on with it; absent where one identity asks for everything */
    identity?: string
  }

/**
 * One step of a poll: its end, or the operation that it waits for, in how many milliseconds to check it, and how many have passed
 * since its first request left.
 */
export type PollStep = { observation: Observation } | { pending: PendingOperation; waitMs: number; ageMs: number }

export interface Subscription {
  subscriptionId: string
  displayName: string | null
  tenantId: string | null
  /** where the cloud's API version lists them */
  tags?: Record<string, string> | undefined
  /** ARM's word: Enabled, Warned, PastDue, Disabled; null = configured by id, but not in the credential's list */
  state: string | null
}

/** What one identity's list of subscriptions came to. */
export interface IdentityListing {
  identity: string
  /** null = the environment's own */
  tenantId: string | null
  clientId: string | null
  outcome: Outcome
  error: PollError | null
  /** of those that it asks for, the ones that it sees; lower case */
  subscriptionIds: string[]
}

export interface SubscriptionsAnswer {
  /** of the identity that was answered best */
  outcome: Outcome
  error: PollError | null
  correlationId: string
  /** false = an identity that asks for all that it sees could not list them: there may be more than are listed */
  isComplete: boolean
  /** one for each identity */
  identities: IdentityListing[]
  /** configured ids are listed even when ARM refused the list; under `*` it is empty then */
  subscriptions: Subscription[]
}

export interface Azure {
  /**
   * One poll of one source up to its end, or to the first wait for an operation of Azure. An ordinary failure is an outcome of the
   * observation, never an exception. Rows are context-free: an empty table is `ok` and empty.
   * An `inventory` that lost some of its lists holds the rows of the others, whatever its outcome.
   * It is for the caller to run one diagnostic operation at a time on a resource.
   * @throws AbortError when `options.signal` was aborted or the client closed, and then only
   */
  begin(target: PollTarget, kind: ObservableKind, options?: PollOptions): Promise<PollStep>
  /**
   * Goes on with a poll that waits for an operation, whichever process began it.
   * @param ageMs since the first request left; past the deadline nothing is asked any more and the outcome is `timeout`
   * @throws as {@link begin}
   */
  resume(
    target: PollTarget,
    kind: ObservableKind,
    pending: PendingOperation,
    ageMs: number,
    options?: PollOptions,
  ): Promise<PollStep>
  /** One poll with all its waits. */
  poll(target: PollTarget, kind: ObservableKind, options?: PollOptions): Promise<Observation>
  /** Whether metrics of a subscription's resources in a region are read together at present: then polls do well to be due together. */
  readsTogether(subscriptionId: string, region: string): boolean
  listSubscriptions(options?: Omit<PollOptions, 'params'>): Promise<SubscriptionsAnswer>
  /** Whether a subscription that the list lacks exists, by its own address; null = Azure's answer proves neither. */
  hasSubscription(subscriptionId: string, options?: Omit<PollOptions, 'params'>): Promise<boolean | null>
  /** What a subscription was billed for, by day and meter. A failure is an outcome, as with polls. */
  bill(question: BillQuestion, options?: Omit<PollOptions, 'params'>): Promise<BillAnswer>
  /** What Azure itself computed or keeps of a gateway, by one diagnostic operation: the resource runs no other one meanwhile. A failure is an outcome. */
  report<Name extends AzureReportName>(
    question: ReportQuestion<Name>,
    options?: Omit<PollOptions, 'params'>,
  ): Promise<AzureReportAnswer<Name>>
  /** Names of the identities that ask for a subscription; absent = one. */
  identitiesOf?(subscriptionId: string): readonly string[]
  /** Aborts polls in progress. Later calls throw. */
  close(): void
}

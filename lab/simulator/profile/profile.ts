/**
 * Azure's behavior apart from the contents of a scenario: durations, locks, limits and delays. Each profile is one
 * record of values; docs/simulator.md has both as a table.
 */
import type { AzureCloudName } from './api-versions.ts'

/**
 * Durations of the operations of one kind in milliseconds. A duration is `least + (most - least) * u ^ tail`, in which
 * u is an evenly distributed random number from 0 up to 1.
 */
export interface OperationDurationRange {
  readonly least: number
  readonly most: number
  /**
   * Exponent of the distribution. 1 = even distribution; with a larger value, more operations are short. The median is
   * `least + (most - least) * 0.5 ^ tail`.
   */
  readonly tail: number
}

interface Bounds {
  readonly least: number
  readonly most: number
}

export interface TokenBucketLimits {
  /** Maximum number of tokens. */
  readonly size: number
  /** Tokens per second. */
  readonly refill: number
}

export interface SimulatorProfile {
  readonly name: ProfileName
  /** Seed of the random values. Another seed gives other values with the same distribution. */
  readonly seed: string
  /** Durations of operations; null = the durations come from the scenario's `protocol.lro`. */
  readonly operations: {
    readonly gateway: OperationDurationRange
    readonly circuit: OperationDurationRange
    /** For a gateway without one of its instances, or a circuit's path whose MSEE is lost. */
    readonly unreachable: OperationDurationRange
    /** Seconds in the Retry-After of a 202. */
    readonly retryAfter: number
  } | null
  /** Only one diagnostic operation at a time on a gateway, or on a circuit with all its peerings. Null = any number. */
  readonly lock: {
    /** Share of the refusals that are 409 `AnotherOperationInProgress` instead of 429 `RetryableError`. */
    readonly conflicts: number
  } | null
  /** Azure Resource Manager's budgets, for each region of ARM. The simulator is one region. */
  readonly arm: {
    readonly reads: TokenBucketLimits
    /** Budget for all methods except GET, including POST. */
    readonly writes: TokenBucketLimits
    /** factor by which the common budget of all principals of a subscription exceeds the budget of one principal */
    readonly allPrincipals: number
  } | null
  /** Microsoft.Network's budget, for each subscription and region, for all identities together. */
  readonly network: {
    readonly windowMs: number
    readonly reads: number
    readonly writes: number
    /** Whether diagnostic POSTs count as writes. */
    readonly countsPosts: boolean
  } | null
  /**
   * Number and delay of the entries that diagnostic POSTs cause in the Activity Log. Null = no such entries, but one
   * artificial entry for each gateway every five minutes.
   */
  readonly activity: {
    /**
     * Minimum number of entries of an operation; `most` is the maximum. If an operation has fewer than three entries,
     * the first ones of the stages started, accepted and succeeded are missing.
     */
    readonly least: number
    readonly most: number
    /** Delay from an event to the entry about it in the Activity Log. */
    readonly late: OperationDurationRange
  } | null
  /** Interval at which Azure reads `stats` of a circuit from its routers; 0 = at each request. Milliseconds. */
  readonly statsEveryMs: number
  /**
   * Delay from the end of a metric's minute, or of its five minutes, to the point. Each resource has its own.
   * Milliseconds.
   */
  readonly metricsLate: { readonly minute: Bounds; readonly fiveMinutes: Bounds }
  /** behavior of Resource Graph; null = it has no quota */
  readonly graph: {
    readonly quota: { readonly queries: number; readonly windowMs: number }
    /** Whether the identity has no access to it. */
    readonly refused: boolean
  } | null
  /** Supported versions of Microsoft.Network; null = any. */
  readonly networkVersions: readonly string[] | null
  /**
   * Headers about budgets: remaining counts of ARM and of providers, only of ARM, ARM's counts with the provider's load
   * in percent (`x-ms-throttle-levels`), or none.
   */
  readonly headers: 'all' | 'arm' | 'levels' | 'none'
  /** Form of responses if recordings of the service differ from its specification. */
  readonly form: ResponseFormatVariant
}

export type ResponseFormatVariant = 'recorded' | 'specified'

export type ProfileName = 'quick' | 'azure'

/** Choices within a profile. For each of them, Azure has been seen or documented to behave in more than one way. */
export interface ProfileChoices {
  readonly seed?: string
  readonly form?: ResponseFormatVariant
  readonly headers?: SimulatorProfile['headers']
  /** Whether POSTs count in the network provider's budget. No effect if the profile has no such budget. */
  readonly countsPosts?: boolean
  /** Cloud whose versions of Microsoft.Network are supported. By default the public cloud, which supports all. */
  readonly cloud?: AzureCloudName
  /** Whether access to Resource Graph is allowed; by default it is. No effect if the profile has no such quota. */
  readonly resourceGraph?: boolean
  /** Share of 409 refusals, 0 to 1. No effect if the profile has no locks. */
  readonly conflicts?: number
  /**
   * Factor above 0 for the times of operations, Retry-After, refill of budgets, log and counters, while the clock is
   * unchanged. With it tests poll an Azure with locks and delays within seconds. The delay of metrics is unchanged,
   * because their points are whole minutes.
   */
  readonly timeScale?: number
  /** Durations of operations, for example from a first contact. Times that were not measured come from the profile. */
  readonly operationTimes?: {
    readonly gateway?: OperationDurationRange | undefined
    readonly circuit?: OperationDurationRange | undefined
  }
}

/**
 * How Azure behaves beside what a scenario contains: how long it takes, what it locks, what it allows, how late it is. One
 * record of figures each; docs/simulator.md has both as a table.
 */
import type { Cloud } from './api-versions.ts'

/** How long the operations of one kind take: `least + (most - least) * u ^ tail`, u evenly in [0, 1). Milliseconds. */
export interface RunTime {
  readonly least: number
  readonly most: number
  /** 1: even. The greater, the more operations are short and the fewer are long; the median lies at 0.5 ^ tail. */
  readonly tail: number
}

interface Bounds {
  readonly least: number
  readonly most: number
}

export interface TokenBucket {
  /** Most tokens. */
  readonly size: number
  /** Tokens a second. */
  readonly refill: number
}

export interface Profile {
  readonly name: ProfileName
  /** Other figures with the same distribution. */
  readonly seed: string
  /** Null: as the scenario's `protocol.lro` says. */
  readonly operations: {
    readonly gateway: RunTime
    readonly circuit: RunTime
    /** A gateway without one of its instances, a circuit's path whose MSEE is gone. */
    readonly unreachable: RunTime
    /** Seconds in the Retry-After of a 202. */
    readonly retryAfter: number
  } | null
  /** One diagnostic operation at a time on a gateway, or on a circuit with all its peerings. Null: any number. */
  readonly lock: {
    /** Share of the refusals that are 409 `AnotherOperationInProgress`, and not 429 `RetryableError`. */
    readonly conflicts: number
  } | null
  /** Azure Resource Manager's budgets, for each region of ARM; the simulator is one region. */
  readonly arm: {
    readonly reads: TokenBucket
    /** POSTs draw from these. */
    readonly writes: TokenBucket
    /** All principals of a subscription together have this many times as much. */
    readonly allPrincipals: number
  } | null
  /** Microsoft.Network's budget, for each subscription and region, whoever asks. */
  readonly network: {
    readonly windowMs: number
    readonly reads: number
    readonly writes: number
    /** Whether diagnostic POSTs count as writes. */
    readonly countsPosts: boolean
  } | null
  /** What a diagnostic POST leaves in the Activity Log. Null: nothing; one made-up entry for each gateway in five minutes instead. */
  readonly activity: {
    /** Entries of an operation: the last of started, accepted, succeeded. */
    readonly least: number
    readonly most: number
    /** From the fact to its entry. */
    readonly late: RunTime
  } | null
  /** How often `stats` of a circuit are read from its routers; 0: at each request. Milliseconds. */
  readonly statsEveryMs: number
  /** From the end of a metric's minute, or of its five minutes, to the point; each resource has its own. Milliseconds. */
  readonly metricsLate: { readonly minute: Bounds; readonly fiveMinutes: Bounds }
  /** Resource Graph: null is without a quota. */
  readonly graph: {
    readonly quota: { readonly queries: number; readonly windowMs: number }
    /** The identity may not ask it. */
    readonly refused: boolean
  } | null
  /** Versions of Microsoft.Network that are served; null: any. */
  readonly networkVersions: readonly string[] | null
  /** Remaining calls in `x-ms-ratelimit-remaining-*`: everybody's, ARM's alone, or none. */
  readonly headers: 'all' | 'arm' | 'none'
  /** How answers are formed where recordings of the service differ from its specification. */
  readonly form: WireForm
}

export type WireForm = 'recorded' | 'specified'

export type ProfileName = 'quick' | 'azure'

/** What a run may choose within a profile; Azure is known to do each of them both as the profile has it and otherwise. */
export interface ProfileChoices {
  readonly seed?: string
  readonly form?: WireForm
  readonly headers?: Profile['headers']
  /** Of the network provider. Without effect where the profile has no such budget. */
  readonly countsPosts?: boolean
  /** Whose versions of Microsoft.Network are served: the public cloud's, which knows all, unless given. */
  readonly cloud?: Cloud
  /** Whether Resource Graph may be asked; it may unless given. Without effect where the profile has no such quota. */
  readonly resourceGraph?: boolean
  /** 0 to 1. Without effect where the profile locks nothing. */
  readonly conflicts?: number
  /**
   * Above 0: operations, their Retry-After, budgets' refill, the log and counters take this share of their time, beside a clock that goes
   * as before. So tests poll an Azure that locks and lags within seconds. Metrics stay as late as they are: their minutes are minutes.
   */
  readonly timeScale?: number
  /** How long operations take, such as a first contact measured; what was not measured is as the profile has it. */
  readonly operationTimes?: { readonly gateway?: RunTime | undefined; readonly circuit?: RunTime | undefined }
}

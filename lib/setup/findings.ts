import type { EpochMs, Outcome, PollError, PollKind } from '#lib/contract/index.ts'
import type { IdentityListing } from '#lib/azure/index.ts'
import type { StoredNetworkApiVersion } from './store/index.ts'
import type { ClockReading } from './clocks.ts'

/** One poll as far as the setup is checked by it. */
export interface PollFinding {
  resourceId: string
  kind: PollKind
  /** who was answered so; absent where one identity asks for everything */
  identity?: string
  outcome: Outcome
  error: Pick<PollError, 'code' | 'detail' | 'missingAction'> | null
  /** from its first request to its last answer; null = not known */
  seconds: number | null
}

/** What Azure answered, whoever asked. null = not asked yet. */
export interface AzureFindings {
  listing: {
    outcome: Outcome
    error: Pick<PollError, 'code' | 'detail'> | null
    subscriptions: readonly { subscriptionId: string; displayName: string | null; state: string | null }[]
    /** absent = one */
    identities?: readonly IdentityListing[]
  }
  clock: ClockReading | null
  apiVersion: StoredNetworkApiVersion | null
  /** object id of each identity by its name, where a refusal named it */
  principalIds: ReadonlyMap<string, string>
  /** subscriptions that were not asked; absent = all were */
  left?: number
  /** number of resources by type, lower case */
  found: ReadonlyMap<string, number> | null
  polls: readonly PollFinding[]
  /** epoch milliseconds */
  at: EpochMs
}

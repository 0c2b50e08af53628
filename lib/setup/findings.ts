import type { EpochMs, Outcome, PollError, PollKind } from '#lib/contract/index.ts'
import type { IdentityListing } from '#lib/azure/index.ts'
import type { StoredNetworkApiVersion } from './store/index.ts'
import type { ClockReading } from './clocks.ts'

/** The part of a poll that the setup checks use. */
export interface PollFinding {
  resourceId: string
  kind: PollKind
  /** identity that got this response; absent if there is only one identity */
  identity?: string
  outcome: Outcome
  error: Pick<PollError, 'code' | 'detail' | 'missingAction'> | null
  /** from its first request to its last response; null = unknown */
  seconds: number | null
}

/** Azure's responses to all identities. null = not requested yet. */
export interface AzureFindings {
  listing: {
    outcome: Outcome
    error: Pick<PollError, 'code' | 'detail'> | null
    subscriptions: readonly { subscriptionId: string; displayName: string | null; state: string | null }[]
    /** absent = a single identity */
    identities?: readonly IdentityListing[]
  }
  clock: ClockReading | null
  apiVersion: StoredNetworkApiVersion | null
  /** object ID of each identity by its name, if a refusal contained it */
  principalIds: ReadonlyMap<string, string>
  /** number of subscriptions that were not checked; absent = all were checked */
  left?: number
  /** number of resources by type, lower case */
  found: ReadonlyMap<string, number> | null
  polls: readonly PollFinding[]
  /** epoch milliseconds */
  at: EpochMs
}

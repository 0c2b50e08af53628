import type { EpochMs, PollOutcome, PollError, PollKind } from '#lib/contract/index.ts'
import type { IdentityListing } from '#lib/azure/index.ts'
import type { StoredNetworkApiVersion } from './store/index.ts'
import type { ExternalClockReading } from './clock-checks.ts'

/** The fields of a poll's result that setup checks need. */
export interface SetupPollResult {
  resourceId: string
  kind: PollKind
  /** name of the identity with which the poll was made; absent if there is only one identity */
  identity?: string
  outcome: PollOutcome
  error: Pick<PollError, 'code' | 'detail' | 'missingAction'> | null
  /** duration from the first request to the last response in seconds; null = unknown */
  seconds: number | null
}

/** Results of requests to Azure with all identities. Setup checks are derived from them. */
export interface AzureSetupResults {
  listing: {
    outcome: PollOutcome
    error: Pick<PollError, 'code' | 'detail'> | null
    subscriptions: readonly { subscriptionId: string; displayName: string | null; state: string | null }[]
    /** results by identity; absent = there is only one identity */
    identities?: readonly IdentityListing[]
  }
  clock: ExternalClockReading | null
  apiVersion: StoredNetworkApiVersion | null
  /** object ID of each refused identity, by its name, if Azure's refusal contained it */
  principalIds: ReadonlyMap<string, string>
  /** number of subscriptions that were not checked; absent = all were checked */
  left?: number
  /** number of resources by ARM type in lower case; null = no inventory was read */
  found: ReadonlyMap<string, number> | null
  polls: readonly SetupPollResult[]
  /** time of the findings, epoch milliseconds */
  at: EpochMs
}

import type { EpochMs, Outcome, PollError, PollKind } from '#lib/contract/index.ts'
import type { NetworkApiVersion } from '#lib/history/index.ts'
import type { ClockReading } from './clocks.ts'

/** One poll as far as the setup is checked by it. */
export interface PollFinding {
  resourceId: string
  kind: PollKind
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
  }
  clock: ClockReading | null
  apiVersion: NetworkApiVersion | null
  /** object id of the identity, where a refusal named it */
  principalId: string | null
  /** number of resources by type, lower case */
  found: ReadonlyMap<string, number> | null
  polls: readonly PollFinding[]
  /** epoch milliseconds */
  at: EpochMs
}

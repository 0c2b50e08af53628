/**
 * Azure as it is documented and as people have seen it. Marks: [S] documentation or specification, [O] published output or
 * issues, [K] general knowledge, until a recording of a real tenant settles it.
 */
import type { Profile } from './profile.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

export const azure: Profile = {
  name: 'azure',
  seed: '',
  operations: {
    // 5 to 60 s on gateways, 5 to 30 s on circuits; the medians are 12 and 11 s. [K]
    gateway: { least: 5 * SECOND, most: 60 * SECOND, tail: 3 },
    circuit: { least: 5 * SECOND, most: 30 * SECOND, tail: 2 },
    // Several minutes where an instance can't be reached. [K]
    unreachable: { least: 2 * MINUTE, most: 5 * MINUTE, tail: 1 },
    // The usual value of ARM's 202. [K]
    retryAfter: 10,
  },
  // "the network resource provider returns 429 with RetryableErrorDueToAnotherOperation when the target resource is locked by
  // another operation": "Understand how Azure Resource Manager throttles requests" [S]. The same as 409: Azure/bicep 5132 [O]; how
  // often [K].
  lock: { conflicts: 0.1 },
  // "Understand how Azure Resource Manager throttles requests", regional throttling and token buckets: for each subscription (or
  // tenant), service principal and kind of operation, and 15 times that for all principals of a subscription. [S] That POSTs draw from
  // the writes [K].
  arm: { reads: { size: 250, refill: 25 }, writes: { size: 200, refill: 10 }, allPrincipals: 15 },
  // The same page, network throttling: 10,000 reads and 1,000 writes or deletes (PUT) in 5 minutes. [S] Whether POSTs count is not
  // said: they do where they are refused as openshift/hypershift 9050 was.
  network: { windowMs: 5 * MINUTE, reads: 10_000, writes: 1_000, countsPosts: false },
  headers: 'all',
}

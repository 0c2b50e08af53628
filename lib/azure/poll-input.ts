import { type ArmId, armTypes, parseArmId, type PollTarget } from '#lib/contract/index.ts'
import type { MemoryCache } from '#lib/platform/cache.ts'
import type { ArmClient } from './call/arm.ts'
import type { AzurePollContext } from './call/call.ts'
import { PollFailure } from './call/failure.ts'
import type { ResourceChangeQueries } from './kinds/activity/change-queries.ts'
import type { MetricBatches } from './kinds/metrics/batch.ts'
import type { MetricsEndpoints } from './kinds/metrics/data-plane.ts'
import type { DiscoveryConcurrencyLimiter } from './kinds/inventory/discovery-slots.ts'
import type { PollParams, SlicedPollProgress } from './types.ts'

/** The inputs of one poll, which are passed to the reader of its kind. */
export interface PollInput {
  call: AzurePollContext
  arm: ArmClient
  /** the ARM ID as the caller spelled it */
  resourceId: string
  id: ArmId & { resourceGroup: string }
  subresource: string
  params: PollParams
  metrics: MetricsEndpoints
  batches: MetricBatches
  /** queries Resource Graph for changes; all polls of an identity share it */
  changes: ResourceChangeQueries
  /** limits how many subscriptions are discovered in parallel */
  discovery: DiscoveryConcurrencyLimiter
  /**
   * the subscriptions whose service providers were listed recently, so that they need not be listed again yet. An entry
   * becomes invalid if a circuit of the subscription gets another provider.
   */
  providers: MemoryCache<true>
  /** usual duration of an operation of this kind in milliseconds; undefined = not known */
  usualMs: number | undefined
  /** true = if Azure refuses this identity, another identity tries the poll next */
  handsOver: boolean
  /**
   * for a poll that is read in slices: the result of the earlier slices; null for the first slice, and for all other
   * polls
   */
  slice: SlicedPollProgress | null
}

/**
 * Parses the ARM ID of a target.
 * @throws PollFailure `not_polled` if the target's ID cannot be parsed
 */
export function parseTargetId({ resourceId }: PollTarget): ArmId {
  const id = parseArmId(resourceId)
  if (!id) throw createUnsupportedFailure(`${JSON.stringify(resourceId)} is no ARM resource id`)
  return id
}

/**
 * Checks that a kind can be polled on the resource type of a target.
 * @throws PollFailure `not_polled` if it cannot
 */
export function requireResourceType(
  id: ArmId,
  types: readonly string[],
  kind: string,
): ArmId & { resourceGroup: string } {
  const { resourceGroup } = id
  if (!types.includes(id.type) || (resourceGroup === null && id.type !== armTypes.subscription)) {
    throw createUnsupportedFailure(`${kind} is polled on ${types.join(' or ')}, not on ${id.type}`)
  }
  return { ...id, resourceGroup: resourceGroup ?? '' }
}

export function createUnsupportedFailure(detail: string): PollFailure {
  return new PollFailure('not_polled', { code: 'UNSUPPORTED_TARGET', detail })
}

import { type ArmId, armTypes, parseArmId, type PollTarget } from '#lib/contract/index.ts'
import type { Cache } from '#lib/platform/cache.ts'
import type { Arm } from './call/arm.ts'
import type { Call } from './call/call.ts'
import { PollFailure } from './call/failure.ts'
import type { ChangeQueries } from './kinds/activity/change-queries.ts'
import type { MetricBatches } from './kinds/metrics/batch.ts'
import type { MetricsPlace } from './kinds/metrics/data-plane.ts'
import type { DiscoverySlots } from './kinds/inventory/slots.ts'
import type { PollParams, Slice } from './types.ts'

/** The inputs of one poll, as passed to the reader of its kind. */
export interface Read {
  call: Call
  arm: Arm
  /** the ARM ID in the caller's spelling */
  resourceId: string
  id: ArmId & { resourceGroup: string }
  subresource: string
  params: PollParams
  metrics: MetricsPlace
  batches: MetricBatches
  /** sends this identity's queries for changes to Resource Graph; polls share them */
  changes: ChangeQueries
  /** slots that limit parallel discovery */
  discovery: DiscoverySlots
  /**
   * subscriptions whose service providers are not due to be listed again; an entry is valid only for the same providers
   */
  providers: Cache<true>
  /** whether another identity is tried next if Azure refuses this identity */
  handsOver: boolean
  /**
   * for a poll in slices: the result of the earlier slices; null = this is the first slice, or the poll has no slices
   */
  slice: Slice | null
}

/**
 * Parses the ARM ID of a target.
 * @throws PollFailure `not_polled` if the target's ID cannot be parsed
 */
export function readTarget({ resourceId }: PollTarget): ArmId {
  const id = parseArmId(resourceId)
  if (!id) throw unsupported(`${JSON.stringify(resourceId)} is no ARM resource id`)
  return id
}

/**
 * Checks the resource type of a target.
 * @throws PollFailure `not_polled` unless the kind is polled on the target's type
 */
export function expectType(id: ArmId, types: readonly string[], kind: string): ArmId & { resourceGroup: string } {
  const { resourceGroup } = id
  if (!types.includes(id.type) || (resourceGroup === null && id.type !== armTypes.subscription)) {
    throw unsupported(`${kind} is polled on ${types.join(' or ')}, not on ${id.type}`)
  }
  return { ...id, resourceGroup: resourceGroup ?? '' }
}

export function unsupported(detail: string): PollFailure {
  return new PollFailure('not_polled', { code: 'UNSUPPORTED_TARGET', detail })
}

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

/** One poll's request, as the reader of its kind gets it. */
export interface Read {
  call: Call
  arm: Arm
  /** as the caller spelled it */
  resourceId: string
  id: ArmId & { resourceGroup: string }
  subresource: string
  params: PollParams
  metrics: MetricsPlace
  batches: MetricBatches
  /** Resource Graph, as this identity may ask it */
  changes: ChangeQueries
  /** who may list at present */
  discovery: DiscoverySlots
  /** subscriptions whose providers are not due to be listed, by the names of the providers */
  providers: Cache<true>
  /** whether another identity is asked next, where this one is refused */
  handsOver: boolean
  /** of a poll in slices: what those before it came to */
  slice: Slice | null
}

/** @throws PollFailure `not_polled` if the target's id can't be read */
export function readTarget({ resourceId }: PollTarget): ArmId {
  const id = parseArmId(resourceId)
  if (!id) throw unsupported(`${JSON.stringify(resourceId)} is no ARM resource id`)
  return id
}

/** @throws PollFailure `not_polled` unless the target is of a type that the kind is polled on */
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

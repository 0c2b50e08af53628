import { armTypes, type PollTarget } from '#lib/contract/index.ts'
import type { Arm } from './arm.ts'
import type { Call } from './call.ts'
import { PollFailure } from './failure.ts'
import { parseResourceId, type ResourceId } from './resource-id.ts'
import type { PollParams } from './types.ts'

/** What a kind's reader is given. */
export interface Read {
  call: Call
  arm: Arm
  /** as the caller spelled it */
  resourceId: string
  id: ResourceId & { resourceGroup: string }
  part: string
  params: PollParams
}

export const GATEWAY = armTypes.virtualNetworkGateway
export const CIRCUIT = armTypes.circuit
export const CONNECTION = armTypes.connection
export const CONNECTION_MONITOR = armTypes.connectionMonitor
export const SUBSCRIPTION = armTypes.subscription

/** @throws PollFailure `not_polled` if the target's id can't be read */
export function readTarget({ resourceId }: PollTarget): ResourceId {
  const id = parseResourceId(resourceId)
  if (!id) throw unsupported(`${JSON.stringify(resourceId)} is no ARM resource id`)
  return id
}

/** @throws PollFailure `not_polled` unless the target is of the type that the kind is polled on */
export function expectType(id: ResourceId, type: string, kind: string): ResourceId & { resourceGroup: string } {
  const { resourceGroup } = id
  if (id.type !== type || (resourceGroup === null && type !== SUBSCRIPTION)) {
    throw unsupported(`${kind} is polled on ${type}, not on ${id.type}`)
  }
  return { ...id, resourceGroup: resourceGroup ?? '' }
}

export function unsupported(detail: string): PollFailure {
  return new PollFailure('not_polled', { code: 'UNSUPPORTED_TARGET', detail })
}

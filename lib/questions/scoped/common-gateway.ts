import type { OwnedResource } from '#lib/history/index.ts'

/** Whose something is. */
export interface Owner {
  customer: string | null
  /** lower case */
  subscriptionId: string
}

/** A gateway or hub on which circuits or networks of several owners land, or of another than its own. */
export interface CommonGateway {
  resource: OwnedResource
  /** short ids of the circuits and networks */
  landing: readonly string[]
  /** its neighbors, and its connections of a hub by name, with the short id of the circuit or network behind each */
  neighbors: readonly { neighbor: string; behind: string }[]
  /** row ids */
  sessions: readonly { sessionId: number; neighbor: string }[]
  /** its neighbors that are none of its own instances, mapped or not */
  outside: readonly string[]
}

export const isSameOwner = (a: Owner | undefined, b: Owner | undefined): boolean =>
  a?.subscriptionId === b?.subscriptionId && a?.customer?.toLowerCase() === b?.customer?.toLowerCase()

import type { OwnedResource } from '#lib/history/index.ts'

/** Owner of a resource: customer and subscription. */
export interface Owner {
  customer: string | null
  /** subscription id in lower case */
  subscriptionId: string
}

/**
 * Gateway or hub that connects circuits or networks of owners other than its own, so that its tables contain rows of
 * several owners.
 */
export interface CommonGateway {
  resource: OwnedResource
  /** short ids of the connected circuits and networks */
  landing: readonly string[]
  /**
   * its neighbors (for a hub also its connections, by name), each with the short id of the circuit or network behind it
   */
  neighbors: readonly { neighbor: string; behind: string }[]
  /** sessions of the gateway; `sessionId` is a row id */
  sessions: readonly { sessionId: number; neighbor: string }[]
  /**
   * neighbors and connections of the gateway that are outside of it, with or without a known circuit; its own instances
   * are excluded
   */
  outside: readonly string[]
}

export const isSameOwner = (a: Owner | undefined, b: Owner | undefined): boolean =>
  a?.subscriptionId === b?.subscriptionId && a?.customer?.toLowerCase() === b?.customer?.toLowerCase()

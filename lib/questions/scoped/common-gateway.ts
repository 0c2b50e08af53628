import type { ResourceWithOwnershipFields } from '#lib/history/index.ts'

/** Owner of a resource: customer and subscription. */
export interface ResourceOwner {
  customer: string | null
  /** subscription id in lower case */
  subscriptionId: string
}

/**
 * A gateway or hub to which circuits or networks of other owners are connected. Its tables therefore contain rows of
 * several owners.
 */
export interface GatewaySharedByCustomers {
  resource: ResourceWithOwnershipFields
  /** short ids of the circuits and networks that are connected to the gateway */
  landing: readonly string[]
  /**
   * its neighbors, each with the short id of the circuit or network behind it; for a hub, also its connections by name
   */
  neighbors: readonly { neighbor: string; behind: string }[]
  /** sessions of the gateway; `sessionId` is the row id of the session */
  sessions: readonly { sessionId: number; neighbor: string }[]
  /** Neighbors and connections that are not instances of the gateway itself. The circuit behind them may be unknown */
  outside: readonly string[]
}

export const isSameOwner = (a: ResourceOwner | undefined, b: ResourceOwner | undefined): boolean =>
  a?.subscriptionId === b?.subscriptionId && a?.customer?.toLowerCase() === b?.customer?.toLowerCase()

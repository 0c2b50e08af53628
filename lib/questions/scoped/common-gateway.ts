import type { OwnedResource } from '#lib/history/index.ts'

/** Owner of a resource: customer and subscription. */
export interface Owner {
  customer: string | null
  /** subscription id in lower case */
  subscriptionId: string
}

/** Gateway or hub that connects circuits or networks of several owners, or of an owner other than its own. */
export interface CommonGateway {
  resource: OwnedResource
  /** short ids of the connected circuits and networks */
  landing: readonly string[]
  /**
   * its neighbors, and for a hub its connections by name, each with the short id of the circuit or network behind it
   */
  neighbors: readonly { neighbor: string; behind: string }[]
  /** sessions of the gateway; `sessionId` is a row id */
  sessions: readonly { sessionId: number; neighbor: string }[]
  /** its neighbors except its own instances, mapped or not */
  outside: readonly string[]
}

export const isSameOwner = (a: Owner | undefined, b: Owner | undefined): boolean =>
  a?.subscriptionId === b?.subscriptionId && a?.customer?.toLowerCase() === b?.customer?.toLowerCase()

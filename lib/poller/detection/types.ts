import type { CustomerRules, Declarations } from '#lib/contract/index.ts'
import type { ReadKinds, RouterEnd, RouterLinks, Topology } from '#lib/detection/index.ts'
import type { AnnouncedWindow, ConnectionLive, ResourceView } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** A listed resource as far as the shape of the estate needs it. */
export type ListedResource = Pick<ResourceView, 'id' | 'resourceId' | 'type' | 'name' | 'config'> &
  Partial<Pick<ResourceView, 'location'>> & {
    /** of a connection: what its own poll reported last; absent = nothing */
    reported?: Pick<ConnectionLive, 'routingWeight'>
  }

/** What an operator declared that detection must know. Names of resources are scopes. */
export type Declared = Pick<Declarations, 'sites' | 'mappings' | 'policies' | 'watched'> &
  Partial<Pick<Declarations, 'pauses' | 'circuits'>> & {
    /** each time of its own, from those that an open event may have begun in to those that begin before this is read again */
    maintenance: Pick<AnnouncedWindow, 'id' | 'title' | 'from' | 'to' | 'scopes' | 'paths'>[]
    /** whose resources are; absent = nobody's */
    customerRules?: CustomerRules
    /** which path the sessions of customers' routers are; absent = nothing is declared */
    routerNeighbors?: Declarations['routerNeighbors']
  }

/** Connected circuits and gateways. */
export interface TopologyGroup {
  topology: Topology
  /** every scope of the group, sorted */
  scopes: string[]
}

/** Reads the customer's end of sessions. The room that keeps the reports of routers hands it in, because polling imports no room. */
export type ReadRouterEnds = (
  db: Queryable,
  query: ReadKinds['routerEnds']['of'],
  linksOf: () => Promise<RouterLinks>,
) => Promise<RouterEnd[]>

import type { CustomerRules, Declarations } from '#lib/contract/index.ts'
import type { ReadKinds, RouterEnd, RouterLinks, Topology } from '#lib/detection/index.ts'
import type { AnnouncedWindow, ConnectionLive, ResourceView } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** A listed resource with the fields that determine the structure of the estate. */
export type ListedResource = Pick<ResourceView, 'id' | 'resourceId' | 'type' | 'name' | 'config'> &
  Partial<Pick<ResourceView, 'location'>> & {
    /** for a connection: values from its last own poll; absent = not reported */
    reported?: Pick<ConnectionLive, 'routingWeight'>
  }

/** Operators' declarations that detection needs. Resources are identified by scope. */
export type Declared = Pick<Declarations, 'sites' | 'mappings' | 'policies' | 'watched'> &
  Partial<Pick<Declarations, 'pauses' | 'circuits'>> & {
    /** maintenance windows that may overlap an open event, up to those that begin before the next read */
    maintenance: Pick<AnnouncedWindow, 'id' | 'title' | 'from' | 'to' | 'scopes' | 'paths'>[]
    /** rules that determine the customer of a resource; absent = no customers */
    customerRules?: CustomerRules
    /** paths to which the sessions of customers' routers belong; absent = not declared */
    routerNeighbors?: Declarations['routerNeighbors']
  }

/** A group of connected circuits and gateways. */
export interface TopologyGroup {
  topology: Topology
  /** all scopes of the group, sorted */
  scopes: string[]
}

/**
 * Reads the customer's end of sessions. The module that stores the reports of routers passes in this function, because
 * the poller does not import that module.
 */
export type ReadRouterEnds = (
  db: Queryable,
  query: ReadKinds['routerEnds']['of'],
  linksOf: () => Promise<RouterLinks>,
) => Promise<RouterEnd[]>

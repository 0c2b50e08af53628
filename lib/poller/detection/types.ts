import type { CustomerRules, Declarations, FailoverTestExplainingLosses } from '#lib/contract/index.ts'
import type { DetectionReadKinds, RouterSideSession, RouterMatchingInput, GroupTopology } from '#lib/detection/index.ts'
import type { AnnouncedWindow, AzureConnectionState, ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** A resource of the inventory, with the fields that show how resources are connected. */
export type ListedResource = Pick<ResourceView, 'id' | 'resourceId' | 'type' | 'name' | 'config'> &
  Partial<Pick<ResourceView, 'location'>> & {
    /**
     * Values from the last poll of the resource, if it is a connection; absent = not polled yet, or the resource is not
     * a connection.
     */
    reported?: Pick<AzureConnectionState, 'routingWeight'>
  }

/** Declarations of operators that detection needs. They name resources by scope (short id). */
export type DetectionDeclarations = Pick<Declarations, 'sites' | 'mappings' | 'policies' | 'watched'> &
  Partial<Pick<Declarations, 'pauses' | 'circuits'>> & {
    /** Maintenance windows of the past weeks and of the next hour, because an event may have begun in one of them. */
    maintenance: Pick<AnnouncedWindow, 'id' | 'title' | 'from' | 'to' | 'scopes' | 'paths'>[]
    /** Azure's failover tests of the past weeks; absent = none. */
    tests?: readonly FailoverTestExplainingLosses[]
    /** Rules that assign resources to customers; absent = no customers are configured. */
    customerRules?: CustomerRules
    /** Circuit paths to which the sessions of customers' routers belong; absent = not declared. */
    routerNeighbors?: Declarations['routerNeighbors']
  }

/** A set of connected circuits and gateways that are evaluated together. */
export interface TopologyGroup {
  topology: GroupTopology
  /** Scopes (short ids) of all resources in the group, sorted. */
  scopes: string[]
  /** IDs of the subscriptions that contain its resources; absent = not listed. */
  subscriptions?: readonly string[]
}

/**
 * Reads the state of BGP sessions as customers' routers reported it. The module that stores these reports provides the
 * function, because the poller does not import that module.
 */
export type ReadRouterSideSessions = (
  db: SqlExecutor,
  query: DetectionReadKinds['routerEnds']['of'],
  linksOf: () => Promise<RouterMatchingInput>,
) => Promise<RouterSideSession[]>

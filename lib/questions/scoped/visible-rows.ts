import {
  type AccessScope,
  armTypes,
  formatAccessScopeKey,
  isDirectType,
  parseHubConnectionName,
  isSameCustomer,
} from '#lib/contract/index.ts'
import type { RowsVisibleInAccessScope } from '#lib/history/index.ts'
import { findVisiblePartsOfSharedTables as tablesInPart } from './visible-parts.ts'
import type { GatewaySharedByCustomers, ResourceOwner } from './common-gateway.ts'
import type { ResourceOwnership } from './ownership.ts'

/** Returns the rows that a scope may see, computed from the owners of all resources. */
export function findVisibleRows(
  ownership: ResourceOwnership,
  scope: Exclude<AccessScope, 'everything'>,
): RowsVisibleInAccessScope {
  const { resources, owners, byShortId, sources } = ownership
  const seesOwner = (owner: ResourceOwner | undefined) =>
    owner !== undefined &&
    (scope.subscriptions.includes(owner.subscriptionId) ||
      scope.customers.some((name) => owner.customer !== null && isSameCustomer(name, owner.customer)))
  const whole = resources.filter(({ row }) => seesOwner(owners.get(row)))
  const wholeRows = new Set(whole.map(({ row }) => row))
  const seesWhole = (id: string) => wholeRows.has(byShortId.get(id)?.row ?? -1)
  const common = ownership.commonGateways.map((gateway) => partsOf(gateway, seesWhole))
  const mixed = common.filter(({ resource, foreign }) => wholeRows.has(resource.row) && foreign.length > 0)
  const shared = common.filter(({ resource, landing }) => !wholeRows.has(resource.row) && landing.some(seesWhole))
  const foreignOf = new Map(mixed.map(({ resource, foreign }) => [resource.row, new Set(foreign)]))
  const ownOf = new Map(shared.map(({ resource, own }) => [resource.row, new Set(own)]))
  // The routes that a gateway advertises to one neighbor have their own source, and the subresource of this source is
  // the neighbor. Similarly, the subresource of the routes of a hub's connection contains the connection.
  const partOf = (subresource: string) => parseHubConnectionName(subresource) ?? subresource
  const seen = sources.filter(
    ({ resource, subresource }) => wholeRows.has(resource) && !foreignOf.get(resource)?.has(partOf(subresource)),
  )
  const sharedSeen = sources.filter(
    ({ resource, subresource }) =>
      ownOf.has(resource) && (subresource === '' || ownOf.get(resource)?.has(partOf(subresource))),
  )
  const sharedRows = new Set(shared.map(({ resource }) => resource.row))
  const members = (gateways: typeof common, which: 'own' | 'foreign') =>
    gateways.flatMap((gateway) => gateway[which].map((neighbor) => `${gateway.resource.shortId} ${neighbor}`))
  const sessionsWith = (gateways: typeof common, which: 'own' | 'foreign') =>
    gateways.flatMap((gateway) =>
      gateway.sessions.flatMap(({ sessionId, neighbor }) => (gateway[which].includes(neighbor) ? [sessionId] : [])),
    )
  const ports = whole.filter(({ type }) => isDirectType(type))
  const othersCircuits =
    ports.length === 0 ? [] : resources.filter(({ row, type }) => type === armTypes.circuit && !wholeRows.has(row))
  const inPart = tablesInPart(ownership, common, { whole: wholeRows, shared: sharedRows })
  const sharedResources = [...shared.map(({ resource }) => resource), ...inPart.sharedHubTables]
  const ownRouterSessions = ownership.routerSessions.filter(({ circuitId }) => seesWhole(circuitId))
  const subscriptionsSeen = whole.filter(({ type }) => type === armTypes.subscription)
  return {
    audience: formatAccessScopeKey(scope),
    resources: [...wholeRows],
    shortIds: whole.map(({ shortId }) => shortId),
    armKeys: whole.map(({ armKey }) => armKey),
    subscriptions: [
      ...new Set([
        ...scope.subscriptions,
        ...subscriptionsSeen.map(({ subscriptionId }) => subscriptionId.toLowerCase()),
      ]),
    ],
    customers: scope.customers,
    shared: sharedResources.map(({ row }) => row),
    sharedShortIds: sharedResources.map(({ shortId }) => shortId),
    sources: seen.map(({ sourceId }) => sourceId),
    sharedSources: [...sharedSeen.map(({ sourceId }) => sourceId), ...inPart.sharedTables],
    hiddenSessions: sessionsWith(mixed, 'foreign'),
    shownSessions: sessionsWith(shared, 'own'),
    foreignMembers: members(mixed, 'foreign'),
    ownMembers: members(shared, 'own'),
    othersMembers: [
      ...members(mixed, 'foreign'),
      ...shared.flatMap(({ resource, outside, own }) =>
        outside.filter((neighbor) => !own.includes(neighbor)).map((neighbor) => `${resource.shortId} ${neighbor}`),
      ),
    ],
    routerSessions: ownRouterSessions.map(({ session }) => session),
    routers: [...new Set(ownRouterSessions.map(({ router }) => router))],
    parts: inPart.parts,
    ownChildren: inPart.ownChildren,
    othersChildren: [...inPart.othersChildren, ...othersCircuits.map(({ armKey }) => armKey)],
    naming: [...inPart.naming, ...ports.map(({ row }) => row)],
  }
}

/**
 * Splits the neighbors of a gateway into those of circuits that the caller may see (`own`) and those of other owners'
 * circuits (`foreign`). A neighbor that belonged to another owner's circuit at any time is in `foreign`.
 */
function partsOf(gateway: GatewaySharedByCustomers, seesWhole: (id: string) => boolean) {
  const byNeighbor = Map.groupBy(gateway.neighbors, ({ neighbor }) => neighbor)
  const of = (seen: boolean) =>
    [...byNeighbor].flatMap(([neighbor, ends]) =>
      ends.every(({ behind }) => seesWhole(behind)) === seen ? [neighbor] : [],
    )
  return { ...gateway, own: of(true), foreign: of(false) }
}

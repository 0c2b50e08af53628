import { type AccessScope, armTypes, audienceOf, isSameCustomer } from '#lib/contract/index.ts'
import type { SourceNeighbor, Visible } from '#lib/history/index.ts'
import type { CommonGateway, Owner, Ownership } from './ownership.ts'

/** What a scope sees of what is known to be whose. */
export function visibleOf(ownership: Ownership, scope: Exclude<AccessScope, 'everything'>): Visible {
  const { resources, owners, byShortId, sources } = ownership
  const seesOwner = (owner: Owner | undefined) =>
    owner !== undefined &&
    (scope.subscriptions.includes(owner.subscriptionId) ||
      scope.customers.some((name) => owner.customer !== null && isSameCustomer(name, owner.customer)))
  const whole = resources.filter(({ row }) => seesOwner(owners.get(row)))
  const wholeRows = new Set(whole.map(({ row }) => row))
  const seesCircuit = (id: string) => wholeRows.has(byShortId.get(id)?.row ?? -1)
  const common = ownership.commonGateways.map((gateway) => partsOf(gateway, seesCircuit))
  const mixed = common.filter(({ resource, foreign }) => wholeRows.has(resource.row) && foreign.length > 0)
  const shared = common.filter(({ resource, circuits }) => !wholeRows.has(resource.row) && circuits.some(seesCircuit))
  const foreignOf = new Map(mixed.map(({ resource, foreign }) => [resource.row, new Set(foreign)]))
  const ownOf = new Map(shared.map(({ resource, own }) => [resource.row, new Set(own)]))
  const byResource = Map.groupBy(sources, ({ resource }) => resource)
  const sourcesOf = (row: number) => byResource.get(row) ?? []
  // the advertised routes of a neighbor are a source of their own, which is named after it
  const seen = sources.filter(
    ({ resource, subresource }) => wholeRows.has(resource) && !foreignOf.get(resource)?.has(subresource),
  )
  const sharedSeen = sources.filter(
    ({ resource, subresource }) => ownOf.has(resource) && (subresource === '' || ownOf.get(resource)?.has(subresource)),
  )
  const pairs = (gateways: typeof common, which: 'own' | 'foreign'): SourceNeighbor[] =>
    gateways.flatMap((gateway) =>
      sourcesOf(gateway.resource.row).flatMap(({ sourceId }) =>
        gateway[which].map((neighbor) => ({ sourceId, neighbor })),
      ),
    )
  const members = (gateways: typeof common, which: 'own' | 'foreign') =>
    gateways.flatMap((gateway) => gateway[which].map((neighbor) => `${gateway.resource.shortId} ${neighbor}`))
  const sessionsWith = (gateways: typeof common, which: 'own' | 'foreign') =>
    gateways.flatMap((gateway) =>
      gateway.sessions.flatMap(({ sessionId, neighbor }) => (gateway[which].includes(neighbor) ? [sessionId] : [])),
    )
  const subscriptionsSeen = whole.filter(({ type }) => type === armTypes.subscription)
  return {
    audience: audienceOf(scope),
    resources: [...wholeRows],
    shortIds: whole.map(({ shortId }) => shortId),
    armKeys: whole.map(({ armKey }) => armKey),
    subscriptions: [
      ...new Set([
        ...scope.subscriptions,
        ...subscriptionsSeen.map(({ subscriptionId }) => subscriptionId.toLowerCase()),
      ]),
    ],
    subscriptionRows: subscriptionsSeen.map(({ row }) => row),
    customers: scope.customers,
    shared: shared.map(({ resource }) => resource.row),
    sharedShortIds: shared.map(({ resource }) => resource.shortId),
    sources: seen.map(({ sourceId }) => sourceId),
    sharedSources: sharedSeen.map(({ sourceId }) => sourceId),
    hiddenSessions: sessionsWith(mixed, 'foreign'),
    shownSessions: sessionsWith(shared, 'own'),
    mixedSources: mixed.flatMap(({ resource }) => sourcesOf(resource.row).map(({ sourceId }) => sourceId)),
    foreign: pairs(mixed, 'foreign'),
    own: pairs([...mixed, ...shared], 'own'),
    foreignMembers: members(mixed, 'foreign'),
    ownMembers: members(shared, 'own'),
    othersMembers: [
      ...members(mixed, 'foreign'),
      ...shared.flatMap(({ resource, outside, own }) =>
        outside.filter((neighbor) => !own.includes(neighbor)).map((neighbor) => `${resource.shortId} ${neighbor}`),
      ),
    ],
  }
}

/** The neighbors of a gateway that are circuits of the reader, and those that are circuits of others. */
function partsOf(gateway: CommonGateway, seesCircuit: (id: string) => boolean) {
  const of = (seen: boolean) =>
    gateway.neighbors.flatMap(({ neighbor, circuitId }) => (seesCircuit(circuitId) === seen ? [neighbor] : []))
  return { ...gateway, own: of(true), foreign: of(false) }
}

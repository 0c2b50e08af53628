import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { armTypes, isOwnHubTable } from '#lib/contract/index.ts'
import type { VisibleRouteNeighbor, ResourceWithOwnershipFields, RowsVisibleInAccessScope } from '#lib/history/index.ts'
import type { GatewaySharedByCustomers } from './common-gateway.ts'
import {
  getHubConnectionName,
  type SharedVirtualWan,
  type SharedHubConnection,
  type VirtualWanHub,
} from './common-hubs.ts'
import type { ResourceOwnership } from './ownership.ts'

/**
 * A gateway to which circuits of several owners are connected. `own` contains the neighbors of the caller's circuits,
 * and `foreign` the neighbors of other owners' circuits.
 */
type PartedGateway = GatewaySharedByCustomers & { own: readonly string[]; foreign: readonly string[] }

/**
 * `whole`: row ids of the resources of which the caller sees everything. `shared`: row ids of the resources of which
 * the caller sees only name and kind.
 */
interface Seen {
  whole: ReadonlySet<number>
  shared: ReadonlySet<number>
}

/**
 * A neighbor or connection over which routes enter a group of gateways or hubs that exchange routes (called "company"),
 * and whether it belongs to the caller. The number of the group is added later.
 */
type OwnedCarrier = Omit<VisibleRouteNeighbor, 'company'> & { isOwn: boolean }

interface Company {
  carriers: readonly OwnedCarrier[]
  /**
   * Row ids of the sources (polled tables) in which a row belongs to the owner of the neighbor or connection that
   * brought its route
   */
  proven: readonly number[]
}

type OfParts = Pick<RowsVisibleInAccessScope, 'parts' | 'othersChildren' | 'ownChildren' | 'naming'> & {
  sharedTables: readonly number[]
  /** custom route tables of shared hubs that route networks of the caller */
  sharedHubTables: readonly ResourceWithOwnershipFields[]
}

/**
 * Determines which rows a caller may see in tables that contain rows of several owners. These are tables of shared
 * gateways and hubs, and of the caller's own resources that receive routes from them.
 */
export function findVisiblePartsOfSharedTables(
  ownership: ResourceOwnership,
  common: readonly PartedGateway[],
  seen: Seen,
): OfParts {
  const { resources, sources, besides, commonWans } = ownership
  const byResource = Map.groupBy(sources, ({ resource }) => resource)
  const sourcesOf = (row: number) => byResource.get(row) ?? []
  const allOf = (row: number) => sourcesOf(row).map(({ sourceId }) => sourceId)
  const sees = ({ row }: { row: number }) => seen.whole.has(row)
  const isTouched = ({ row }: { row: number }) => seen.whole.has(row) || seen.shared.has(row)
  const parted = common.map((gateway) => ({ gateway, carriers: carriersOf(gateway, sees, sourcesOf) }))
  const reached = besides.filter(
    ({ resource, common: row }) =>
      sees(resource) &&
      parted.some(({ gateway, carriers }) => gateway.resource.row === row && carriers.some(({ isOwn }) => !isOwn)),
  )
  const networks = parted
    .filter(({ gateway }) => isTouched(gateway.resource) || reached.some((one) => one.common === gateway.resource.row))
    .map(({ gateway, carriers }): Company => {
      const own = reached.filter((one) => one.common === gateway.resource.row)
      const devices = own.flatMap(({ resource, devices: all }) =>
        allOf(resource.row).flatMap((sourceId) => all.map((peer) => ({ sourceId, peer, isOwn: true }))),
      )
      // The tables of the gateway's own instances are included, because each instance also has the routes that the
      // other instance learned.
      const inside = sees(gateway.resource) ? partSources(gateway, sees, sourcesOf) : []
      const beside = own.flatMap(({ resource }) => allOf(resource.row))
      return { carriers: [...carriers, ...devices], proven: [...inside, ...beside] }
    })
  const wans = commonWans.filter(({ hubs }) =>
    hubs.some(({ resource, inside, gateways }) =>
      [resource, ...gateways.map((one) => one.resource), ...inside.map((one) => one.resource)].some(isTouched),
    ),
  )
  const companies = [...networks, ...wans.map((wan) => companyOf(wan, sees))]
  const hasOthers = companies.some(({ carriers }) => carriers.some(({ isOwn }) => !isOwn))
  const given = (type: string) =>
    hasOthers ? resources.filter((resource) => resource.type === type && sees(resource)) : []
  const interfaces = given(armTypes.networkInterface).flatMap(({ row }) => allOf(row))
  // Routes that an appliance announces belong to the appliance's owner.
  const appliances = given(armTypes.hubBgpConnection).flatMap(({ row, config }) => {
    const address = decodeResourceConfig(armTypes.hubBgpConnection, config).peerAddress ?? ''
    return allOf(row).map((sourceId) => ({ sourceId, peer: address, isOwn: true }))
  })
  const around = [...interfaces, ...appliances.map(({ sourceId }) => sourceId)]
  const carriers = companies.flatMap((one, company) =>
    [...one.carriers, ...appliances].map((carrier) => ({ ...carrier, peer: carrier.peer.toLowerCase(), company })),
  )
  const ofSide = (own: boolean) => carriers.filter(({ isOwn }) => isOwn === own)
  const proven = companies.flatMap((one, company) =>
    [...one.proven, ...around].map((sourceId) => ({ sourceId, company })),
  )
  const hubs = wans.flatMap((wan) => wan.hubs)
  const sharedHubs = hubs.filter(({ resource }) => seen.shared.has(resource.row))
  const childrenOf = (own: boolean) =>
    hubs.flatMap((hub) => [
      ...hub.gateways
        .flatMap(({ resource, links }) => links.filter((link) => seesLink(resource, link, sees) === own))
        .map(({ key }) => key),
      ...hub.inside.filter(({ resource }) => sees(resource) === own).map(({ resource }) => resource.armKey),
    ])
  const sharedHubTables = sharedHubs.flatMap((hub) => listTablesOfOwnNetworks(hub, sees))
  return {
    parts: {
      sources: [
        ...new Set([
          ...proven.map(({ sourceId }) => sourceId),
          ...common
            .filter(({ resource }) => isTouched(resource))
            .flatMap((gateway) => partSources(gateway, sees, sourcesOf)),
        ]),
      ],
      own: ofSide(true),
      others: ofSide(false),
      proven,
      interfaces,
      appliances: appliances.map(({ sourceId }) => sourceId),
    },
    sharedTables: sharedHubs.flatMap(({ resource, tables }) =>
      [resource, ...sharedHubTables].flatMap(({ row }) => allOf(row)).filter((sourceId) => tables.includes(sourceId)),
    ),
    sharedHubTables,
    othersChildren: childrenOf(false),
    ownChildren: childrenOf(true),
    naming: hubs.flatMap((hub) =>
      [hub.resource, ...hub.gateways.map((one) => one.resource), ...hub.routeTables].map(({ row }) => row),
    ),
  }
}

type Sees = (resource: { row: number }) => boolean
type SourcesOf = (row: number) => ResourceOwnership['sources']

/**
 * Returns the neighbors of a shared gateway. Each has its source (polled table) and whether it belongs to the caller.
 * If the circuit of a neighbor is unknown, it belongs to the owner of the gateway.
 */
function carriersOf(
  { resource, own, foreign, outside }: PartedGateway,
  sees: Sees,
  sourcesOf: SourcesOf,
): OwnedCarrier[] {
  const isOthers = (neighbor: string) => (sees(resource) ? foreign.includes(neighbor) : !own.includes(neighbor))
  const all = [...new Set([...outside, ...own, ...foreign])]
  return sourcesOf(resource.row)
    .filter(({ subresource }) => subresource === '' || own.includes(subresource))
    .flatMap(({ sourceId, subresource }) =>
      all
        .filter((neighbor) => subresource === '' || subresource === neighbor)
        .map((peer) => ({ sourceId, peer, isOwn: !isOthers(peer) })),
    )
}

/**
 * Returns the sources (polled tables) of a shared gateway of which a caller may see only some rows. If the gateway
 * belongs to another owner, the tables of routes that it advertises to the caller's circuits are included. If it is the
 * caller's own gateway, these tables are not included, because each belongs to the circuit to which it is advertised.
 */
function partSources({ resource, own }: PartedGateway, sees: Sees, sourcesOf: SourcesOf): number[] {
  return sourcesOf(resource.row).flatMap(({ sourceId, subresource }) =>
    subresource === '' || (!sees(resource) && own.includes(subresource)) ? [sourceId] : [],
  )
}

const seesLink = (gateway: { row: number }, { circuits }: SharedHubConnection, sees: Sees) =>
  circuits.length === 0 ? sees(gateway) : circuits.every(sees)

/**
 * Converts the hubs of one Virtual WAN to a group that exchanges routes ("company"). Its carriers are the connections
 * over which routes are learned, and the gateways, hubs and connections that are named in the routes of hub tables.
 */
function companyOf({ hubs }: SharedVirtualWan, sees: Sees): Company {
  const brings = hubs.flatMap((hub) =>
    hub.gateways.flatMap(({ resource, links }) =>
      links.flatMap((link) =>
        link.sources.map((sourceId) => ({ sourceId, peer: '', isOwn: seesLink(resource, link, sees) })),
      ),
    ),
  )
  const named = hubs.flatMap((hub) => {
    const gateways = hub.gateways.filter((one) => isOwnGateway(one, sees)).map(({ resource }) => resource)
    const others = hubs.filter((other) => other !== hub)
    // The rows of a table contain only the name of a hub. A hub of another owner may have the same name.
    const foreign = new Set(
      others.filter((other) => !isOwnHub(other, sees)).map(({ resource }) => getHubConnectionName(resource)),
    )
    const remote = others
      .map(({ resource }) => resource)
      .filter((resource) => !foreign.has(getHubConnectionName(resource)))
    const carriers = [
      ...[...gateways, ...remote].map((resource) => ({ peer: getHubConnectionName(resource), isOwn: true })),
      ...hub.inside.map(({ resource }) => ({ peer: getHubConnectionName(resource), isOwn: sees(resource) })),
    ]
    return hub.tables.flatMap((sourceId) => carriers.map((carrier) => ({ sourceId, ...carrier })))
  })
  return { carriers: [...brings, ...named], proven: hubs.flatMap(({ tables }) => tables) }
}

/**
 * Reports whether a caller may see every connection of a hub's gateway. If the gateway has no connections, reports
 * whether the caller may see the gateway.
 */
const isOwnGateway = ({ resource, links }: VirtualWanHub['gateways'][number], sees: Sees) =>
  links.length === 0 ? sees(resource) : links.every((link) => seesLink(resource, link, sees))

const isOwnHub = (hub: VirtualWanHub, sees: Sees) =>
  sees(hub.resource) &&
  hub.gateways.every((one) => isOwnGateway(one, sees)) &&
  hub.inside.every(({ resource }) => sees(resource))

/**
 * Returns the custom route tables of a hub with which connections of the caller's networks are associated, because these
 * tables route the caller's traffic. Other custom tables are left out, because their names may name other customers.
 */
const listTablesOfOwnNetworks = ({ routeTables, inside }: VirtualWanHub, sees: Sees): ResourceWithOwnershipFields[] =>
  routeTables.filter((table) =>
    inside.some(({ resource, tableKey }) => tableKey === table.armKey && isOwnHubTable(table.name) && sees(resource)),
  )

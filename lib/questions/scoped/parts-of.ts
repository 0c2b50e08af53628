import { decodeConfig } from '#lib/azure/config/index.ts'
import { armTypes } from '#lib/contract/index.ts'
import type { VisibleCarrier, Visible } from '#lib/history/index.ts'
import type { CommonGateway } from './common-gateway.ts'
import { carrierArmKey, type CommonWan, type CommonHubLink, type WanHub } from './common-hubs.ts'
import type { Ownership } from './ownership.ts'

/**
 * Gateway of several owners, with the neighbors of the reader's circuits (`own`) and of other owners' circuits
 * (`foreign`).
 */
type PartedGateway = CommonGateway & { own: readonly string[]; foreign: readonly string[] }

/**
 * Row ids of resources that a reader sees completely (`whole`), and of resources of which the reader sees only name and
 * kind (`shared`).
 */
interface Seen {
  whole: ReadonlySet<number>
  shared: ReadonlySet<number>
}

/**
 * Carrier of routes, that is, a neighbor or connection over which routes enter a network or Virtual WAN, and whether it
 * belongs to the reader. "Company" is the name here for a group of gateways or hubs that exchange routes; this type
 * leaves out the company's number.
 */
type Sided = Omit<VisibleCarrier, 'company'> & { isOwn: boolean }

interface Company {
  carriers: readonly Sided[]
  /** row ids of sources (polled tables) in which the owner of a row does not always follow from the row */
  proven: readonly number[]
}

type OfParts = Pick<Visible, 'parts' | 'othersChildren' | 'naming'> & { sharedTables: readonly number[] }

/**
 * Returns the parts of tables with rows of several owners that a reader may see. These are the tables of shared
 * gateways and hubs, and of the reader's resources to which those propagate routes.
 */
export function partsOf(ownership: Ownership, common: readonly PartedGateway[], seen: Seen): OfParts {
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
      // An instance of the gateway propagates the routes that the other instance learned.
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
    const address = decodeConfig(armTypes.hubBgpConnection, config).peerAddress ?? ''
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
    sharedTables: hubs
      .filter(({ resource }) => seen.shared.has(resource.row))
      .flatMap((hub) => defaultTable(hub, sources)),
    othersChildren: hubs.flatMap((hub) => [
      ...hub.gateways
        .flatMap(({ resource, links }) => links.filter((link) => !seesLink(resource, link, sees)))
        .map(({ key }) => key),
      ...hub.inside.filter(({ resource }) => !sees(resource)).map(({ resource }) => resource.armKey),
    ]),
    naming: hubs.flatMap((hub) =>
      [hub.resource, ...hub.gateways.map((one) => one.resource), ...hub.routeTables].map(({ row }) => row),
    ),
  }
}

type Sees = (resource: { row: number }) => boolean
type SourcesOf = (row: number) => Ownership['sources']

/**
 * Returns the neighbors of a shared gateway as carriers of routes. A neighbor whose circuit is unknown belongs to the
 * gateway's owner.
 */
function carriersOf({ resource, own, foreign, outside }: PartedGateway, sees: Sees, sourcesOf: SourcesOf): Sided[] {
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
 * Returns the sources (polled tables) of a shared gateway of which a reader sees only a part. If the gateway belongs to
 * another owner, these include the routes that it announces to the reader's circuits. If the gateway is the reader's
 * own, they do not, because those routes belong to the circuit.
 */
function partSources({ resource, own }: PartedGateway, sees: Sees, sourcesOf: SourcesOf): number[] {
  return sourcesOf(resource.row).flatMap(({ sourceId, subresource }) =>
    subresource === '' || (!sees(resource) && own.includes(subresource)) ? [sourceId] : [],
  )
}

const seesLink = (gateway: { row: number }, { circuits }: CommonHubLink, sees: Sees) =>
  circuits.length === 0 ? sees(gateway) : circuits.every(sees)

/**
 * Returns the hubs of one Virtual WAN as a company (a group that exchanges routes). Its carriers are the connections
 * that bring routes, and the gateways, hubs and connections over which rows of hub tables were learned.
 */
function companyOf({ hubs }: CommonWan, sees: Sees): Company {
  const brings = hubs.flatMap((hub) =>
    hub.gateways.flatMap(({ resource, links }) =>
      links.flatMap((link) =>
        link.sources.map((sourceId) => ({ sourceId, peer: '', isOwn: seesLink(resource, link, sees) })),
      ),
    ),
  )
  const named = hubs.flatMap((hub) => {
    const gateways = hub.gateways.filter((one) => isOwnGateway(one, sees)).map(({ resource }) => resource)
    const remote = hubs.filter((other) => other !== hub && isOwnHub(other, sees)).map(({ resource }) => resource)
    const carriers = [
      ...[...gateways, ...remote].map((resource) => ({ peer: carrierArmKey(resource), isOwn: true })),
      ...hub.inside.map(({ resource }) => ({ peer: carrierArmKey(resource), isOwn: sees(resource) })),
    ]
    return hub.tables.flatMap((sourceId) => carriers.map((carrier) => ({ sourceId, ...carrier })))
  })
  return { carriers: [...brings, ...named], proven: hubs.flatMap(({ tables }) => tables) }
}

/**
 * Reports whether the reader sees every link of a hub's gateway. If the gateway has no links, reports whether the
 * reader sees the gateway.
 */
const isOwnGateway = ({ resource, links }: WanHub['gateways'][number], sees: Sees) =>
  links.length === 0 ? sees(resource) : links.every((link) => seesLink(resource, link, sees))

const isOwnHub = (hub: WanHub, sees: Sees) =>
  sees(hub.resource) &&
  hub.gateways.every((one) => isOwnGateway(one, sees)) &&
  hub.inside.every(({ resource }) => sees(resource))

/**
 * Returns the source of the default route table of another owner's hub. Other route tables are excluded because they
 * are separate resources of the hub's owner.
 */
const defaultTable = ({ resource, tables }: WanHub, sources: Ownership['sources']): number[] =>
  sources.flatMap((source) =>
    source.resource === resource.row && tables.includes(source.sourceId) ? [source.sourceId] : [],
  )

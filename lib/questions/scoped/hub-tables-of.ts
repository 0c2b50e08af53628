import type { HubTables } from '#lib/history/index.ts'
import { armTypes } from '#lib/contract/index.ts'
import { carrierOf, type CommonWan, type HubLink, type WanHub } from './common-hubs.ts'
import type { AroundTables } from './around-tables-of.ts'
import type { Ownership } from './ownership.ts'

/** Row ids of what a reader sees whole, and by name and kind alone. */
interface Seen {
  whole: ReadonlySet<number>
  shared: ReadonlySet<number>
}

type OfHubs = Omit<HubTables, keyof AroundTables>

/** What a reader sees of the tables of hubs on which connections of others land. */
export function hubTablesOf({ commonWans, sources }: Pick<Ownership, 'commonWans' | 'sources'>, seen: Seen): OfHubs {
  const parts = commonWans.flatMap((wan, index) => {
    const isTouched = wan.hubs.some(({ resource, inside, gateways }) =>
      [resource, ...gateways.map((one) => one.resource), ...inside.map((one) => one.resource)].some(
        ({ row }) => seen.whole.has(row) || seen.shared.has(row),
      ),
    )
    return isTouched ? [tablesOfWan(wan, index, sources, seen)] : []
  })
  const all = <Value>(of: (part: (typeof parts)[number]) => readonly Value[]): Value[] => parts.flatMap(of)
  return {
    tables: all((part) => part.tables),
    sharedTables: all((part) => part.sharedTables),
    ownInbound: all((part) => part.ownInbound),
    othersInbound: all((part) => part.othersInbound),
    unsureCarriers: all((part) => part.unsureCarriers),
    ownCarriers: all((part) => part.ownCarriers),
    othersCarriers: all((part) => part.othersCarriers),
    othersChildren: all((part) => part.othersChildren),
    naming: all((part) => part.naming),
  }
}

function tablesOfWan({ hubs }: CommonWan, wan: number, sources: Ownership['sources'], { whole, shared }: Seen): OfHubs {
  const sees = (gateway: { row: number }, { circuits }: HubLink) =>
    circuits.length === 0 ? whole.has(gateway.row) : circuits.every(({ row }) => whole.has(row))
  const links = (hub: WanHub, own: boolean) =>
    hub.gateways.flatMap(({ resource, links: all }) => all.filter((link) => sees(resource, link) === own))
  const insideOf = (hub: WanHub, own: boolean) => hub.inside.filter(({ resource }) => whole.has(resource.row) === own)
  const inbound = (own: boolean) =>
    hubs.flatMap((hub) => links(hub, own).flatMap((link) => link.sources.map((sourceId) => ({ sourceId, wan }))))
  // what is announced to an appliance is a table of the appliance
  const appliances = hubs.flatMap(({ inside }) =>
    inside.flatMap(({ resource }) => (resource.type === armTypes.hubBgpConnection ? [resource.row] : [])),
  )
  const announced = sources.filter(({ resource }) => appliances.includes(resource)).map(({ sourceId }) => sourceId)
  const tableSources = [...hubs.flatMap(({ tables }) => tables), ...announced]
  const carriers = (of: (hub: WanHub) => readonly string[]) =>
    hubs.flatMap((hub) => of(hub).flatMap((carrier) => hub.tables.map((sourceId) => ({ sourceId, carrier }))))
  const unsure = (hub: WanHub): string[] => {
    // whoever does not own the hub sees what his own connections bring, the owner what he alone brings
    const counts = !whole.has(hub.resource.row)
    const mayBeOthers = ({ resource, links: all }: WanHub['gateways'][number]) =>
      all.some((link) => sees(resource, link) === counts) || (!counts && !whole.has(resource.row))
    const remote = hubs.filter(
      (other) => other !== hub && (links(other, counts).length > 0 || insideOf(other, counts).length > 0),
    )
    const gateways = hub.gateways.filter(mayBeOthers).map(({ resource }) => resource)
    return ['', ...[...gateways, ...remote.map(({ resource }) => resource)].map(carrierOf)]
  }
  const naming = hubs.flatMap(({ resource, gateways, routeTables }) => [
    resource,
    ...gateways.map((one) => one.resource),
    ...routeTables,
  ])
  return {
    tables: tableSources.map((sourceId) => ({ sourceId, wan })),
    sharedTables: hubs.flatMap((hub) => (shared.has(hub.resource.row) ? defaultTable(hub, sources) : [])),
    ownInbound: inbound(true),
    othersInbound: inbound(false),
    unsureCarriers: carriers(unsure),
    ownCarriers: carriers((hub) => insideOf(hub, true).map(({ resource }) => carrierOf(resource))),
    othersCarriers: carriers((hub) => insideOf(hub, false).map(({ resource }) => carrierOf(resource))),
    othersChildren: hubs.flatMap((hub) => [
      ...links(hub, false).map(({ key }) => key),
      ...insideOf(hub, false).map(({ resource }) => resource.armKey),
    ]),
    naming: naming.map(({ row }) => row),
  }
}

/** Of somebody else's hub the default table alone: the others are resources of the hub's owner. */
const defaultTable = ({ resource, tables }: WanHub, sources: Ownership['sources']): number[] =>
  sources.flatMap((source) =>
    source.resource === resource.row && tables.includes(source.sourceId) ? [source.sourceId] : [],
  )

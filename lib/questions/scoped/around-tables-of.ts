import { armTypes } from '#lib/contract/index.ts'
import type { HubTables, SourceNeighbor } from '#lib/history/index.ts'
import type { CommonGateway } from './common-gateway.ts'
import type { Ownership } from './ownership.ts'

export type AroundTables = Pick<
  HubTables,
  'interfaceTables' | 'besideTables' | 'besideDevices' | 'othersAround' | 'ownAround'
>

/** What is given routes by gateways around it: network interfaces, and appliances that are peers of Route Servers and hubs. */
const GIVEN: readonly string[] = [armTypes.networkInterface, armTypes.hubBgpConnection]

/** A common gateway with the neighbors that are circuits of the reader, and those that are circuits of others. */
export type PartedGateway = CommonGateway & { own: readonly string[]; foreign: readonly string[] }

/**
 * What a reader sees of tables that are given what every gateway around them brings.
 * @param seen row ids of what the reader sees whole, and by name and kind alone
 * @param othersInbound sources of what connections of others bring to hubs
 */
export function aroundTablesOf(
  { resources, sources, besides }: Pick<Ownership, 'resources' | 'sources' | 'besides'>,
  common: readonly PartedGateway[],
  seen: { whole: ReadonlySet<number>; shared: ReadonlySet<number> },
  othersInbound: HubTables['othersInbound'],
): AroundTables {
  const byResource = Map.groupBy(sources, ({ resource }) => resource)
  const sourcesOf = (row: number) => (byResource.get(row) ?? []).map(({ sourceId }) => sourceId)
  const pairs = (row: number, neighbors: readonly string[]): SourceNeighbor[] =>
    sourcesOf(row).flatMap((sourceId) => neighbors.map((neighbor) => ({ sourceId, neighbor })))
  const parted = common.map((gateway) => {
    // a neighbor that is not mapped is the gateway's owner's
    const isOthers = (neighbor: string) =>
      seen.whole.has(gateway.resource.row) ? gateway.foreign.includes(neighbor) : !gateway.own.includes(neighbor)
    const all = [...new Set([...gateway.outside, ...gateway.own, ...gateway.foreign])]
    return {
      row: gateway.resource.row,
      isTouched: seen.whole.has(gateway.resource.row) || seen.shared.has(gateway.resource.row),
      others: all.filter(isOthers),
      own: all.filter((neighbor) => !isOthers(neighbor)),
    }
  })
  const reached = besides.filter(
    ({ resource, common: row }) =>
      seen.whole.has(resource.row) && parted.some((one) => one.row === row && one.others.length > 0),
  )
  const around = parted.filter(({ isTouched, row }) => isTouched || reached.some((one) => one.common === row))
  const othersAround = around.flatMap(({ row, others }) => pairs(row, others))
  const given = new Set(
    resources.flatMap(({ row, type }) => (GIVEN.includes(type) && seen.whole.has(row) ? [row] : [])),
  )
  return {
    interfaceTables:
      othersAround.length + othersInbound.length === 0 ? [] : [...given].flatMap((row) => sourcesOf(row)),
    besideTables: reached.flatMap(({ resource }) => sourcesOf(resource.row)),
    besideDevices: reached.flatMap(({ resource, devices }) => pairs(resource.row, devices)),
    othersAround,
    ownAround: around.flatMap(({ row, own }) => pairs(row, own)),
  }
}

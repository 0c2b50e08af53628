import type { Circuit } from '#lib/circuits/api/index.ts'
import { doesMatchFilter } from '../format/natural-order.ts'
import { buildGatewayNodes, buildNetworkNodes, OTHER_GATEWAYS_ID } from './azure-side.ts'
import type { MapData, TopologyMap } from './map-model.ts'
import { groupMapPlaces } from './group-map-places.ts'

/**
 * Builds the map from API responses. It has at most about forty items, because resources that do not fit are combined.
 * @param turned names of places that the user expanded or collapsed, see {@link groupMapPlaces}
 */
export function buildEstateMap(answers: MapData, turned: ReadonlySet<string> = new Set()): TopologyMap {
  const gateways = buildGatewayNodes(answers.gateways, answers.problems)
  const drawn = new Set(gateways.map(({ key }) => key))
  const { places, grouped } = groupMapPlaces(answers, turned)
  const { networks, unreached } = buildNetworkNodes(answers.networks, gateways, answers.networksPolledAt)
  // If a gateway is not drawn separately, connections to it lead to the item that represents all such gateways.
  const standIn = (id: string) => (drawn.has(id) ? id : OTHER_GATEWAYS_ID)
  return {
    gateways,
    grouped,
    unreached,
    places: places.map((place) => ({
      ...place,
      rows: place.rows.map((row) => ({ ...row, links: distinct(row.links, standIn).filter(isDrawn(drawn)) })),
    })),
    networks: networks.map((network) => ({
      ...network,
      gatewayIds: [...new Set(network.gatewayIds.map(standIn))].filter((id) => drawn.has(id)),
    })),
  }
}

type Link = TopologyMap['places'][number]['rows'][number]['links'][number]

const isDrawn = (drawn: ReadonlySet<string>) => (link: Link) => drawn.has(link.gatewayId)

const distinct = (links: readonly Link[], standIn: (id: string) => string): Link[] => [
  ...new Map(links.map((link) => [standIn(link.gatewayId), { ...link, gatewayId: standIn(link.gatewayId) }])).values(),
]

/**
 * Returns the circuits that match a search. Each search word must occur in the circuit's name, peering location,
 * provider or the name of a connected gateway. Without search words, all circuits match.
 */
export const filterCircuits = (circuits: readonly Circuit[], search: string): Circuit[] =>
  circuits.filter(({ name, peeringLocation, provider, connections }) =>
    doesMatchFilter([name, peeringLocation, provider, ...connections.map(({ gatewayName }) => gatewayName)], search),
  )

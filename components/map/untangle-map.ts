import type { TopologyMap } from './map-model.ts'

/**
 * Limit of the work to reduce crossings: the number of curves that are examined while other orders are tried. It
 * corresponds to a few milliseconds. When the limit is reached, the best order so far is used. Maps in which no
 * circuits are combined stay below the limit.
 */
const MAX_LINE_STEPS = 20_000

/**
 * Returns the map in an order with fewer crossing curves. Only gateways and networks may move; places and rows keep
 * their positions. The states of resources do not influence the order, so that a change of a state does not move items.
 * An order is accepted only if it has fewer crossings than the best order so far.
 */
export function reduceMapCurveCrossings(map: TopologyMap): TopologyMap {
  let best = besideTheirOwn(map)
  let least = countMapCurveCrossings(best)
  let moves = movesOf(best)
  const lines = map.places.flatMap(({ rows }) => rows.flatMap(({ links }) => links)).length
  for (let left = MAX_LINE_STEPS; least > 0 && left > 0; left -= lines) {
    const { value: next } = moves.next()
    if (!next) break
    const count = countMapCurveCrossings(next)
    if (count >= least) continue
    best = next
    least = count
    moves = movesOf(best)
  }
  return best
}

/** Counts the pairs of curves that cross, between rows and gateways, and between gateways and networks. */
export function countMapCurveCrossings(map: TopologyMap): number {
  const { links, homes } = routesOf(map)
  return pairsThatCross(links, map.gateways.length) + pairsThatCross(homes, map.networks.length)
}

/** For each item of a column from top to bottom: the positions of its connected items in the next column. */
type Targets = readonly (readonly number[])[]

function routesOf({ places, gateways, networks }: TopologyMap): { links: Targets; homes: Targets } {
  const gatewayAt = new Map(gateways.map(({ key }, index) => [key, index]))
  const homes: number[][] = gateways.map(() => [])
  for (const [network, { gatewayIds }] of networks.entries()) {
    for (const id of gatewayIds) homes[gatewayAt.get(id) ?? -1]?.push(network)
  }
  const links = places.flatMap(({ rows }) =>
    rows.map((row) => row.links.flatMap(({ gatewayId }) => gatewayAt.get(gatewayId) ?? [])),
  )
  return { links, homes }
}

/** Counts pairs of curves that cross. Two curves cross if the curve that starts higher ends lower. */
function pairsThatCross(targets: Targets, ends: number): number {
  const ended = Array.from({ length: ends }, () => 0)
  let count = 0
  for (const tos of targets) {
    for (const to of tos) for (let below = to + 1; below < ends; below++) count += ended[below] ?? 0
    for (const to of tos) ended[to] = (ended[to] ?? 0) + 1
  }
  return count
}

/**
 * Sorts gateways by the mean position of their rows, and networks by the mean position of their gateways. The layout
 * places items near their connected items by the same rule.
 */
function besideTheirOwn(map: TopologyMap): TopologyMap {
  const gateways = byMiddle(map.gateways, routesOf(map).links)
  const networks = byMiddle(map.networks, routesOf({ ...map, gateways }).homes)
  return { ...map, gateways, networks }
}

/**
 * Sorts items by the mean position of their connected items in the previous column; items without connections are last.
 */
function byMiddle<Item>(items: readonly Item[], targets: Targets): Item[] {
  const total = items.map(() => 0)
  const count = items.map(() => 0)
  for (const [from, tos] of targets.entries()) {
    for (const to of tos) {
      total[to] = (total[to] ?? 0) + from
      count[to] = (count[to] ?? 0) + 1
    }
  }
  const middles = items.map((_, index) => (count[index] ? (total[index] ?? 0) / count[index] : Number.MAX_VALUE))
  return [...items.keys()]
    .toSorted((a, b) => (middles[a] ?? 0) - (middles[b] ?? 0))
    .flatMap((index) => items[index] ?? [])
}

/**
 * Generates orders that differ from the given order in the position of one gateway or one network. If a gateway was
 * moved, it also generates the same order with the networks sorted by their gateways.
 */
function* movesOf(map: TopologyMap): Generator<TopologyMap, undefined> {
  for (const gateways of reordered(map.gateways)) {
    const moved = { ...map, gateways }
    yield { ...moved, networks: byMiddle(map.networks, routesOf(moved).homes) }
    yield moved
  }
  for (const networks of reordered(map.networks)) yield { ...map, networks }
}

function* reordered<Item>(items: readonly Item[]): Iterable<Item[]> {
  for (const [from, item] of items.entries()) {
    const rest = items.toSpliced(from, 1)
    for (const to of items.keys()) if (to !== from) yield rest.toSpliced(to, 0, item)
  }
}

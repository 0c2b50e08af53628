import type { EstateMap, Place, Row } from './estate.ts'
import { isRestRow } from './circuit-rows.ts'

/** Lines that are looked at before the best order so far is taken: a few milliseconds of work. Estates whose circuits stand one by one need less. */
const MOST_LINES = 20_000

/**
 * The same map in an order in which fewer lines cross. The worst stay first: only places and rows that are equally bad change places,
 * those that stand for many stay behind the others, and gateways and networks, which the drawing puts beside what they belong to, go
 * wherever that helps. Nothing moves that does not save a crossing.
 */
export function untangled(map: EstateMap): EstateMap {
  let best = besideTheirOwn(map)
  let least = crossings(best)
  let moves = movesOf(best)
  const lines = map.places.flatMap(({ rows }) => rows.flatMap(({ links }) => links)).length
  for (let left = MOST_LINES; least > 0 && left > 0; left -= lines) {
    const { value: next } = moves.next()
    if (!next) break
    const count = crossings(next)
    if (count >= least) continue
    best = next
    least = count
    moves = movesOf(best)
  }
  return best
}

/** How many pairs of lines cross: those to gateways, and those from there to networks. */
export function crossings(map: EstateMap): number {
  const { links, homes } = routesOf(map)
  return pairsThatCross(links, map.gateways.length) + pairsThatCross(homes, map.networks.length)
}

/** For each thing of a column from top to bottom, the places of those in the next column that lines lead to. */
type Ways = readonly (readonly number[])[]

function routesOf({ places, gateways, networks }: EstateMap): { links: Ways; homes: Ways } {
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

/** Two lines cross where the one that begins further up ends further down. */
function pairsThatCross(ways: Ways, ends: number): number {
  const ended = Array.from({ length: ends }, () => 0)
  let count = 0
  for (const tos of ways) {
    for (const to of tos) for (let below = to + 1; below < ends; below++) count += ended[below] ?? 0
    for (const to of tos) ended[to] = (ended[to] ?? 0) + 1
  }
  return count
}

/** Gateways in the order of the rows that lead to them, networks in that of their gateways: where the drawing would put them anyway. */
function besideTheirOwn(map: EstateMap): EstateMap {
  const gateways = byMiddle(map.gateways, routesOf(map).links)
  const networks = byMiddle(map.networks, routesOf({ ...map, gateways }).homes)
  return { ...map, gateways, networks }
}

/** By the mean of what leads to them; what nothing leads to comes last. */
function byMiddle<Thing>(things: readonly Thing[], ways: Ways): Thing[] {
  const total = things.map(() => 0)
  const count = things.map(() => 0)
  for (const [from, tos] of ways.entries()) {
    for (const to of tos) {
      total[to] = (total[to] ?? 0) + from
      count[to] = (count[to] ?? 0) + 1
    }
  }
  const middles = things.map((_, index) => (count[index] ? (total[index] ?? 0) / count[index] : Number.MAX_VALUE))
  return [...things.keys()]
    .toSorted((a, b) => (middles[a] ?? 0) - (middles[b] ?? 0))
    .flatMap((index) => things[index] ?? [])
}

/** Every order that differs in the place of one thing; where a row has moved, also with all that is behind the rows beside it again. */
function* movesOf(map: EstateMap): Generator<EstateMap, undefined> {
  for (const places of moved(map.places, worstOf)) yield* bothDirections({ ...map, places })
  for (const [index, place] of map.places.entries()) {
    for (const rows of moved(place.rows, badness)) {
      yield* bothDirections({ ...map, places: map.places.with(index, { ...place, rows }) })
    }
  }
  for (const gateways of moved(map.gateways, () => 0)) yield { ...map, gateways }
  for (const networks of moved(map.networks, () => 0)) yield { ...map, networks }
}

const bothDirections = (map: EstateMap) => [besideTheirOwn(map), map]

const worstOf = ({ rows }: Place) => Math.min(...rows.map(({ rank }) => rank))
const badness = (row: Row) => row.rank + (isRestRow(row) ? 0.5 : 0)

/** Each order that differs in the place of one thing, which stays among its equals. */
function* moved<Thing>(things: readonly Thing[], classOf: (thing: Thing) => number): Iterable<Thing[]> {
  const classes = things.map(classOf)
  for (const [from, thing] of things.entries()) {
    const rest = things.toSpliced(from, 1)
    for (const to of things.keys()) {
      const between = classes.slice(Math.min(from, to), Math.max(from, to) + 1)
      if (to !== from && between.every((one) => one === classes[from])) yield rest.toSpliced(to, 0, thing)
    }
  }
}

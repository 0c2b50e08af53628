import type { Circuit } from '#lib/circuits/api/index.ts'
import { plural } from '../format/quantity.ts'
import { circuitRow, restRow } from './circuit-rows.ts'
import type { MapAnswers, MapPlace, Row } from './estate.ts'
import { restOfTunnels, tunnelRows } from './tunnel-rows.ts'

/** Most circuits drawn individually. */
export const MOST_CIRCUITS = 14
/** Above that: this many of the worst stay individual, */
const MOST_ALONE = 6
/** and this many locations have a group for their rest. */
const MOST_PLACES = 8
const MOST_TUNNELS = 3
const UNKNOWN_LOCATION = 'Unknown location'

/**
 * Circuits by peering location and tunnels under the Internet, worst first; the rest is grouped.
 * @param turned places that somebody opened where the rest is grouped, or closed where it is not
 */
export function mapPlaces(
  { circuits, gateways, ...known }: MapAnswers,
  turned: ReadonlySet<string>,
): { places: MapPlace[]; grouped: boolean } {
  const rows = new Map(circuits.map((circuit) => [circuit.id, circuitRow(circuit, known)]))
  const rowOf = (circuit: Circuit) => rows.get(circuit.id) as Row
  const worstFirst = circuits.toSorted((a, b) => byRank(rowOf(a), rowOf(b)))
  const grouped = circuits.length > MOST_CIRCUITS
  const usual = new Set(grouped ? worstFirst.filter(isProblem(rowOf)).slice(0, MOST_ALONE) : worstFirst)
  const folds = foldsOf(worstFirst, usual, turned)
  const isAlone = (circuit: Circuit) => {
    const fold = folds.get(placeName(circuit))
    return fold && turned.has(placeName(circuit)) ? fold.isOpen : usual.has(circuit)
  }
  const alone = worstFirst.filter(isAlone)
  const restByPlace = [
    ...Map.groupBy(
      worstFirst.filter((circuit) => !isAlone(circuit)),
      placeName,
    ),
  ]
  const own = restByPlace.slice(0, MOST_PLACES)
  const others = restByPlace.slice(MOST_PLACES)
  const entries: [string, Row][] = [
    ...alone.map((circuit): [string, Row] => [placeName(circuit), rowOf(circuit)]),
    ...own.map(([place, members]): [string, Row] => {
      const [only] = members
      return [place, only && members.length === 1 ? rowOf(only) : restRow(place, members, known)]
    }),
    ...tunnels(gateways).map((row): [string, Row] => ['Internet', row]),
  ]
  if (others.length > 0) {
    const members = others.flatMap(([, list]) => list)
    entries.push([plural(others.length, 'further location'), restRow('', members, known)])
  }
  const places = [...Map.groupBy(entries, ([place]) => place)].map(([name, found]) => ({
    key: `place/${name}`,
    name,
    // groups come after single circuits of the same rank
    rows: found.map(([, row]) => row).toSorted((a, b) => a.rank - b.rank),
    ...foldIn(folds.get(name)),
  }))
  return { places: places.toSorted(byWorst), grouped }
}

const foldIn = (fold: MapPlace['fold']): Pick<MapPlace, 'fold'> => (fold ? { fold } : {})

/** The places whose circuits can be drawn one by one or as one: those of several circuits. */
function foldsOf(
  circuits: readonly Circuit[],
  usual: ReadonlySet<Circuit>,
  turned: ReadonlySet<string>,
): Map<string, NonNullable<MapPlace['fold']>> {
  const places = [...Map.groupBy(circuits, placeName)].filter(([, own]) => own.length > 1)
  return new Map(
    places.map(([place, own]) => [
      place,
      // a rest of one is drawn like the others
      { isOpen: own.filter((one) => !usual.has(one)).length <= 1 !== turned.has(place), circuits: own.length },
    ]),
  )
}

const placeName = ({ peeringLocation }: Circuit) => peeringLocation ?? UNKNOWN_LOCATION
const byRank = (a: Row, b: Row) => a.rank - b.rank || a.name.localeCompare(b.name)
const worst = ({ rows }: MapPlace) => Math.min(...rows.map(({ rank }) => rank))
const gatewayOf = ({ rows }: MapPlace) => rows[0]?.links[0]?.gatewayId ?? ''
/** Locations of equal rank that lead to one gateway stay together, so that fewer lines cross. */
const byWorst = (a: MapPlace, b: MapPlace) =>
  worst(a) - worst(b) || gatewayOf(a).localeCompare(gatewayOf(b)) || a.name.localeCompare(b.name)
const isProblem = (rowOf: (circuit: Circuit) => Row) => (circuit: Circuit) =>
  ['down', 'degraded', 'unknown'].includes(rowOf(circuit).status.tone)

function tunnels(gateways: MapAnswers['gateways']): Row[] {
  const rows = gateways.flatMap(tunnelRows).toSorted(byRank)
  return rows.length <= MOST_TUNNELS
    ? rows
    : [...rows.slice(0, MOST_TUNNELS - 1), restOfTunnels(rows.slice(MOST_TUNNELS - 1))]
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circuitRedundancyStates } from '#lib/circuits/api/index.ts'
import type { TopologyMap } from './map-model.ts'
import { buildEstateMap } from './estate-map.ts'
import { type MapCurveEnds, layOutMap } from './layout.ts'
import { testMapCircuit, testMapGateway, testMapNetwork } from './testing.ts'
import { countMapCurveCrossings, reduceMapCurveCrossings } from './untangle-map.ts'

const nothing = { circuits: [], gateways: [], networks: [], sites: [] }
const WIDTHS = [720, 1190, 2400]

/**
 * Generates estates: circuits at places and in states, each connected to some gateways, which are in networks, some of
 * them peered.
 */
const estates = fc
  .record({
    circuits: fc.array(
      fc.record({
        place: fc.nat(9),
        redundancy: fc.constantFrom(...circuitRedundancyStates),
        gateways: fc.uniqueArray(fc.nat(13), { maxLength: 3 }),
      }),
      { maxLength: 40 },
    ),
    gateways: fc.array(fc.record({ network: fc.nat(5), tunnels: fc.nat(2) }), { maxLength: 14 }),
  })
  .map(({ circuits, gateways }) =>
    buildEstateMap({
      ...nothing,
      circuits: circuits.map(({ place, redundancy, gateways }, index) =>
        testMapCircuit(`c${index}`, { location: `P${place}`, redundancy, gateways: gateways.map((id) => `g${id}`) }),
      ),
      gateways: gateways.map(({ tunnels }, index) =>
        testMapGateway(`g${index}`, {
          tunnels: Object.fromEntries(Array.from({ length: tunnels }, (_, tunnel) => [`t${index}-${tunnel}`, null])),
        }),
      ),
      networks: [...Map.groupBy(gateways.entries(), ([, { network }]) => network)].map(([network, own]) =>
        testMapNetwork(`n${network}`, { gateways: own.map(([index]) => `g${index}`) }),
      ),
    }),
  )

/**
 * Counts crossing lines. Lines between two columns have similar curves, so two of them cross if their ends have
 * opposite orders.
 */
function drawnCrossings(edges: Iterable<MapCurveEnds>): number {
  const all = [...edges]
  return all.reduce(
    (count, { from, to }, index) =>
      count +
      all.slice(index + 1).filter((other) => Math.sign(from.y - other.from.y) * Math.sign(to.y - other.to.y) < 0)
        .length,
    0,
  )
}

const seen = (map: TopologyMap, width: number) => {
  const { links, homes } = layOutMap(map, width)
  return drawnCrossings(links.values()) + drawnCrossings(homes.values())
}

/**
 * Returns the map in its original order: the worst rows first, other items next to the mean position of their connected
 * items.
 */
function asItWas(map: TopologyMap): TopologyMap {
  const mean = (indexes: number[]) =>
    indexes.length === 0 ? Number.MAX_VALUE : indexes.reduce((sum, index) => sum + index, 0) / indexes.length
  const rows = map.places.flatMap((place) => place.rows)
  const rowsOf = (id: string) =>
    rows.flatMap(({ links }, index) => (links.some(({ gatewayId }) => gatewayId === id) ? [index] : []))
  const gateways = map.gateways.toSorted((a, b) => mean(rowsOf(a.key)) - mean(rowsOf(b.key)))
  const placeOf = (ids: readonly string[]) => mean(ids.map((id) => gateways.findIndex(({ key }) => key === id)))
  return { ...map, gateways, networks: map.networks.toSorted((a, b) => placeOf(a.gatewayIds) - placeOf(b.gatewayIds)) }
}

const keysOf = ({ places, gateways, networks }: TopologyMap) =>
  [...places, ...places.flatMap(({ rows }) => rows), ...gateways, ...networks].map(({ key }) => key).toSorted()

describe('an untangled map', () => {
  it('never has more crossings than it had, at any width', () => {
    fc.assert(
      fc.property(estates, fc.constantFrom(...WIDTHS), (map, width) => {
        expect(seen(reduceMapCurveCrossings(map), width)).toBeLessThanOrEqual(seen(asItWas(map), width))
      }),
      { numRuns: 150 },
    )
  })

  it('keeps the same items, and each where it was whatever fails', () => {
    fc.assert(
      fc.property(estates, fc.infiniteStream(fc.constantFrom('down', 'up', 'unknown')), (map, states) => {
        const after = reduceMapCurveCrossings(map)
        expect(keysOf(after)).toEqual(keysOf(map))
        expect(after.places).toEqual(map.places)
        const failing = structuredClone(map)
        for (const item of [...failing.gateways, ...failing.places.flatMap(({ rows }) => rows)])
          item.status.tone = states.next().value
        const orderOf = ({ gateways, networks }: TopologyMap) =>
          [gateways, networks].map((all) => all.map(({ key }) => key))
        expect(orderOf(reduceMapCurveCrossings(failing))).toEqual(orderOf(after))
      }),
      { numRuns: 100 },
    )
  })

  it('is the same each time', () => {
    fc.assert(
      fc.property(estates, (map) => {
        expect(reduceMapCurveCrossings(structuredClone(map))).toEqual(reduceMapCurveCrossings(map))
      }),
      { numRuns: 60 },
    )
  })

  it('is counted as it is drawn', () => {
    fc.assert(
      fc.property(estates, fc.constantFrom(...WIDTHS), (map, width) => {
        const after = reduceMapCurveCrossings(map)
        expect(seen(after, width)).toBe(countMapCurveCrossings(after))
      }),
      { numRuns: 60 },
    )
  })
})

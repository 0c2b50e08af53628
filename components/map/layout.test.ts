import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSiteName } from '#lib/contract/words/site-states.ts'
import { type Circuit, circuitRedundancyStates } from '#lib/circuits/api/index.ts'

import type { MapData } from './map-model.ts'
import { buildEstateMap } from './estate-map.ts'
import { type MapBox, MIN_MAP_WIDTH, layOutMap } from './layout.ts'
import { layOutSiteText } from './site-text.ts'
import { testMapCircuit, testMapGateway, testMapNetwork } from './testing.ts'
import { reduceMapCurveCrossings } from './untangle-map.ts'

const learnedNames = ['learned: Washington DC / AT&T Netbond', 'learned: London / Colt', 'learned: '.padEnd(80, 'x')]

/**
 * Returns an estate with `count` circuits, spread over places and gateways. Every gateway is in a network with spokes.
 */
function estateOf(count: number, places: number, gatewayCount: number, states: readonly Circuit['redundancy'][] = []) {
  const gateway = (index: number) => `gw-${index % gatewayCount}`
  const answers: MapData = {
    circuits: Array.from({ length: count }, (_, index) =>
      testMapCircuit(`ckt-${index}`, {
        location: `Place ${index % places}`,
        redundancy: states[index % Math.max(1, states.length)] ?? 'redundant',
        gateways: [...new Set([gateway(index), gateway(index * 7 + 3)])],
      }),
    ),
    gateways: Array.from({ length: gatewayCount }, (_, index) =>
      testMapGateway(`gw-${index}`, {
        instances: (index % 6) + 1,
        tunnels: index % 5 === 0 ? { [`vpn-${index}`]: 'Connected' } : {},
      }),
    ),
    networks: Array.from({ length: gatewayCount }, (_, index) =>
      testMapNetwork(`vnet-${index}`, {
        gateways: [`gw-${index}`],
        peers: Object.fromEntries(Array.from({ length: index % 9 }, (_, spoke) => [`spoke-${index}-${spoke}`, {}])),
      }),
    ),
    sites: [],
    learnedSites: Array.from({ length: count }, (_, index) => ({
      name: learnedNames[index % learnedNames.length] ?? '',
      circuits: [`ckt-${index}`],
      prefixes: index * 3,
      confidence: 'inferred',
    })),
  }
  return answers
}

const overlap = (a: MapBox, b: MapBox) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

function overlaps(boxes: Map<string, MapBox>[]): string[] {
  const all = boxes.flatMap((group) => [...group])
  return all.flatMap(([a, box], index) =>
    all.slice(index + 1).flatMap(([b, other]) => (overlap(box, other) ? [`${a} on ${b}`] : [])),
  )
}

/** Returns the faults of a layout: items that overlap, items outside the drawing, and lines without two ends. */
function faultsOf(answers: MapData, width: number): string[] {
  const map = reduceMapCurveCrossings(buildEstateMap(answers))
  const layout = layOutMap(map, width)
  const outer = [layout.sites, layout.places, layout.gateways, layout.networks]
  const outside = outer
    .flatMap((boxes) => [...boxes])
    .filter(
      ([, box]) => box.x < 0 || box.y < 0 || box.x + box.width > layout.width || box.y + box.height > layout.height,
    )
  const beyondPlace = map.places.flatMap((place) => {
    const frame = layout.places.get(place.key)
    return place.rows.filter(({ key }) => {
      const row = layout.rows.get(key)
      return !frame || !row || row.y < frame.y || row.y + row.height > frame.y + frame.height
    })
  })
  const spilled = map.places
    .flatMap(({ rows }) => rows)
    .filter((row) => {
      const box = layout.sites.get(row.key)
      return !box || layOutSiteText(row, box.width).height > box.height
    })
  const links = map.places.flatMap(({ rows }) =>
    rows.flatMap((row) => row.links.map((link) => [row.key, link.gatewayId])),
  )
  return [
    ...overlaps(outer),
    ...overlaps([layout.rows]),
    ...outside.map(([key]) => `${key} is outside`),
    ...beyondPlace.map(({ key }) => `${key} leaves its place`),
    ...spilled.map(({ key }) => `the words of the site of ${key} spill over`),
    ...links
      .filter(([row, gateway]) => !layout.links.has(`${row} ${gateway}`))
      .map((link) => `${link.join(' ')} is missing`),
  ]
}

describe('nothing overlaps', () => {
  it.each([
    { circuits: 3, places: 2, gateways: 2 },
    { circuits: 14, places: 14, gateways: 5 },
    { circuits: 60, places: 9, gateways: 12 },
    { circuits: 60, places: 60, gateways: 40 },
    { circuits: 500, places: 70, gateways: 200 },
  ])('with $circuits circuits in $places places at $gateways gateways', ({ circuits, places, gateways }) => {
    for (const width of [MIN_MAP_WIDTH, 1190, 2400]) {
      expect(faultsOf(estateOf(circuits, places, gateways, ['redundant', 'reduced', 'no_path']), width)).toEqual([])
    }
  })

  it('whatever the estate', () => {
    fc.assert(
      fc.property(
        fc.nat(80),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.constantFrom(...circuitRedundancyStates), { maxLength: 7 }),
        fc.integer({ min: 0, max: 4000 }),
        (circuits, places, gateways, states, width) => {
          expect(faultsOf(estateOf(circuits, places, gateways, states), width)).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })
})

it('the drawing stays within two screens, however many circuits there are', () => {
  const { height } = layOutMap(
    reduceMapCurveCrossings(buildEstateMap(estateOf(500, 70, 200, ['redundant', 'no_path']))),
    1190,
  )
  expect(height).toBeLessThan(2000)
})

it('an estate of nothing is a drawing of nothing', () => {
  expect(layOutMap(buildEstateMap({ circuits: [], gateways: [], networks: [], sites: [] }), 1190).height).toBe(0)
})

it('the name of a learned site can be read to its end, however narrow the drawing', () => {
  const map = buildEstateMap(estateOf(3, 3, 1))
  for (const width of [MIN_MAP_WIDTH, 1190, 2400]) {
    const { sites } = layOutMap(map, width)
    const names = map.places.flatMap(({ rows }) =>
      rows.map((row) => layOutSiteText(row, sites.get(row.key)?.width ?? 0).name.join(' ')),
    )
    expect(names).toEqual(expect.arrayContaining(learnedNames.slice(0, 2).map(formatSiteName)))
  }
})

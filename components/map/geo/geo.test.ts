import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testMapCircuit } from '../testing.ts'
import { findCity } from './cities.ts'
import { groupCircuitsByCity } from './geo-places.ts'
import { createProjection, findGeoWindowAround, WORLD_MAP_AREA } from './geo-window.ts'
import { CONTINENTS_SVG_PATH } from './continents-outline.ts'

const priced = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../../lib/contract/facts/peering-locations.json'), 'utf8'),
) as Record<'public' | 'usGovernment', Record<string, unknown>>

describe('the city of a peering location', () => {
  it('is known of all that have a price', () => {
    const names = [priced.public, priced.usGovernment].flatMap((list) => Object.keys(list))
    expect(names.length).toBeGreaterThan(90)
    expect(names.filter((name) => findCity(name) === null)).toEqual([])
  })
  it.each([
    ['London2', 'London'],
    ['Amsterdam Metro', 'Amsterdam'],
    ['washington dc', 'Washington DC'],
    ['Atlantis', null],
  ])('%s is in %s', (location, city) => {
    expect(findCity(location)?.name ?? null).toBe(city)
  })
})

describe('the part of the world', () => {
  const position = fc.record({
    longitude: fc.double({ min: -175, max: 175, noNaN: true }),
    latitude: fc.double({ min: -50, max: 75, noNaN: true }),
  })
  it('has all places in it, and so has the drawing', () => {
    fc.assert(
      fc.property(fc.array(position, { minLength: 1, maxLength: 20 }), (positions) => {
        const projection = createProjection(findGeoWindowAround(positions), 1_000)
        for (const { longitude, latitude } of positions) {
          expect(projection.x(longitude)).toBeGreaterThanOrEqual(0)
          expect(projection.x(longitude)).toBeLessThanOrEqual(1_000)
          expect(projection.y(latitude)).toBeGreaterThanOrEqual(0)
          expect(projection.y(latitude)).toBeLessThanOrEqual(projection.height + 1)
        }
      }),
    )
  })
  it('is the world without any', () => {
    expect(findGeoWindowAround([])).toEqual(WORLD_MAP_AREA)
  })
})

it('the outline stays within the world that it is drawn for', () => {
  // each ring is an absolute start followed by relative moves
  for (const ring of CONTINENTS_SVG_PATH.split('z').filter(Boolean)) {
    const [begin = '', moves = ''] = ring.slice(1).split('l')
    const numbers = (text: string) => (text.match(/-?\d+/g) ?? []).map(Number)
    const [startX = 0, startY = 0] = numbers(begin)
    const at = { x: startX, y: startY }
    const steps = numbers(moves)
    expect(steps.length % 2).toBe(0)
    for (let i = 0; i < steps.length; i += 2) {
      at.x += steps[i] ?? 0
      at.y += steps[i + 1] ?? 0
      expect(at.x >= 0 && at.x <= 720 && at.y >= 0 && at.y <= 284).toBe(true)
    }
  }
})

it('circuits stand in their city, the worst place first, and one without a known place is named', () => {
  const { places, elsewhere } = groupCircuitsByCity({
    sites: [],
    circuits: [
      testMapCircuit('a', { location: 'London' }),
      testMapCircuit('b', { location: 'London2', redundancy: 'reduced' }),
      testMapCircuit('c', { location: 'Tokyo' }),
      testMapCircuit('d', { location: null }),
      testMapCircuit('e', { location: 'Atlantis' }),
    ],
  })
  expect(places.map(({ name, circuits, status, href }) => [name, circuits, status.word, href])).toEqual([
    ['London', '2 circuits', '1 ONE PATH LEFT', '/circuits?circuits.q=London'],
    ['Tokyo', 'c', 'BOTH PATHS UP', '/circuits/c'],
  ])
  expect(places[0]?.title).toBe('London: 2 circuits, 1 ONE PATH LEFT, 1 BOTH PATHS UP')
  expect(elsewhere).toEqual(['d', 'e'])
})

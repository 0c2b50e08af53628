import type { Position } from './cities.ts'

/** A part of the world, degrees. */
interface GeoWindow {
  west: number
  east: number
  north: number
  south: number
}

/** All that the outline shows. */
export const WORLD: GeoWindow = { west: -180, east: 180, north: 84, south: -58 }
/** Never closer than this: an outline of 1:110 million shows no more. */
const MIN_WIDTH = 36
const PADDING = 0.18

/** The part of the world that has all of these in it, with room around them; the world without any. */
export function windowAround(positions: readonly Position[]): GeoWindow {
  if (positions.length === 0) return WORLD
  const longitudes = positions.map(({ longitude }) => longitude)
  const latitudes = positions.map(({ latitude }) => latitude)
  const [south, north] = within(
    spread(Math.min(...latitudes), Math.max(...latitudes), MIN_WIDTH / 2),
    WORLD.south,
    WORLD.north,
  )
  // wide enough that the picture is no higher than a screen
  const least = Math.max(MIN_WIDTH, (north - south) / degreeRatio(north, south) / MAX_HEIGHT)
  const [west, east] = within(spread(Math.min(...longitudes), Math.max(...longitudes), least), WORLD.west, WORLD.east)
  return { west, east, north, south }
}

/** Height of a picture as a share of its width, where the world is wide enough for it. */
const MAX_HEIGHT = 0.48

/** Shifted into the world, and cut where it is larger. */
function within([from, to]: [number, number], least: number, most: number): [number, number] {
  const shift = Math.max(0, least - from) - Math.max(0, to - most)
  return [Math.max(least, from + shift), Math.min(most, to + shift)]
}

/** A degree of longitude against one of latitude in the middle of these parallels. */
const degreeRatio = (north: number, south: number) => Math.cos((((north + south) / 2) * Math.PI) / 180)

function spread(from: number, to: number, least: number): [number, number] {
  const half = Math.max((to - from) * (0.5 + PADDING), least / 2)
  const middle = (from + to) / 2
  return [middle - half, middle + half]
}

/** How degrees become units of a drawing: the same scale along its middle parallel, as an equirectangular projection has it. */
interface Projection {
  height: number
  x: (longitude: number) => number
  y: (latitude: number) => number
}

/** @param width units of the drawing */
export function projectionOf({ west, east, north, south }: GeoWindow, width: number): Projection {
  const across = width / (east - west)
  const down = across / degreeRatio(north, south)
  return {
    height: Math.round((north - south) * down),
    x: (longitude) => (longitude - west) * across,
    y: (latitude) => (north - latitude) * down,
  }
}

import type { GeoPosition } from './cities.ts'

/** Part of the world that the map shows, in degrees. */
interface GeoWindow {
  west: number
  east: number
  north: number
  south: number
}

/** Whole area that the outline of the continents covers. */
export const WORLD_MAP_AREA: GeoWindow = { west: -180, east: 180, north: 84, south: -58 }
/**
 * Minimum width of the shown part of the world, degrees. At a larger scale, the outline (1:110 million) would look too
 * coarse.
 */
const MIN_WIDTH = 36
const PADDING = 0.18

/**
 * Returns the part of the world that contains all positions with a margin; the whole world if there are no positions.
 */
export function findGeoWindowAround(positions: readonly GeoPosition[]): GeoWindow {
  if (positions.length === 0) return WORLD_MAP_AREA
  const longitudes = positions.map(({ longitude }) => longitude)
  const latitudes = positions.map(({ latitude }) => latitude)
  const [south, north] = within(
    spread(Math.min(...latitudes), Math.max(...latitudes), MIN_WIDTH / 2),
    WORLD_MAP_AREA.south,
    WORLD_MAP_AREA.north,
  )
  // The width is at least the width at which the map's height does not exceed `MAX_HEIGHT`.
  const least = Math.max(MIN_WIDTH, (north - south) / degreeRatio(north, south) / MAX_HEIGHT)
  const [west, east] = within(
    spread(Math.min(...longitudes), Math.max(...longitudes), least),
    WORLD_MAP_AREA.west,
    WORLD_MAP_AREA.east,
  )
  return { west, east, north, south }
}

/** Maximum height of the map as a share of its width, so that it is not higher than a screen. */
const MAX_HEIGHT = 0.48

/** Shifts a range into the given limits. A range that is larger than the limits is cut. */
function within([from, to]: [number, number], least: number, most: number): [number, number] {
  const shift = Math.max(0, least - from) - Math.max(0, to - most)
  return [Math.max(least, from + shift), Math.min(most, to + shift)]
}

/**
 * Returns the length of a degree of longitude divided by the length of a degree of latitude, at the latitude halfway
 * between `north` and `south`.
 */
const degreeRatio = (north: number, south: number) => Math.cos((((north + south) / 2) * Math.PI) / 180)

function spread(from: number, to: number, least: number): [number, number] {
  const half = Math.max((to - from) * (0.5 + PADDING), least / 2)
  const middle = (from + to) / 2
  return [middle - half, middle + half]
}

/**
 * Functions that convert degrees to units of a drawing. At the middle latitude, both directions have the same scale
 * (equirectangular projection).
 */
interface Projection {
  height: number
  x: (longitude: number) => number
  y: (latitude: number) => number
}

/**
 * Returns the projection of a part of the world.
 * @param width width of the drawing in its units
 */
export function createProjection({ west, east, north, south }: GeoWindow, width: number): Projection {
  const across = width / (east - west)
  const down = across / degreeRatio(north, south)
  return {
    height: Math.round((north - south) * down),
    x: (longitude) => (longitude - west) * across,
    y: (latitude) => (north - latitude) * down,
  }
}

import type { WallTile } from '#lib/overview/api/index.ts'
import { isWell } from '#lib/overview/api/wall-states.ts'

/** The shape of a screen: `wide` to 16:9 and beyond, `portrait` higher than wide, `4k` wide with room for more at once. */
export type Shape = 'wide' | 'portrait' | '4k'

/** In shares of what the wall has for tiles, 0 to 100. */
export interface Area {
  x: number
  y: number
  width: number
  height: number
}

/** The large one that leads, a tile with what it means, or a row. */
export interface Spot extends Area {
  form: 'lead' | 'tile' | 'row'
}

interface Places {
  spots: Spot[]
  headline: Area | null
  heads: Area[]
}

/**
 * Sizes in rows, of which each is as high as a line of legible letters needs. Upright screens are sixteen to nine.
 * `spread` = when every problem has a tile of the same size, because they are too many for a large one.
 */
const sizes = {
  wide: { rows: 15, across: 4, columns: 2, lead: 8, headline: 6, back: 1, spread: { most: 12, rows: 5 } },
  portrait: { rows: 27, across: 1, columns: 1, lead: 10, headline: 6, back: 2, spread: { most: 9, rows: 3 } },
} as const
/** A tile beside large ones, in rows. */
const tileHeight = (others: number, { across }: Size): number => (others <= across ? 5 : 4.5)
/** Rows of what came back stand before the others, over the whole width. */
const MAX_BACK = 3

/**
 * Gives the first of these tiles their places, in order: what is broken leads, in one or two large tiles, further problems have tiles below
 * it, what is up has rows. Where all is up the headline is the largest. @param tiles the worst first
 */
export function place(tiles: readonly WallTile[], shape: Shape): Places {
  const size = sizes[shape === 'portrait' ? 'portrait' : 'wide']
  const wrong = tiles.filter(({ state }) => !isWell(state))
  const isCalm = wrong.every(({ state }) => state === 'maintenance')
  const led = isCalm ? 0 : Math.min(2, wrong.length)
  const others = Math.min(wrong.length - led, 2 * size.across)
  if (wrong.length > led + others) return spread(wrong.length, size)
  const head = isCalm ? size.headline : leadHeight(tiles, { led, others, size })
  const tile = tileHeight(others, size)
  const spots = [...cells(led, { y: 0, across: Math.min(led, size.columns), height: head, form: 'lead' }, size)]
  const below = head * Math.ceil(isCalm ? 1 : led / size.columns)
  spots.push(...cells(others, { y: below, across: size.across, height: tile, form: 'tile' }, size))
  const from = below + tile * Math.ceil(others / size.across)
  const rows = rowsFrom(tiles.slice(wrong.length), from, size)
  return {
    spots: [...spots, ...rows.spots],
    headline: isCalm ? share({ x: 0, y: 0, width: 100, height: head }, size) : null,
    heads: rows.heads,
  }
}

type Size = (typeof sizes)[keyof typeof sizes]

/** All of one size, where there are too many for a large one. */
function spread(count: number, size: Size): Places {
  const { most, rows } = size.spread
  const spots = cells(Math.min(count, most), { y: 0, across: size.across, height: rows, form: 'tile' }, size)
  return { spots, headline: null, heads: [] }
}

/** What the collector has to say needs a line; further tiles leave less to a large one. */
function leadHeight(
  tiles: readonly WallTile[],
  { led, others, size }: { led: number; others: number; size: Size },
): number {
  if (led === 1 && tiles[0]?.word === 'late') return 5
  if (others === 0) return size.lead
  return size.columns === 1 || others <= size.across ? 8 : 6
}

/** Rows in what is left below, under the names of their columns. */
function rowsFrom(tiles: readonly WallTile[], from: number, size: Size): Pick<Places, 'spots' | 'heads'> {
  const left = Math.floor(size.rows - from)
  if (left < 2) return { spots: [], heads: [] }
  const back = Math.min(
    MAX_BACK,
    Math.floor((left - 1) / size.back),
    tiles.filter(({ recovered }) => recovered !== null).length,
  )
  const calm = Math.max(0, tiles.length - back)
  const high = left - 1 - back * size.back
  const columns = calm > high ? size.columns : 1
  const top = size.rows - left
  const width = 100 / columns
  const heads = Array.from({ length: columns }, (_, n) => share({ x: n * width, y: top, width, height: 1 }, size))
  const wide = cells(back, { y: top + 1, across: 1, height: size.back, form: 'row' }, size)
  // down the first column, then down the next: names are read in their order
  const each = Math.min(high, Math.ceil(calm / columns))
  const narrow = Array.from(
    { length: Math.min(calm, high * columns) },
    (_, n): Spot => ({
      ...share({ x: Math.floor(n / each) * width, y: top + 1 + back * size.back + (n % each), width, height: 1 }, size),
      form: 'row',
    }),
  )
  return { spots: [...wide, ...narrow], heads: wide.length + narrow.length > 0 ? heads : [] }
}

/** Cells of one height from left to right and from above. */
function cells(
  count: number,
  { y, across, height, form }: { y: number; across: number; height: number; form: Spot['form'] },
  size: Size,
): Spot[] {
  const width = 100 / across
  return Array.from({ length: count }, (_, n) => ({
    ...share({ x: (n % across) * width, y: y + Math.floor(n / across) * height, width, height }, size),
    form,
  }))
}

const share = ({ x, y, width, height }: Area, { rows }: Size): Area => ({
  x,
  y: (y / rows) * 100,
  width,
  height: (height / rows) * 100,
})

import type { WallTile } from '#lib/overview/api/index.ts'
import { isUpOrSilent } from '#lib/overview/api/wall-states.ts'

/**
 * Shape of a screen: `portrait` if the width is at most the height, otherwise `4k` from a width of 2,560 px and `wide`
 * below.
 */
export type ScreenShape = 'wide' | 'portrait' | '4k'

/** Rectangle in per cent (0 to 100) of the area that contains the tiles. */
export interface TileArea {
  x: number
  y: number
  width: number
  height: number
}

/**
 * Position and form of a tile: `lead` = large tile at the top, `tile` = smaller tile that explains its state, `row` =
 * one line.
 */
export interface TilePlacement extends TileArea {
  form: 'lead' | 'tile' | 'row'
}

interface Places {
  spots: TilePlacement[]
  headline: TileArea | null
  heads: TileArea[]
}

/**
 * Dimensions by shape of screen. Heights are in lines of text that are readable from a distance. A 4K screen is usually
 * larger, so it shows more tiles in letters that are smaller in relation to the screen. Portrait screens are assumed to
 * have a ratio of 9:16. `spread` is the arrangement that is used if there are too many problems for large tiles. All
 * problems then have tiles of the same size.
 */
const sizes = {
  wide: { rows: 15, across: 4, columns: 2, lead: 8, headline: 6, back: 1, spread: { most: 12, rows: 5 } },
  '4k': { rows: 19, across: 5, columns: 2, lead: 9, headline: 7, back: 1, spread: { most: 20, rows: 4.5 } },
  portrait: { rows: 27, across: 1, columns: 1, lead: 10, headline: 6, back: 2, spread: { most: 9, rows: 3 } },
} as const
/** Returns the height of the tiles below the large tiles, in lines of text. */
const tileHeight = (others: number, { across }: Size): number => (others <= across ? 5 : 4.5)
/**
 * Maximum number of rows for resources that recovered recently. These rows are as wide as the screen, and are above the
 * rows of other healthy resources.
 */
const MAX_BACK = 3

/**
 * Returns positions for as many tiles as fit, in their order. The first one or two problems have large tiles, further
 * problems have smaller tiles below, and healthy resources have rows. If there are no problems, the headline is the
 * largest item.
 * @param tiles tiles sorted by severity, worst first
 */
export function placeTiles(tiles: readonly WallTile[], shape: ScreenShape): Places {
  const size = sizes[shape]
  const wrong = tiles.filter(({ state }) => !isUpOrSilent(state))
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
  // a single line of small tiles that fills at most half of the screen leaves its other half to the rows
  const isHalfFree = size.columns > 1 && others > 0 && others <= size.across / 2
  const calm = tiles.slice(wrong.length)
  const rows = (isHalfFree && rowsBeside(calm, { from, beside: below }, size)) || rowsFrom(calm, from, size)
  return {
    spots: [...spots, ...rows.spots],
    headline: isCalm ? share({ x: 0, y: 0, width: 100, height: head }, size) : null,
    heads: rows.heads,
  }
}

type Size = (typeof sizes)[keyof typeof sizes]

/**
 * Returns positions of tiles of the same size for as many problems as fit. Used if there are too many problems for
 * large tiles.
 */
function spread(count: number, size: Size): Places {
  const { most, rows } = size.spread
  const spots = cells(Math.min(count, most), { y: 0, across: size.across, height: rows, form: 'tile' }, size)
  return { spots, headline: null, heads: [] }
}

/**
 * Returns the height of the large tiles, in lines of text. It is smaller if the only large tile reports a late
 * collector, which needs little text, or if further tiles need space.
 */
function leadHeight(
  tiles: readonly WallTile[],
  { led, others, size }: { led: number; others: number; size: Size },
): number {
  if (led === 1 && tiles[0]?.word === 'late') return 5
  if (others === 0) return size.lead
  return size.columns === 1 || others <= size.across ? 8 : 6
}

/** Returns the number of rows over the whole width, of resources that recovered recently. */
const countBack = (tiles: readonly WallTile[], left: number, { back }: Size): number =>
  Math.min(
    MAX_BACK,
    Math.max(0, Math.floor((left - 1) / back)),
    tiles.filter(({ recovered }) => recovered !== null).length,
  )

/** Returns positions of rows in the space below the tiles, and of the column headings above these rows. */
function rowsFrom(tiles: readonly WallTile[], from: number, size: Size): Pick<Places, 'spots' | 'heads'> {
  const left = Math.floor(size.rows - from)
  if (left < 2) return { spots: [], heads: [] }
  const back = countBack(tiles, left, size)
  const calm = Math.max(0, tiles.length - back)
  const high = left - 1 - back * size.back
  const columns = calm > high ? size.columns : 1
  const top = size.rows - left
  const width = 100 / columns
  const heads = Array.from({ length: columns }, (_, n) => share({ x: n * width, y: top, width, height: 1 }, size))
  const wide = cells(back, { y: top + 1, across: 1, height: size.back, form: 'row' }, size)
  // rows fill the first column from top to bottom, then the next column
  const each = Math.min(high, Math.ceil(calm / columns))
  const narrow = Array.from({ length: Math.min(calm, high * columns) }, (_, n) =>
    row({ x: Math.floor(n / each) * width, y: top + 1 + back * size.back + (n % each), width }, size),
  )
  return { spots: [...wide, ...narrow], heads: wide.length + narrow.length > 0 ? heads : [] }
}

/**
 * Returns positions of rows beside and below a line of small tiles that fills at most the left half of the screen: the
 * right half is filled first, then the space below the tiles. Rows over the whole width are at the bottom.
 * @param space `beside` is the top of the small tiles, `from` their bottom, in lines of text
 * @returns null if the space below the tiles is enough for all rows
 */
function rowsBeside(
  tiles: readonly WallTile[],
  { from, beside }: { from: number; beside: number },
  size: Size,
): Pick<Places, 'spots' | 'heads'> | null {
  const left = Math.floor(size.rows - from)
  if (tiles.length < left) return null
  const back = countBack(tiles, size.rows - Math.ceil(beside), size)
  const bottom = size.rows - back * size.back
  const wide = cells(back, { y: bottom, across: 1, height: size.back, form: 'row' }, size)
  const columns = [
    { x: 50, y: Math.ceil(beside) },
    { x: 0, y: Math.ceil(from) },
  ]
  const free = columns.flatMap(({ x, y }) =>
    Array.from({ length: Math.max(0, bottom - y - 1) }, (_, n) => ({ x, y: y + 1 + n, width: 50 })),
  )
  const narrow = free.slice(0, tiles.length - back).map((one) => row(one, size))
  const heads = columns
    .filter(({ x }) => narrow.some((one) => one.x === x))
    .map(({ x, y }) => share({ x, y, width: 50, height: 1 }, size))
  return { spots: [...wide, ...narrow], heads }
}

const row = (area: Omit<TileArea, 'height'>, size: Size): TilePlacement => ({
  ...share({ ...area, height: 1 }, size),
  form: 'row',
})

/**
 * Returns the areas of `count` equal cells in a grid, from left to right and then from top to bottom.
 * @param across number of cells next to each other
 */
function cells(
  count: number,
  { y, across, height, form }: { y: number; across: number; height: number; form: TilePlacement['form'] },
  size: Size,
): TilePlacement[] {
  const width = 100 / across
  return Array.from({ length: count }, (_, n) => ({
    ...share({ x: (n % across) * width, y: y + Math.floor(n / across) * height, width, height }, size),
    form,
  }))
}

const share = ({ x, y, width, height }: TileArea, { rows }: Size): TileArea => ({
  x,
  y: (y / rows) * 100,
  width,
  height: (height / rows) * 100,
})

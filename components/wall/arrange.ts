import type { Wall, WallState, WallTile } from '#lib/overview/api/index.ts'
import type { WallSettings } from './wall-settings.ts'

/** The shape of a screen: `wide` to 16:9 and beyond, `portrait` higher than wide, `4k` wide with room for more at once. */
export type Shape = 'wide' | 'portrait' | '4k'

/** A column and a row, from 0; of a large tile its first ones. */
export interface WallCell {
  column: number
  row: number
}

/** What a wall shows at one time. */
export interface View {
  tiles: WallTile[]
  /** where each of them is */
  cells: WallCell[]
  columns: number
  rows: number
  /** resources without a tile for lack of space */
  beyond: { up: number; worse: number }
  counts: Wall['counts']
  /** name of the view; null = only one */
  title: string | null
  /** the first tile is large: what is broken, with what to do about it */
  hasLead: boolean
  /** lines of text that are left for the last events */
  eventLines: number
  /** problems in other views, shown without waiting for the rotation */
  elsewhere: number
}

/** Usual number of tiles of a shape, the maximum if there are more problems, and the number beside and with a large one. */
const room: Record<Shape, { usual: number; most: number; withLead: number }> = {
  wide: { usual: 9, most: 12, withLead: 9 },
  // three lines of legible letters, and the border of a degraded tile
  portrait: { usual: 8, most: 9, withLead: 7 },
  '4k': { usual: 12, most: 12, withLead: 9 },
}

const nothing = (): Wall['counts'] => ({ down: 0, degraded: 0, unknown: 0, maintenance: 0, up: 0 })
const wrong: readonly WallState[] = ['down', 'degraded', 'unknown']
const countWrong = (counts: Wall['counts']) => wrong.reduce((sum, state) => sum + counts[state], 0)
const countAll = (counts: Wall['counts']) => Object.values(counts).reduce((sum, count) => sum + count, 0)

/** Arranges the wall. @param now epoch milliseconds; walls with the same rotation turn together */
export function arrange(wall: Wall, settings: Pick<WallSettings, 'rotateMs' | 'by'>, shape: Shape, now: number): View {
  const views = settings.by !== 'page' ? bySubscription(wall) : [whole(wall)]
  const turn = settings.rotateMs === null ? 0 : Math.floor(now / settings.rotateMs)
  const view = views[turn % views.length] ?? whole(wall)
  const capacity = capacityOf(view.tiles, shape)
  const pages = settings.rotateMs !== null && settings.by === 'page' ? pagesOf(view.tiles, capacity) : 1
  const page = turn % pages
  const hasLead = pages === 1 && isLed(view.tiles, shape)
  const tiles = hasLead
    ? view.tiles.slice(0, room[shape].withLead)
    : view.tiles.slice(page * capacity, (page + 1) * capacity)
  const shown = nothing()
  for (const { state } of tiles) shown[state]++
  const up = Math.max(0, view.counts.up - shown.up)
  const grid = gridFor(tiles.length, shape, hasLead)
  return {
    tiles,
    cells: cellsOf(tiles.length, grid, { shape, hasLead }),
    ...grid,
    hasLead,
    eventLines: eventLinesFor(tiles.length, shape, hasLead),
    beyond: { up, worse: Math.max(0, countAll(view.counts) - tiles.length - up) },
    counts: view.counts,
    title: titleOf(view.title, turn, Math.max(views.length, pages)),
    elsewhere: Math.max(0, countWrong(wall.counts) - countWrong(view.counts)),
  }
}

/** `Customer a, 1 of 2`; null with a single view. */
const titleOf = (name: string | null, turn: number, count: number) =>
  count > 1 ? [name, `${(turn % count) + 1} of ${count}`].filter(Boolean).join(', ') : null

type Part = Pick<View, 'tiles' | 'counts' | 'title'>

const whole = ({ tiles, counts }: Wall): Part => ({ tiles, counts, title: null })

/** Splits by subscription, or by what stands in its place; a tile without one is part of every view. */
function bySubscription(wall: Wall): Part[] {
  const common = wall.tiles.filter(({ subscriptionId }) => subscriptionId === null)
  const parts = wall.subscriptions.map(({ id, name, counts }): Part => {
    const tiles = wall.tiles.filter(({ subscriptionId }) => subscriptionId === id || subscriptionId === null)
    const all = { ...counts }
    for (const { state } of common) all[state]++
    return { tiles, counts: all, title: shortName(name) }
  })
  return parts.length > 0 ? parts : [whole(wall)]
}

/** Azure's ids are too long to read from a distance; their ends differ. */
const shortName = (name: string) => (/^[0-9a-f-]{36}$/i.test(name) ? `…${name.slice(-8)}` : name)

function capacityOf(tiles: readonly WallTile[], shape: Shape): number {
  const { usual, most } = room[shape]
  return tiles.filter(({ state }) => state !== 'up').length > usual ? most : usual
}

const pagesOf = (tiles: readonly WallTile[], capacity: number) => Math.max(1, Math.ceil(tiles.length / capacity))

/** Whether the worst is broken, and a large tile for it leaves room for all that is not up. */
const isLed = (tiles: readonly WallTile[], shape: Shape): boolean =>
  (tiles[0]?.state === 'down' || tiles[0]?.state === 'degraded') &&
  tiles.filter(({ state }) => state !== 'up').length <= room[shape].withLead

/** Fewer tiles are larger. A large one takes two columns and two rows, on a screen that stands upright two rows. */
function gridFor(count: number, shape: Shape, hasLead: boolean): Pick<View, 'columns' | 'rows'> {
  if (shape === 'portrait') return { columns: 1, rows: Math.max(4, count + Number(hasLead)) }
  if (hasLead && count > 1) return { columns: count <= 6 ? 3 : 4, rows: count <= 3 ? 2 : 3 }
  const columns = count <= 1 ? 1 : count <= 4 ? 2 : count <= 9 ? 3 : 4
  return { columns, rows: Math.max(1, Math.ceil(count / columns)) }
}

/** From left to right and from above, around the large one where the first is that. */
function cellsOf(
  count: number,
  { columns, rows }: Pick<View, 'columns' | 'rows'>,
  { shape, hasLead }: { shape: Shape; hasLead: boolean },
): WallCell[] {
  const all = Array.from({ length: columns * rows }, (_, n) => ({ column: n % columns, row: Math.floor(n / columns) }))
  const large = { columns: shape === 'portrait' ? 1 : 2, rows: 2 }
  const isTaken = ({ column, row }: WallCell) => hasLead && count > 1 && column < large.columns && row < large.rows
  return [...all.filter(isTaken).slice(0, 1), ...all.filter((cell) => !isTaken(cell))].slice(0, count)
}

/** More than nine small tiles fill a screen; others leave two lines, and an upright one a line for each of the three. */
function eventLinesFor(count: number, shape: Shape, hasLead: boolean): number {
  if (shape === 'portrait') return count + Number(hasLead) > 8 ? 0 : 3
  return count > 9 ? 0 : 2
}

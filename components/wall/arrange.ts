import type { Wall, WallState, WallTile } from '#lib/contract/index.ts'
import type { WallSettings } from './wall-settings.ts'

/** The shape of a screen: `wide` to 16:9 and beyond, `portrait` higher than wide, `4k` wide with room for more at once. */
export type Shape = 'wide' | 'portrait' | '4k'

/** What a wall shows at one time. */
export interface View {
  tiles: WallTile[]
  columns: number
  rows: number
  /** resources without a tile for lack of space */
  beyond: { up: number; worse: number }
  counts: Wall['counts']
  /** name of the view; null = only one */
  title: string | null
  /** problems in other views, shown without waiting for the rotation */
  elsewhere: number
}

/** Usual number of tiles of a shape, and the maximum if there are more problems. */
const room: Record<Shape, { usual: number; most: number }> = {
  wide: { usual: 9, most: 12 },
  // three lines of legible letters, and the border of a degraded tile
  portrait: { usual: 8, most: 9 },
  '4k': { usual: 12, most: 12 },
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
  const tiles = view.tiles.slice(page * capacity, (page + 1) * capacity)
  const shown = nothing()
  for (const { state } of tiles) shown[state]++
  const up = Math.max(0, view.counts.up - shown.up)
  return {
    tiles,
    ...gridFor(tiles.length, shape),
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

/** Fewer tiles are larger. */
function gridFor(count: number, shape: Shape): Pick<View, 'columns' | 'rows'> {
  if (shape === 'portrait') return { columns: 1, rows: Math.max(4, count) }
  const columns = count <= 1 ? 1 : count <= 4 ? 2 : count <= 9 ? 3 : 4
  return { columns, rows: Math.max(1, Math.ceil(count / columns)) }
}

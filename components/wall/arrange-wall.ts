import type { WallDisplay, WallEstate, WallState, WallTile } from '#lib/overview/api/index.ts'
import { isUpOrSilent } from '#lib/overview/api/wall-states.ts'
import { type TileArea, placeTiles, type ScreenShape, type TilePlacement } from './place-tiles.ts'
import type { WallSettings } from './wall-settings.ts'

/**
 * Content of a wall display at one time. If the wall rotates between views, it is the content of one view, which has
 * only a part of the resources.
 */
export interface ArrangedWall {
  tiles: WallTile[]
  /** position of each tile, in the order of `tiles` */
  spots: TilePlacement[]
  /**
   * position of the headline "ALL UP" (or "ALL ELSE UP" during planned work); null = at least one resource has a
   * problem
   */
  headline: TileArea | null
  /** positions of the column headings above the one-line rows of healthy resources */
  heads: TileArea[]
  /**
   * number of resources without space on the screen: healthy resources (`up`), resources without sessions (`silent`),
   * resources with a problem or planned work (`worse`), and resources that had no problem when they were last polled
   * (`unpolled`)
   */
  beyond: { up: number; silent: number; worse: number; unpolled: number }
  counts: WallDisplay['counts']
  estate: WallEstate
  /** name of the view; null = the wall is not divided into views */
  title: string | null
  turn: string | null
  /**
   * Number of problems in the other views. It is always visible, so that a problem is noticed before its view appears.
   */
  elsewhere: number
}

const wrong: readonly WallState[] = ['down', 'degraded', 'unknown']

/**
 * Returns a tile with its last known state, if its state is unknown only because the collector (the worker that polls
 * Azure) is late. The tile then keeps its position. The problem is shown by the tile of the collector.
 */
const withLastKnown = (tile: WallTile): WallTile => ({ ...tile, ...tile.lastKnown })

const countOf = (tiles: readonly WallTile[], ...states: WallState[]) =>
  tiles.filter(({ state }) => states.includes(state)).length

/** Returns the numbers of resources by state, in which resources with a last known state count as having that state. */
const countsOf = ({ counts, tiles }: Pick<WallDisplay, 'counts'> & { tiles: readonly WallTile[] }) => {
  const own = { ...counts }
  for (const { state, lastKnown } of tiles)
    if (lastKnown) {
      own.unknown--
      own[state]++
    }
  return { ...own, wrong: wrong.reduce((sum, state) => sum + own[state], 0) }
}

/**
 * Arranges the tiles of the view that is to be shown at a time.
 * @param now epoch milliseconds; walls with the same rotation interval change views at the same time
 */
export function arrangeWallTiles(
  given: WallDisplay,
  settings: Pick<WallSettings, 'rotateMs' | 'by'>,
  shape: ScreenShape,
  now: number,
): ArrangedWall {
  const wall = { ...given, tiles: given.tiles.map(withLastKnown) }
  const parts = settings.by === 'page' ? [whole(wall)] : byView(wall)
  const turns = settings.rotateMs === null ? 0 : Math.floor(now / settings.rotateMs)
  const n = settings.by === 'page' ? 0 : turnOf(parts, turns)
  const part = parts[n] ?? whole(wall)
  const first = placeTiles(part.tiles, shape)
  const pages = settings.by === 'page' && settings.rotateMs !== null ? pagesOf(part.tiles, first.spots.length) : 1
  const page = turns % pages
  const tiles = pages === 1 ? part.tiles : part.tiles.slice(page * first.spots.length)
  const { spots, headline, heads } = pages === 1 ? first : placeTiles(tiles, shape)
  const shown = tiles.slice(0, spots.length)
  const counts = countsOf(part)
  const unpolled = part.tiles.filter((one) => one.lastKnown && isUpOrSilent(one.state) && !shown.includes(one))
  const count = Math.max(parts.length, pages)
  return {
    tiles: shown,
    spots,
    headline,
    heads,
    beyond: {
      up: Math.max(0, counts.up - countOf([...shown, ...unpolled], 'up')),
      silent: Math.max(0, counts.silent - countOf([...shown, ...unpolled], 'silent')),
      unpolled: unpolled.length,
      worse: Math.max(0, counts.wrong + counts.maintenance - countOf(shown, ...wrong, 'maintenance')),
    },
    counts: part.counts,
    estate: part.estate,
    title: part.title,
    turn: count > 1 ? `${n + page + 1} of ${count}` : null,
    elsewhere: Math.max(0, countsOf(wall).wrong - counts.wrong),
  }
}

const pagesOf = (tiles: readonly WallTile[], capacity: number) => Math.max(1, Math.ceil(tiles.length / capacity))

interface Part extends Pick<ArrangedWall, 'counts' | 'estate' | 'title'> {
  tiles: readonly WallTile[]
}

const whole = ({ tiles, counts, estate }: WallDisplay): Part => ({ tiles, counts, estate, title: null })

/**
 * Splits the resources of a wall into its views, one for each site, customer or subscription. A tile that belongs to no
 * view is part of every view.
 */
function byView(wall: WallDisplay): Part[] {
  const common = wall.tiles.filter(({ views }) => views.length === 0)
  const parts = wall.subscriptions.map(({ id, name, counts, estate }): Part => {
    const tiles = wall.tiles.filter(({ views }) => views.length === 0 || views.includes(id))
    const all = { ...counts }
    for (const { state } of common) all[state]++
    return { tiles, counts: all, estate, title: shortName(name) }
  })
  return parts.length > 0 ? parts : [whole(wall)]
}

/**
 * Returns a short name of a view. If the name is an Azure ID, only its end is returned, because IDs are too long to
 * read from a distance.
 */
const shortName = (name: string) => (/^[0-9a-f-]{36}$/i.test(name) ? `…${name.slice(-8)}` : name)

/**
 * Returns the index of the view to show. All views are shown in rounds, in which the views with the worst problems come
 * first. A view with a resource that is down or degraded is shown for two rotation intervals, every other view for one.
 * @param turns number of rotation intervals since 1970, so that all walls show the same view
 */
function turnOf(parts: readonly Part[], turns: number): number {
  const isBroken = ({ counts }: Part) => counts.down + counts.degraded > 0
  const order = [...parts.keys()].toSorted((a, b) => severity(parts[b]) - severity(parts[a]) || a - b)
  const round = order.flatMap((n) => (parts[n] && isBroken(parts[n]) ? [n, n] : [n]))
  return round[turns % round.length] ?? 0
}

const severity = (part: Part | undefined): number =>
  part && part.counts.down > 0 ? 2 : part && part.counts.degraded > 0 ? 1 : 0

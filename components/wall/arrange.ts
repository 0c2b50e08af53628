import type { Wall, WallEstate, WallState, WallTile } from '#lib/overview/api/index.ts'
import { isUpOrSilent } from '#lib/overview/api/wall-states.ts'
import { type TileArea, placeTiles, type ScreenShape, type TileSpot } from './place.ts'
import type { WallSettings } from './wall-settings.ts'

/** Content of a wall display at one time. If views rotate, it is one view, that is, a part of the resources. */
export interface WallView {
  tiles: WallTile[]
  /** position of each tile, in the order of `tiles` */
  spots: TileSpot[]
  /**
   * position of the headline "ALL UP" (or "ALL ELSE UP" during planned work); null = at least one resource has a
   * problem
   */
  headline: TileArea | null
  /** positions of the column headings above the one-line rows of healthy resources */
  heads: TileArea[]
  /**
   * number of resources without space on the screen: healthy resources (`up`), and resources with a problem or planned
   * work (`worse`)
   */
  beyond: { up: number; worse: number }
  counts: Wall['counts']
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
const countWrong = (counts: Wall['counts']) => wrong.reduce((sum, state) => sum + counts[state], 0)

/**
 * Arranges the tiles of the view that is currently due.
 * @param now epoch milliseconds; walls with the same rotation interval change views at the same time
 */
export function arrangeWall(
  wall: Wall,
  settings: Pick<WallSettings, 'rotateMs' | 'by'>,
  shape: ScreenShape,
  now: number,
): WallView {
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
  const shownUp = shown.filter(({ state }) => state === 'up').length
  const count = Math.max(parts.length, pages)
  return {
    tiles: shown,
    spots,
    headline,
    heads,
    beyond: {
      up: Math.max(0, part.counts.up - shownUp),
      worse: Math.max(
        0,
        countWrong(part.counts) + part.counts.maintenance - shown.filter(({ state }) => !isUpOrSilent(state)).length,
      ),
    },
    counts: part.counts,
    estate: part.estate,
    title: part.title,
    turn: count > 1 ? `${n + page + 1} of ${count}` : null,
    elsewhere: Math.max(0, countWrong(wall.counts) - countWrong(part.counts)),
  }
}

const pagesOf = (tiles: readonly WallTile[], capacity: number) => Math.max(1, Math.ceil(tiles.length / capacity))

interface Part extends Pick<WallView, 'counts' | 'estate' | 'title'> {
  tiles: readonly WallTile[]
}

const whole = ({ tiles, counts, estate }: Wall): Part => ({ tiles, counts, estate, title: null })

/**
 * Splits the resources of a wall into its views, one for each site, customer or subscription. A tile that belongs to no
 * view is part of every view.
 */
function byView(wall: Wall): Part[] {
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
 * Returns the index of the view to show. In each round, the views with the worst problems come first. A view with a
 * resource that is down or degraded stays for two intervals, other views for one.
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

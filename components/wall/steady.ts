import type { Wall, WallTile } from '#lib/overview/api/index.ts'

/**
 * A wall whose clocks do not jump back: what was proved to have begun by a moment has begun by then, so that the start of a tile in the same
 * state and for the same incident is not moved later by another poll's wider bounds.
 */
export function steady(before: Wall | null, after: Wall): Wall {
  if (before === null) return after
  const known = new Map(before.tiles.map((tile) => [tile.id, tile]))
  return { ...after, tiles: after.tiles.map((tile) => steadyTile(known.get(tile.id), tile)) }
}

function steadyTile(before: WallTile | undefined, tile: WallTile): WallTile {
  if (!before?.since || !tile.since || before.state !== tile.state) return tile
  const isSame = before.incidentId === tile.incidentId || before.incidentId === null
  return isSame && before.since[1] < tile.since[1] ? { ...tile, since: before.since } : tile
}

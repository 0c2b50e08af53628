/** States of an interval of time in a tile's history, worst first. `maintenance` = a resource is down as announced. */
export const pieceStates = ['down', 'degraded', 'unknown', 'maintenance', 'up'] as const
export type PieceState = (typeof pieceStates)[number]

/**
 * States of a tile on the wall display. `silent` = no session is reported, so that neither a problem nor normal
 * operation is proven.
 */
export const wallStates = [...pieceStates, 'silent'] as const
export type WallState = (typeof wallStates)[number]

/** Reports whether a tile needs no attention. */
export const isWell = (state: WallState): state is 'up' | 'silent' => state === 'up' || state === 'silent'

/**
 * Status words of a tile, worst first. The tile's state is its severity; the word describes the situation more
 * precisely. `late` = polls are overdue.
 */
export const wallLabels = [
  'down',
  'one_path',
  'degraded',
  'late',
  'unknown',
  'maintenance',
  'recovered',
  'up',
  'not_reported',
  'no_peers',
] as const
export type TileStatus = (typeof wallLabels)[number]

/** Time in ms after its recovery for which a resource is shown among the first tiles. */
export const RECOVERED_SHOWN_MS = 30 * 60_000

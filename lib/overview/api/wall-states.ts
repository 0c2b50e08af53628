/** States of a piece of time, worst first. `maintenance` = something is down as announced. */
export const pieceStates = ['down', 'degraded', 'unknown', 'maintenance', 'up'] as const
export type PieceState = (typeof pieceStates)[number]

/**
 * States of a tile. `silent` = no session is reported, so that there is neither a known problem nor proof that it
 * works.
 */
export const wallStates = [...pieceStates, 'silent'] as const
export type WallState = (typeof wallStates)[number]

/** Reports whether a tile needs no attention. */
export const isWell = (state: WallState): state is 'up' | 'silent' => state === 'up' || state === 'silent'

/**
 * Status words of a tile, worst first. The state gives the severity, the word describes the situation. `late` = polls
 * are overdue.
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

/** Time in ms for which a recovered resource is shown among the first tiles. */
export const RECOVERED_SHOWN_MS = 30 * 60_000

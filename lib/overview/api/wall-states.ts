/** What a piece of time can have been, the worst first. `maintenance` = something is away, and was announced to be. */
export const pieceStates = ['down', 'degraded', 'unknown', 'maintenance', 'up'] as const
export type PieceState = (typeof pieceStates)[number]

/** What a tile can say. `silent` = no session is reported by which it would be up: nothing is wrong, and nothing is known to work. */
export const wallStates = [...pieceStates, 'silent'] as const
export type WallState = (typeof wallStates)[number]

/** Whether a tile needs nobody. */
export const isWell = (state: WallState): state is 'up' | 'silent' => state === 'up' || state === 'silent'

/** The word of a tile, the worst first: a state says how bad it is, the word what it is. `late` = polls that are behind. */
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

/** How long what has come back stays among the first, milliseconds. */
export const RECOVERED_SHOWN_MS = 30 * 60_000

/**
 * States of a time interval in the history of a tile, most severe first. `maintenance`: the resource was down during
 * announced maintenance.
 */
export const intervalStates = ['down', 'degraded', 'unknown', 'maintenance', 'up'] as const
export type IntervalState = (typeof intervalStates)[number]

/**
 * States of a tile on the wall display. `silent`: no session is reported, so it is not known whether the resource
 * works.
 */
export const wallStates = [...intervalStates, 'silent'] as const
export type WallState = (typeof wallStates)[number]

/** Reports whether a tile needs no attention: it is up, or it has no reported session. */
export const isUpOrSilent = (state: WallState): state is 'up' | 'silent' => state === 'up' || state === 'silent'

/**
 * Status words of tiles, most severe first. A word is more precise than the tile's state. `late`: polls are overdue.
 */
export const wallTileStatusWords = [
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
export type WallTileStatusWord = (typeof wallTileStatusWords)[number]

/** Maximum number of closed incidents in the overview. */
export const MAX_CLOSED_INCIDENTS_SHOWN = 8

/** Time in ms after a resource recovered, during which its tile remains at the front. */
export const RECOVERED_SHOWN_MS = 30 * 60_000

import type { EpochMs, WallState } from '#lib/contract/index.ts'
import { partsWithin, type PeriodPart, sumsOf } from '#lib/detection/index.ts'
import { common, type Period } from './availability-report.ts'

const DAY_MS = 24 * 60 * 60_000
/** Pieces that are distinct across a room. */
export const PIECE_MS = 30 * 60_000
const PIECES = DAY_MS / PIECE_MS

/** The 24 hours of a wall's strips: they end with the piece that goes on. */
export function dayOf(now: EpochMs): Period {
  const end = now - (now % PIECE_MS) + PIECE_MS
  return { from: end - DAY_MS, to: end }
}

/** @param period from the begin of a strip to now */
function piecesOf({ from, to }: Period): Period[] {
  return Array.from({ length: PIECES }, (_, n) => ({
    from: from + n * PIECE_MS,
    to: Math.min(to, from + (n + 1) * PIECE_MS),
  }))
}

/** The worst that is certain of each piece; an outage that only may have been makes it degraded, as what is down in part does. */
export function statesOf(period: Period, down: readonly PeriodPart[], inPart: readonly PeriodPart[]): WallState[] {
  return piecesOf(period).map((piece) => {
    const sums = sumsOf(partsWithin(down, piece))
    if (sums.down.minMs > 0) return 'down'
    if (sums.down.maxMs > 0 || sumsOf(partsWithin(inPart, piece)).down.minMs > 0) return 'degraded'
    if (sums.unknownMs >= piece.to - piece.from) return 'unknown'
    return sums.plannedMs > 0 ? 'maintenance' : 'up'
  })
}

/** What several polls saw: `unknown` = none of them saw anything of a piece, `degraded` = one of them missed some of it. @param unseen of each */
export function seenStates(period: Period, unseen: readonly (readonly Period[])[]): WallState[] {
  const byAll = unseenByAll(period, unseen)
  return piecesOf(period).map((piece) => {
    if (lengthWithin(byAll, piece) >= piece.to - piece.from) return 'unknown'
    return unseen.some((own) => lengthWithin(own, piece) > 0) ? 'degraded' : 'up'
  })
}

/** Without a poll nothing was seen. */
export function unseenByAll(period: Period, unseen: readonly (readonly Period[])[]): readonly Period[] {
  const [first = [period], ...others] = unseen
  return others.reduce(common, first)
}

const lengthWithin = (times: readonly Period[], { from, to }: Period): number =>
  times.reduce((sum, time) => sum + Math.max(0, Math.min(to, time.to) - Math.max(from, time.from)), 0)

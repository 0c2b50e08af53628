import {
  formatTrafficMoveVerdict,
  hindranceKinds,
  type TrafficMove,
  type TrafficMoveVerdict,
  type WhatIfRow,
} from '../../api/index.ts'
import { findHindrances } from './hindrances/index.ts'
import { collectMovedRows, type TrafficMoveCase, type WhatIfRowWithChangedPaths } from './hindrances/moved-row.ts'
import type { TableWhatIfRows } from './gateway-shifts.ts'

type RowFate = Exclude<TrafficMoveVerdict, 'partly'> | 'part'

function getFate({ outcome }: WhatIfRow): RowFate {
  if (outcome === 'stranded' || outcome === 'internet') return 'does_not_move'
  if (outcome === 'covered' || outcome === 'default_only') return 'part'
  return outcome === 'unknown' ? 'unknown' : 'moves'
}

/**
 * Decides whether traffic moves to other paths after a loss, and finds these paths and the hindrances. The outcomes of
 * the rows decide. Hindrances only change the verdict `moves` to `partly`. If a table of a circuit was not read, or the
 * outcome of a row is unknown, the verdict is `unknown`. Exception: if it is certain that one part of the traffic moves
 * and another part does not, the verdict is `partly`.
 * @param tables rows of the what-if by route table, at least all rows that change
 * @param unread true if a table that may contain more routes of the lost resource was not read
 */
export function judgeTrafficMove(
  tables: readonly TableWhatIfRows[],
  all: TrafficMoveCase,
  unread: boolean,
): TrafficMove {
  const rows = tables.flatMap(({ rib, rows: own }) => collectMovedRows(rib, own, all.failure))
  const hindrances = findHindrances(rows, all)
  const isReported = rows.some(({ row: { basis } }) => basis !== null && basis.is !== 'assumed')
  const move: Omit<TrafficMove, 'sentence'> = {
    verdict: decideVerdict(rows, hindrances, unread),
    to: listTakeovers(rows, all),
    evidence: rows.length === 0 ? [] : isReported ? ['tables', 'reports'] : ['tables'],
    hindrances,
  }
  return { ...move, sentence: formatTrafficMoveVerdict(move) }
}

function decideVerdict(
  rows: readonly WhatIfRowWithChangedPaths[],
  hindrances: TrafficMove['hindrances'],
  unread: boolean,
): TrafficMoveVerdict | null {
  const fates = new Set(rows.map(({ row }) => getFate(row)))
  if (fates.has('does_not_move') && fates.has('moves')) return 'partly'
  if (fates.has('unknown') || unread) return 'unknown'
  if (rows.length === 0) return null
  if (fates.has('part')) return 'partly'
  if (fates.has('does_not_move')) return 'does_not_move'
  return hindrances.some(({ kind }) => hindranceKinds[kind].effect === 'part') ? 'partly' : 'moves'
}

function listTakeovers(
  rows: readonly WhatIfRowWithChangedPaths[],
  { facts: { nameOf } }: TrafficMoveCase,
): TrafficMove['to'] {
  const carried = new Map<string, { circuitId: string | null; prefixes: Set<string> }>()
  for (const { row, next } of rows)
    for (const { circuit, gateway, scope } of next) {
      const id = circuit ?? gateway ?? scope
      const own = carried.get(id) ?? { circuitId: circuit, prefixes: new Set() }
      carried.set(id, { ...own, prefixes: own.prefixes.add(row.prefix) })
    }
  return [...carried]
    .map(([id, { circuitId, prefixes }]) => ({ circuitId, name: nameOf(id), prefixes: prefixes.size }))
    .toSorted((a, b) => b.prefixes - a.prefixes || (a.name < b.name ? -1 : 1))
}

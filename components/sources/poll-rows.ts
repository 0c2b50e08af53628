import type { PollKind } from '#lib/contract/index.ts'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { armTypeLabels, parseArmId } from '#lib/contract/vocabulary.ts'

/** Polls of one kind of one resource. A circuit has one poll for each path, a gateway one for each peer. */
export interface ResourcePollsOfKind {
  kind: PollKind
  polls: ApiPolledSource[]
  /** poll in the worst state; if several polls are equal, the poll whose last success is the oldest */
  worst: ApiPolledSource
}

/** Polled resources of one type. */
export interface PollGroup {
  /** resource type, plural: `circuits` */
  name: string
  rows: PollRow[]
}

interface PollRow {
  scope: string
  name: string
  cells: Map<PollKind, ResourcePollsOfKind>
  /** worst freshness in the row, as a rank; larger is worse */
  rank: number
}

const ranks: Record<ApiPolledSource['state'], number> = { fresh: 0, late: 1, stale: 2, never: 3 }
/**
 * Returns the rank of a poll; larger is worse. A fresh poll whose last attempt failed is worse than a late poll without
 * an error, because it will become stale if the failures continue.
 */
const rankOf = ({ state, lastOutcome }: ApiPolledSource) => ranks[state] + (lastOutcome === 'ok' ? 0 : 1.5)

const isWorse = (one: ApiPolledSource, other: ApiPolledSource) =>
  rankOf(one) === rankOf(other) ? goodAt(one) < goodAt(other) : rankOf(one) > rankOf(other)

/** Returns the time of a poll's last success, epoch milliseconds; negative infinity if it never succeeded. */
const goodAt = ({ lastOkAt }: ApiPolledSource) => (lastOkAt === null ? Number.NEGATIVE_INFINITY : Date.parse(lastOkAt))

/**
 * Groups polls by resource type and resource. Types and resources with the worst polls come first. Types that are
 * equally bad are in the order of {@link armTypeLabels}, and equally bad resources are sorted by name.
 */
export function groupPollsByResource(sources: readonly ApiPolledSource[]): PollGroup[] {
  const byType = Map.groupBy(sources, ({ resourceId }) => parseArmId(resourceId)?.type ?? '')
  const order = Object.keys(armTypeLabels)
  const placeOf = (type: string) => (type in armTypeLabels ? order.indexOf(type) : order.length)
  const groups = [...byType].map(([type, own]) => ({ type, name: armTypeLabels[type] ?? type, rows: pollRows(own) }))
  const worstOf = ({ rows: [worst] }: PollGroup) => worst?.rank ?? 0
  return groups.toSorted((a, b) => worstOf(b) - worstOf(a) || placeOf(a.type) - placeOf(b.type))
}

function pollRows(sources: readonly ApiPolledSource[]): PollRow[] {
  const rows = new Map<string, PollRow>()
  for (const source of sources) {
    const row = rows.get(source.scope) ?? {
      scope: source.scope,
      name: source.scopeName,
      cells: new Map<PollKind, ResourcePollsOfKind>(),
      rank: 0,
    }
    rows.set(source.scope, row)
    row.rank = Math.max(row.rank, rankOf(source))
    const cell = row.cells.get(source.kind)
    if (!cell) row.cells.set(source.kind, { kind: source.kind, polls: [source], worst: source })
    else {
      cell.polls.push(source)
      if (isWorse(source, cell.worst)) cell.worst = source
    }
  }
  return [...rows.values()].sort((a, b) => b.rank - a.rank || a.name.localeCompare(b.name))
}

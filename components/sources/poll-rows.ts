import type { PollKind, Source } from '#lib/contract/index.ts'
import { armTypes, parseArmId } from '#lib/contract/vocabulary.ts'

/** The polls of one kind of one resource; a circuit has one for each path, a gateway one for each peer. */
export interface PollCell {
  kind: PollKind
  polls: Source[]
  /** the one in the worst state */
  worst: Source
}

export interface PollRow {
  scope: string
  name: string
  /** ARM's type and group, from the resource id */
  about: string
  cells: Map<PollKind, PollCell>
  /** the worst freshness of the row, as a rank: larger is worse */
  rank: number
}

const ranks: Record<Source['state'], number> = { fresh: 0, late: 1, stale: 2, never: 3 }
/** An error on a fresh poll ranks worse than a late poll without one: it will become stale. */
const rankOf = ({ state, lastOutcome }: Source) => ranks[state] + (lastOutcome === 'ok' ? 0 : 1.5)

/** Groups sources by resource: worst first, then by type and name. */
export function pollRows(sources: Source[]): PollRow[] {
  const rows = new Map<string, PollRow>()
  for (const source of sources) {
    const row = rows.get(source.scope) ?? {
      scope: source.scope,
      name: source.scopeName,
      about: aboutOf(source.resourceId),
      cells: new Map<PollKind, PollCell>(),
      rank: 0,
    }
    rows.set(source.scope, row)
    row.rank = Math.max(row.rank, rankOf(source))
    const cell = row.cells.get(source.kind)
    if (!cell) row.cells.set(source.kind, { kind: source.kind, polls: [source], worst: source })
    else {
      cell.polls.push(source)
      if (rankOf(source) > rankOf(cell.worst)) cell.worst = source
    }
  }
  return [...rows.values()].sort(
    (a, b) => b.rank - a.rank || order.indexOf(a.about) - order.indexOf(b.about) || a.name.localeCompare(b.name),
  )
}

/** Order of types among rows of equal rank: those with sessions first. */
const order = ['circuit', 'gateway', 'connection', 'connection monitor', 'virtual network', 'subscription']

const types: Record<string, string> = {
  [armTypes.circuit]: 'circuit',
  [armTypes.virtualNetworkGateway]: 'gateway',
  [armTypes.connection]: 'connection',
  [armTypes.connectionMonitor]: 'connection monitor',
  [armTypes.virtualNetwork]: 'virtual network',
  [armTypes.subscription]: 'subscription',
}

function aboutOf(resourceId: string): string {
  const type = parseArmId(resourceId)?.type ?? ''
  return types[type] ?? type.slice(type.lastIndexOf('/') + 1)
}

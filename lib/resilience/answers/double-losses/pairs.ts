/** A single loss from which pairs are formed. */
export interface PairLoss {
  term: string
  /** lost paths as `<circuit>/<peering>/<path>` */
  paths: ReadonlySet<string>
  /** indices of the route tables that have a route over the lost paths */
  tables: ReadonlySet<number>
}

/**
 * Two losses, and the route tables that depend on both. Only in these tables can the pair strand prefixes that keep a
 * route under each single loss.
 */
interface Pair<Loss extends PairLoss> {
  first: Loss
  second: Loss
  tables: readonly number[]
}

/**
 * Returns all pairs of losses, in the given order. If one loss includes all paths of the other, they form no pair. If a
 * table depends on only one of the two losses, it shows the same result as for that single loss.
 */
export function* pairsOf<Loss extends PairLoss>(losses: readonly Loss[]): Generator<Pair<Loss>> {
  for (const [n, first] of losses.entries()) {
    for (const second of losses.slice(n + 1)) {
      if (isWithin(first, second) || isWithin(second, first)) continue
      yield { first, second, tables: [...first.tables].filter((table) => second.tables.has(table)) }
    }
  }
}

const isWithin = ({ paths }: PairLoss, other: PairLoss) => [...paths].every((path) => other.paths.has(path))

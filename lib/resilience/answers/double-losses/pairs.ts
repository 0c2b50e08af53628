/** A loss that pairs are made of. */
export interface PairLoss {
  term: string
  /** by `<circuit>/<peering>/<path>` */
  paths: ReadonlySet<string>
  /** tables that have a route which depends on it, by their place */
  tables: ReadonlySet<number>
}

/** Two losses, and the tables of both: those where they may strand together what neither strands alone. */
interface Pair<Loss extends PairLoss> {
  first: Loss
  second: Loss
  tables: readonly number[]
}

/**
 * All pairs of losses, in the order in which they are given. A loss that takes everything of the other with it makes no pair: both are the
 * greater one alone. Tables in which only one of them has a route show the same as with that one alone.
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

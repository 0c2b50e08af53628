/** A loss of a single resource, from which pairs of losses are formed. */
export interface LossOfPair {
  term: string
  /** Circuit paths that are lost, as `<circuit>/<peering>/<path>`. */
  paths: ReadonlySet<string>
  /** indexes of the route tables that have a route over one of the lost paths */
  tables: ReadonlySet<number>
}

/**
 * Two losses, and the route tables with routes over lost paths of both. Only in such a table may a prefix lose all
 * routes although it keeps a route after each of the two losses alone.
 */
interface Pair<Loss extends LossOfPair> {
  first: Loss
  second: Loss
  tables: readonly number[]
}

/** Returns all pairs of losses, in the given order. A pair is left out if one of its losses contains the other. */
export function* listLossPairs<Loss extends LossOfPair>(losses: readonly Loss[]): Generator<Pair<Loss>> {
  for (const [n, first] of losses.entries()) {
    for (const second of losses.slice(n + 1)) {
      if (isWithin(first, second) || isWithin(second, first)) continue
      yield { first, second, tables: [...first.tables].filter((table) => second.tables.has(table)) }
    }
  }
}

const isWithin = ({ paths }: LossOfPair, other: LossOfPair) => [...paths].every((path) => other.paths.has(path))

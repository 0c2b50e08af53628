import type { IpPrefix } from './prefix.ts'

/** All addresses of one family from `first` to `last`, inclusive. */
export interface AddressRange {
  family: 4 | 6
  first: bigint
  last: bigint
}

/** Returns the addresses of a prefix as a range. */
export function convertPrefixToRange({ family, bits, length }: IpPrefix): AddressRange {
  const hostBits = BigInt((family === 4 ? 32 : 128) - length)
  return { family, first: bits, last: bits + (1n << hostBits) - 1n }
}

/**
 * Splits the addresses that the prefixes of `space` cover into ranges ("atoms"), with a split at every boundary of a
 * prefix. Within one atom, the longest match among `space` and `cutters` is the same for every address, so a lookup of
 * the first address is valid for the whole atom.
 * @param space prefixes whose union is split; they may overlap
 * @param cutters further prefixes. Their boundaries also split the ranges, but addresses outside of `space` are not
 *   added
 * @returns disjoint ranges in ascending order, IPv4 first; together exactly the union of `space`
 */
export function splitIntoRangeAtoms(space: Iterable<IpPrefix>, cutters: Iterable<IpPrefix> = []): AddressRange[] {
  const boundaries = { 4: new Map<bigint, number>(), 6: new Map<bigint, number>() }
  const mark = (prefix: IpPrefix, depth: number) => {
    const { first, last } = convertPrefixToRange(prefix)
    const depths = boundaries[prefix.family]
    depths.set(first, (depths.get(first) ?? 0) + depth)
    depths.set(last + 1n, (depths.get(last + 1n) ?? 0) - depth)
  }
  for (const prefix of space) mark(prefix, 1)
  for (const prefix of cutters) mark(prefix, 0)
  return [...sweep(4, boundaries[4]), ...sweep(6, boundaries[6])]
}

/**
 * Returns the covered ranges between consecutive boundaries of one family.
 * @param depths for each boundary address, the change of the number of `space` prefixes that cover the addresses from
 *   there on: +1 for each prefix that begins there, -1 for each prefix that ends directly before it
 */
function sweep(family: 4 | 6, depths: ReadonlyMap<bigint, number>): AddressRange[] {
  const points = [...depths.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const atoms: AddressRange[] = []
  let depth = 0
  for (const [index, first] of points.entries()) {
    depth += depths.get(first) ?? 0
    const next = points[index + 1]
    if (depth > 0 && next !== undefined) atoms.push({ family, first, last: next - 1n })
  }
  return atoms
}

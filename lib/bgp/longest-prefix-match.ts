import type { IpAddress } from './address.ts'
import { doesPrefixContainAddress, type IpPrefix, getAddressBitCount } from './prefix.ts'

/** Prefix and the value that is stored for it. */
interface PrefixEntry<T> {
  prefix: IpPrefix
  value: T
}

interface Node<T> {
  prefix: IpPrefix
  /** stored value; null if the node only connects two branches */
  entry: PrefixEntry<T> | null
  zero: Node<T> | null
  one: Node<T> | null
}

interface Roots<T> {
  4: Node<T> | null
  6: Node<T> | null
}

/**
 * Path-compressed binary trie (Patricia), with one root per address family, so that `0.0.0.0/0` never covers an IPv6
 * address. A trie is immutable: `insert` returns a new trie that shares all nodes except the nodes on the path to the
 * new node. An earlier state, or the state of a simulation, can therefore be kept in addition to the current state with
 * little extra memory.
 */
export class PrefixTrie<T> {
  readonly size: number
  readonly #roots: Roots<T>

  private constructor(roots: Roots<T>, size: number) {
    this.#roots = roots
    this.size = size
  }

  static empty<T>(): PrefixTrie<T> {
    return new PrefixTrie<T>({ 4: null, 6: null }, 0)
  }

  /** Returns a trie of all entries. If two entries have the same prefix, the later one is kept. */
  static from<T>(entries: Iterable<readonly [IpPrefix, T]>): PrefixTrie<T> {
    let trie = PrefixTrie.empty<T>()
    for (const [prefix, value] of entries) trie = trie.insert(prefix, value)
    return trie
  }

  /** Returns a trie in which `value` is stored under `prefix`, replacing any previous value. */
  insert(prefix: IpPrefix, value: T): PrefixTrie<T> {
    const isNew = this.#find(prefix)?.entry == null
    const root = insertBelow(this.#roots[prefix.family], { prefix, value })
    return new PrefixTrie({ ...this.#roots, [prefix.family]: root }, this.size + (isNew ? 1 : 0))
  }

  /** Returns the value stored under exactly this prefix; undefined if the prefix is not in the trie. */
  get(prefix: IpPrefix): T | undefined {
    return this.#find(prefix)?.entry?.value
  }

  /** Returns all entries that cover the address, longest prefix first. */
  matches(address: IpAddress): PrefixEntry<T>[] {
    const found: PrefixEntry<T>[] = []
    const width = getAddressBitCount(address.family)
    let node = this.#roots[address.family]
    while (node && doesPrefixContainAddress(node.prefix, address)) {
      if (node.entry) found.push(node.entry)
      if (node.prefix.length === width) break
      node = childOf(node, address.value)
    }
    return found.reverse()
  }

  /** Returns the entry with the longest prefix that covers the address; null if no entry covers it. */
  longestMatch(address: IpAddress): PrefixEntry<T> | null {
    return this.matches(address)[0] ?? null
  }

  /**
   * Yields all entries: IPv4 before IPv6, then by address, then shorter prefixes first (the order of
   * `comparePrefixes`).
   */
  *entries(): Generator<PrefixEntry<T>> {
    yield* entriesBelow(this.#roots[4])
    yield* entriesBelow(this.#roots[6])
  }

  #find(prefix: IpPrefix): Node<T> | null {
    let node = this.#roots[prefix.family]
    while (node && node.prefix.length < prefix.length) node = childOf(node, prefix.bits)
    return node && node.prefix.length === prefix.length && node.prefix.bits === prefix.bits ? node : null
  }
}

/**
 * Reports whether an address with these `bits` belongs to the node's child `one`: the first bit after the node's own
 * prefix is 1. The node's prefix must be shorter than a full address.
 */
function isOneBelow({ prefix }: Node<unknown>, bits: bigint): boolean {
  return ((bits >> BigInt(getAddressBitCount(prefix.family) - 1 - prefix.length)) & 1n) === 1n
}

function childOf<T>(node: Node<T>, bits: bigint): Node<T> | null {
  return isOneBelow(node, bits) ? node.one : node.zero
}

function withChild<T>(node: Node<T>, bits: bigint, child: Node<T>): Node<T> {
  return isOneBelow(node, bits) ? { ...node, one: child } : { ...node, zero: child }
}

function insertBelow<T>(node: Node<T> | null, entry: PrefixEntry<T>): Node<T> {
  const { prefix } = entry
  const leaf: Node<T> = { prefix, entry, zero: null, one: null }
  if (!node) return leaf
  const common = commonLength(node.prefix, prefix)
  if (common === node.prefix.length) {
    if (common === prefix.length) return { ...node, entry }
    return withChild(node, prefix.bits, insertBelow(childOf(node, prefix.bits), entry))
  }
  if (common === prefix.length) return withChild(leaf, node.prefix.bits, node)
  const shift = BigInt(getAddressBitCount(prefix.family) - common)
  const shared: IpPrefix = { family: prefix.family, bits: (prefix.bits >> shift) << shift, length: common }
  const fork: Node<T> = { prefix: shared, entry: null, zero: null, one: null }
  return withChild(withChild(fork, node.prefix.bits, node), prefix.bits, leaf)
}

/**
 * Returns the number of leading bits that two prefixes of one family share, at most the length of the shorter prefix.
 */
function commonLength(a: IpPrefix, b: IpPrefix): number {
  const shorter = Math.min(a.length, b.length)
  const difference = a.bits ^ b.bits
  if (difference === 0n) return shorter
  return Math.min(shorter, getAddressBitCount(a.family) - difference.toString(2).length)
}

function* entriesBelow<T>(node: Node<T> | null): Generator<PrefixEntry<T>> {
  if (!node) return
  if (node.entry) yield node.entry
  yield* entriesBelow(node.zero)
  yield* entriesBelow(node.one)
}

import { type IpAddress, formatAddress, parseAddress, getAddressBitCount } from '#lib/bgp/index.ts'
import type { KeyedPseudonyms } from './keyed-pseudonyms.ts'

interface Range {
  value: bigint
  length: number
  /** True = addresses of the range stay unchanged. */
  isFixed: boolean
}

/**
 * Ranges of addresses with a special meaning (RFC 6890 and its registries; 168.63.129.16 belongs to Azure). An address
 * of such a range becomes another address of the same range, or stays unchanged.
 */
const RANGES: Readonly<Record<4 | 6, readonly Range[]>> = {
  4: [
    ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'].map((text) => range(text)),
    ...['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '198.18.0.0/15'].map((text) => range(text)),
    ...['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3', '168.63.129.16/32'].map((text) => range(text, true)),
  ],
  6: [
    ...['fc00::/7', 'fe80::/10', '2001:db8::/32', '2002::/16'].map((text) => range(text)),
    ...['::/127', '::/96', '64:ff9b::/96'].map((text) => range(text)),
    range('ff00::/8', true),
  ],
}

/**
 * IPv6 ranges whose last 32 bits are an IPv4 address (RFC 4291, 2.5.5 and RFC 6052, 2.1). These bits are replaced like
 * an IPv4 address.
 */
const EMBEDDING = ['::/96', '64:ff9b::/96'].map((text) => range(text))

/**
 * Number of bits at the end of an address that are not replaced. The first and the second host of a /30 or /126 are the
 * two ends of a link (customer and Microsoft), which must remain recognizable.
 */
const KEPT_LOW_BITS = 2

function range(text: string, isFixed = false): Range {
  const [address = '', length = ''] = text.split('/')
  return { value: parseAddress(address)?.value ?? 0n, length: Number(length), isFixed }
}

/**
 * Replaces addresses by artificial addresses. Two artificial addresses have the same number of common leading bits as
 * the two original addresses. Prefixes therefore remain prefixes, and an address remains in its subnet. Each range with
 * a special meaning is mapped to itself. (Xu and others, "Prefix-preserving IP address anonymization", 2002.)
 */
export class AddressMap {
  readonly #keyed: KeyedPseudonyms
  readonly #known = new Map<string, string>()
  readonly #flips = new Map<string, 0 | 1>()

  constructor(keyed: KeyedPseudonyms) {
    this.#keyed = keyed
  }

  /**
   * Returns the artificial address or prefix.
   * @param text an address, or a prefix such as `10.1.0.0/16`
   * @param length prefix length, if the text does not contain it
   * @returns null if the text is neither an address nor a prefix
   */
  map(text: string, length?: number): string | null {
    const key = `${text} ${length ?? ''}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const [host = '', own] = text.split('/')
    const address = parseAddress(host)
    if (address === null) return null
    const width = getAddressBitCount(address.family)
    const kept = own === undefined ? (length ?? width) : Number(own)
    if (!(kept >= 0 && kept <= width)) return null
    const isNetwork = (own !== undefined || length !== undefined) && lowBits(address.value, width - kept) === 0n
    const value = this.#mapped(address)
    // the host bits of a network stay 0
    const shown = isNetwork ? value - lowBits(value, width - kept) : value
    const mapped = formatAddress({ family: address.family, value: shown }) + (own === undefined ? '' : `/${own}`)
    this.#known.set(key, mapped)
    return mapped
  }

  #mapped({ family, value }: IpAddress): bigint {
    const width = getAddressBitCount(family)
    const inside = (each: Range) => value >> BigInt(width - each.length) === each.value >> BigInt(width - each.length)
    if (family === 6 && EMBEDDING.some((each) => inside(each)) && value > 1n)
      return value - lowBits(value, 32) + this.#mapped({ family: 4, value: lowBits(value, 32) })
    if (RANGES[family].some((each) => each.isFixed && inside(each))) return value
    let mapped = 0n
    for (let depth = 0; depth < width; depth += 1) {
      const rest = BigInt(width - depth)
      const prefix = value >> rest
      const bit = (value >> (rest - 1n)) & 1n
      const holdsRange = RANGES[family].some((each) => each.length > depth && each.value >> rest === prefix)
      const mayFlip = !holdsRange && depth < width - KEPT_LOW_BITS
      mapped = (mapped << 1n) | (mayFlip ? bit ^ BigInt(this.#flip(`${family}/${depth}/${prefix}`)) : bit)
    }
    return mapped
  }

  #flip(node: string): 0 | 1 {
    const flip = this.#flips.get(node) ?? this.#keyed.bit('address', node)
    this.#flips.set(node, flip)
    return flip
  }
}

const lowBits = (value: bigint, count: number): bigint => value & ((1n << BigInt(count)) - 1n)

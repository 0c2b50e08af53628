import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatAddress, parseAddress } from '#lib/bgp/index.ts'
import { AddressMap } from './addresses.ts'
import { KeyedPseudonyms } from './keyed-pseudonyms.ts'

const map = new AddressMap(new KeyedPseudonyms(Buffer.from('a key of these tests')))
const valueOf = (text: string) => parseAddress(text)?.value ?? -1n
const mapped = (text: string) => map.map(text) ?? ''

const ipv4 = fc.oneof(
  fc.nat(0xffffffff),
  fc.nat(0xffffff).map((low) => 0x0a000000 + low),
  fc.nat(0xfffff).map((low) => 0xac100000 + low),
)
const ipv6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })
const address = fc.oneof(
  ipv4.map((value) => ({ family: 4 as const, value: BigInt(value), width: 32 })),
  ipv6.map((value) => ({ family: 6 as const, value, width: 128 })),
)

const shared = (a: bigint, b: bigint, width: number) => {
  let bits = width
  for (let rest = a ^ b; rest > 0n; rest >>= 1n) bits -= 1
  return bits
}

it('two addresses share as many leading bits as before, and none becomes the same as another', () => {
  fc.assert(
    fc.property(address, fc.nat(127), (one, depth) => {
      const other = { ...one, value: one.value ^ (1n << BigInt(depth % one.width)) }
      const [a, b] = [one, other].map((each) => valueOf(mapped(formatAddress(each))))
      if (a === undefined || b === undefined || a < 0n || b < 0n) return
      expect(shared(a, b, one.width)).toBe(shared(one.value, other.value, one.width))
    }),
  )
})

it.each([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '192.0.2.0/24',
  'fc00::/7',
  'fe80::/10',
])('%s is mapped onto itself, and nothing else into it', (range) => {
  expect(mapped(range)).toBe(range)
  const [network = '', length = ''] = range.split('/')
  const width = range.includes(':') ? 128 : 32
  const rest = BigInt(width - Number(length))
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n }), (value) => {
      const family = width === 32 ? 4 : 6
      const inside = (each: bigint) => each >> rest === valueOf(network) >> rest
      expect(inside(valueOf(mapped(formatAddress({ family, value }))))).toBe(inside(value))
    }),
  )
})

it('a host stays in its subnet, the first and second host of a /30 stay the first and second', () => {
  const subnet = mapped('10.20.30.40/30')
  const base = valueOf(subnet.split('/')[0] ?? '')
  expect(subnet).not.toBe('10.20.30.40/30')
  expect([1, 2].map((host) => valueOf(mapped(`10.20.30.${40 + host}`)) - base)).toEqual([1n, 2n])
})

it.each(['0.0.0.0', '0.0.0.0/0', '255.255.255.255', '127.0.0.1', '168.63.129.16', '::/0', '::1', '224.0.0.5'])(
  '%s names nobody and stays',
  (text) => {
    expect(mapped(text)).toBe(text)
  },
)

it('a network of a class without its length stays a network', () => {
  expect(map.map('11.0.0.0', 8)).toMatch(/^\d+\.0\.0\.0$/)
})

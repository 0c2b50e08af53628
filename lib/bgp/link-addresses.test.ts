import { describe, expect, it } from 'vitest'
import { selectAddressForNeighbor, findMseeAddresses } from './link-addresses.ts'

describe('the MSEE’s addresses on a path', () => {
  it.each([
    [
      { ipv4: '192.0.2.96/30', ipv6: 'fd00:0:2::60/126' },
      { ipv4: '192.0.2.98', ipv6: 'fd00:0:2::62' },
    ],
    [
      { ipv4: '192.0.2.96/30', ipv6: null },
      { ipv4: '192.0.2.98', ipv6: null },
    ],
    [
      { ipv4: 'nonsense', ipv6: 'fd00::/127' },
      { ipv4: null, ipv6: null },
    ],
  ])('of %j are %j', (subnets, addresses) => expect(findMseeAddresses(subnets)).toEqual(addresses))

  const both = { ipv4: '192.0.2.98', ipv6: 'fd00:0:2::62' }
  it.each([
    ['192.0.2.97', both, '192.0.2.98'],
    ['fd00:0:2::61', both, 'fd00:0:2::62'],
    ['::ffff:192.0.2.97', both, '192.0.2.98'],
    ['fd00:0:2::61', { ...both, ipv6: null }, ''],
    ['nobody', both, ''],
  ])('facing %s', (neighbor, addresses, expected) =>
    expect(selectAddressForNeighbor(neighbor, addresses)).toBe(expected),
  )
})

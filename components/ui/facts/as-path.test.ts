import { describe, expect, it } from 'vitest'
import { findAsnTitle, mapOwnAsnNames } from './as-path.tsx'

const circuit = (name: string, ...asns: (number | null)[]) => ({ name, peerings: asns.map((peerAsn) => ({ peerAsn })) })

describe('an ASN is called', () => {
  const own = mapOwnAsnNames([circuit('a', 65001, null), circuit('b', 65001, 65001), circuit('c', 12076)])
  it.each([
    [12076, 'Microsoft edge (MSEE)'],
    [8075, 'Microsoft'],
    [65515, 'Azure gateway'],
    [65001, 'on-premises (a, b)'],
    [65535, 'reserved by IANA (RFC 7300)'],
    [3356, undefined],
  ])('%d: %s', (asn, title) => {
    expect(findAsnTitle(asn, own)).toBe(title)
  })
})

import { describe, expect, it } from 'vitest'
import { parseMetricAddressFamily, isCustomerArpEntry, findMetricCircuitPath } from './azure-conventions.ts'

describe('dimensions of a circuit’s metric', () => {
  it.each([
    [{ devicerole: 'Primary' }, 'primary', 4],
    [{ devicerole: 'SECONDARY-IPv4' }, 'secondary', 4],
    [{ peer: 'Primary-IPv6' }, 'primary', 6],
    [{ peer: 'secondary-ipv6' }, 'secondary', 6],
    [{ devicerole: 'Primary', peer: 'Secondary' }, 'primary', 4],
    [{ devicerole: 'Tertiary' }, null, 4],
    [{}, null, 4],
  ] as const)('%j are of %s, IPv%d', (dimensions, path, family) => {
    expect([findMetricCircuitPath(dimensions), parseMetricAddressFamily(dimensions)]).toEqual([path, family])
  })
})

it.each([
  ['On-Prem', true],
  [' on-prem ', true],
  ['OnPrem', true],
  ['Microsoft', false],
  ['', false],
])('an ARP entry of "%s" is the customer’s: %s', (side, expected) => {
  expect(isCustomerArpEntry({ interface: side })).toBe(expected)
})

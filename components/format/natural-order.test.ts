import { describe, expect, it } from 'vitest'
import { doesMatchFilter, compareNaturally, compareNaturallyIgnoringCase } from './natural-order.ts'

describe('natural order', () => {
  it.each([
    ['numbers by their value', ['erc-10', 'erc-9', 'erc-1'], ['erc-1', 'erc-9', 'erc-10']],
    ['octets, too', ['10.0.10.0/24', '10.0.9.0/24'], ['10.0.9.0/24', '10.0.10.0/24']],
    ['letters by the alphabet, whatever their case', ['beta', 'Alpha'], ['Alpha', 'beta']],
  ])('%s', (_, given, expected) => {
    expect(given.toSorted(compareNaturally)).toEqual(expected)
    expect(given.toSorted(compareNaturallyIgnoringCase)).toEqual(expected)
  })

  it('distinguishes cases only where it is asked to', () => {
    expect(compareNaturally('a', 'A')).not.toBe(0)
    expect(compareNaturallyIgnoringCase('a', 'A')).toBe(0)
  })
})

it('every word of a filter must stand somewhere in a row', () => {
  expect(doesMatchFilter(['erc-london', 'DOWN', null], 'down lon')).toBe(true)
  expect(doesMatchFilter(['erc-london', 'UP', null], 'down lon')).toBe(false)
})

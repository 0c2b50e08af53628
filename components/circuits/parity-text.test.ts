import { expect, it } from 'vitest'
import { getPathParityStatus, formatPathParity } from './parity-text.ts'

const parity = (shared: number, unequal: number, onlyPrimary: number, onlySecondary: number) => ({
  shared,
  unequal,
  onlyPrimary,
  onlySecondary,
  differences: [],
})

it.each([
  ['EQUAL', parity(12, 0, 0, 0), '12 prefixes equal on both paths.'],
  ['UNEQUAL', parity(12, 2, 0, 0), '2 prefixes with AS paths of different length; 10 prefixes equal on both paths.'],
  [
    'DIFFERENT',
    parity(10, 1, 1, 3),
    '1 prefix on the primary path only; 3 prefixes on the secondary path only; 1 prefix with AS paths of different length; 9 prefixes equal on both paths.',
  ],
  ['UNKNOWN', null, 'One of the two tables has not been polled yet.'],
])('%s', (word, compared, words) => {
  expect(getPathParityStatus(compared).word).toBe(word)
  expect(formatPathParity(compared)).toBe(words)
})

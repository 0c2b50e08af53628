import { expect, it } from 'vitest'
import { formatCircuitPathName, formatShortCircuitPathName } from './path-text.ts'

it.each([
  ['private', 'primary', 'primary path'],
  ['microsoft', 'secondary', 'secondary path, Microsoft peering'],
  ['public', 'primary', 'primary path'],
  [null, 'primary', 'primary path'],
  ['microsoft', null, ''],
] as const)('%s %s reads as "%s"', (peering, path, words) => expect(formatCircuitPathName(peering, path)).toBe(words))

it.each([
  ['private', 'primary', 'primary'],
  ['microsoft', 'secondary', 'secondary, Microsoft'],
  ['private', null, ''],
] as const)('after the name of a circuit, %s %s is %j', (peering, path, words) => {
  expect(formatShortCircuitPathName(peering, path)).toBe(words)
})

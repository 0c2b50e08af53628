import { expect, it } from 'vitest'
import { pathWords, shortPathWords } from './path-words.ts'

it.each([
  ['private', 'primary', 'primary path'],
  ['microsoft', 'secondary', 'secondary path, Microsoft peering'],
  ['public', 'primary', 'primary path'],
  [null, 'primary', 'primary path'],
  ['microsoft', null, ''],
] as const)('%s %s reads as "%s"', (peering, path, words) => expect(pathWords(peering, path)).toBe(words))

it.each([
  ['private', 'primary', 'primary'],
  ['microsoft', 'secondary', 'secondary, Microsoft'],
  ['private', null, ''],
] as const)('after the name of a circuit, %s %s is %j', (peering, path, words) => {
  expect(shortPathWords(peering, path)).toBe(words)
})

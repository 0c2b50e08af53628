import { expect, it } from 'vitest'
import { pathWords } from './path-words.ts'

it.each([
  ['private', 'primary', 'primary path'],
  ['microsoft', 'secondary', 'secondary path, Microsoft peering'],
  ['public', 'primary', 'primary path'],
  [null, 'primary', 'primary path'],
  ['microsoft', null, ''],
] as const)('%s %s reads as "%s"', (peering, path, words) => expect(pathWords(peering, path)).toBe(words))

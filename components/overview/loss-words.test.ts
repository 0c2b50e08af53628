import { expect, it } from 'vitest'
import { losing, strands } from './loss-words.ts'

const quiet = { internet: 0, unknown: 0, changed: 2, prefixes: [] }
const site = (name: string | null, stranded: number) => ({ ...quiet, site: name, stranded })

it.each([
  ['no site', 1, [site(null, 1)], 'strands 1 prefix'],
  ['one, and one where nothing strands', 12, [site('London', 12), site('Leeds', 0)], 'strands 12 prefixes of London'],
  ['two by name', 2, [site('London', 1), site('Leeds', 1)], 'strands 2 prefixes of Leeds and London'],
  ['many', 4, ['D', 'C', 'B', 'A'].map((name) => site(name, 1)), 'strands 4 prefixes of A, B, C and 1 more'],
])('what a loss strands: %s', (_, strandedPrefixes, sites, expected) => {
  expect(strands({ strandedPrefixes, sites })).toBe(expected)
})

it('names what is lost with what it is', () =>
  expect(losing({ kind: 'location', name: 'London' })).toBe('Losing location London'))

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { replaceEventHeads } from './event-heads.ts'

it('docs/rules/events.md has the scopes and subjects as their records do: run `npm run docs` if this fails', () => {
  const page = readFileSync('docs/rules/events.md', 'utf8')
  expect(replaceEventHeads(page)).toBe(page)
})

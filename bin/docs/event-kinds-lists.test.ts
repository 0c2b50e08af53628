import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { withEventKinds } from './event-kinds-lists.ts'

const PAGE = 'docs/rules/events.md'

it('docs/rules/events.md describes the kinds as their records do: run `npm run docs` where this fails', () => {
  const page = readFileSync(PAGE, 'utf8')
  expect(withEventKinds(page)).toBe(page)
})

it('a page without a place for them is refused', () => {
  expect(() => withEventKinds('# Events\n')).toThrow(/holds no/)
})

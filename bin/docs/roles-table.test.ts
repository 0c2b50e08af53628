import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { withRoles } from './roles-table.ts'

it('docs/access.md has the roles as their records do: run `npm run docs` where this fails', () => {
  const page = readFileSync('docs/access.md', 'utf8')
  expect(withRoles(page)).toBe(page)
})

it('a page without a place for them is refused', () => {
  expect(() => withRoles('# Access\n')).toThrow(/holds no/)
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { replaceRolesTable } from './roles-table.ts'

it('docs/access.md has the roles as their records do: run `npm run docs` where this fails', () => {
  const page = readFileSync('docs/access.md', 'utf8')
  expect(replaceRolesTable(page)).toBe(page)
})

it('a page without a place for them is refused', () => {
  expect(() => replaceRolesTable('# Access\n')).toThrow(/holds no/)
})

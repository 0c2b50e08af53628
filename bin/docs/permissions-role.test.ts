import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { withRole } from './permissions-role.ts'

const PAGE = 'docs/azure-permissions.md'

it('docs/azure-permissions.md grants what the polls need: run `npm run docs` where this fails', () => {
  const page = readFileSync(PAGE, 'utf8')
  expect(withRole(page)).toBe(page)
})

it('a page without a place for the role is refused', () => {
  expect(() => withRole('# Permissions\n')).toThrow(/no block/)
})
